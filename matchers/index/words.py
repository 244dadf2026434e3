"""The words of a query, read against an index: which listed words are like them. Each is read once and remembered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matchers.index.vocabulary import Arrays, Vocabulary, hash_word
from matchers.kernel import packed
from matchers.names.knowledge import concept_as_written, near_concepts, stem
from matchers.names.reading import Kind, Token
from matchers.names.spelling import plain_spelling
from matchers.scoring.weights import weight

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]

_REMEMBERED = 20_000
_SHORTEST_PART = 3


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word of a query with the listed words that are like it, by rising number."""

    token: Token
    weight: float
    number: int
    """Its own number in the vocabulary, -1 where no listed name has it."""
    numbers: Numbers
    alike: Floats
    split: tuple[Numbers, ...]
    """Names that have it as two words, for each place to split; looked up only for a word that none has."""
    texts: tuple[bytes, bytes]
    """Its plain spelling, and itself as folded."""
    packed: bytes
    """All of it as the kernel reads it."""


class Words:
    """Reads words against the vocabulary and the postings of an index."""

    def __init__(self, arrays: Arrays, vocabulary: Vocabulary) -> None:
        self._arrays = arrays
        self._vocabulary = vocabulary
        self._names = len(arrays["name_entry"])
        self.read = lru_cache(maxsize=_REMEMBERED)(self._read)

    def posting(self, number: int) -> Numbers:
        """Return the names that have a listed word."""
        low, high = self._arrays["posting_start"][number : number + 2].tolist()
        return self._arrays["posting"][low:high]

    def _read(self, token: Token) -> Word:
        number = self._vocabulary.find(token.key)
        # as 32 bits, so that it is added up alike wherever it is added up
        own = self._arrays["word_weight"][number] if number >= 0 else weight(token, 0, self._names)
        own = float(np.float32(own))
        is_word = token.kind is Kind.WORD
        numbers, alike = (
            self._vocabulary.similar(token.key, number) if is_word else self._near(token.key, number)
        )
        split = tuple(self._split(token.text)) if is_word and number < 0 else ()
        texts = (plain_spelling(token.key).encode(), token.text.encode())
        as_read = packed((numbers, alike), texts, int(token.kind), own, hash_word(token.key))
        return Word(token, own, number, numbers, alike, split, texts, as_read)

    def _near(self, concept: str, number: int) -> tuple[Numbers, Floats]:
        """Return the listed words that stand for a word of the generic vocabulary, itself among them."""
        near = near_concepts().get(concept, ())
        found = zip(
            self._vocabulary.find_all([key for key, _ in near]), (alike for _, alike in near), strict=True
        )
        known = sorted(pair for pair in ((number, 1.0), *found) if pair[0] >= 0)
        numbers = np.array([number for number, _ in known], np.int32)
        return numbers, np.array([alike for _, alike in known], np.float32)

    def _split(self, text: str) -> list[Numbers]:
        places = range(_SHORTEST_PART, len(text) - _SHORTEST_PART + 1)
        parts = [_key(part) for place in places for part in (text[:place], text[place:])]
        numbers = self._vocabulary.find_all(parts)
        return [
            np.intersect1d(self.posting(left), self.posting(right), assume_unique=True)
            for left, right in zip(numbers[::2], numbers[1::2], strict=True)
            if left >= 0 and right >= 0
        ]


def _key(part: str) -> str:
    """Return the key of a part of a word: that of `read_token` but for other spellings of generic words."""
    known = concept_as_written(part)
    return known.key if known else stem(part)
