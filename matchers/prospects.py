"""What a name can reach by itself: so that only names with a prospect are asked for with all their evidence.

A text names many parties, and hardly any is listed. Each distinct name is asked for once, alone; the best score is
remembered, over texts. What stands near a name can add a known most to that, so a name that stays below even so
needs no further look. Nothing is lost by it: the names with a prospect are asked as if there were no memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from threading import Lock
from typing import Protocol

import numpy as np

from matchers.matching import Matcher
from matchers.models import Options, Query
from matchers.scoring.evidence import most_evidence

MOST_NAMES = 100_000
"""Names that are remembered for a way of asking; then the oldest are forgotten."""
MOST_WAYS = 4
NOTHING = float("-inf")
_STEP = 0.125
"""How finely a least score is looked for."""
_EVERYTHING = Query("", context=("",), near_countries=("",), cues=("",), labels=("",))


class Scores(Protocol):
    """A memory of scores that others write to as well; it may forget."""

    def get(self, key: str) -> float | None:
        """Return the score of a key, None where it is not known."""
        ...

    def put(self, key: str, score: float) -> None:
        """Remember the score of a key."""
        ...


class Prospects:
    """The best score that each name reaches without evidence, remembered. Safe to share between threads.

    `scores` is what others have learned, who ask a matcher over the same index in the same way.
    """

    def __init__(self, matcher: Matcher, scores: Scores | None = None) -> None:
        self._matcher = matcher
        self._scores = scores
        self._known: dict[Options, dict[str, float]] = {}
        self._lock = Lock()

    def of(self, names: Iterable[str], options: Options) -> dict[str, float]:
        """Return the best score of each name; `NOTHING` where no evidence could lift it to the least confidence."""
        alone = Options(1, self._floor(options), options.list_ids, options.schemas, options.prior)
        known = self._memory(alone)
        scores = {name: known.get(name) for name in names}
        new = self._learned([name for name, score in scores.items() if score is None], alone)
        self._remember(known, new)
        return {name: new[name] if score is None else score for name, score in scores.items()}

    def _learned(self, names: list[str], alone: Options) -> dict[str, float]:
        """Return the best score of names that are not remembered: what others have learned, else what is."""
        if self._scores is None:
            return dict(zip(names, self._matcher.reach(names, alone), strict=True))
        way = _way(alone)
        told = {name: self._scores.get(way + name) for name in names}
        unknown = [name for name, score in told.items() if score is None]
        new = dict(zip(unknown, self._matcher.reach(unknown, alone), strict=True))
        for name, score in new.items():
            self._scores.put(way + name, score)
        return {name: new[name] if score is None else score for name, score in told.items()}

    def least(self, options: Options) -> float:
        """Return the score that the least confidence asked for takes, a step of the search too low at most."""
        scores = np.arange(-40.0, 40.0, _STEP)
        enough = self._confidence(scores, options) >= options.min_confidence
        return float(scores[max(int(enough.argmax()) - 1, 0)]) if enough.any() else -NOTHING

    def _floor(self, options: Options) -> float:
        lowest = np.array([self.least(options) - most_evidence(_EVERYTHING)])
        return float(self._confidence(lowest, options)[0])

    def _confidence(self, scores: np.ndarray, options: Options) -> np.ndarray:
        return self._matcher.calibration.confidence(scores, self._matcher.index.names, options.prior)

    def _memory(self, alone: Options) -> dict[str, float]:
        with self._lock:
            known = self._known.pop(alone, {})
            self._known[alone] = known
            while len(self._known) > MOST_WAYS:
                del self._known[next(iter(self._known))]
            return known

    def _remember(self, known: dict[str, float], new: dict[str, float]) -> None:
        with self._lock:
            known.update(new)
            for name in list(islice(known, max(0, len(known) - MOST_NAMES))):
                del known[name]


def _way(alone: Options) -> str:
    """Return a way of asking as a text, the same in every process."""
    asked = (alone.min_confidence, sorted(alone.list_ids), sorted(alone.schemas), alone.prior)
    return f"{asked}\n"
