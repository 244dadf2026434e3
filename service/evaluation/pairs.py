"""Pairs of names to be judged as one party or two, and F1 at a threshold.

Positives are two names of one party that differ; negatives are names of two parties that look alike: for
each positive's first name, the most similar name of another group. They are harder than random pairs and
easier than a hand-made set, so F1 here is comparable only between matchers that were run on the same pairs.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from service.evaluation.differences import Evidence
from service.evaluation.parties import Parties, Party
from service.evaluation.queries import Question
from service.evaluation.wording import core, same_text

Floats = NDArray[np.float64]

FIELD_SHARE = 0.64
"""Share of pairs of one party in the hand-labelled set of OpenSanctions (266 pairs of organizations): F1 of a matcher
that calls every pair one party is .783 there. F1 rises with this share, whatever the matcher."""


@dataclass(frozen=True, slots=True)
class NamePair:
    """Two names and whether they name one party."""

    first: str
    second: str
    is_same: bool


def _kept_name(party: Party, question: Question) -> str:
    texts = (name.text for entry in party.entries for name in entry.names)
    others = [text for text in texts if same_text(text) != same_text(question.text)]
    return max(others, key=lambda text: (fuzz.token_sort_ratio(core(question.text), core(text)), text))


def _twin(text: str, groups: Sequence[str], cores: Sequence[str], own_group: str) -> int | None:
    found = process.extract(core(text), cores, scorer=fuzz.token_sort_ratio, processor=None, limit=12)
    return next((place for _, _, place in found if groups[place] != own_group), None)


def name_pairs(
    questions: Sequence[Question], parties: Parties, seen: Container[Evidence] = (Evidence.STRING,)
) -> tuple[NamePair, ...]:
    """Return a positive and a negative pair for every alias question whose evidence is of a kind in `seen`."""
    by_id = {party.id: party for party in parties.parties}
    primaries = [(party.group, party.entries[0].name) for party in parties.parties]
    groups, cores = [group for group, _ in primaries], [core(name) for _, name in primaries]
    pairs: list[NamePair] = []
    for question in questions:
        if question.evidence not in seen:
            continue
        party = by_id[question.party]
        pairs.append(NamePair(question.text, _kept_name(party, question), is_same=True))
        place = _twin(question.text, groups, cores, party.group)
        if place is not None:
            pairs.append(NamePair(question.text, primaries[place][1], is_same=False))
    return tuple(pairs)


def f1(scores: Floats, truth: NDArray[np.bool_], threshold: float, share: float | None = None) -> float:
    """Return the harmonic mean of precision and recall of pairs that reach a threshold.

    `share` weighs the pairs so that this share of them is of one party; None: they count as they are.
    """
    said = scores >= threshold
    of_one = float(truth.mean()) if share is None else share
    hits, alarms = of_one * float(said[truth].mean()), (1 - of_one) * float(said[~truth].mean())
    return 2 * hits / (hits + alarms + of_one)


def best_f1(scores: Floats, truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the best F1 over all thresholds, and its threshold."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(truth[order])
    said = np.arange(1, len(scores) + 1)
    values = 2 * hits / (said + truth.sum())
    is_last_of_tie = np.append(np.diff(scores[order]) != 0, True)
    place = int(np.argmax(np.where(is_last_of_tie, values, -1.0)))
    return float(values[place]), float(scores[order][place])
