"""Pairs of names to be judged as one party or two, and F1 at a threshold.

Positives are two names of one party that differ; negatives are names of two parties that look alike: for each
positive's first name, the most similar name of another group that stands on one of the lists of the first. A list
says which of its entries are two parties; of two entries on different lists nobody does, and many are one. F1 is
comparable only between matchers that were run on the same pairs.
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

_NEAR = 24
"""Names of other parties that are looked through for one that is on a list of the party's."""


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


@dataclass(frozen=True, slots=True)
class _Names:
    """The primary names of all parties, each with its core, its party's group and the lists that the party is on."""

    names: Sequence[str]
    cores: Sequence[str]
    groups: Sequence[str]
    lists: Sequence[frozenset[str]]

    @classmethod
    def of(cls, parties: Parties) -> _Names:
        names = [party.entries[0].name for party in parties.parties]
        groups = [party.group for party in parties.parties]
        return cls(names, list(map(core, names)), groups, list(map(_lists, parties.parties)))

    def twin(self, text: str, party: Party) -> str | None:
        """Return the most similar name of another party on one of the party's lists."""
        found = process.extract(
            core(text), self.cores, scorer=fuzz.token_sort_ratio, processor=None, limit=_NEAR
        )
        lists = _lists(party)
        return next((self.names[at] for _, _, at in found if self._is_other(at, party, lists)), None)

    def _is_other(self, place: int, party: Party, lists: frozenset[str]) -> bool:
        return self.groups[place] != party.group and not lists.isdisjoint(self.lists[place])


def _lists(party: Party) -> frozenset[str]:
    return frozenset(entry.list_id for entry in party.entries)


def name_pairs(
    questions: Sequence[Question], parties: Parties, seen: Container[Evidence] = (Evidence.STRING,)
) -> tuple[NamePair, ...]:
    """Return a positive and a negative pair for every alias question whose evidence is of a kind in `seen`."""
    by_id = {party.id: party for party in parties.parties}
    names = _Names.of(parties)
    pairs: list[NamePair] = []
    for question in questions:
        if question.evidence not in seen:
            continue
        party = by_id[question.party]
        pairs.append(NamePair(question.text, _kept_name(party, question), is_same=True))
        twin = names.twin(question.text, party)
        if twin is not None:
            pairs.append(NamePair(question.text, twin, is_same=False))
    return tuple(pairs)


def f1(scores: Floats, truth: NDArray[np.bool_], threshold: float, share: float | None = None) -> float:
    """Return the harmonic mean of precision and recall of pairs that reach a threshold.

    `share` weighs the pairs of two so that this share of them is of one party; None: they count as they are.
    """
    said = scores >= threshold
    hits, alarms, of_one = (int(np.sum(pairs)) for pairs in (said & truth, said & ~truth, truth))
    weight = 1.0 if share is None else (1 / share - 1) * of_one / max(1, len(truth) - of_one)
    return 2 * hits / max(1, hits + weight * alarms + of_one)


def best_f1(scores: Floats, truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the best F1 over all thresholds, and its threshold."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(truth[order])
    said = np.arange(1, len(scores) + 1)
    values = 2 * hits / (said + truth.sum())
    is_last_of_tie = np.append(np.diff(scores[order]) != 0, True)
    place = int(np.argmax(np.where(is_last_of_tie, values, -1.0)))
    return float(values[place]), float(scores[order][place])
