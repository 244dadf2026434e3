"""What is counted: ranks, recall at a stated share of false alarms, and their intervals.

The protocol: a hit is a right party among the first five answers **and** above the threshold; a false alarm
is a negative for which anything is above the threshold. Two questions of honesty are settled here. Ranks
count parties, not entries, and among equal scores the right one is as likely to come first as any other, so
ranks are expected values. And a threshold must keep at most the stated share of the negatives strictly
under it: where more negatives than that tie at the highest score, recall at that share is 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.evaluation.queries import Question

SHARES = (0.001, 0.005, 0.01, 0.02, 0.05)
"""Shares of false alarms at which recall is stated."""
FIRST = 5
"""Answers among which the right one must be."""

Answer = tuple[str, str, float]
"""List id, entry id, score; higher is better."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95% interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question came to: chances that the right party is first or in the first five, and scores."""

    first: float
    first_five: float
    right: float
    """Score of the right party where it may be in the first five, else -inf."""
    top: float
    """Highest score of any answer, else -inf."""


def wilson(hits: float, total: float, z: float = 1.959964) -> Interval:
    """Return a share with its Wilson interval; 0 to 1 where there is nothing to count."""
    if total <= 0:
        return Interval(math.nan, 0.0, 1.0)
    share = hits / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return Interval(share, max(0.0, centre - spread), min(1.0, centre + spread))


def _best_by_party(answers: Sequence[Answer], owners: Mapping[tuple[str, str], str]) -> dict[str, float]:
    best: dict[str, float] = {}
    for list_id, entry_id, score in answers:
        owner = owners.get((list_id, entry_id), f"{list_id}/{entry_id}")
        best[owner] = max(score, best.get(owner, -math.inf))
    return best


def outcome(question: Question, answers: Sequence[Answer], owners: Mapping[tuple[str, str], str]) -> Outcome:
    """Rank the parties of the answers and find the right one; `owners` gives the party of an entry."""
    best = _best_by_party(answers, owners)
    top = max(best.values(), default=-math.inf)
    right = best.get(question.party, -math.inf) if question.truth else -math.inf
    if right == -math.inf:
        return Outcome(0.0, 0.0, -math.inf, top)
    above = sum(score > right for score in best.values())
    tied = sum(score == right for score in best.values())
    first = 1 / tied if above == 0 else 0.0
    first_five = min(1.0, max(0.0, (FIRST - above) / tied))
    return Outcome(first, first_five, right if first_five else -math.inf, top)


def threshold_at(share: float, tops: Floats) -> float:
    """Return the lowest score that at most this share of the negatives reach, just above the highest tie.

    `tops` are the highest scores of the negatives, -inf for those without an answer.
    """
    ordered = np.sort(tops)[::-1]
    allowed = math.floor(share * len(ordered) + 1e-9)
    if allowed >= len(ordered):
        return -math.inf
    return float(np.nextafter(ordered[allowed], math.inf))


def recall_at(share: float, rights: Floats, weights: Floats, tops: Floats) -> float:
    """Return the share of positives found at the threshold that lets through this share of the negatives."""
    if not len(rights):
        return math.nan
    return float(np.mean(weights * (rights >= threshold_at(share, tops)) * (rights > -math.inf)))


def false_alarms_at(recall: float, rights: Floats, weights: Floats, tops: Floats) -> float:
    """Return the share of negatives above the threshold that first reaches this recall; NaN if none does."""
    order = np.argsort(-rights, kind="stable")
    reached = np.cumsum(weights[order] * (rights[order] > -math.inf)) / len(rights)
    place = int(np.searchsorted(reached, recall - 1e-12))
    return math.nan if place >= len(rights) else float(np.mean(tops >= rights[order][place]))


@dataclass(frozen=True, slots=True)
class Ranking:
    """The outcomes of positives and negatives under one matcher in one setting."""

    positives: tuple[Outcome, ...]
    negatives: tuple[Outcome, ...]

    @property
    def rights(self) -> Floats:
        """Score of the right party per positive."""
        return np.array([one.right for one in self.positives], dtype=np.float64)

    @property
    def weights(self) -> Floats:
        """Chance per positive that the right party is in the first five."""
        return np.array([one.first_five for one in self.positives], dtype=np.float64)

    @property
    def tops(self) -> Floats:
        """Highest score per negative."""
        return np.array([one.top for one in self.negatives], dtype=np.float64)

    def first(self) -> Interval:
        """Return how often the right party comes first."""
        return wilson(sum(one.first for one in self.positives), len(self.positives))

    def first_five(self) -> Interval:
        """Return how often the right party is in the first five."""
        return wilson(sum(one.first_five for one in self.positives), len(self.positives))

    def recall(self, share: float, *, samples: int = 400, seed: int = 0) -> Interval:
        """Return recall at a share of false alarms; the interval resamples positives and negatives."""
        rights, weights, tops = self.rights, self.weights, self.tops
        value = recall_at(share, rights, weights, tops)
        if math.isnan(value) or not len(tops):
            return Interval(value, math.nan, math.nan)
        random = np.random.default_rng(seed)
        drawn = []
        for _ in range(samples):
            some = random.integers(0, len(rights), len(rights))
            others = random.integers(0, len(tops), len(tops))
            drawn.append(recall_at(share, rights[some], weights[some], tops[others]))
        low, high = np.quantile(drawn, (0.025, 0.975))
        return Interval(value, float(low), float(high))

    def at_score(self, score: float) -> tuple[Interval, Interval]:
        """Return recall and false alarms of everything that reaches a score."""
        hits = float(np.sum(self.weights * (self.rights >= score)))
        return wilson(hits, len(self.positives)), wilson(
            float(np.sum(self.tops >= score)), len(self.negatives)
        )

    def curve(self) -> tuple[Floats, Floats]:
        """Return false alarms and recall at every threshold, from the strictest on."""
        scores = np.unique(np.concatenate([self.rights, self.tops]))
        scores = scores[np.isfinite(scores)][::-1]
        rights, weights, tops = self.rights, self.weights, np.sort(self.tops)
        order = np.argsort(-rights, kind="stable")
        gained = np.concatenate([[0.0], np.cumsum(weights[order])])
        recall = gained[np.searchsorted(-rights[order], -scores, side="right")] / max(1, len(rights))
        alarms = (len(tops) - np.searchsorted(tops, scores, side="left")) / max(1, len(tops))
        return alarms, recall


def rank(
    positives: Sequence[tuple[Question, Sequence[Answer]]],
    negatives: Sequence[tuple[Question, Sequence[Answer]]],
    owners: Mapping[tuple[str, str], str],
) -> Ranking:
    """Turn answers into outcomes."""
    return Ranking(
        tuple(outcome(question, answers, owners) for question, answers in positives),
        tuple(outcome(question, answers, owners) for question, answers in negatives),
    )
