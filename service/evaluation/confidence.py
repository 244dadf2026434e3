"""Reliability of this matcher's confidence, over all answers and over every slice that matters.

The names asked for are held-out aliases of all lists (reachable or not) and names that are on no list,
weighted so that the share of listed names is the stated prior.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from service.evaluation.measures import Answer
from service.evaluation.queries import Question
from service.evaluation.reliability import Observation, Reliability, prior_weights, reliability
from service.evaluation.results import Owners, Result

SMALLEST_SLICE = 100
"""Observations from which a slice is shown."""


def observations(
    questions: Sequence[Question], answers: Sequence[Sequence[Answer]], owners: Owners, prior: float
) -> list[Observation | None]:
    """Return the best answer of every question as an observation; None where there is no answer."""
    listed = sum(bool(question.truth) for question in questions)
    positive, negative = prior_weights(listed, len(questions) - listed, prior)
    found: list[Observation | None] = []
    for question, ranked in zip(questions, answers, strict=True):
        if not ranked:
            found.append(None)
            continue
        list_id, entry_id, confidence = ranked[0]
        is_right = bool(question.truth) and owners.get((list_id, entry_id)) == question.party
        found.append(Observation(confidence, is_right, positive if question.truth else negative))
    return found


def overall(result: Result, owners: Owners, prior: float) -> Reliability:
    """Return the reliability of all best answers."""
    found = observations(result.trial.questions, result.answers, owners, prior)
    return reliability([one for one in found if one is not None])


def sliced(result: Result, owners: Owners, prior: float) -> list[tuple[str, Reliability]]:
    """Return the reliability of every slice of the names asked for, and of the lists that answered."""
    found = observations(result.trial.questions, result.answers, owners, prior)
    slices: dict[str, list[Observation]] = defaultdict(list)
    for question, answers, one in zip(result.trial.questions, result.answers, found, strict=True):
        if one is not None:
            for trait, value in question.traits.items():
                if trait != "list":
                    slices[f"{trait}: {value}"].append(one)
            slices[f"list of the entry: {answers[0][0]}"].append(one)
    shown = sorted((name, members) for name, members in slices.items() if len(members) >= SMALLEST_SLICE)
    return [(name, reliability(members)) for name, members in shown]
