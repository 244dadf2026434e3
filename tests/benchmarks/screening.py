"""Measure the whole path: listed organizations that are found, false organizations in ordinary news, speed.

    python tests/benchmarks/screening.py [SHARED_FOLDER] [--articles N] [--strict 0.9] [--models en,ru] [--show N]

For each labelled mention of a listed party that is not found at the threshold, the report says where it was lost:
no mention has its words; its party is no candidate for its words; the party scored low; another reading won.
False organizations: organizations with a match at the threshold in newswire of 1987, nearly all of them namesakes.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lists.models import ListEntry, Snapshot
from matchers.index import CandidateIndex, build_index
from matchers.matching import Matcher
from matchers.mentions import AliasSpotter, Recognizer, build_spotter, find_mentions, resolve
from matchers.mentions.vocabulary import fold_key
from matchers.models import Listing, Match, Options, Organization, Query
from matchers.screening import SCREENED, screen
from service.evaluation.corpus import load_corpus
from service.recognizers import load_recognizers

SHARED = Path(os.environ.get("SANCTIONS_XREF_SHARED", Path(__file__).parents[3] / "shared"))
THRESHOLDS = (0.3, 0.5, 0.7, 0.9, 0.95, 0.99)


class Corpus:
    """The entries of all lists, as the matcher reads them."""

    def __init__(self, entries: Sequence[ListEntry]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, number: int) -> Listing:
        return Listing(SNAPSHOT, self._entries[number])


SNAPSHOT = Snapshot.model_construct(list_id="benchmark", version="1", sha256="0" * 64)


@dataclass(frozen=True, slots=True)
class Engine:
    """What screens: the matcher, the spotter, the models."""

    matcher: Matcher
    spotter: AliasSpotter
    recognizers: Sequence[Recognizer]

    def screen(self, text: str, least: float) -> tuple[Organization, ...]:
        """Return the organizations of a text."""
        return screen(
            text, self.matcher, self.spotter, Options(limit=20, min_confidence=least), self.recognizers
        )


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


def loss(engine: Engine, text: str, mention: dict[str, Any]) -> str:
    """Return where a labelled mention is lost."""
    groups = resolve(text, find_mentions(text, engine.spotter, engine.recognizers))
    touching = [
        group
        for group in groups
        if any(m.start < mention["end"] and mention["start"] < m.end for m in group.mentions)
    ]
    if not touching:
        return "no mention has its words"
    asked = {variant.text for group in touching for variant in group.variants}
    options = Options(limit=200, min_confidence=0.0, schemas=SCREENED)
    answers = engine.matcher.match_many([Query(name) for name in (mention["text"], *asked)], options)
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


def report_gold(engine: Engine, path: Path, least: float) -> None:
    """Print recall over thresholds, and each loss at the default threshold."""
    found: list[float] = []
    exact: list[float] = []
    losses: Counter[str] = Counter()
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        organizations = engine.screen(document["text"], 0.01)
        for mention in document["mentions"]:
            if not mention["entries"]:
                continue
            confidence = confidence_found(organizations, mention)
            found.append(confidence)
            if any(row["how"] in ("exact alias", "variant") for row in mention["entries"]):
                exact.append(confidence)
            if confidence < least:
                why = loss(engine, document["text"], mention)
                losses[why.split(":")[0].split("(")[0]] += 1
                lines.append(
                    f"  {document['id']} {mention['text']!r} ({mention['entries'][0]['how']}): {why}"
                )
    print(
        f"\n{path.name}: {len(found)} mentions of listed organizations, {len(exact)} by a listed name or variant"
    )
    for threshold in THRESHOLDS:
        print(
            f"  at {threshold:<5} recall {sum(c >= threshold for c in found) / len(found):.3f}"
            f"   of listed names and variants {sum(c >= threshold for c in exact) / len(exact):.3f}"
        )
    print("\n".join([f"losses at {least}: {dict(losses)}", *lines]))


def report_news(engine: Engine, texts: Sequence[str], show: int) -> None:
    """Print false organizations an article over thresholds, what they are, and the speed."""
    words = sum(len(text.split()) for text in texts)
    for text in texts[:10]:
        engine.screen(text, 0.5)
    start = time.process_time()
    found = [organization for text in texts for organization in engine.screen(text, 0.3)]
    spent = time.process_time() - start
    print(
        f"\n{len(texts):,} ordinary articles, {words:,} words: {len(texts) / spent:.0f} articles/s,", end=" "
    )
    print(f"{words / spent:,.0f} words/s on one core ({words / spent / 400:.0f} articles/s of 400 words)")
    for threshold in THRESHOLDS:
        count = sum(organization.matches[0].confidence >= threshold for organization in found)
        print(f"  at {threshold:<5} {count / len(texts):.3f} organizations an article")
    names = Counter(
        (organization.name, organization.matches[0].candidate.listing.entry.name)
        for organization in found
        if organization.matches[0].confidence >= 0.5
    )
    for (name, listed), count in names.most_common(show):
        print(f"    {count:3} {name!r} as {listed!r}")


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--strict", type=float, default=0.9)
    parser.add_argument("--models", default="")
    parser.add_argument("--show", type=int, default=40)
    chosen = parser.parse_args()
    entries = load_corpus(chosen.shared / "data" / "import").entries
    matcher = Matcher(CandidateIndex(build_index(entries)), Corpus(entries))
    recognizers = load_recognizers(filter(None, chosen.models.split(",")))
    engine = Engine(matcher, AliasSpotter(build_spotter(entries)), recognizers)
    report_gold(engine, chosen.shared / "eval" / "gold_links.jsonl", 0.5)
    path = chosen.shared / "eval" / "articles_newswire_1987.jsonl"
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    report_news(engine, texts[:: max(1, len(texts) // chosen.articles)][: chosen.articles], chosen.show)


if __name__ == "__main__":
    main()
