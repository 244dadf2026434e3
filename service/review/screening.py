"""How the review asks the matcher.

Over the runtime of the service, or over one that is pinned to versions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lists.embedded import embedded_versions
from lists.errors import NotStored
from lists.models import ListEntry
from lists.store import SnapshotStore
from matchers.mentions import Recognizer
from matchers.models import Options
from service.article_answering import answer_article
from service.articles.article import Article
from service.errors import Unavailable
from service.holdings import Holding, Holdings, gone_before, store_of
from service.house_aliases import LIST_ID as HOUSE
from service.house_aliases import stored_house_aliases
from service.recognizers import MODELS, load_recognizers
from service.recognizers.weights import RecognizerError
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
    """Return an entry as its publisher says it, where the version that a match names is the loaded one."""
    for part in runtime.holdings.parts if runtime else ():
        if (part.snapshot.list_id, part.snapshot.version) == (list_id, version):
            return part.find(entry_id)
    return None


def current_entry(runtime: Runtime | None, list_id: str, entry_id: str) -> ListEntry | None:
    """Return an entry as its publisher says it in the loaded version, or None."""
    for part in runtime.holdings.parts if runtime else ():
        if part.snapshot.list_id == list_id:
            return part.find(entry_id)
    return None


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
    data: Path, versions: Sequence[dict[str, Any]], models: Sequence[str] = ()
) -> Callable[[Article, Options, date], ScreenAnswer]:
    """Return how to screen against exactly these versions, with the models of these names.

    `MissingVersions` names those that are not at hand.
    """
    parts, house, missing = list[Holding](), None, list[str]()
    for named in versions:
        try:
            if named["list"] == HOUSE:
                since = datetime.fromisoformat(named["retrieved"])
                house = stored_house_aliases(data, named["sha256"], since)
            else:
                parts.append(_holding(store_of(data), named))
        except NotStored:
            missing.append(f"{named['list']} {named['version']}")
    recognizers = _recognizers(models, missing)
    if missing:
        raise MissingVersions(missing)
    gone = gone_before(store_of(data), [part.snapshot for part in parts])
    runtime = build_runtime(Holdings(parts, house, gone), data, recognizers=recognizers)
    return lambda article, options, day: screen_article(runtime, article, options, day)


def _recognizers(models: Sequence[str], missing: list[str]) -> tuple[Recognizer, ...]:
    languages = {model.name: language for language, model in MODELS.items()}
    found: list[Recognizer] = []
    for name in models:
        try:
            found += load_recognizers([languages.get(name, name)])
        except RecognizerError:
            missing.append(f"model {name}")
    return tuple(found)


def _holding(store: SnapshotStore, named: dict[str, Any]) -> Holding:
    """Return the version that is named, from the sample or the store; `NotStored` where it is not the one."""
    for snapshot, entries in embedded_versions():
        if (snapshot.list_id, snapshot.sha256) == (named["list"], named["sha256"]):
            return Holding(snapshot, entries)
    snapshot = store.snapshot(named["list"], named["version"])
    if snapshot.sha256 != named["sha256"]:
        raise NotStored("another content under the same version", where=f"{named['list']} {named['version']}")
    return Holding(snapshot, store.reader(snapshot))
