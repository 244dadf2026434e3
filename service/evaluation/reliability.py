"""Whether a confidence is a probability: expected calibration error, and each tenth against its interval.

One observation is the best answer of one question: its confidence, and whether it names the right party. A
question without an answer is no observation. Confidence depends on how many of the names asked for are
listed (the prior), so observations of positives and negatives are weighted to stand for a stream with
exactly that prior, and intervals use the effective number of observations (Kish).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.evaluation.measures import Interval, wilson

Floats = NDArray[np.float64]
TENTHS = 10
DRAWS = 400
"""How often outcomes are drawn, to see what error chance alone makes."""


@dataclass(frozen=True, slots=True)
class Observation:
    """The best answer of one question."""

    confidence: float
    is_right: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Tenth:
    """The observations whose confidence lies in one tenth."""

    low: float
    count: int
    confidence: float
    """Weighted mean confidence."""
    right: Interval
    """Weighted share that is right, with its 95% interval over the effective number of observations."""

    @property
    def agrees(self) -> bool:
        """Say whether the mean confidence lies within the interval; an empty tenth does."""
        return self.count == 0 or self.right.low <= self.confidence <= self.right.high


@dataclass(frozen=True, slots=True)
class Reliability:
    """The ten tenths, the expected calibration error, and what of it chance explains."""

    tenths: tuple[Tenth, ...]
    error: float
    chance: float
    """The error that a perfect confidence stays below 95 times of 100, were these its answers: few make it large."""
    observations: int

    @property
    def agreeing(self) -> int:
        """Tenths that lie within their interval, among those that hold observations."""
        return sum(tenth.agrees for tenth in self.tenths if tenth.count)

    @property
    def filled(self) -> int:
        """Tenths that hold observations."""
        return sum(tenth.count > 0 for tenth in self.tenths)


def prior_weights(positives: int, negatives: int, prior: float) -> tuple[float, float]:
    """Return the weights of a positive and of a negative that make their shares those of the prior; mean 1.

    >>> prior_weights(50, 100, 0.5)
    (1.5, 0.75)
    """
    total = positives + negatives
    return prior * total / max(1, positives), (1 - prior) * total / max(1, negatives)


def _tenth(place: int, confidence: Floats, right: Floats, weight: Floats) -> Tenth:
    if not len(weight) or weight.sum() == 0:
        return Tenth(place / TENTHS, 0, 0.0, wilson(0, 0))
    effective = float(weight.sum() ** 2 / np.sum(weight**2))
    share = float(np.average(right, weights=weight))
    mean = float(np.average(confidence, weights=weight))
    return Tenth(place / TENTHS, len(weight), mean, wilson(share * effective, effective))


def reliability(observations: Sequence[Observation]) -> Reliability:
    """Return the reliability table of some observations."""
    confidence = np.array([one.confidence for one in observations], dtype=np.float64)
    right = np.array([one.is_right for one in observations], dtype=np.float64)
    weight = np.array([one.weight for one in observations], dtype=np.float64)
    places = np.minimum((confidence * TENTHS).astype(np.int64), TENTHS - 1)
    tenths, error = [], 0.0
    for place in range(TENTHS):
        inside = places == place
        tenth = _tenth(place, confidence[inside], right[inside], weight[inside])
        tenths.append(tenth)
        if tenth.count:
            error += float(weight[inside].sum()) * abs(tenth.confidence - tenth.right.value)
    chance = _chance(confidence, weight, places)
    return Reliability(tuple(tenths), error / max(float(weight.sum()), 1e-12), chance, len(observations))


def _chance(confidence: Floats, weight: Floats, places: NDArray[np.int64]) -> float:
    """Return the error below which 95% of the outcomes stay that are drawn as the confidences say; always the same."""
    random, errors = np.random.default_rng(7), []
    for _ in range(DRAWS):
        missed = weight * (confidence - (random.random(len(confidence)) < confidence))
        errors.append(np.abs(np.bincount(places, missed, TENTHS)).sum() / max(float(weight.sum()), 1e-12))
    return float(np.quantile(errors, 0.95))
