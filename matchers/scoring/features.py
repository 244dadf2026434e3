"""The table of features: what is compared between a query and a listed name, in the order in which it is shown.

Every feature is a number per row, computed for all candidates at once. Its docstring-like description is its public
documentation. What a number adds to the score is not here but in the fitted model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchers.index.candidates import TYPES, WIDEST, CandidateIndex, Prepared
from matchers.index.vocabulary import hash_word
from matchers.index.words import Numbers
from matchers.names.acronyms import initials
from matchers.names.reading import Kind
from matchers.scoring.alignment import NO_WORD, Aligned, Column, Matrix, align, width_of
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
    "first word": "whether the first words are the same",
    "legal form": "1 the same class of legal form, -1 different ones, 0 the query has none, 0.5 only the query has one",
    "numbers": "numbers that only one side has; 2 and more: they contradict each other",
    "elsewhere": "weight of the query's names and places that are left over but stand in the listed party's other "
    "names, addresses or countries",
    "places": "2 different places, 1 a place on one side only, leaving out those of the query that stand elsewhere",
    "sectors": "2 different sectors, 1 a sector on one side only",
    "acronym": "the query is the listed name's initials, or its acronym in brackets is that name: 1 of three letters, "
    "2 of four, 3 of more, up to 0.9 less where more entries have them; 0 it is not",
    "spelled out": "the listed name is the query's initials: 1 of three letters, 2 of four, 3 of more; 0 it is not, or "
    "the entry says itself what they stand for",
    "query weight": "how much the query says at all",
    "listed weight": "how much the listed name says at all",
    "query words": "number of words of the query",
    "listed words": "number of words of the listed name",
    "alias strength": "0 a name or strong alias, 1 a former name, 2 a weak alias",
    "same name": "whether the two are the same once read: every word aligned, none spelled otherwise",
    "listed type": "0 an organization or not stated, 1 a person, 2 a vessel or aircraft",
}
NAMES = tuple(FEATURES)
ONLY_ASKED = 0.5
"""The value of `legal form` where only the query has one."""
_ACRONYM, _SPELLED_OUT = NAMES.index("acronym"), NAMES.index("spelled out")
_NEARNESS = [NAMES.index(name) for name in ("letters", "query share", "listed share")]


@dataclass(frozen=True, slots=True)
class Table:
    """Features of many rows, each a query beside a name: `values[row, column]`, columns in the order of `NAMES`.

    `query` and `names` are the numbers of a row's query and name. `alike[row, i]` is how alike the query's word i is
    to what it is aligned with, 0 where it is left over, `places[row, i]` that word's place, -1 for none or several.
    """

    values: Matrix
    query: NDArray[np.int64]
    names: Numbers
    alike: Matrix
    places: NDArray[np.int8]


def nearness(values: Matrix) -> Column:
    """Return how near the two names of each row are, 0 to 3, by letters and by both shares, whatever is fitted."""
    return np.asarray(values[:, _NEARNESS].sum(axis=1))


def compute(index: CandidateIndex, queries: Sequence[Prepared], names: Sequence[Numbers]) -> Table:
    """Return the features of each query beside each of its own names; rows are in the order given."""
    if index.kernel is None:
        table = _in_arrays(index, queries, align(index, queries, names))
    else:
        counts = [len(found) for found in names]
        number = np.concatenate(names)
        values, alike, places = index.kernel.compare(queries, counts, number, width_of(queries), len(NAMES))
        table = Table(values, np.repeat(np.arange(len(queries)), counts), number, alike, places)
    _put_acronyms(index, queries, table)
    return table


def _put_acronyms(index: CandidateIndex, queries: Sequence[Prepared], table: Table) -> None:
    """Put into the table how much an acronym says, where one name is the initials of the other."""
    short, long = table.values[:, _ACRONYM], table.values[:, _SPELLED_OUT]
    tokens, start, entry = (index.arrays[name] for name in ("name_token", "name_start", "name_entry"))
    bounds = table.query.searchsorted(np.arange(len(queries) + 1)).tolist()
    for query, rows in zip(queries, map(slice, bounds, bounds[1:]), strict=False):
        bearers = index.with_initials(query.squashed) if len(query.words) == 1 else ()
        names = table.names[rows]
        if len(bearers):
            entries = len(np.unique(entry[bearers]))
            short[rows] = np.isin(names, bearers) * _believed(query.squashed, entries)
        for token, acronym in query.acronyms:
            same = tokens[start[names]] == token
            if not same.any():
                continue
            same &= index.is_single(names)
            made = initials(query.name)
            if acronym in made:
                same &= ~np.isin(entry[names], entry[index.with_initials(acronym)])
            column = long[rows] if acronym in made else short[rows]
            column[same] = np.maximum(column[same], _believed(acronym))


def _believed(acronym: str, entries: int = 1) -> float:
    """Return 1 for three letters, which many names share, to 3 for five and more; up to 0.9 less for many entries."""
    return min(max(len(acronym) - 2, 1), 3) - 0.3 * min(math.log(max(entries, 1)), 3)


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


def _legal_form(index: CandidateIndex, queries: Sequence[Prepared], aligned: Aligned) -> Column:
    mine = np.array([query.form for query in queries], dtype=np.uint32)[aligned.query]
    theirs = index.arrays["name_form"][aligned.names]
    return np.select([mine == 0, theirs == 0, mine == theirs], [0.0, ONLY_ASKED, 1.0], -1.0).astype(
        np.float32
    )


def _sum(matrix: Matrix) -> Column:
    """Return the sum of each row, added up from the left, so that empty columns at the end do not change a bit."""
    total = np.zeros(len(matrix), np.float32)
    for column in matrix.T:
        total += column
    return total


def _in_arrays(index: CandidateIndex, queries: Sequence[Prepared], aligned: Aligned) -> Table:
    """Return the features of all rows, without those of acronyms."""
    aligned = join(index, queries, aligned)
    mine, theirs = aligned.query_weight, aligned.listed_weight
    found, theirs_found = mine * aligned.query_alike, theirs * aligned.listed_alike
    missing, added = mine * (aligned.query_alike == 0), theirs * (aligned.listed_alike == 0)
    total, listed_total = _sum(mine), _sum(theirs)
    is_aligned = aligned.query_alike > 0
    spelling = _sum(mine * (1 - aligned.query_alike) * is_aligned)
    numbers = _count(aligned.query_kind, aligned.query_alike, Kind.NUMBER)
    other_numbers = _count(aligned.listed_kind, aligned.listed_alike, Kind.NUMBER)
    names_left = np.minimum(_count(aligned.query_kind, aligned.query_alike, Kind.WORD), 3) + np.minimum(
        _count(aligned.listed_kind, aligned.listed_alike, Kind.WORD), 3
    )
    most_missing, most_added = missing.max(axis=1), added.max(axis=1)
    all_found = _sum(found)
    elsewhere = _elsewhere(index, queries, aligned)
    values = {
        "found": all_found,
        "query share": all_found / np.maximum(total, 0.01),
        "listed share": _sum(theirs_found) / np.maximum(listed_total, 0.01),
        "query left": _sum(missing),
        "listed left": _sum(added),
        "heaviest found": found.max(axis=1),
        "heaviest query left": most_missing,
        "heaviest listed left": most_added,
        "names left": names_left,
        "spelling": spelling,
        "worst spelling": ((1 - aligned.query_alike) * is_aligned).max(axis=1),
        "letters": aligned.letters,
        "letters left": aligned.letters_left,
        "first word": (aligned.query_place[:, 0] == 0).astype(np.float32),
        "legal form": _legal_form(index, queries, aligned),
        "numbers": numbers + other_numbers + (numbers > 0) * (other_numbers > 0),
        "elsewhere": _sum(mine * elsewhere),
        "places": _contradiction(aligned, Kind.PLACE, elsewhere),
        "sectors": _contradiction(aligned, Kind.SECTOR),
        "acronym": np.zeros(len(total), np.float32),
        "spelled out": np.zeros(len(total), np.float32),
        "query weight": total,
        "listed weight": listed_total,
        "query words": (aligned.query_kind != NO_WORD).sum(axis=1),
        "listed words": (aligned.listed_kind != NO_WORD).sum(axis=1),
        "alias strength": index.arrays["name_strength"][aligned.names],
        "same name": (most_missing + most_added + spelling < 1e-6).astype(np.float32),
        "listed type": TYPES[index.arrays["entry_schema"][index.arrays["name_entry"][aligned.names]]],
    }
    stacked = np.array([values[name] for name in NAMES], dtype=np.float32).T.copy()
    return Table(stacked, aligned.query, aligned.names, aligned.query_alike, aligned.query_place)
