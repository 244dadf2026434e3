"""How the review asks the matcher.

Over the runtime of the service, or over one that is pinned to versions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lists.embedded import embedded_versions
from lists.errors import NotStored
from lists.models import ListEntry
from matchers.models import Options
from service.article_answering import answer_article
from service.articles.article import Article
from service.errors import Unavailable
from service.holdings import Holding, Holdings, store_of
from service.review.replay import MissingVersions
from service.review.statistics import draw
from service.runtime import Runtime, build_runtime
from service.schemas import MatchOptions, ScreenAnswer

PLANTED = 20
"""Names that the self-test plants from each list."""


def screen_article(runtime: Runtime, article: Article, options: Options, day: date) -> ScreenAnswer:
    """Return what an article yields; `day` is the one that `now` speaks of."""
    asked = MatchOptions(
        limit=options.limit,
        min_confidence=options.min_confidence,
        lists=tuple(sorted(options.list_ids)),
        schemas=tuple(sorted(options.schemas)),
        prior=options.prior,
    )
    return answer_article(runtime, article, asked, day)


def find_entry(runtime: Runtime | None, list_id: str, version: str, entry_id: str) -> ListEntry | None:
    """Return an entry of the version that a match names, where that version is the loaded one."""
    listing = runtime.holdings.find(list_id, entry_id) if runtime else None
    return listing.entry if listing is not None and listing.snapshot.version == version else None


def draw_samples(runtime: Runtime | None, seed: int) -> Sequence[tuple[str, str, str]]:
    """Draw names of every list for the self-test: (list id, entry id, primary name), not persons."""
    if runtime is None:
        raise Unavailable("the lists are being loaded; try again in a moment")
    drawn: list[tuple[str, str, str]] = []
    for part in runtime.holdings.parts:
        numbers = draw(range(len(part.entries)), PLANTED * 3, seed)
        entries = (part.entries[number] for number in numbers)
        named = [e for e in entries if e.schema_ != "Person" and len(e.name) < 120]
        drawn += [(e.list_id, e.entry_id, e.name) for e in named[:PLANTED]]
    return drawn


def pinned_to(
    data: Path, versions: Sequence[dict[str, Any]]
) -> Callable[[Article, Options, date], ScreenAnswer]:
    """Return how to screen against exactly these versions.

    `MissingVersions` names those that are not at hand.
    """
    store, sample = store_of(data), {s.list_id: Holding(s, entries) for s, entries in embedded_versions()}
    parts, missing = [], []
    for named in versions:
        list_id, version = named["list"], named["version"]
        shipped = sample.get(list_id)
        if shipped is not None and shipped.snapshot.sha256 == named["sha256"]:
            parts.append(shipped)
            continue
        try:
            snapshot = store.snapshot(list_id, version)
        except NotStored:
            missing.append(f"{list_id} {version}")
            continue
        if snapshot.sha256 != named["sha256"]:
            missing.append(f"{list_id} {version} with SHA-256 {named['sha256'][:12]}")
            continue
        parts.append(Holding(snapshot, store.reader(snapshot)))
    if missing:
        raise MissingVersions(missing)
    runtime = build_runtime(Holdings(parts), data)
    return lambda article, options, day: screen_article(runtime, article, options, day)
