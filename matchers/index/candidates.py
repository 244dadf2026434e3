"""Proposing candidates: which listed names a name could be, before anything is compared in full.

Each word of the name finds the listed words like it, each of those the names that contain it, and the weight that
is found is summed by name. Words joined or split in writing and acronyms are further ways to a name. The names that
share most, relative to what they and the query hold, are compared letter by letter, and the best are proposed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from matchers.index.building import SCHEMAS, beginning
from matchers.index.vocabulary import Arrays, Texts, Vocabulary, hash_word
from matchers.names.acronyms import initials, may_be_acronym
from matchers.names.knowledge import near_concepts
from matchers.names.reading import Kind, Name, Token, read_name, read_token, readings, tokenize
from matchers.scoring.weights import weight

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]

_TOUCHED = 6_000
"""Names touched by the heavier words at which the lighter ones only add to names that are touched already."""
_POSTINGS = 60_000
"""Names of a word above which it is not read at all once another one has found some."""
_ACRONYM_BEARERS = 400
"""An acronym that more names have is no evidence."""
_BEGINNING_BEARERS = 120
"""A beginning that more names have proposes none of them."""
_SHORTEST_PART = 3
_ACRONYM = 5
"""Letters up to which a name may be another party's acronym as well."""
_LOOKED_AT = 60
"""Names whose letters are compared."""
_SAME_ENTRY = 2
"""Names of one entry that are proposed."""
_LETTERS = np.float32(0.5)
"""What the likeness of the letters counts beside the share of the weight found."""
LEAST_PROMISE = 0.65
"""A name with less promise is not proposed: hardly any held-out alias that was recognised had less."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a query with the listed words that are like it, by rising number, and the names that have them."""

    token: Token
    weight: float
    number: int
    """Its own number in the vocabulary, -1 where no listed name has it."""
    numbers: Numbers
    alike: Floats
    names: Numbers
    """Names with any of these words; where a name has several, the most alike comes last."""
    gains: Floats
    """The weight found in each of `names`."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query read against an index: everything about it that does not depend on the candidate."""

    name: Name
    words: tuple[Word, ...]
    weight: float
    squashed: str
    form: int
    acronyms: tuple[str, ...]


