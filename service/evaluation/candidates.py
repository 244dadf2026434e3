"""Whether the index proposes the right party at all, before anything is compared: recall among so many entries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lists.models import ListEntry
from matchers.index import CandidateIndex
from service.evaluation.differences import Evidence
from service.evaluation.queries import Question
from service.evaluation.trials import Trial

DEPTHS = (5, 10, 30, 50)
"""Entries among which the right one must be."""
_MOST = 1_000
"""Names that the index is asked for; it proposes fewer by itself."""


def _rank(index: CandidateIndex, entries: Sequence[ListEntry], question: Question) -> float:
    """Return how many other entries are proposed before a right one; infinity where none is."""
    names = index.propose(index.prepare(question.text), _MOST)
    proposed = dict.fromkeys(index.arrays["name_entry"][names].tolist())
    right = (place for place, entry in enumerate(proposed) if entries[entry].ref in question.truth)
    return next(right, np.inf)


def recall_of_candidates(index: CandidateIndex, trial: Trial) -> dict[int, float]:
    """Return for each depth the share of questions with string evidence whose right entry is proposed within it."""
    questions = [question for question in trial.positives if question.evidence is Evidence.STRING]
    ranks = np.array([_rank(index, trial.entries, question) for question in questions])
    return {depth: float(np.mean(ranks < depth)) if len(ranks) else 0.0 for depth in DEPTHS}
