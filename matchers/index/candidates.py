"""Proposing candidates: which listed names a name could be, before anything is compared in full.

Each word of the name finds the listed words like it, each of those the names that contain it, and the weight that
is found is summed by name. Words joined or split in writing and acronyms are further words of the name. The names
that share most, relative to what they and the query hold, are proposed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matchers.index.building import SCHEMAS
from matchers.index.vocabulary import Arrays, Vocabulary, hash_word
from matchers.names.acronyms import initials, may_be_acronym
from matchers.names.knowledge import near_concepts
from matchers.names.reading import Kind, Name, Token, read_name, read_token
from matchers.scoring.weights import weight

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]

_POSTINGS = 60_000
"""Postings read for a word when another one has already found names."""
_ACRONYM_BEARERS = 400
"""An acronym that more names have is no evidence."""
_SHORTEST_PART = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a query with the listed words that are like it, by rising number."""

    token: Token
    weight: float
    numbers: Numbers
    alike: Floats


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
    """The arrays of `build_index`, opened. Any number of them may share one memory map."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.vocabulary = Vocabulary(arrays)
        self.names = len(arrays["name_entry"])
        self.entries = len(arrays["entry_schema"])
        self.squashed = bytes(arrays["squashed_text"]).decode()
        self.word = lru_cache(maxsize=100_000)(self.vocabulary.word)
        self._found = np.zeros(self.names, dtype=np.float32)
        self._allowed = lru_cache(maxsize=8)(self._allow)
        self._word = lru_cache(maxsize=50_000)(self._read_word)

    def _read_word(self, token: Token) -> Word:
        number = self.vocabulary.find(token.key)
        own = self.arrays["word_weight"][number] if number >= 0 else weight(token, 0, self.names)
        numbers, alike = np.empty(0, np.int32), np.empty(0, np.float32)
        if token.kind is Kind.WORD:
            numbers, alike = self.vocabulary.similar(token.key)
        elif token.key in near_concepts():
            numbers, alike = self._near(token.key)
        if number >= 0:
            place = int(np.searchsorted(numbers, number))
            numbers = np.insert(numbers, place, number).astype(np.int32)
            alike = np.insert(alike, place, 1).astype(np.float32)
        return Word(token, float(own), numbers, alike)

    def _near(self, concept: str) -> tuple[Numbers, Floats]:
        found = sorted((self.vocabulary.find(key), alike) for key, alike in near_concepts()[concept])
        known = [(number, alike) for number, alike in found if number >= 0]
        numbers = np.array([number for number, _ in known], np.int32)
        return numbers, np.array([alike for _, alike in known], np.float32)

    def prepare(self, text: str) -> Prepared:
        """Read a string as a query against this index."""
        name = read_name(text)
        core = [token for token in name.tokens if token.kind < Kind.CONNECTOR] or list(name.tokens)
        words = tuple(self._word(token) for token in core)
        total = sum(word.weight for word in words)
        squashed = "".join(token.key for token in core)
        return Prepared(
            name, words, total, squashed, hash_word(name.form) if name.form else 0, initials(name)
        )

    def _names_of(self, word: Word) -> tuple[Numbers, Floats]:
        """Return the names that contain a word or one like it, and how alike it is there, most alike last."""
        posting, start = self.arrays["posting"], self.arrays["posting_start"]
        order = np.argsort(word.alike, kind="stable")
        numbers = word.numbers[order]
        lows, highs = start[numbers].tolist(), start[numbers + 1].tolist()
        parts = [posting[low:high] for low, high in zip(lows, highs, strict=True)]
        if not parts:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        counts = np.subtract(highs, lows)
        return np.concatenate(parts), np.repeat(word.alike[order], counts)

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

    def propose(self, query: Prepared, most: int = 50, allowed: NDArray[np.bool_] | None = None) -> Numbers:
        """Return up to `most` names by number, the most promising first; of the allowed ones, where given."""
        found = self._found
        touched: list[Numbers] = []
        for word in sorted(query.words, key=lambda word: -word.weight):
            names, alike = self._names_of(word)
            if len(names) > _POSTINGS and touched:
                continue
            found[names] += np.float32(word.weight) * alike
            touched.append(names)
        for names, gain in self._otherwise(query):
            found[names] = np.maximum(found[names], gain)
            touched.append(names)
        if not touched:
            return np.empty(0, np.int32)
        names = np.concatenate(touched)
        if allowed is not None:
            found[names[~allowed[names]]] = 0
            names = names[allowed[names]]
        promise = self._promise(found[names], query.weight, self.arrays["name_weight"][names])
        found[names] = 0
        if len(names) > 4 * most:
            best = np.argpartition(-promise, 4 * most)[: 4 * most]
            names, promise = names[best], promise[best]
        order = np.lexsort((names, -promise))
        names = names[order]
        _, first = np.unique(names, return_index=True)
        return names[np.sort(first)][:most]

    @staticmethod
    def _promise(found: Floats, query_weight: float, name_weight: Floats) -> Floats:
        """Return the mean of the shares found of both sides, and a little for the weight found."""
        share = found / np.float32(max(query_weight, 0.01)) + found / np.maximum(
            name_weight, np.float32(0.01)
        )
        return np.asarray(share / 2 + np.float32(0.15) * found, dtype=np.float32)

    def _otherwise(self, query: Prepared) -> list[tuple[Numbers, Floats]]:
        """Return names found by acronym or by words joined or split, with the weight that counts as found."""
        return [*self._by_acronym(query), *self._joined(query), *self._split(query)]

    def _by_acronym(self, query: Prepared) -> list[tuple[Numbers, Floats]]:
        found: list[tuple[Numbers, Floats]] = []
        weights = self.arrays["name_weight"]
        if len(query.words) == 1 and may_be_acronym(query.squashed):
            names = self.with_initials(query.squashed)
            found.append((names, weights[names] * np.float32(0.8)))
        for acronym in query.acronyms:
            number = self.vocabulary.find(acronym)
            if number >= 0:
                names = self._posting(number)
                names = names[self.arrays["name_start"][names + 1] - self.arrays["name_start"][names] == 1]
                found.append((names, np.full(len(names), query.weight * 0.8, np.float32)))
        return found

    def with_initials(self, acronym: str) -> Numbers:
        """Return the names whose initials are this acronym; none where too many have it."""
        value = np.uint32(hash_word(acronym))
        hashes = self.arrays["acronym_hash"]
        low, high = np.searchsorted(hashes, value, "left"), np.searchsorted(hashes, value, "right")
        return (
            self.arrays["acronym_name"][low:high] if high - low <= _ACRONYM_BEARERS else np.empty(0, np.int32)
        )

    def _posting(self, number: int) -> Numbers:
        start = self.arrays["posting_start"]
        return self.arrays["posting"][int(start[number]) : int(start[number + 1])]

    def _joined(self, query: Prepared) -> list[tuple[Numbers, Floats]]:
        """Return names with a word that is two neighbouring words of the query written together."""
        found: list[tuple[Numbers, Floats]] = []
        for first, second in zip(query.words, query.words[1:], strict=False):
            word = self._word(read_token(first.token.text + second.token.text))
            names, alike = self._names_of(word)
            both = np.float32(first.weight + second.weight)
            found.append((names, self._found[names] + both * alike * (alike > 0.85)))
        return found

    def _split(self, query: Prepared) -> list[tuple[Numbers, Floats]]:
        """Return names with the two words that a word of the query is when written apart."""
        found: list[tuple[Numbers, Floats]] = []
        for word in query.words:
            text = word.token.text
            if word.token.kind is not Kind.WORD or len(text) < 2 * _SHORTEST_PART:
                continue
            for place in range(_SHORTEST_PART, len(text) - _SHORTEST_PART + 1):
                left = self.vocabulary.find(read_token(text[:place]).key)
                right = self.vocabulary.find(read_token(text[place:]).key) if left >= 0 else -1
                if right >= 0:
                    names = np.intersect1d(self._posting(left), self._posting(right), assume_unique=True)
                    found.append((names, self._found[names] + np.float32(word.weight)))
        return found
