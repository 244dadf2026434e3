"""The rows that the score is fitted and calibrated on: questions with known answers, and what an index answers.

Four kinds of question, all of parties of one side of the split: a held-out alias (the answer must be recognised from
the party's other names), a name that is listed as it stands, a name that is cut short, and names of companies, from an
encyclopedia and from news, whole and cut short, where every answer is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lists.models import ListEntry
from matchers.index import CandidateIndex, build_index
from matchers.models import Query
from matchers.pairs import entry_of, lay
from matchers.scoring.features import NAMES, compute, nearness
from service.evaluation.differences import Evidence
from service.evaluation.pairs import NamePair
from service.evaluation.parties import Parties
from service.evaluation.queries import AliasQuestions, Question
from service.evaluation.short_forms import Heads
from service.evaluation.splits import Side, fraction
from service.evaluation.wording import core, tokens

CANDIDATES = 30
_TOGETHER = 64
_AS_LISTED = 0.3
"""Share of the parties that are also asked for with a name that the index holds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A name and the party that is right; None where every answer is wrong."""

    text: str
    party: str | None
    key: str
    """What keeps names that belong together on one side of every division."""
    is_as_listed: bool = False
    """The index holds the very name: it has to be found, and says little about how sure an answer can be."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Candidate rows of many queries; `query` numbers them, `entry` those of the index."""

    table: NDArray[np.float32]
    truth: NDArray[np.bool_]
    query: NDArray[np.int64]
    entry: NDArray[np.int32]
    owner: NDArray[np.int32]
    """Number of the row's party."""
    asked: Sequence[Asked]
    names: int
    """Names in the index that was asked."""

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """Rows of listed parties that bear the very name asked for and are counted as another party.

        Most of them are the same party on another list, which shared neither an identifier nor a second name, so
        that it could not be known. They are neither right nor wrong, and nothing is fitted on them.
        """
        listed = np.array([question.party is not None for question in self.asked])
        return np.asarray((self.table[:, NAMES.index("same name")] > 0) & ~self.truth & listed[self.query])

    @property
    def as_listed(self) -> NDArray[np.bool_]:
        """Say of each query whether the index holds the very name."""
        return np.array([question.is_as_listed for question in self.asked], dtype=np.bool_)

    def nearest_of_parties(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return of these rows the nearest one of each party, query by query, the nearest party first."""
        near = nearness(self.table)
        rows = rows[np.lexsort((-near[rows], self.owner[rows], self.query[rows]))]
        parties = np.stack([self.query[rows], self.owner[rows]])
        rows = rows[np.append(True, np.diff(parties).any(axis=0))]
        return rows[np.lexsort((-near[rows], self.query[rows]))]

    def in_fold(self, number: int, folds: int) -> NDArray[np.bool_]:
        """Say of each query whether it belongs to one of so many parts that no party is divided over."""
        places = [int(fraction("fold", question.key) * folds) for question in self.asked]
        return np.asarray(np.array(places) == number)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one index answers to names of listed parties and to names that are on no list."""

    listed: Rows
    strangers: Rows
    counts: float = 1.0
    """What its best answers weigh in the calibration."""


def alias_questions(
    entries: Sequence[ListEntry],
    parties: Parties,
    side: Side | None,
    turn: int,
    asked: frozenset[str] = frozenset(),
) -> tuple[list[ListEntry], list[Asked]]:
    """Return the entries to index and the held-out aliases to ask for, and some names as they are listed."""
    picked = AliasQuestions(entries, parties, asked=asked).pick(side, turn=turn)
    kept = list(picked.holding.without(entries))
    groups = {party.id: party.group for party in parties.parties}
    questions = [
        Asked(question.text, question.party, groups[question.party])
        for question in picked.questions
        if question.evidence is Evidence.STRING or _is_acronym(question)
    ]
    wanted = {question.party for question in questions}
    listed = {parties.of_ref.get(entry.ref): entry for entry in kept}
    for party in sorted(
        party for party in wanted if party and fraction("as listed", str(turn), party) < _AS_LISTED
    ):
        names = listed[party].names if party in listed else ()
        if names:
            place = int(fraction("which", str(turn), party) * len(names))
            questions.append(Asked(names[place].text, party, groups[party], is_as_listed=True))
    return kept, questions


def _is_acronym(question: Question) -> bool:
    """Say whether initials are asked for. Full names of initials are not: too many strangers have the same ones."""
    return question.evidence is Evidence.INITIALS and len(tokens(question.text)) == 1


def ask(index: CandidateIndex, owners: Sequence[str | None], asked: Sequence[Asked]) -> Rows:
    """Return the candidate rows of every question; `owners` says whose each entry of the index is."""
    numbers = {owner: number for number, owner in enumerate(sorted({owner for owner in owners if owner}))}
    owner = np.array(
        [numbers.get(name or "", -1 - place) for place, name in enumerate(owners)], dtype=np.int32
    )
    wanted = np.array([numbers.get(question.party or "", -(2**31)) for question in asked], dtype=np.int64)
    parts = list(_parts(index, asked))
    query = np.concatenate([found for _, _, found in parts])
    entry = index.arrays["name_entry"][np.concatenate([names for _, names, _ in parts])]
    return Rows(
        table=np.vstack([table for table, _, _ in parts]),
        truth=owner[entry] == wanted[query],
        query=query,
        entry=entry,
        owner=owner[entry],
        asked=asked,
        names=index.names,
    )


def _parts(
    index: CandidateIndex, asked: Sequence[Asked]
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.int64]]]:
    for start in range(0, len(asked), _TOGETHER):
        prepared = [index.prepare(question.text) for question in asked[start : start + _TOGETHER]]
        names = [index.propose(reading, CANDIDATES) for reading in prepared]
        if any(map(len, names)):
            table = compute(index, prepared, names)
            yield table.values, table.names, start + table.query


