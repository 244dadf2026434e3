"""Measure what evidence beside a name says: log-likelihood ratios between right and wrong parties.

    python tests/benchmarks/evidence.py [SHARED_FOLDER] [--articles N]

Right: the labelled parties of the sentences in `gold_links.jsonl`. Wrong: their other candidates there, and all
candidates in newswire of 1987. Of both only those near the default threshold count. A ratio is the logarithm of how
much oftener an observation is made of right parties; half an observation is added to each count. The sentences are
few, and all of them are about sanctions, so the weights in `matchers/scoring/nearness.py` stay well below the ratios.
"""

from __future__ import annotations

import argparse
import json
import math
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lists.models import ListEntry, Snapshot
from matchers.index import CandidateIndex, build_index
from matchers.matching import Matcher
from matchers.mentions import AliasSpotter, build_spotter
from matchers.mentions.vocabulary import fold_key
from matchers.models import Listing, Options, Query
from matchers.pages import query_of
from matchers.scoring.evidence import countries_of
from matchers.scoring.nearness import is_generic, places_nearby, words_nearby
from matchers.screening import SCREENED, Screener
from service.evaluation.corpus import load_corpus

SHARED = Path(os.environ.get("SANCTIONS_XREF_SHARED", Path(__file__).parents[3] / "shared"))
SNAPSHOT = Snapshot.model_construct(list_id="benchmark", version="1", sha256="0" * 64)
CLOSE = Options(limit=30, min_confidence=0.005, schemas=SCREENED)
Seen = dict[str, str]


class Corpus:
    """The entries of all lists, as the matcher reads them."""

    def __init__(self, entries: Sequence[ListEntry]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, number: int) -> Listing:
        return Listing(SNAPSHOT, self._entries[number])


def observed(query: Query, entry: ListEntry) -> Seen:
    """Return what is seen of a candidate beside its name."""
    theirs = countries_of(entry)
    near, far = set(query.near_countries), set(query.article_countries)
    country = (
        "none known"
        if not theirs
        else "same, sentence"
        if theirs & near
        else "same, elsewhere"
        if theirs & far
        else "other, sentence"
        if near
        else "other, elsewhere"
        if far
        else "none spoken of"
    )
    words, places = words_nearby(query, entry), places_nearby(query, entry)
    return {
        "country, generic name" if is_generic(query.name) else "country, other name": country,
        "words of the name nearby": str(min(len(words), 2)),
        "places of addresses nearby": "yes" if places else "no",
        "sanctions": "sentence" if query.cues else "elsewhere" if query.article_cues else "none",
    }


def is_labelled(entry: ListEntry, rows: Iterable[dict[str, Any]]) -> bool:
    """Say whether an entry is one of the labelled ones; lists without ids are compared by name."""
    names = {fold_key(name.text) for name in entry.names}
    return any(row["entry_id"] == entry.entry_id or fold_key(row["name"]) in names for row in rows)


def candidates(
    screener: Screener, text: str, labels: Sequence[dict[str, Any]]
) -> Iterator[tuple[bool, Seen]]:
    """Yield of each candidate of a text whether it is right, and what is seen; related parties are left out."""
    (page,) = screener.read([text])
    for group in page.groups:
        context = page.near.of(group.spans)
        own = [
            one
            for one in labels
            if any(m.start < one["end"] and one["start"] < m.end for m in group.mentions)
        ]
        right = [row for one in own for row in one["entries"]]
        related = [row for one in own for row in one.get("related", ())]
        names = [
            variant.text
            for variant in group.variants
            if variant.how not in ("short form", "symbol", "no name")
        ]
        seen: set[tuple[str, str]] = set()
        for name, matches in zip(
            names, screener.matcher.match_many([Query(n) for n in names], CLOSE), strict=True
        ):
            query = query_of(name, context)
            for entry in (match.candidate.listing.entry for match in matches):
                is_right = is_labelled(entry, right)
                if entry.ref not in seen and (is_right or not is_labelled(entry, related)):
                    seen.add(entry.ref)
                    yield is_right, observed(query, entry)


def report(right: Sequence[Seen], beside: Sequence[Seen], news: Sequence[Seen]) -> None:
    """Print the counts and the ratios of every observation."""
    kinds = sorted({kind for seen in (*right, *beside, *news) for kind in seen})
    for kind in kinds:
        counts = [Counter(seen[kind] for seen in group if kind in seen) for group in (right, beside, news)]
        totals = [sum(count.values()) for count in counts]
        print(f"\n{kind:<28}{'right':>8}{'wrong':>8}{'news':>8}{'ratio':>10}{'to news':>10}")
        for value in sorted(set().union(*counts)):
            shares = [(count[value] + 0.5) / (total + 1) for count, total in zip(counts, totals, strict=True)]
            numbers = "".join(f"{count[value]:8}" for count in counts)
            to_wrong, to_news = (math.log(shares[0] / share) for share in shares[1:])
            print(f"  {value:<26}{numbers}{to_wrong:+10.2f}{to_news:+10.2f}")


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--articles", type=int, default=300)
    chosen = parser.parse_args()
    entries = load_corpus(chosen.shared / "data" / "import").entries
    matcher = Matcher(CandidateIndex(build_index(entries)), Corpus(entries))
    screener = Screener(matcher, AliasSpotter(build_spotter(entries)))
    gold = [json.loads(line) for line in (chosen.shared / "eval" / "gold_links.jsonl").open(encoding="utf-8")]
    labelled = [found for one in gold for found in candidates(screener, one["text"], one["mentions"])]
    path = chosen.shared / "eval" / "articles_newswire_1987.jsonl"
    texts = [json.loads(line)["text"] for line in path.open(encoding="utf-8")]
    texts = texts[:: max(1, len(texts) // chosen.articles)][: chosen.articles]
    news = [seen for text in texts for _, seen in candidates(screener, text, ())]
    report([seen for right, seen in labelled if right], [seen for right, seen in labelled if not right], news)


if __name__ == "__main__":
    main()
