"""Sharing the work out: which shares are left, given what is committed, and how far a run is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from service.batch.inputs import SECTION
from service.batch.parts import PartName, Share
from service.batch.plan import Plan

LARGE = SECTION[0]
"""Bytes from which a unit that cannot be cut is worked on by every process at once, where there are few of them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: bytes of inputs that are done and that there are, and what came of their records."""

    total: int
    done: int = 0
    records: int = 0
    skipped: int = 0
    hits: int = 0


def done_parts(names: Iterable[PartName]) -> dict[int, dict[int, bool]]:
    """Return, for each unit, the sequence numbers that are committed and whether each is the last."""
    found: dict[int, dict[int, bool]] = defaultdict(dict)
    for name in names:
        found[name.unit][name.sequence] = name.is_last
    return found


def is_done(parts: dict[int, bool]) -> bool:
    """Whether all parts of a unit up to the last are there."""
    return any(is_last and len(parts) == sequence + 1 for sequence, is_last in parts.items())


def open_shares(plan: Plan, names: Iterable[PartName], workers: int) -> Iterator[Share]:
    """Yield what is left to do, in canonical order."""
    done = done_parts(names)
    left = [unit for unit in plan.units() if not is_done(done.get(unit.number, {}))]
    few = sum(not unit.is_section for unit in left) < 2 * workers
    for unit in left:
        turns = workers if few and not unit.is_section and unit.size >= LARGE else 1
        for turn in range(turns):
            yield Share(unit, plan.records, turn, turns, frozenset(done.get(unit.number, ())))
