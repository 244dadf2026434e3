"""Measure the whole path: listed organizations that are found, false organizations in ordinary news, speed.

    python tests/benchmarks/screening.py [SHARED_FOLDER] [--articles N] [--models auto|none|en,ru] [--show N]

For each labelled mention of a listed party that is not found at the threshold, the report says where it was lost:
no mention has its words; its party is no candidate for its words; the party scored low; another reading won.
False organizations: organizations with a match at the threshold in newswire of 1987, nearly all of them namesakes.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import json
import os
import pstats
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lists.models import ListEntry, Snapshot
from matchers.index import CandidateIndex, build_index
from matchers.matching import Matcher
from matchers.mentions import AliasSpotter, build_spotter
from matchers.mentions.vocabulary import fold_key
from matchers.models import Listing, Match, Options, Organization, Query
from matchers.screening import PRIOR, SCREENED, Screener
from service.evaluation.corpus import load_corpus
from service.recognizers import choose_recognizers

SHARED = Path(os.environ.get("SANCTIONS_XREF_SHARED", Path(__file__).parents[3] / "shared"))
TOGETHER = 32
"""Articles in one go, as the command does it."""
THRESHOLDS = (0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99)


class Corpus:
    """The entries of all lists, as the matcher reads them."""

    def __init__(self, entries: Sequence[ListEntry]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, number: int) -> Listing:
        return Listing(SNAPSHOT, self._entries[number])


SNAPSHOT = Snapshot.model_construct(list_id="benchmark", version="1", sha256="0" * 64)


def is_right(match: Match, truth: Iterable[dict[str, Any]]) -> bool:
    """Say whether a match is one of the labelled entries; lists without ids are compared by name."""
    entry = match.candidate.listing.entry
    names = {fold_key(name.text) for name in entry.names}
    return any(row["entry_id"] == entry.entry_id or fold_key(row["name"]) in names for row in truth)


def confidence_found(organizations: Sequence[Organization], mention: dict[str, Any]) -> float:
    """Return the highest confidence at which a labelled mention is matched with its party, 0 where it is not."""
    return max(
        (
            match.confidence
            for organization in organizations
            if any(m.start < mention["end"] and mention["start"] < m.end for m in organization.mentions)
            for match in organization.matches
            if is_right(match, mention["entries"])
        ),
        default=0.0,
    )


def loss(screener: Screener, text: str, mention: dict[str, Any]) -> str:
    """Return where a labelled mention is lost."""
    (page,) = screener.read([text])
    touching = [
        group
        for group in page.groups
        if any(m.start < mention["end"] and mention["start"] < m.end for m in group.mentions)
    ]
    if not touching:
        return "no mention has its words"
    reach = dict.fromkeys(page.names, float("inf"))
    queries = [query for group, own in page.questions(reach, 0.0) if group in touching for query in own]
    asked = {query.name for query in queries}
    options = Options(limit=200, min_confidence=0.0, schemas=SCREENED, prior=PRIOR)
    answers = screener.matcher.match_many([Query(mention["text"]), *queries], options)
    best = [
        max((m.confidence for m in found if is_right(m, mention["entries"])), default=None)
        for found in answers
    ]
    if best[0] is None and not any(best[1:]):
        return f"no candidate for its words (asked: {sorted(asked)})"
    reached = max(filter(None, best[1:]), default=0.0)
    if mention["text"] not in asked and (best[0] or 0) > reached:
        return f"span: asked {sorted(asked)}, best {reached:.3f}; its own words give {best[0]:.3f}"
    return f"scored low: {reached:.3f} for {sorted(asked)}"


def report_gold(screener: Screener, path: Path, least: float) -> None:
    """Print recall and wrong entries over thresholds, and each loss at the default threshold."""
    documents = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    answers = screener.screen_many([one["text"] for one in documents], Options(limit=20, min_confidence=0.01))
    found: list[float] = []
    exact: list[float] = []
    losses: Counter[str] = Counter()
    lines: list[str] = []
    for document, organizations in zip(documents, answers, strict=True):
        for mention in document["mentions"]:
            if not mention["entries"]:
                continue
            confidence = confidence_found(organizations, mention)
            found.append(confidence)
            if any(row["how"] in ("exact alias", "variant") for row in mention["entries"]):
                exact.append(confidence)
            if confidence < least:
                why = loss(screener, document["text"], mention)
                losses[why.split(":")[0].split("(")[0]] += 1
                lines.append(
                    f"  {document['id']} {mention['text']!r} ({mention['entries'][0]['how']}): {why}"
                )
    print(f"\n{path.name}: {len(found)} mentions of listed parties, {len(exact)} by a listed name or variant")
    wrong = [confidence for one in zip(documents, answers, strict=True) for confidence in strangers(*one)]
    for threshold in THRESHOLDS:
        right = sum(confidence >= threshold for confidence in found)
        strange = sum(confidence >= threshold for confidence in wrong)
        print(
            f"  at {threshold:<5} recall {right / len(found):.3f}"
            f"   of listed names and variants {sum(c >= threshold for c in exact) / len(exact):.3f}"
            f"   precision {right / max(1, right + strange):.3f} ({strange} others)"
        )
    print("\n".join([f"losses at {least}: {dict(losses)}", *lines]))


def strangers(document: dict[str, Any], organizations: Sequence[Organization]) -> list[float]:
    """Return the confidences of the organizations whose best match is no party labelled there."""
    truth = [
        row for mention in document["mentions"] for row in (*mention["entries"], *mention.get("related", ()))
    ]
    return [
        organization.matches[0].confidence
        for organization in organizations
        if organization.matches and not any(is_right(match, truth) for match in organization.matches)
    ]


def report_news(screener: Screener, texts: Sequence[str], show: int) -> None:
    """Print false organizations an article over thresholds, what they are, the speed, and where time goes."""
    words = sum(len(text.split()) for text in texts)
    fresh = Screener(screener.matcher, screener.spotter, screener.recognizers)
    start = time.process_time()
    found = [one for text in screened(fresh, texts) for one in text if one.matches]
    spent = time.process_time() - start
    models = ", ".join(one.name for one in screener.recognizers) or "no models"
    print(
        f"\n{len(texts):,} ordinary articles, {words:,} words, {models}: {len(texts) / spent:.0f} articles/s,"
        f" {words / spent:,.0f} words/s on one core ({words / spent / 400:.0f} articles/s of 400 words)"
    )
    for threshold in (one for one in THRESHOLDS if one >= Options().min_confidence):
        count = sum(organization.matches[0].confidence >= threshold for organization in found)
        print(f"  at {threshold:<5} {count / len(texts):.3f} organizations an article")
    names = Counter(
        (organization.name, organization.matches[0].candidate.listing.entry.name)
        for organization in found
        if organization.matches[0].confidence >= 0.5
    )
    for (name, listed), count in names.most_common(show):
        print(f"    {count:3} {name!r} as {listed!r}")


def screened(screener: Screener, texts: Sequence[str]) -> Iterator[tuple[Organization, ...]]:
    """Screen texts as the command does: so many at a time."""
    for start in range(0, len(texts), TOGETHER):
        yield from screener.screen_many(texts[start : start + TOGETHER])


STAGES = {
    "models": ("recognizers.py", "recognized"),
    "words": ("words.py", "read_words"),
    "listed names": ("spotter.py", "spot_all"),
    "mentions": ("finding.py", "mentions_in"),
    "groups": ("resolution.py", "group_mentions"),
    "prospects": ("prospects.py", "of"),
    "evidence near": ("pages.py", "questions"),
    "matches with evidence": ("matching.py", "match_many"),
    "settling": ("pages.py", "organizations"),
}


def report_stages(screener: Screener, texts: Sequence[str]) -> None:
    """Print each stage's share of the time, under the profiler, which makes many small calls look dearer."""
    profile = cProfile.Profile()
    fresh = Screener(screener.matcher, screener.spotter, screener.recognizers)
    profile.enable()
    list(screened(fresh, texts))
    profile.disable()
    spent: Counter[tuple[str, str]] = Counter()
    for (file, _line, function), (_, _, _, cumulative, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        spent[Path(file).name, function] += cumulative
    whole = spent["screening.py", "screen_many"]
    print("where the time goes:")
    for name, key in STAGES.items():
        print(f"  {name:<22} {spent[key] / whole:6.1%}")


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--articles", type=int, default=600)
    parser.add_argument("--models", default="auto")
    parser.add_argument("--show", type=int, default=40)
    chosen = parser.parse_args()
    entries = load_corpus(chosen.shared / "data" / "import").entries
    matcher = Matcher(CandidateIndex(build_index(entries)), Corpus(entries))
    recognizers = choose_recognizers(chosen.models.split(","), print)
    spotter = AliasSpotter(build_spotter(entries))
    path = chosen.shared / "eval" / "articles_newswire_1987.jsonl"
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    texts = texts[:: max(1, len(texts) // chosen.articles)][: chosen.articles]
    gc.freeze()  # the entries stay; a service reads them from its files when it needs them
    for models in dict.fromkeys(((), recognizers)):
        screener = Screener(matcher, spotter, models)
        report_gold(screener, chosen.shared / "eval" / "gold_links.jsonl", 0.5)
        report_news(screener, texts, chosen.show)
        report_stages(screener, texts[:200])


if __name__ == "__main__":
    main()
