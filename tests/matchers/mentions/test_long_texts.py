"""What is done for a text grows with its length and not with its square, whatever stands in it.

Counted are the steps of the interpreter, which are the same each time, on a text and on one four times as long.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchers.mentions import settle
from matchers.mentions.context import Surroundings
from matchers.mentions.covered import Covered
from matchers.mentions.cues import find_cues
from matchers.mentions.relations import connections, renames
from matchers.models import Mention

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)).map(lambda at: (at[0], sum(at))))


def meets_any(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in spans)


@given(SPANS, SPANS)
def test_a_span_meets_what_is_covered_where_it_meets_any_part_of_it(spans, asked):
    covered = Covered(spans)
    assert [covered.meets(*span) for span in asked] == [meets_any(spans, *span) for span in asked]


@given(SPANS)
def test_what_was_added_is_covered(spans):
    covered, taken = Covered(), []
    for span in spans:
        assert covered.meets(*span) is meets_any(taken, *span)
        if not covered.meets(*span):
            covered.add(*span)
            taken.append(span)


UNIT = "Rostec, formerly known as Gazprom, a part of Rosneft, fell under sanctions. "
NAMES = ("Rostec", "Gazprom", "Rosneft")


def named(count: int) -> tuple[str, list[Mention]]:
    """Return a text that names three organizations in each of so many sentences, and its mentions."""
    mentions = [
        Mention(
            start, start + len(name), name, sentence=(number * len(UNIT), number * len(UNIT) + len(UNIT) - 1)
        )
        for number in range(count)
        for name in NAMES
        for start in [number * len(UNIT) + UNIT.index(name)]
    ]
    return UNIT * count, mentions


def of_one(mentions: list[Mention]) -> list[Mention]:
    return [mention for mention in mentions if mention.text == NAMES[0]]


WORK: dict[str, Callable[[str, list[Mention]], object]] = {
    "cues": lambda text, _: find_cues(text),
    "settled": lambda _, mentions: settle([(0.9, of_one(mentions)), (0.8, mentions)]),
    "near many": lambda text, mentions: Surroundings(text, mentions).of(of_one(mentions)),
    "near each": lambda text, mentions: list(map(Surroundings(text, mentions).of, zip(mentions))),
    "connected": lambda text, mentions: list(connections(text, mentions)),
    "renamed": lambda text, mentions: list(renames(text, mentions)),
}


def steps(work: Callable[[str, list[Mention]], object], count: int) -> int:
    """Return how many steps of the interpreter work takes on so many sentences."""
    given, taken = named(count), 0

    def trace(frame: FrameType, event: str, _: object) -> object:
        nonlocal taken
        frame.f_trace_opcodes = True
        taken += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work(*given)
    finally:
        sys.settrace(before)
    return taken


@pytest.mark.parametrize("name", WORK)
def test_four_times_the_text_is_four_times_the_work(name):
    steps(WORK[name], 1)  # what is read once and kept
    assert steps(WORK[name], 400) < 5 * steps(WORK[name], 100)
