"""How long every matcher takes for one name, asked one by one in the same run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from lists.models import ListEntry
from service.evaluation.subjects import Command, Subject

WARM_UP = 50
"""Names that are asked before the clock counts."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds to prepare the index, and milliseconds for every name."""

    subject: str
    prepare_seconds: float
    milliseconds: list[float]


def _of_command(command: Command, entries: Sequence[ListEntry], names: Sequence[str]) -> Speed | None:
    begun = time.perf_counter()
    taken = command.seconds(entries, names)
    if taken is None:
        return None
    preparing = time.perf_counter() - begun - sum(taken)
    return Speed(command.name, preparing, [1_000 * seconds for seconds in taken[WARM_UP:]])


def measure_speed(subject: Subject, entries: Sequence[ListEntry], names: Sequence[str]) -> Speed | None:
    """Ask a matcher every name by itself; the first fifty are a warm-up.

    A command says its own times; None where it does not.
    """
    if isinstance(subject, Command):
        return _of_command(subject, entries, names)
    begun = time.perf_counter()
    answerer = subject.prepare(entries)
    preparing = time.perf_counter() - begun
    for name in names[:WARM_UP]:
        answerer([name])
    taken = []
    for name in names[WARM_UP:]:
        begun = time.perf_counter()
        answerer([name])
        taken.append(1_000 * (time.perf_counter() - begun))
    return Speed(subject.name, preparing, taken)
