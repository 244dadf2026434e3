"""Whether the index proposes the right party at all, before anything is compared: recall among so many parties.

Not every question with string evidence can be answered: a name that shares one ordinary word with another is no
evidence for it. So recall is also given among those that the scorer would recognise if the right party were proposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lists.models import ListEntry
from matchers.index.words import Numbers
from matchers.matching import Matcher
from matchers.scoring.features import compute
from service.evaluation.differences import Evidence
from service.evaluation.parties import Ref
from service.evaluation.queries import Question
from service.evaluation.trials import Trial

DEPTHS = (5, 10, 30, 50)
"""Parties among which the right one must be."""
RECOGNISED = (0.0, 0.1, 0.5)
"""Confidences that the right party must reach for a question to be counted: none, little, the default threshold."""
_MOST = 1_000
"""Names that the index is asked for; it proposes fewer by itself."""


@dataclass(frozen=True, slots=True)
class Recall:
    """For each depth, the share of the questions whose right party is proposed within it.

    Counted are those whose right party reaches the confidence `least` by its own names, proposed or not.
    """

    least: float
    questions: int
    shares: Mapping[int, float]


class _Lookup:
    """The matcher of a trial, and whose the entries of its index are."""

    def __init__(self, matcher: Matcher, entries: Sequence[ListEntry], owners: Mapping[Ref, str]) -> None:
        self._matcher = matcher
        self._owner = [owners.get(entry.ref, "/".join(entry.ref)) for entry in entries]
        self._number = {entry.ref: number for number, entry in enumerate(entries)}

    def rank(self, question: Question) -> float:
        """Return how many other parties are proposed before the right one; infinity where it is not."""
        index = self._matcher.index
        names = index.propose(index.prepare(question.text), _MOST)
        proposed = dict.fromkeys(index.arrays["name_entry"][names].tolist())
        right = {self._number.get(ref) for ref in question.truth}
        others: set[str] = set()
        for entry in proposed:
            if entry in right:
                return len(others)
            others.add(self._owner[entry])
        return np.inf

    def confidence(self, question: Question) -> float:
        """Return the confidence of the right party's best name; 0 without one."""
        index, names = self._matcher.index, self._names(question)
        if not len(names):
            return 0.0
        table = compute(index, [index.prepare(question.text)], [names])
        best = self._matcher.model.score(table.values).max()
        return float(self._matcher.calibration.confidence(np.array([best]), index.names, None)[0])

    def _names(self, question: Question) -> Numbers:
        right = [self._number[ref] for ref in question.truth if ref in self._number]
        return np.flatnonzero(np.isin(self._matcher.index.arrays["name_entry"], right)).astype(np.int32)


def recall_of_candidates(matcher: Matcher, trial: Trial, owners: Mapping[Ref, str]) -> list[Recall]:
    """Return the recall of the index over the questions with string evidence, and over those that are recognised."""
    lookup = _Lookup(matcher, trial.entries, owners)
    questions = [question for question in trial.positives if question.evidence is Evidence.STRING]
    ranks = np.array([lookup.rank(question) for question in questions])
    confidences = np.array([lookup.confidence(question) for question in questions])
    return [_recall(least, ranks[confidences >= least]) for least in RECOGNISED]


def _recall(least: float, ranks: np.ndarray) -> Recall:
    shares = {depth: float(np.mean(ranks < depth)) if len(ranks) else 0.0 for depth in DEPTHS}
    return Recall(least, len(ranks), shares)
