"""Initials beside the name that they are of: which way round, and how many others have them."""

from __future__ import annotations

import numpy as np
import pytest

from lists.models import ListedName
from matchers.index import CandidateIndex, build_index
from matchers.models import Query
from matchers.pairs import entry_of
from matchers.scoring.features import NAMES, compute

FULL = "Northern Ice Observation Centre"


def said(query: str, *names: str) -> tuple[float, float]:
    """Return what `acronym` and `spelled out` are for the first of the listed names."""
    index = CandidateIndex(build_index([entry_of(Query(name)) for name in names]))
    row = compute(index, [index.prepare(query)], [np.zeros(1, np.int32)]).values[0]
    short, long = (float(row[NAMES.index(name)]) for name in ("acronym", "spelled out"))
    return short, long


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        ("NIOC", FULL, (2, 0)),
        (FULL, "NIOC", (0, 2)),
        ("Institute of Ice (NIOC)", "NIOC", (2, 0)),
        ("NIO", "Northern Ice Observation", (1, 0)),
        ("NIOSA", "Northern Ice Observation SA", (3, 0)),
        ("NIOL", "Northern Ice Observation Ltd", (2, 0)),
        ("NIOL", "Northern Ice Observation LLP", (0, 0)),
        ("Bell Foundry", FULL, (0, 0)),
        ("Bell", FULL, (0, 0)),
    ],
)
def test_initials_are_told_from_the_name_that_they_are_of(
    query: str, name: str, expected: tuple[int, int]
) -> None:
    assert said(query, name) == expected


def test_initials_that_several_parties_have_say_less_of_each() -> None:
    alone, (beside, _) = said("NIOC", FULL)[0], said("NIOC", FULL, "Nowhere Iron Ore Company")
    assert 1 < beside < alone


@pytest.mark.parametrize(("other", "expected"), [("National Iranian Oil Company", 0), ("Ice Research", 2)])
def test_initials_that_the_entry_explains_itself_are_not_those_of_another_name(
    other: str, expected: int
) -> None:
    listed = entry_of(Query("NIOC"))
    listed = listed.model_copy(update={"names": (*listed.names, ListedName(text=other))})
    index = CandidateIndex(build_index([listed]))
    row = compute(index, [index.prepare(FULL)], [np.zeros(1, np.int32)]).values[0]
    assert row[NAMES.index("spelled out")] == expected
