"""Aligning the words of a query with those of many listed names at once.

Order does not matter. The query's heaviest word chooses first, each listed word is taken once, and what is left
over on either side is left over. One row is one (query, listed name); columns are words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from matchers.index.candidates import WIDEST, CandidateIndex, Prepared
from matchers.index.words import Numbers

Matrix = NDArray[np.float32]
Column = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Aligned:
    """Rows of names aligned with queries; all matrices are rows × words, zero where there is no word.

    `query` is the number of the row's query. `query_alike[r, i]` is how alike the query's word i is to the listed
    word that it is aligned with; `query_place[r, i]` is that word's place, -1 for none; `listed_alike` likewise
    from the other side.
    """

    query: NDArray[np.int64]
    names: Numbers
    query_weight: Matrix
    query_kind: NDArray[np.uint8]
    query_alike: Matrix
    query_place: NDArray[np.int8]
    listed_token: Numbers
    listed_weight: Matrix
    listed_kind: NDArray[np.uint8]
    listed_alike: Matrix
    letters: Column
    """How alike the two names are, letter by letter, written as one word."""
    letters_left: Column
    """How alike what is left over on both sides is, joined in plain spelling; 0 where one side has nothing left."""


NO_WORD = 255
"""The kind of a column that holds no word."""


def _listed(index: CandidateIndex, names: Numbers) -> Numbers:
    """Return the word numbers of each name, -1 where it has no more."""
    start = index.arrays["name_start"]
    first = start[names]
    length = np.minimum(start[names + 1] - first, WIDEST)
    columns = np.arange(max(1, int(length.max(initial=1))))
    inside = columns < length[:, None]
    places = np.where(inside, first[:, None] + columns, 0)
    return np.where(inside, index.arrays["name_token"][places], -1).astype(np.int32)


def _likeness_table(queries: Sequence[Prepared]) -> tuple[NDArray[np.int64], Matrix]:
    """Return (query × WIDEST + place) << 32 | word number, sorted, and how alike the two words are."""
    keys = [
        np.empty(0, np.int64),
        *(
            word.numbers.astype(np.int64) | (number * WIDEST + place << 32)
            for number, query in enumerate(queries)
            for place, word in enumerate(query.words[:WIDEST])
        ),
    ]
    alike = [np.empty(0, np.float32), *(word.alike for query in queries for word in query.words[:WIDEST])]
    return np.concatenate(keys), np.concatenate(alike)


def align(index: CandidateIndex, queries: Sequence[Prepared], names: Sequence[Numbers]) -> Aligned:
    """Align each query with its own candidate names; rows are in the order given."""
    query = np.repeat(np.arange(len(queries)), [len(found) for found in names])
    number = np.concatenate(names)
    listed = _listed(index, number)
    width = width_of(queries)
    weight = np.zeros((len(queries), width), np.float32)
    kind = np.full((len(queries), width), NO_WORD, np.uint8)
    for row, prepared in enumerate(queries):
        words = prepared.words[:width]
        weight[row, : len(words)] = [word.weight for word in words]
        kind[row, : len(words)] = [word.token.kind for word in words]
    alike, place, taken = _assign(queries, query, listed, weight)
    known = listed >= 0
    safe = np.where(known, listed, 0)
    over = (alike == 0) & (kind[query] != NO_WORD), (taken == 0) & known
    asked = [queries[row] for row in query.tolist()]
    return Aligned(
        query=query,
        names=number,
        query_weight=weight[query],
        query_kind=kind[query],
        query_alike=alike,
        query_place=place,
        listed_token=listed,
        listed_weight=np.where(known, index.arrays["word_weight"][safe], np.float32(0)),
        listed_kind=np.where(known, index.arrays["word_kind"][safe], np.uint8(NO_WORD)),
        listed_alike=taken,
        letters=_likeness([query.squashed for query in asked], index.squashed.some(number)),
        letters_left=_letters_left(index, asked, listed, over),
    )


def width_of(queries: Sequence[Prepared]) -> int:
    """Return how many words the widest of the queries has, as far as they are aligned."""
    return min(WIDEST, max(1, *(len(prepared.words) for prepared in queries)))


def _likeness(first: Sequence[str], second: Sequence[str]) -> Column:
    """Return how alike the texts of each pair are, letter by letter, 0 to 1."""
    found = cpdist(first, second, scorer=Indel.normalized_similarity, dtype=np.float32)
    return np.asarray(found, dtype=np.float32)


def _letters_left(
    index: CandidateIndex,
    asked: Sequence[Prepared],
    listed: Numbers,
    over: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> Column:
    mine, theirs = over
    column = np.zeros(len(listed), np.float32)
    for row in np.flatnonzero(mine.any(axis=1) & theirs.any(axis=1)).tolist():
        first = b"".join(word.texts[0] for word in compress(asked[row].words, mine[row]))
        second = "".join(index.vocabulary.plain.some(listed[row, theirs[row]]))
        column[row] = _likeness([first.decode()], [second])[0]
    return column


def _assign(
    queries: Sequence[Prepared], query: NDArray[np.int64], listed: Numbers, weight: Matrix
) -> tuple[Matrix, NDArray[np.int8], Matrix]:
    """Return how alike each query word is to the one it takes, that one's place, and the same from the other side."""
    keys, values = _likeness_table(queries)
    rows, width = len(query), weight.shape[1]
    alike = np.zeros((rows, width), np.float32)
    place = np.full((rows, width), -1, np.int8)
    taken = np.zeros(listed.shape, np.float32)
    order = np.argsort(-weight, axis=1, kind="stable")[query]
    every = np.arange(rows)
    for rank in range(width if len(keys) else 0):
        word = order[:, rank]
        wanted = (query * WIDEST + word)[:, None] << 32 | np.where(listed >= 0, listed, 0xFFFFFFFF)
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        value = np.where((keys[at] == wanted) & (taken == 0), values[at], np.float32(0))
        best = value.argmax(axis=1)
        found = value[every, best]
        alike[every, word] = found
        place[every, word] = np.where(found > 0, best, -1)
        taken[every, best] = np.maximum(taken[every, best], found)
    return alike, place, taken
