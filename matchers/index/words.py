"""The words of a query, read against an index: which listed words are like them. Each is read once and remembered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matchers.index.vocabulary import Arrays, Vocabulary, hash_word
from matchers.kernel import Kernel, packed
from matchers.names.acronyms import ABBREVIATED
from matchers.names.knowledge import concept_as_written, near_concepts, slipped_concept, stem
from matchers.names.reading import Kind, Token, read_token
from matchers.names.spelling import plain_spelling
from matchers.scoring.weights import general_rarity, weight

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]

_REMEMBERED = 8_192
_SHORTEST_PART = 3
_MISSPELT = 0.85
"""A word as much like a listed one as this is that one misspelt, rather than two words in one."""
_ARTICLE = re.compile("(?:al|el|abu|bin)([a-z]+)$")
"""What is also written in one with the word after it: `Alqaida`, `Abusayyaf`."""
_SHORTEST_BARE = 4
ACRONYM_BEARERS = 400
"""An acronym that more names have is no evidence."""
_ABBREVIATED: Floats = np.array([ABBREVIATED], np.float32)
_NO_TEXTS = b"", b""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word of a query with the listed words that are like it, by rising number."""

    token: Token
    weight: float
    """As 32 bits hold it, so that it is added up alike wherever it is added up."""
    number: int
    """Its own number in the vocabulary, -1 where no listed name has it."""
    numbers: Numbers
    alike: Floats
    parts: tuple[Word, ...]
    """The two words that listed names have in its place, where none has it as one."""
    texts: tuple[bytes, bytes]
    """Its plain spelling, and itself as folded."""
    packed: bytes
    """All of it as the kernel reads it."""


class Words:
    """Reads words against the vocabulary and the postings of an index."""

    def __init__(self, arrays: Arrays, vocabulary: Vocabulary, kernel: Kernel | None = None) -> None:
        self._kernel = kernel
        self._arrays = arrays
        self._vocabulary = vocabulary
        self._weights = arrays["word_weight"]
        self._entries = len(arrays["entry_schema"])
        self.read = lru_cache(maxsize=_REMEMBERED)(self._read)

    def posting(self, number: int) -> Numbers:
        """Return the names that have a listed word."""
        low, high = self._arrays["posting_start"][number : number + 2].tolist()
        return self._arrays["posting"][low:high]

    def read_all(self, tokens: Sequence[Token]) -> tuple[Word, ...]:
        """Return the words of a name, each joined with the next or split in two where only that is listed."""
        words = [self.read(token) for token in tokens]
        together = [first.text + second.text for first, second in pairwise(tokens)]
        kept: list[Word | None] = list(words)
        for place, number in enumerate(self._vocabulary.find_all(list(map(_key, together)))):
            first, second = words[place : place + 2]
            if number >= 0 and kept[place] and not self._have_both(first.number, second.number):
                kept[place : place + 2] = self.read(read_token(together[place])), None
        return tuple(part for word in kept if word for part in word.parts or (word,))

    def _have_both(self, first: int, second: int) -> bool:
        """Say whether a listed name has both words."""
        if min(first, second) < 0:
            return False
        if self._kernel is not None:
            return self._kernel.stand_together(first, second)
        return bool(np.isin(self.posting(first), self.posting(second), assume_unique=True).any())

    def _read(self, token: Token) -> Word:
        number, numbers, alike = self._like(token)
        if number < 0 and token.kind is Kind.WORD:
            if apart := self._apart(token):
                token = apart
                number, numbers, alike = self._like(token)
            else:
                numbers, alike = self._with_slipped(token.text, numbers, alike)
        own = float(self._weights[number] if number >= 0 else np.float32(weight(token, 0, self._entries)))
        is_new = number < 0 and token.kind is Kind.WORD and max(alike.tolist(), default=0.0) < _MISSPELT
        parts = self._parts(token.text) if is_new else ()
        texts = (plain_spelling(token.key).encode(), token.text.encode())
        as_read = packed((numbers, alike), texts, int(token.kind), own, hash_word(token.key))
        return Word(token, own, number, numbers, alike, parts, texts, as_read)

    def _like(self, token: Token) -> tuple[int, Numbers, Floats]:
        """Return a word's number, and the listed words that are like it or stand for it."""
        if token.kind is Kind.WORD:
            return self._vocabulary.similar(token.key)
        return self._near(token.key)

    def _with_slipped(self, text: str, numbers: Numbers, alike: Floats) -> tuple[Numbers, Floats]:
        """Return listed words like one that no name has, with the generic word that it is but for a slip.

        Not with a place, since names and places are often one letter apart.
        """
        meant = slipped_concept(text)
        number = self._vocabulary.find(meant.key) if meant and meant.kind != "place" else -1
        if number < 0:
            return numbers, alike
        place = int(numbers.searchsorted(number))
        likeness = np.float32(1 - 1 / (2 * len(text)))
        return np.insert(numbers, place, number), np.insert(alike, place, likeness)

    def abbreviation(self, acronym: str, number: int, words: Sequence[Word]) -> Word | None:
        """Return a listed word as the acronym of some words of a query, in place of them; None if it is too common."""
        if len(self.posting(number)) > ACRONYM_BEARERS:
            return None
        whole = float(np.float32(sum(word.weight for word in words)))
        alike = np.array([number], np.int32), _ABBREVIATED
        as_read = packed(alike, _NO_TEXTS, int(Kind.WORD), whole, 0)
        return Word(read_token(acronym), whole, number, *alike, (), _NO_TEXTS, as_read)

    def _apart(self, token: Token) -> Token | None:
        """Return a word that no name has without its Arabic article, or with one, where that is listed."""
        glued = _ARTICLE.match(token.text)
        bare = read_token(glued[1]) if glued else token
        if len(bare.text) < _SHORTEST_BARE or general_rarity(bare) < 1:
            return None
        others = (bare.text,) if glued else (f"al{bare.text}", f"el{bare.text}")
        numbers = self._vocabulary.find_all(list(map(_key, others)))
        return next(
            (read_token(other) for other, number in zip(others, numbers, strict=True) if number >= 0), None
        )

    def _near(self, concept: str) -> tuple[int, Numbers, Floats]:
        """Return the number of a word of the generic vocabulary, and the listed words that stand for it."""
        near = (concept, 1.0), *near_concepts().get(concept, ())
        number, *others = self._vocabulary.find_all([key for key, _ in near])
        found = zip((number, *others), (alike for _, alike in near), strict=True)
        known = sorted(pair for pair in found if pair[0] >= 0)
        numbers = np.array([number for number, _ in known], np.int32)
        return number, numbers, np.array([alike for _, alike in known], np.float32)

    def _parts(self, text: str) -> tuple[Word, ...]:
        """Return the two listed words that a word no name has falls into, the weightiest that one name has both of."""
        places = range(_SHORTEST_PART, len(text) - _SHORTEST_PART + 1)
        pairs = [(text[:place], text[place:]) for place in places]
        numbers = self._vocabulary.find_all([_key(part) for pair in pairs for part in pair])
        found = [
            tuple(self.read(read_token(part)) for part in pair)
            for pair, first, second in zip(pairs, numbers[::2], numbers[1::2], strict=True)
            if self._have_both(first, second)
        ]
        return max(found, key=lambda parts: sum(part.weight for part in parts), default=())


def _key(part: str) -> str:
    """Return the key of a part of a word: that of `read_token` but for other spellings of generic words."""
    known = concept_as_written(part)
    return known.key if known else stem(part)
