"""What plain alignment leaves over and is the same all the same: words joined or split, and abbreviated ones.

`TELESERVEPLUS` and `TELESERVE PLUS` share no word, `OBSKY GCC` and `OBSKY GAS CHEMICAL COMPLEX` only one. Both are
found among the words that are left over on the two sides of a row, and then count as aligned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import compress, islice

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from matchers.index.candidates import CandidateIndex, Prepared
from matchers.names.reading import Kind
from matchers.names.spelling import plain_spelling
from matchers.scoring.alignment import NO_WORD, WIDEST, Aligned

JOINED = 0.85
"""Left-over words whose letters are at least this much alike are one another, joined or split."""
ABBREVIATED = 0.75
"""How alike an abbreviation and the words that it stands for count."""
_LONGEST_ABBREVIATION = 5

Column = NDArray[np.float32]
_WORD = int(Kind.WORD)


def likeness(first: Sequence[str], second: Sequence[str]) -> Column:
    """Return how alike the texts of each pair are, letter by letter, 0 to 1."""
    return np.asarray(
        cpdist(first, second, scorer=Indel.normalized_similarity, dtype=np.float32), dtype=np.float32
    )


def left_over(aligned: Aligned) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which words of the query and of the listed name are left over, rows × words."""
    mine = (aligned.query_alike == 0) & (aligned.query_kind != NO_WORD)
    theirs = (aligned.listed_alike == 0) & (aligned.listed_kind != NO_WORD)
    return mine, theirs


def join(
    index: CandidateIndex, queries: Sequence[Prepared], aligned: Aligned, letters: Column
) -> tuple[Aligned, Column]:
    """Return the rows with joined, split and abbreviated words aligned, and how alike what was left over is.

    `letters` is the likeness of the whole names without spaces; where it is high, all words count as aligned.
    """
    mine, theirs = left_over(aligned)
    rows, alike = _left_over_letters(index, queries, aligned, (mine, theirs))
    column = np.zeros(len(aligned.names), np.float32)
    column[rows] = alike
    several = mine.sum(axis=1) + theirs.sum(axis=1) > 2
    query_alike, listed_alike = aligned.query_alike.copy(), aligned.listed_alike.copy()
    for place in np.flatnonzero((column >= JOINED) & several).tolist():
        query_alike[place, mine[place]] = column[place]
        listed_alike[place, theirs[place]] = column[place]
    for place in np.flatnonzero((letters >= 0.9) & (mine.any(axis=1) | theirs.any(axis=1))).tolist():
        _raise(query_alike[place], aligned.query_kind[place], letters[place])
        _raise(listed_alike[place], aligned.listed_kind[place], letters[place])
    for place, my_words, their_words in _abbreviated(index, queries, aligned):
        query_alike[place, my_words] = ABBREVIATED
        listed_alike[place, their_words] = ABBREVIATED
    return replace(aligned, query_alike=query_alike, listed_alike=listed_alike), column


def _raise(alike: Column, kind: NDArray[np.uint8], letters: np.float32) -> None:
    words = kind != NO_WORD
    alike[words] = np.maximum(alike[words], letters)


def _left_over_letters(
    index: CandidateIndex,
    queries: Sequence[Prepared],
    aligned: Aligned,
    over: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> tuple[NDArray[np.int64], Column]:
    """Return the rows with words left over on both sides and how alike those are, joined in plain spelling."""
    mine, theirs = over
    rows = np.flatnonzero(mine.any(axis=1) & theirs.any(axis=1))
    spelled = [[plain_spelling(word.token.key) for word in query.words] for query in queries]
    asked = [spelled[number] for number in aligned.query[rows].tolist()]
    first = ["".join(compress(words, over)) for words, over in zip(asked, mine[rows].tolist(), strict=True)]
    chosen = theirs[rows]
    words = iter(index.vocabulary.plain.some(aligned.listed_token[rows][chosen]))
    second = ["".join(islice(words, count)) for count in chosen.sum(axis=1).tolist()]
    return rows, likeness(first, second) if first else np.empty(0, np.float32)


def _short(index: CandidateIndex, aligned: Aligned) -> NDArray[np.bool_]:
    """Return which words of the listed name are short enough to be initials, rows × words."""
    start, token = index.arrays["word_start"], np.maximum(aligned.listed_token, 0)
    length = start[token + 1] - start[token]
    return np.asarray((aligned.listed_kind == _WORD) & (length > 1) & (length <= _LONGEST_ABBREVIATION))


def _brief(queries: Sequence[Prepared], width: int) -> NDArray[np.bool_]:
    """Return which words of the queries are short enough to be initials, queries × words."""
    brief = np.zeros((len(queries), width), np.bool_)
    for number, query in enumerate(queries):
        lengths = [len(word.token.text) for word in query.words[:WIDEST]]
        brief[number, : len(lengths)] = [1 < length <= _LONGEST_ABBREVIATION for length in lengths]
    return brief


def _abbreviated(
    index: CandidateIndex, queries: Sequence[Prepared], aligned: Aligned
) -> Iterator[tuple[int, list[int], list[int]]]:
    """Yield row, places in the query, places in the listed name where one word is the initials of several."""
    mine, theirs = left_over(aligned)
    brief = mine & _brief(queries, mine.shape[1])[aligned.query]
    short = theirs & _short(index, aligned)
    found = (aligned.query_alike > 0).any(axis=1)
    rows = np.flatnonzero(found & brief.any(axis=1) & (theirs.sum(axis=1) > 1))
    initials = _initials(index, aligned, rows)
    for row, letters in zip(rows.tolist(), initials, strict=True):
        words = queries[int(aligned.query[row])].words
        for place in np.flatnonzero(brief[row]).tolist():
            start = letters.find(words[place].token.text)
            if start >= 0:
                yield row, [place], list(range(start, start + len(words[place].token.text)))
                break
    for row in np.flatnonzero(found & short.any(axis=1) & (mine.sum(axis=1) > 1)).tolist():
        words = queries[int(aligned.query[row])].words
        letters = "".join(
            word.token.text[0] if over else " " for word, over in zip(words, mine[row].tolist(), strict=False)
        )
        for place in np.flatnonzero(short[row]).tolist():
            text = index.vocabulary.words[int(aligned.listed_token[row, place])]
            start = letters.find(text)
            if start >= 0:
                yield row, list(range(start, start + len(text))), [place]
                break


def _initials(index: CandidateIndex, aligned: Aligned, rows: NDArray[np.int64]) -> list[str]:
    """Return the first letters of the left-over listed words of some rows as they are written, blanks between."""
    start = index.arrays["name_start"][aligned.names[rows]]
    columns = np.arange(aligned.listed_token.shape[1])
    known = aligned.listed_token[rows] >= 0
    letters = index.arrays["name_initial"][np.where(known, start[:, None] + columns, 0)]
    over = known & (aligned.listed_alike[rows] == 0)
    return [bytes(row).decode("latin-1") for row in np.where(over, letters, ord(" ")).astype(np.uint8)]
