"""Where the matcher's time goes: each stage by itself, one name at a time and in batches, in CPU milliseconds.

A fifth of the names is asked first, so that what every process learns once is learnt. Of the others every second
group is asked as a whole and every other one stage by stage, so that no name is met twice.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from matchers.matching import Matcher
from matchers.models import Options, Query
from matchers.names import folding, knowledge, reading, spelling
from matchers.scoring import nearness
from matchers.scoring.features import compute

STAGES = ("prepare", "propose", "compare", "score")
"""Read the name; find candidates; align words and compute features; add up. The rest of an answer is `matches`."""
CANDIDATES = 30
"""Candidates that are compared, as in an answer."""
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Profile:
    """CPU milliseconds a name, of so many that were asked together."""

    together: int
    are_new: bool
    """Whether the names were not read before."""
    stages: dict[str, float]
    """Mean of every stage; `matches` is what is left of the whole."""
    p50: float
    p95: float
    p99: float
    mean: float


def _timed(taken: list[float], names: int, stage: Callable[[], Answer]) -> Answer:
    begun = time.process_time()
    answer = stage()
    taken.append(1_000 * (time.process_time() - begun) / names)
    return answer


def _stage_by_stage(matcher: Matcher, group: Sequence[str], taken: dict[str, list[float]]) -> None:
    index, count = matcher.index, len(group)
    prepared = _timed(taken["prepare"], count, lambda: [index.prepare(name) for name in group])
    names = _timed(
        taken["propose"], count, lambda: [index.propose(reading, CANDIDATES) for reading in prepared]
    )
    if not any(map(len, names)):
        return
    table = _timed(taken["compare"], count, lambda: compute(index, prepared, names))
    _timed(taken["score"], count, lambda: matcher.model.score(table.values))


def _forget_words(matcher: Matcher) -> None:
    """Empty everything that remembers what was read of a name or a word."""
    matcher.index.words.read.cache_clear()
    for module in (folding, knowledge, nearness, reading, spelling):
        for member in vars(module).values():
            if hasattr(member, "cache_clear") and member.cache_info().maxsize is not None:
                member.cache_clear()


def profile(matcher: Matcher, names: Sequence[str], together: int, *, are_new: bool = True) -> Profile:
    """Ask names in groups of a size and return what each stage took; of new ones no name and no word is remembered."""
    if are_new:
        _forget_words(matcher)
    gc.collect()  # what the trials left behind is nobody's time
    taken: dict[str, list[float]] = {stage: [] for stage in STAGES}
    whole: list[float] = []
    fifth = len(names) // 5
    matcher.match_many([Query(name) for name in names[:fifth]], Options())
    for place, start in enumerate(range(fifth, len(names), together)):
        group = names[start : start + together]
        if place % 2:
            _stage_by_stage(matcher, group, taken)
        else:
            queries = [Query(name) for name in group]
            _timed(whole, len(group), lambda queries=queries: matcher.match_many(queries, Options()))  # type: ignore[misc]  # the default binds this turn's group
    stages = {stage: float(np.mean(values)) if values else 0.0 for stage, values in taken.items()}
    mean = float(np.mean(whole))
    stages["matches"] = max(0.0, mean - sum(stages.values()))
    p50, p95, p99 = np.percentile(whole, (50, 95, 99)).tolist()
    return Profile(together, are_new, stages, p50, p95, p99, mean)
