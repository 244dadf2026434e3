"""Hand-written cases: names that must match and must not, in what order, either way round, and step by step.

A `must` row fails the build. `should` rows are hard cases; the share of them that holds has a floor in `floors.json`.
"""

import csv
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from matchers.matching import Matcher
from matchers.models import Options, Query
from matchers.pairs import default_pair_matcher
from service.evaluation.corpus import Corpus

CASES = Path(__file__).parent / "cases"
THRESHOLD = 0.5
"""The default confidence from which a match is shown."""
Row = dict[str, str]


def rows(name: str, tier: str | None = None) -> list[Row]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if tier is None or row["tier"] == tier]


def label(row: Row) -> str:
    return row["why"]


def score(first: str, second: str) -> float:
    return default_pair_matcher().compare(Query(first), Query(second)).score


def holds_pair(row: Row) -> bool:
    confidence = default_pair_matcher().compare(Query(row["first"]), Query(row["second"])).confidence
    return (confidence >= THRESHOLD) == (row["expected"] == "same")


def holds_query(matcher: Matcher, row: Row) -> bool:
    matches = matcher.match(Query(row["query"]), Options(min_confidence=THRESHOLD))
    if row["expected"] == "none":
        return not matches
    return bool(matches) and "/".join(matches[0].candidate.listing.entry.ref) in row["expected"].split(" | ")


@pytest.mark.parametrize("row", rows("pairs.csv", "must"), ids=label)
def test_pair(row: Row) -> None:
    found = default_pair_matcher().compare(Query(row["first"]), Query(row["second"]))
    assert holds_pair(row), f"{row['first']} / {row['second']}: confidence {found.confidence:.2f}"


@pytest.mark.parametrize("row", rows("queries.csv", "must"), ids=label)
def test_query(matcher: Matcher, row: Row) -> None:
    matches = matcher.match(Query(row["query"]), Options(min_confidence=0.0))
    found = [(match.candidate.listing.entry.name, round(match.confidence, 2)) for match in matches[:3]]
    assert holds_query(matcher, row), f"{row['query']}: {found}"


def test_hard_cases(matcher: Matcher, embedded: Corpus, floors: Any) -> None:
    pairs, queries = rows("pairs.csv", "should"), rows("queries.csv", "should")
    found = {
        "pairs": sum(holds_pair(row) for row in pairs) / len(pairs),
        "queries": sum(holds_query(matcher, row) for row in queries) / len(queries),
    }
    floors.check("hard-cases", embedded.sha256, found)


@pytest.mark.parametrize("row", rows("orderings.csv"), ids=label)
def test_ordering(row: Row) -> None:
    nearer, farther = (score(row["query"], row[name]) for name in ("nearer", "farther"))
    assert nearer > farther, f"{row['nearer']}: {nearer:.2f}, {row['farther']}: {farther:.2f}"


@pytest.mark.parametrize("row", rows("chains.csv"), ids=label)
def test_score_never_rises_on_the_way_away(row: Row) -> None:
    scores = [(name, score(row["query"], name)) for name in row["names"].split(" > ")]
    for nearer, farther in pairwise(scores):
        assert nearer[1] >= farther[1], f"{nearer} is nearer than {farther}"


@pytest.mark.parametrize("row", rows("pairs.csv", "must"), ids=label)
def test_the_verdict_is_the_same_either_way_round(row: Row) -> None:
    assert holds_pair({**row, "first": row["second"], "second": row["first"]})


@pytest.mark.parametrize("name", ["Sberbank", "JOINT STOCK COMPANY ALFA-BANK", "Рособоронэкспорт", "КТРВ"])
def test_a_name_is_nearest_to_itself(name: str) -> None:
    itself = score(name, name)
    assert all(itself >= score(name, row["second"]) for row in rows("pairs.csv"))
