"""Summing, by name, the weight that a query shares with it, and choosing the most promising names: in numpy.

`matchers/kernel/kernel.c` does the same in one pass where it could be compiled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from matchers.index.vocabulary import NO_NAMES, Arrays, Texts, filed, hash_word
from matchers.index.words import ACRONYM_BEARERS, Floats, Numbers, Word
from matchers.names.acronyms import ABBREVIATED, LONGEST_PART, SHORTEST
from matchers.names.reading import Kind
from matchers.scoring.similarity import common_letters

_TOUCHED = 6_000
"""Names touched by the heavier words at which the lighter ones only add to names that are touched already."""
_POSTINGS = 60_000
"""Names of a word above which it is not read at all once another one has found some."""
_LOOKED_AT = 240
"""Names whose letters are compared."""
_SAME_ENTRY = 2
"""Names of one entry that are proposed."""
_EDGE_BEARERS = 120
"""A beginning or an end that more names have proposes none of them."""
_WITHIN = np.float32(0.8)
"""The share of the letters of both from which names that begin or end alike are proposed; of the shorter's, where one
of them is one word."""
_LISTED = np.float32(0.3)
"""What the share of the name's weight that was found counts beside that of the query's."""
_ASKED_LETTERS = np.float32(0.3)
"""What the share of the query's letters that the name has in the same order counts."""
_SHORTER_LETTERS = np.float32(0.2)
"""What the share of the letters of the shorter of the two counts."""
LEAST_PROMISE = np.float32(0.55)
"""A name with less promise is not proposed: hardly any held-out alias that was recognised had less."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Names found otherwise than word by word, with the weight that at least counts as found."""

    names: Numbers
    gains: Floats


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as a whole: its words written as one, its weight, at least 0.01, and its edges; see `edges`."""

    squashed: str
    weight: float
    edges: tuple[int, int]
    is_one_word: bool


def is_single(arrays: Arrays, names: Numbers) -> NDArray[np.bool_]:
    """Say which names have one word."""
    start = arrays["name_start"]
    return np.asarray(start[names + 1] - start[names] == 1)


class Sums:
    """The weight found by name; every query sums in the same array. Threads may share it."""

    def __init__(self, arrays: Arrays, squashed: Texts) -> None:
        self._arrays = arrays
        self._squashed = squashed
        self._found = np.zeros(len(arrays["name_entry"]), dtype=np.float32)
        self._summing = Lock()
        self._postings = lru_cache(maxsize=20_000)(self._names_of)

    def propose(
        self,
        words: Sequence[Word],
        otherwise: Sequence[Otherwise],
        asked: Asked,
        allowed: NDArray[np.bool_] | None,
        most: int,
    ) -> Numbers:
        """Return up to `most` names, the most promising first; the words of the query come by falling weight."""
        one_word = self._as_one_word(asked)
        with self._summing:
            names, found = self._touched(words, [*otherwise, *one_word])
        if allowed is not None:
            names, found = names[allowed[names]], found[allowed[names]]
        promise = _promise(found, asked.weight, self._arrays["name_weight"][names])
        some = np.flatnonzero(promise > LEAST_PROMISE - np.float32(0.5))
        some = some[np.argsort(-promise[some], kind="stable")[:_LOOKED_AT]]
        if not len(some):
            return np.empty(0, np.int32)
        names = names[some]
        shares = _Shares.of(asked.squashed, self._squashed.some(names))
        promise = promise[some] + (_ASKED_LETTERS * shares.asked + _SHORTER_LETTERS * shares.shorter)
        order = np.lexsort((names, -promise))
        return self._few_of_each_entry(names[order[promise[order] >= LEAST_PROMISE]], most)

    def _as_one_word(self, asked: Asked) -> Iterator[Otherwise]:
        """Yield names that begin or, where a side is one word, end like the query, and are like it as one word.

        Where one side is one word, it may be the other with some of its letters left out: `Agroperla`.
        """
        for under, value in zip(("beginning", "ending"), asked.edges, strict=True):
            names = filed(self._arrays, under, value, _EDGE_BEARERS) if value else NO_NAMES
            if len(names):
                shares = _Shares.of(asked.squashed, self._squashed.some(names))
                single = asked.is_one_word | is_single(self._arrays, names)
                like = single & (shares.shorter > _WITHIN)
                if under == "beginning":
                    like |= shares.both > _WITHIN
                yield Otherwise(names[like], (shares.both * shares.both * np.float32(asked.weight))[like])

    def _names_of(self, word: Word, *, is_alone: bool) -> tuple[Numbers, Floats]:
        """Return the names that have any of the words like this one and the weight found, most alike last."""
        posting, start = self._arrays["posting"], self._arrays["posting_start"]
        lows, highs = start[word.numbers].tolist(), start[word.numbers + 1].tolist()
        parts = [posting[low:high] for low, high in zip(lows, highs, strict=True)]
        parts.append(NO_NAMES if is_alone else self._spelled(word))
        alike = np.append(word.alike, np.float32(ABBREVIATED))
        order = alike.argsort(kind="stable")
        gains = np.repeat((alike * alike)[order], [len(parts[place]) for place in order])
        return np.concatenate([parts[place] for place in order]), gains * np.float32(word.weight)

    def _spelled(self, word: Word) -> Numbers:
        """Return the names that have several words in a row with the letters of a word as their initials."""
        text = word.texts[1]
        if word.token.kind is not Kind.WORD or not SHORTEST <= len(text) <= LONGEST_PART:
            return NO_NAMES
        return filed(self._arrays, "spelled", hash_word(text.decode()), ACRONYM_BEARERS)

    def _touched(self, words: Sequence[Word], otherwise: Sequence[Otherwise]) -> tuple[Numbers, Floats]:
        """Return the names that share anything with the query, by rising number, and the weight found in each."""
        found = self._found
        touched: list[Numbers] = []
        added: list[Numbers] = []
        count = 0
        for word in words:
            names, gains = self._postings(word, is_alone=len(words) == 1)
            if len(names) > _POSTINGS and touched:
                continue
            found[names] += gains
            (touched if count < _TOUCHED else added).append(names)
            count += len(names)
        for other in otherwise:
            found[other.names] = np.maximum(found[other.names], other.gains)
            touched.append(other.names)
        names = np.unique(np.concatenate(touched)) if touched else np.empty(0, np.int32)
        weights = found[names]
        for some in (names, *added):
            found[some] = 0
        return names, weights

    def _few_of_each_entry(self, names: Numbers, most: int) -> Numbers:
        counts: dict[int, int] = {}
        kept: list[int] = []
        for name, entry in zip(names.tolist(), self._arrays["name_entry"][names].tolist(), strict=True):
            counts[entry] = counts.get(entry, 0) + 1
            if counts[entry] <= _SAME_ENTRY:
                kept.append(name)
                if len(kept) == most:
                    break
        return np.array(kept, np.int32)


def _promise(found: Floats, query_weight: float, name_weight: Floats) -> Floats:
    """Return the share of the query's weight that was found, and a little for that of the name's, at most 1 each."""
    mine = np.minimum(found / np.float32(query_weight), 1)
    theirs = np.minimum(found / np.maximum(name_weight, np.float32(0.01)), 1)
    return np.asarray(mine + _LISTED * theirs, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Shares:
    """Which share of the letters of both, of the query's and of the shorter one's both have in the same order."""

    both: Floats
    asked: Floats
    shorter: Floats

    @classmethod
    def of(cls, squashed: str, names: Sequence[str]) -> _Shares:
        """Return the shares of a query and each of some names, all written as one word."""
        common = common_letters(squashed, names)
        mine, theirs = len(squashed), np.array([len(name) for name in names])
        lengths = (mine + theirs, np.array(mine), np.minimum(mine, theirs))
        both, asked, shorter = (np.maximum(length, 1).astype(np.float32) for length in lengths)
        return cls(2 * common / both, common / asked, common / shorter)