def rows_of(
    entries: Sequence[ListEntry], parties: Parties, strangers: Sequence[str], side: Side, turn: int
) -> Turn:
    """Return the rows of one turn: of listed parties, and of strangers."""
    kept, questions = alias_questions(entries, parties, side, turn)
    return _turn(kept, parties, questions, strangers)


def short_rows_of(
    entries: Sequence[ListEntry], parties: Parties, heads: Heads, strangers: Sequence[Question], side: Side
) -> Turn:
    """Return the rows of names cut short, of listed parties and of strangers alike."""
    picked = heads.questions(parties, side)
    groups = {party.id: party.group for party in parties.parties}
    questions = [Asked(one.text, one.party, groups[one.party]) for one in picked.questions]
    kept = list(picked.holding.without(entries))
    return _turn(kept, parties, questions, [question.text for question in strangers])


def pair_rows_of(pairs: Sequence[NamePair]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return pairs × 2 × features, one name asked of the other and the other way round, and which are of one party."""
    rows: list[list[NDArray[np.float32]]] = []
    truth: list[bool] = []
    for pair in pairs:
        sides = (pair.first, pair.second), (pair.second, pair.first)
        laid = [side for query, listed in sides if (side := lay(query, entry_of(Query(listed))))]
        if len(laid) == len(sides):
            rows.append([side.table.values[side.nearest] for side in laid])
            truth.append(pair.is_same)
    return np.array(rows), np.array(truth)


def _turn(
    kept: Sequence[ListEntry], parties: Parties, questions: Sequence[Asked], strangers: Sequence[str]
) -> Turn:
    index = CandidateIndex(build_index(kept))
    owners = [parties.of_ref.get(entry.ref) for entry in kept]
    unlisted = [Asked(text, None, core(text)) for text in strangers]
    return Turn(ask(index, owners, questions), ask(index, owners, unlisted))