class CandidateIndex:
    """The arrays of `build_index`, opened. Any number of them may share one memory map, and threads may share one."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.vocabulary = Vocabulary(arrays)
        self.squashed = Texts(arrays, "squashed")
        self.names = len(arrays["name_entry"])
        self.entries = len(arrays["entry_schema"])
        self._found = np.zeros(self.names, dtype=np.float32)
        self._summing = Lock()  # every query sums the weights found in the same array
        self._allowed = lru_cache(maxsize=8)(self._allow)
        self._word = lru_cache(maxsize=20_000)(self._read_word)

    def _read_word(self, token: Token) -> Word:
        number = self.vocabulary.find(token.key)
        own = float(self.arrays["word_weight"][number]) if number >= 0 else weight(token, 0, self.names)
        if token.kind is Kind.WORD:
            numbers, alike = self.vocabulary.similar(token.key, number)
        else:
            numbers, alike = self._near(token.key, number)
        names, likeness = self._names_of(numbers, alike)
        return Word(token, own, number, numbers, alike, names, likeness * np.float32(own))

    def _near(self, concept: str, number: int) -> tuple[Numbers, Floats]:
        """Return the listed words that stand for a word of the generic vocabulary, itself among them."""
        found = [(self.vocabulary.find(key), alike) for key, alike in near_concepts().get(concept, ())]
        known = sorted(pair for pair in ((number, 1.0), *found) if pair[0] >= 0)
        numbers = np.array([number for number, _ in known], np.int32)
        return numbers, np.array([alike for _, alike in known], np.float32)

    def _names_of(self, numbers: Numbers, alike: Floats) -> tuple[Numbers, Floats]:
        """Return the names that contain any of these words and how alike it is there, most alike last."""
        if not len(numbers):
            return np.empty(0, np.int32), np.empty(0, np.float32)
        order = alike.argsort(kind="stable")
        numbers = numbers[order]
        posting, start = self.arrays["posting"], self.arrays["posting_start"]
        lows, highs = start[numbers], start[numbers + 1]
        parts = [posting[low:high] for low, high in zip(lows.tolist(), highs.tolist(), strict=True)]
        return np.concatenate(parts), np.repeat(alike[order], highs - lows)

    def _posting(self, number: int) -> Numbers:
        low, high = self.arrays["posting_start"][number : number + 2].tolist()
        return self.arrays["posting"][low:high]

    def prepare(self, text: str) -> Prepared:
        """Read a string as a query against this index; an acronym in brackets is another way to find its party."""
        whole, *others = readings(text)
        name = read_name(whole)
        acronyms = dict.fromkeys((*initials(name), *("".join(tokenize(other)) for other in others)))
        core = name.core
        words = tuple(map(self._word, core))
        total = sum(word.weight for word in words)
        squashed = "".join(token.text for token in core)
        form = hash_word(name.form) if name.form else 0
        return Prepared(name, words, total, squashed, form, tuple(acronyms))

    def allowed(self, list_ids: frozenset[str], schemas: frozenset[str]) -> NDArray[np.bool_] | None:
        """Return which names are of these lists and schemas; None where all are (no lists, no schemas named)."""
        return self._allowed(list_ids, schemas) if list_ids or schemas else None

    def _allow(self, list_ids: frozenset[str], schemas: frozenset[str]) -> NDArray[np.bool_]:
        known = bytes(self.arrays["list_ids"]).decode().split("\n")
        entries = np.ones(self.entries, dtype=np.bool_)
        if list_ids:
            wanted = [number for number, list_id in enumerate(known) if list_id in list_ids]
            entries &= np.isin(self.arrays["entry_list"], wanted)
        if schemas:
            wanted = [number for number, schema in enumerate(SCHEMAS) if schema in schemas]
            entries &= np.isin(self.arrays["entry_schema"], wanted)
        return np.asarray(entries[self.arrays["name_entry"]], dtype=np.bool_)

    def propose(self, query: Prepared, most: int = 30, allowed: NDArray[np.bool_] | None = None) -> Numbers:
        """Return up to `most` names by number, the most promising first; of the allowed ones, where given."""
        with self._summing:
            names, found = self._touched(query)
        if allowed is not None:
            names, found = names[allowed[names]], found[allowed[names]]
        promise = _promise(found, query.weight, self.arrays["name_weight"][names])
        some = np.flatnonzero(promise > LEAST_PROMISE - _LETTERS)
        if len(some) > 2 * _LOOKED_AT:
            some = some[np.argpartition(-promise[some], 2 * _LOOKED_AT)[: 2 * _LOOKED_AT]]
        if not len(some):
            return np.empty(0, np.int32)
        names, first = np.unique(names[some], return_index=True)
        promise = promise[some[first]] + _LETTERS * self.letters(query.squashed, names)
        order = np.argsort(-promise, kind="stable")
        order = order[promise[order] >= LEAST_PROMISE]
        return self._few_of_each_entry(names[order], most)

    def names_of(self, entry: int) -> frozenset[str]:
        """Return the names of an entry, each written as one word, without the shortest."""
        low, high = self.arrays["name_entry"].searchsorted((entry, entry + 1)).tolist()
        texts = self.squashed.some(np.arange(low, high, dtype=np.int32))
        return frozenset(text for text in texts if len(text) > _ACRONYM)

    def letters(self, squashed: str, names: Numbers) -> Floats:
        """Return how alike a name written as one word is to listed names, letter by letter, 0 to 1."""
        texts = self.squashed.some(names)
        return np.asarray(cdist([squashed], texts, scorer=Indel.normalized_similarity, dtype=np.float32)[0])

    def _few_of_each_entry(self, names: Numbers, most: int) -> Numbers:
        counts: dict[int, int] = {}
        kept: list[int] = []
        for name, entry in zip(names.tolist(), self.arrays["name_entry"][names].tolist(), strict=True):
            counts[entry] = counts.get(entry, 0) + 1
            if counts[entry] <= _SAME_ENTRY:
                kept.append(name)
                if len(kept) == most:
                    break
        return np.array(kept, np.int32)

    def _touched(self, query: Prepared) -> tuple[Numbers, Floats]:
        """Return names that share anything with the query, some twice, and the weight found in each."""
        found = self._found
        touched: list[Numbers] = []
        added: list[Numbers] = []
        count = 0
        for word in sorted(query.words, key=lambda word: -word.weight):
            if len(word.names) > _POSTINGS and touched:
                continue
            found[word.names] += word.gains
            (touched if count < _TOUCHED else added).append(word.names)
            count += len(word.names)
        for names, gain in self._otherwise(query):
            found[names] = np.maximum(found[names], gain)
            touched.append(names)
        names = np.concatenate(touched) if touched else np.empty(0, np.int32)
        weights = found[names]
        for some in (names, *added):
            found[some] = 0
        return names, weights

    def _otherwise(self, query: Prepared) -> Iterator[tuple[Numbers, Any]]:
        """Yield names found by acronym or by words joined or split, with the weight that counts as found."""
        yield from self._by_acronym(query)
        yield from self._as_one_word(query)
        yield from self._joined_or_split(query)

    def _by_acronym(self, query: Prepared) -> Iterator[tuple[Numbers, Any]]:
        weights = self.arrays["name_weight"]
        if len(query.words) == 1 and may_be_acronym(query.squashed):
            names = self.with_initials(query.squashed)
            yield names, weights[names] * np.float32(0.8)
        for number in self.vocabulary.find_all(query.acronyms):
            if number >= 0:
                names = self._posting(number)
                start = self.arrays["name_start"]
                yield names[start[names + 1] - start[names] == 1], query.weight * 0.8

    def with_initials(self, acronym: str) -> Numbers:
        """Return the names whose initials are this acronym; none where too many have it."""
        return self._filed("acronym", hash_word(acronym), _ACRONYM_BEARERS)

    def _filed(self, under: str, value: int, most: int) -> Numbers:
        hashes = self.arrays[f"{under}_hash"]
        low = int(hashes.searchsorted(np.uint32(value), "left"))
        high = int(hashes.searchsorted(np.uint32(value), "right"))
        return self.arrays[f"{under}_name"][low:high] if high - low <= most else np.empty(0, np.int32)

    def _as_one_word(self, query: Prepared) -> Iterator[tuple[Numbers, Any]]:
        """Yield names that begin with the same letters and are alike when both are written as one word."""
        value = beginning(query.squashed)
        names = self._filed("beginning", value, _BEGINNING_BEARERS) if value else np.empty(0, np.int32)
        if len(names):
            letters = self.letters(query.squashed, names)
            alike = letters > 0.8
            yield names[alike], query.weight * letters[alike]

    def _joined_or_split(self, query: Prepared) -> Iterator[tuple[Numbers, Any]]:
        """Yield names in which two neighbouring words of the query are one, or an unknown one is two."""
        pairs = list(zip(query.words, query.words[1:], strict=False))
        joined = [read_token(first.token.text + second.token.text).key for first, second in pairs]
        for (first, second), number in zip(pairs, self.vocabulary.find_all(joined), strict=True):
            if number >= 0:
                names = self._posting(number)
                yield names, self._found[names] + np.float32(first.weight + second.weight)
        for word in query.words:
            if word.token.kind is Kind.WORD and word.number < 0:
                for names in self._split(word.token.text):
                    yield names, self._found[names] + np.float32(word.weight)

    def _split(self, text: str) -> Iterator[Numbers]:
        places = range(_SHORTEST_PART, len(text) - _SHORTEST_PART + 1)
        parts = [read_token(part).key for place in places for part in (text[:place], text[place:])]
        numbers = self.vocabulary.find_all(parts)
        for left, right in zip(numbers[::2], numbers[1::2], strict=True):
            if left >= 0 and right >= 0:
                yield np.intersect1d(self._posting(left), self._posting(right), assume_unique=True)


def _promise(found: Floats, query_weight: float, name_weight: Floats) -> Floats:
    """Return the mean of the shares found of both sides, at most 1 each, and a little for the weight found."""
    mine = np.minimum(found / np.float32(max(query_weight, 0.01)), 1)
    theirs = np.minimum(found / np.maximum(name_weight, np.float32(0.01)), 1)
    return np.asarray((mine + theirs) / 2 + np.float32(0.15) * found, dtype=np.float32)
