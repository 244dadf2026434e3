"""What plain alignment leaves over and is the same all the same: words joined or split, and abbreviated ones.

`TELESERVEPLUS` and `TELESERVE PLUS` share no word, `OBSKY GCC` and `OBSKY GAS CHEMICAL COMPLEX` only one. Both are
found among the words that are left over on the two sides of a row, and then count as aligned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matchers.index.candidates import WIDEST, CandidateIndex, Prepared
from matchers.names.acronyms import ABBREVIATED, LONGEST_PART
from matchers.names.reading import Kind
from matchers.scoring.alignment import NO_WORD, Aligned

JOINED = 0.85
"""Left-over words whose letters are at least this much alike are one another, joined or split."""
ALIKE = 0.9
"""Whole names whose letters are at least this much alike have all their words aligned."""
RELATED = 0.75
"""But not where words are left over on both sides that are less alike than this: `Viacom International`, `IAC
International`."""

_WORD = int(Kind.WORD)
_INITIAL = int(Kind.INITIAL)
_CONTRADICTING = (int(Kind.NUMBER), int(Kind.PLACE))
"""Kinds of which two different words, one left over on either side, contradict each other."""


def left_over(aligned: Aligned) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which words of the query and of the listed name are left over, rows × words."""
    mine = (aligned.query_alike == 0) & (aligned.query_kind != NO_WORD)
    theirs = (aligned.listed_alike == 0) & (aligned.listed_kind != NO_WORD)
    return mine, theirs


def join(index: CandidateIndex, queries: Sequence[Prepared], aligned: Aligned) -> Aligned:
    """Return the rows with joined, split and abbreviated words aligned.

    Where the whole names are alike letter by letter, all words count as aligned, what is left over no more than it is
    alike itself; but no numbers and no places that contradict each other do, nor anything beside them.
    """
    mine, theirs = left_over(aligned)
    agree = ~np.any(
        [
            _has(mine, aligned.query_kind, kind) & _has(theirs, aligned.listed_kind, kind)
            for kind in _CONTRADICTING
        ],
        axis=0,
    )
    several = mine.sum(axis=1) + theirs.sum(axis=1) > 2
    query_alike, listed_alike = aligned.query_alike.copy(), aligned.listed_alike.copy()
    for place in np.flatnonzero((aligned.letters_left >= JOINED) & several & agree).tolist():
        query_alike[place, mine[place]] = aligned.letters_left[place]
        listed_alike[place, theirs[place]] = aligned.letters_left[place]
    is_left, both = mine.any(axis=1) | theirs.any(axis=1), mine.any(axis=1) & theirs.any(axis=1)
    apart = both & (aligned.letters_left < RELATED)
    over = np.where(both, np.minimum(aligned.letters_left, aligned.letters), aligned.letters)
    sides = (query_alike, aligned.query_kind, mine), (listed_alike, aligned.listed_kind, theirs)
    for place in np.flatnonzero((aligned.letters >= ALIKE) & is_left & agree & ~apart).tolist():
        for alike, kind, left in sides:
            least = np.where(left[place], over[place], aligned.letters[place])
            alike[place] = np.where(kind[place] == NO_WORD, alike[place], np.maximum(alike[place], least))
    for place, my_words, their_words in _abbreviated(index, queries, aligned):
        query_alike[place, my_words] = ABBREVIATED
        listed_alike[place, their_words] = ABBREVIATED
    joined = replace(
        aligned, query_alike=query_alike, listed_alike=listed_alike, query_place=aligned.query_place.copy()
    )
    _join_initials(index, queries, joined, np.asarray((aligned.query_alike > 0).any(axis=1)))
    return joined


def _has(words: NDArray[np.bool_], kinds: NDArray[np.uint8], kind: int) -> NDArray[np.bool_]:
    return np.asarray((words & (kinds == kind)).any(axis=1))


def _join_initials(
    index: CandidateIndex, queries: Sequence[Prepared], aligned: Aligned, found: NDArray[np.bool_]
) -> None:
    """Align each left-over letter with the first left-over word of the other side that begins with it, in place.

    Only in rows where something was `found` before.
    """
    mine, theirs = left_over(aligned)
    my_letters, their_letters = aligned.query_kind == _INITIAL, aligned.listed_kind == _INITIAL
    is_over = (mine & my_letters).any(axis=1) | (theirs & their_letters).any(axis=1)
    for row in np.flatnonzero(found & is_over).tolist():
        first = index.arrays["name_start"][aligned.names[row]]
        for word in np.flatnonzero(mine[row]).tolist():
            letter = ord(queries[int(aligned.query[row])].words[word].token.text[0])
            other = theirs[row] & (my_letters[row, word] != their_letters[row])
            for place in np.flatnonzero(other).tolist():
                if index.arrays["name_initial"][first + place] == letter:
                    aligned.query_alike[row, word] = aligned.listed_alike[row, place] = ABBREVIATED
                    aligned.query_place[row, word] = place
                    theirs[row, place] = False
                    break


def _short(index: CandidateIndex, aligned: Aligned) -> NDArray[np.bool_]:
    """Return which words of the listed name are short enough to be initials, rows × words."""
    start, token = index.arrays["word_start"], np.maximum(aligned.listed_token, 0)
    length = start[token + 1] - start[token]
    return np.asarray((aligned.listed_kind == _WORD) & (length > 1) & (length <= LONGEST_PART))


def _brief(queries: Sequence[Prepared], width: int) -> NDArray[np.bool_]:
    """Return which words of the queries are short enough to be initials, queries × words."""
    brief = np.zeros((len(queries), width), np.bool_)
    for number, query in enumerate(queries):
        lengths = [len(word.token.text) for word in query.words[:WIDEST]]
        brief[number, : len(lengths)] = [1 < length <= LONGEST_PART for length in lengths]
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
