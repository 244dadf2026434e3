"""The table of features: what is compared between a query and a listed name, in the order in which it is shown.

Every feature is a number per row, computed for all candidates at once. Its docstring-like description is its public
documentation. What a number adds to the score is not here but in the fitted model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lists.models import EntitySchema
from matchers.index.building import SCHEMAS
from matchers.index.candidates import WIDEST, CandidateIndex, Prepared
from matchers.index.vocabulary import hash_word
from matchers.names.reading import Kind
from matchers.scoring.alignment import NO_WORD, Aligned, Column, Matrix
from matchers.scoring.leftovers import join

FEATURES: dict[str, str] = {
    "found": "weight of the query's words that the listed name has",
    "query share": "share of the query's weight that the listed name has",
    "listed share": "share of the listed name's weight that the query has",
    "query left": "weight of the query's words that the listed name lacks",
    "listed left": "weight of the listed name's words that the query lacks",
    "heaviest found": "weight of the most telling word that both have",
    "heaviest query left": "weight of the most telling word that only the query has",
    "heaviest listed left": "weight of the most telling word that only the listed name has",
    "names left": "number of words without a general meaning left over on both sides, up to 3 each",
    "spelling": "weight lost to differences in spelling",
    "worst spelling": "how far the least alike pair of aligned words is apart",
    "letters": "likeness of the whole names, letter by letter, without spaces",
    "letters left": "likeness of what is left over on both sides, letter by letter",
    "order": "share of aligned words that stand in another order",
    "first word": "whether the first words are the same",
    "legal form": "1 the same class of legal form, -1 different ones, 0 one side has none",
    "numbers": "numbers that only one side has; 2 and more: they contradict each other",
    "elsewhere": "weight of the query's names and places that are left over but stand in the listed party's other "
    "names, addresses or countries",
    "places": "2 different places, 1 a place on one side only, leaving out those of the query that stand elsewhere",
    "sectors": "2 different sectors, 1 a sector on one side only",
    "acronym": "one name is the other's initials: 1 of three letters, 2 of four, 3 of more; 0 it is not",
    "query weight": "how much the query says at all",
    "listed weight": "how much the listed name says at all",
    "query words": "number of words of the query",
    "listed words": "number of words of the listed name",
    "alias strength": "0 a name or strong alias, 1 a former name, 2 a weak alias",
    "same name": "whether the two are the same once read: every word aligned, none spelled otherwise",
    "listed type": "0 an organization or not stated, 1 a person, 2 a vessel or aircraft",
}
NAMES = tuple(FEATURES)

_TYPE = {EntitySchema.PERSON: 1, EntitySchema.VESSEL: 2, EntitySchema.AIRPLANE: 2}
_TYPES = np.array([_TYPE.get(schema, 0) for schema in SCHEMAS], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Table:
    """Features of many rows: `values[row, column]`, columns in the order of `NAMES`."""

    values: Matrix
    aligned: Aligned


def _count(kind: NDArray[np.uint8], alike: Matrix, wanted: Kind) -> Column:
    """Return how many words of a kind are left over."""
    return np.asarray(((kind == int(wanted)) & (alike == 0)).sum(axis=1), dtype=np.float32)


def _elsewhere(index: CandidateIndex, queries: Sequence[Prepared], aligned: Aligned) -> NDArray[np.bool_]:
    """Return which names and places of the query are left over and yet said of the entry elsewhere, rows × words."""
    keys = np.zeros((len(queries), aligned.query_alike.shape[1]), np.int64)
    for number, query in enumerate(queries):
        hashes = [hash_word(word.token.key) for word in query.words[:WIDEST]]
        keys[number, : len(hashes)] = hashes
    entry = index.arrays["name_entry"][aligned.names].astype(np.int64)
    wanted = keys[aligned.query] | entry[:, None] << 32
    said = index.arrays["said"]
    at = np.minimum(np.searchsorted(said, wanted), max(len(said) - 1, 0))
    over = (aligned.query_alike == 0) & (
        (aligned.query_kind == int(Kind.WORD)) | (aligned.query_kind == int(Kind.PLACE))
    )
    return np.asarray(over & (said[at] == wanted)) if len(said) else np.zeros_like(over)


def _contradiction(aligned: Aligned, kind: Kind, elsewhere: NDArray[np.bool_] | None = None) -> Column:
    known = aligned.query_alike if elsewhere is None else aligned.query_alike + elsewhere
    mine = _count(aligned.query_kind, known, kind) > 0
    theirs = _count(aligned.listed_kind, aligned.listed_alike, kind) > 0
    return np.asarray(mine.astype(np.float32) + theirs, dtype=np.float32)


def _disorder(aligned: Aligned) -> Column:
    """Return the share of neighbouring aligned words whose order is turned round."""
    place = aligned.query_place
    turned = np.zeros(len(place), np.float32)
    pairs = np.zeros(len(place), np.float32)
    last = np.full(len(place), -1, np.int8)
    for column in range(place.shape[1]):
        here = place[:, column]
        both = (here >= 0) & (last >= 0)
        turned += both & (here < last)
        pairs += both
        last = np.where(here >= 0, here, last)
    return np.asarray(turned / np.maximum(pairs, 1), dtype=np.float32)


def _legal_form(index: CandidateIndex, queries: Sequence[Prepared], aligned: Aligned) -> Column:
    mine = np.array([query.form for query in queries], dtype=np.uint32)[aligned.query]
    theirs = index.arrays["name_form"][aligned.names]
    return np.where((mine == 0) | (theirs == 0), 0, np.where(mine == theirs, 1, -1)).astype(np.float32)


def _acronym(index: CandidateIndex, queries: Sequence[Prepared], aligned: Aligned) -> Column:
    """Return how much an acronym says, by its letters, where one name is the initials of the other; else 0."""
    column = np.zeros(len(aligned.names), np.float32)
    start = index.arrays["name_start"]
    single = start[aligned.names + 1] - start[aligned.names] == 1
    for number, query in enumerate(queries):
        if len(query.words) == 1:
            rows = np.flatnonzero(aligned.query == number)
            spelled = np.isin(aligned.names[rows], index.with_initials(query.squashed))
            column[rows] = spelled * _believed(query.squashed)
        for acronym in query.acronyms:
            token = index.vocabulary.find(acronym)
            if token >= 0:
                rows = np.flatnonzero(
                    (aligned.query == number) & single & (aligned.listed_token[:, 0] == token)
                )
                column[rows] = np.maximum(column[rows], _believed(acronym))
    return column


def _believed(acronym: str) -> float:
    """Return 1 for three letters, which many names share, to 3 for five and more."""
    return float(min(max(len(acronym) - 2, 1), 3))


def compute(index: CandidateIndex, queries: Sequence[Prepared], aligned: Aligned) -> Table:
    """Return the features of all rows."""
    aligned = join(index, queries, aligned)
    mine, theirs = aligned.query_weight, aligned.listed_weight
    found, theirs_found = mine * aligned.query_alike, theirs * aligned.listed_alike
    missing, added = mine * (aligned.query_alike == 0), theirs * (aligned.listed_alike == 0)
    total, listed_total = mine.sum(axis=1), theirs.sum(axis=1)
    is_aligned = aligned.query_alike > 0
    spelling = (mine * (1 - aligned.query_alike) * is_aligned).sum(axis=1)
    numbers = _count(aligned.query_kind, aligned.query_alike, Kind.NUMBER)
    other_numbers = _count(aligned.listed_kind, aligned.listed_alike, Kind.NUMBER)
    names_left = np.minimum(_count(aligned.query_kind, aligned.query_alike, Kind.WORD), 3) + np.minimum(
        _count(aligned.listed_kind, aligned.listed_alike, Kind.WORD), 3
    )
    most_missing, most_added = missing.max(axis=1), added.max(axis=1)
    all_found = found.sum(axis=1)
    elsewhere = _elsewhere(index, queries, aligned)
    values = {
        "found": all_found,
        "query share": all_found / np.maximum(total, 0.01),
        "listed share": theirs_found.sum(axis=1) / np.maximum(listed_total, 0.01),
        "query left": missing.sum(axis=1),
        "listed left": added.sum(axis=1),
        "heaviest found": found.max(axis=1),
        "heaviest query left": most_missing,
        "heaviest listed left": most_added,
        "names left": names_left,
        "spelling": spelling,
        "worst spelling": ((1 - aligned.query_alike) * is_aligned).max(axis=1),
        "letters": aligned.letters,
        "letters left": aligned.letters_left,
        "order": _disorder(aligned),
        "first word": (aligned.query_place[:, 0] == 0).astype(np.float32),
        "legal form": _legal_form(index, queries, aligned),
        "numbers": numbers + other_numbers + (numbers > 0) * (other_numbers > 0),
        "elsewhere": (mine * elsewhere).sum(axis=1),
        "places": _contradiction(aligned, Kind.PLACE, elsewhere),
        "sectors": _contradiction(aligned, Kind.SECTOR),
        "acronym": _acronym(index, queries, aligned),
        "query weight": total,
        "listed weight": listed_total,
        "query words": (aligned.query_kind != NO_WORD).sum(axis=1),
        "listed words": (aligned.listed_kind != NO_WORD).sum(axis=1),
        "alias strength": index.arrays["name_strength"][aligned.names],
        "same name": (most_missing + most_added + spelling < 1e-6).astype(np.float32),
        "listed type": _TYPES[index.arrays["entry_schema"][index.arrays["name_entry"][aligned.names]]],
    }
    return Table(np.array([values[name] for name in NAMES], dtype=np.float32).T.copy(), aligned)
