"""The public `sanctions-screening-benchmark`, run on our lists: its changes of names and its near misses.

Its cases are made in the peers' environment from the first organizations of one list; its rule is kept: a
hit is the expected party first and at the matcher's default threshold or above, a false alarm is any answer
there. Near misses that hold a listed name whole, such as `Kave S.A.` for `KAVE, S.A.`, are counted apart: a
screening that says nothing there has missed something.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from lists.models import EntitySchema, ListEntry
from service.evaluation.cache import AnswerCache
from service.evaluation.measures import Answer, wilson
from service.evaluation.peers import PeerEnvironment
from service.evaluation.subjects import Subject
from service.evaluation.tables import number, table, with_interval
from service.evaluation.wording import core_tokens

ORGANIZATIONS = 150
"""Entries that the cases are made of, as in the figures that others published."""
EQUAL_ALARMS = 0.3
"""The share of near misses without a listed name that may alarm, where they set the threshold of each matcher."""


@dataclass(frozen=True, slots=True)
class Case:
    """One query of the public benchmark; `expected` is None for a near miss."""

    query: str
    expected: tuple[str, str] | None
    kind: str
    holds_name: bool
    """Whether it has all words of a listed name, leaving out its legal form."""


@dataclass(frozen=True, slots=True)
class Score:
    """Cases answered as they should be, and cases, by kind."""

    subject: str
    hits: dict[str, int]
    counts: dict[str, int]
    alarms: dict[bool, int]
    """False alarms on near misses that hold a listed name whole, and on the others."""
    near_misses: dict[bool, int]
    hits_alike: int
    """Hits where the threshold is such that no more than `EQUAL_ALARMS` of the others alarm."""


def choose(entries: Sequence[ListEntry]) -> list[ListEntry]:
    """Return the organizations that the cases are made of."""
    organizations = [entry for entry in entries if entry.schema_ is EntitySchema.ORGANIZATION]
    return [entry for entry in organizations if len(entry.name.split()) >= 2][:ORGANIZATIONS]


def make_cases(peers: PeerEnvironment, entries: Sequence[ListEntry]) -> list[Case]:
    """Return the public benchmark's cases for some entries."""
    listed = {frozenset(core_tokens(name.text)) for entry in entries for name in entry.names} - {frozenset()}
    cases = []
    for found in peers.perturbed(entries):
        query, expected = str(found["query"]), found["expected"]
        ref = (str(expected[0]), str(expected[1])) if isinstance(expected, list) else None
        words = frozenset(core_tokens(query))
        cases.append(Case(query, ref, str(found["kind"]), any(name <= words for name in listed)))
    return cases


def _top(answers: Sequence[Answer], threshold: float) -> tuple[str, str] | None:
    return (answers[0][0], answers[0][1]) if answers and answers[0][2] >= threshold else None


def score(subject: Subject, entries: Sequence[ListEntry], cases: Sequence[Case], cache: AnswerCache) -> Score:
    """Ask a matcher every case and count by the public benchmark's rule."""
    answered = cache.ask(subject, entries, [case.query for case in cases]).answers
    hits: dict[str, int] = defaultdict(int)
    counts: dict[str, int] = defaultdict(int)
    alarms, near_misses = {True: 0, False: 0}, {True: 0, False: 0}
    right: list[float] = []
    near: list[float] = []
    for case, answers in zip(cases, answered, strict=True):
        best = answers[0][2] if answers else -inf
        if case.expected is None and not case.holds_name:
            near.append(best)
        elif case.expected is not None and _top(answers, -inf) == case.expected:
            right.append(best)
        top = _top(answers, subject.default_score)
        if case.expected is None:
            near_misses[case.holds_name] += 1
            alarms[case.holds_name] += top is not None
        else:
            counts[case.kind] += 1
            hits[case.kind] += top == case.expected
    threshold = next(iter(sorted(near, reverse=True)[int(EQUAL_ALARMS * len(near)) :]), -inf)
    alike = sum(best > threshold for best in right)
    return Score(subject.name, dict(hits), dict(counts), alarms, near_misses, alike)


def score_table(scores: Sequence[Score]) -> str:
    """Return recall by kind of change, one column a matcher, then all and the false alarms on near misses."""
    counts = scores[0].counts
    rows = [
        [kind, str(counts[kind]), *(number(one.hits[kind] / counts[kind]) for one in scores)]
        for kind in sorted(counts)
    ]
    total = sum(counts.values())
    found = (with_interval(wilson(sum(one.hits.values()), total)) for one in scores)
    rows.append(["**all changes: recall**", str(total), *found])
    for holds_name, near in scores[0].near_misses.items():
        alarms = (with_interval(wilson(one.alarms[holds_name], near)) for one in scores)
        kind = "a listed name whole" if holds_name else "no listed name whole"
        rows.append([f"**near misses that hold {kind}: alarms**", str(near), *alarms])
    alike = (with_interval(wilson(one.hits_alike, total)) for one in scores)
    rows.append(
        [f"**all changes: recall where up to {number(EQUAL_ALARMS)} of the last alarm**", str(total), *alike]
    )
    return table(["kind", "cases", *(one.subject for one in scores)], rows)
