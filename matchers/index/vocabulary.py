"""The distinct words of the listed names, and how a word finds those that are spelled or sound like it.

Every word is filed under the hashes of its variants: what remains of its first letters when up to two of them are
deleted, and of its consonant skeleton when up to one is deleted. Two words within that distance share a variant, so
a few look-ups in one sorted array propose all of them (symmetric deletion: W. Garbe, SymSpell); their likeness decides.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchers import kernel
from matchers.kernel import Kernel
from matchers.names.spelling import plain_spelling, skeleton
from matchers.scoring.similarity import PLAIN, has_spellings, is_comparable, similarities

Arrays = Mapping[str, NDArray[Any]]

_PREFIX = 8
"""Letters of a word that deletions are taken from."""
_MOST = 300
"""A variant that more words share is too common to tell anything."""


def hash_word(word: str) -> int:
    """Return a hash of a word that is the same in every process and on every machine."""
    return zlib.crc32(word.encode())


def _deletions(word: str, most: int) -> set[str]:
    """Return a word and what remains when up to `most` of its letters are deleted."""
    found = {word}
    for count in range(1, min(most, len(word) - 2) + 1):
        found.update(map("".join, combinations(word, len(word) - count)))
    return found


def variants(word: str) -> NDArray[np.uint32]:
    """Return the hashes that a word is filed under, each once; a short word under its spelling, or none."""
    if not is_comparable(word):
        return np.array([_spelling(word)] if has_spellings(word) else [], np.uint32)
    compiled = kernel.variants(word, plain_spelling(word), skeleton(word))
    return np.fromiter(_variants(word), np.uint32) if compiled is None else compiled


def _spelling(word: str) -> int:
    return hash_word("=" + plain_spelling(word)[:_PREFIX])


def _variants(word: str) -> set[int]:
    found = _deletions(word[:_PREFIX], 2 if len(word) > 5 else 1)
    sound = skeleton(word)
    if len(sound) > 2:
        found.update("~" + part for part in _deletions(sound, 1 if len(sound) > 3 else 0))
    return {_spelling(word), *map(hash_word, found)}


NO_NAMES: NDArray[np.int32] = np.empty(0, np.int32)


def filed(arrays: Arrays, under: str, value: int, most: int) -> NDArray[np.int32]:
    """Return the names that are filed under a hash; none where that would be more than `most`."""
    hashes = arrays[f"{under}_hash"]
    low = int(hashes.searchsorted(np.uint32(value), "left"))
    high = int(hashes.searchsorted(np.uint32(value), "right"))
    return arrays[f"{under}_name"][low:high] if high - low <= most else NO_NAMES


def texts(name: str, strings: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Return the arrays `{name}_text` and `{name}_start` that hold ASCII strings one after another."""
    encoded = [string.encode() for string in strings]
    return {
        f"{name}_text": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        f"{name}_start": np.cumsum([0, *map(len, encoded)]).astype(np.int64),
    }


class Texts:
    """The strings of `texts`, cut out of the memory map."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        self._text = np.ascontiguousarray(arrays[f"{name}_text"]).data
        self._start = arrays[f"{name}_start"]

    def __getitem__(self, number: int) -> str:
        """Return the string with this number."""
        return str(self._text[int(self._start[number]) : int(self._start[number + 1])], "ascii")

    def some(self, numbers: NDArray[np.int32]) -> list[str]:
        """Return the strings with these numbers."""
        text, start = self._text, self._start
        bounds = zip(start[numbers].tolist(), start[numbers + 1].tolist(), strict=True)
        return [str(text[low:high], "ascii") for low, high in bounds]


def build_vocabulary(words: Sequence[str], fuzzy: Iterable[bool]) -> dict[str, NDArray[Any]]:
    """Return the arrays of a vocabulary; only words marked `fuzzy` are found by likeness, all by equality."""
    hashes = np.array([hash_word(word) for word in words], dtype=np.uint32)
    order = np.argsort(hashes, kind="stable").astype(np.int32)
    keys = bytearray()
    counts = array("i")
    for word, is_fuzzy in zip(words, fuzzy, strict=True):
        found = variants(word) if is_fuzzy else np.empty(0, np.uint32)
        keys += found.tobytes()
        counts.append(len(found))
    variant = np.frombuffer(keys, dtype=np.uint32)
    owners = np.repeat(np.arange(len(words), dtype=np.int32), counts)
    by_key = np.argsort(variant, kind="stable")
    return {
        **texts("word", words),
        **texts("plain", map(plain_spelling, words)),
        "word_sound": np.array(
            [hash_word(skeleton(word)) if len(skeleton(word)) > 2 else 0 for word in words], dtype=np.uint32
        ),
        "word_hash": hashes[order],
        "word_by_hash": order,
        "variant_hash": variant[by_key],
        "variant_word": owners[by_key],
    }


class Vocabulary:
    """The words of an index, looked up by equality and by likeness. Word numbers are those of `build_vocabulary`."""

    def __init__(self, arrays: Arrays, kernel: Kernel | None = None) -> None:
        self._kernel = kernel
        self.words = Texts(arrays, "word")
        self.plain = Texts(arrays, "plain")
        self._sound = arrays["word_sound"]
        self._hash = arrays["word_hash"]
        self._by_hash = arrays["word_by_hash"]
        self._variant_hash = arrays["variant_hash"]
        self._variant_word = arrays["variant_word"]

    def find(self, word: str) -> int:
        """Return the number of a word, -1 where it is not in the vocabulary."""
        return self.find_all([word])[0]

    def find_all(self, words: Sequence[str]) -> list[int]:
        """Return the number of each word, -1 for those that are not in the vocabulary."""
        if self._kernel is not None:
            return self._kernel.find(words) if words else []
        values = np.fromiter(map(hash_word, words), dtype=np.uint32, count=len(words))
        places = np.searchsorted(self._hash, values)
        known = (
            self._hash[np.minimum(places, len(self._hash) - 1)] == values if len(self._hash) else values < 0
        )
        found = [-1] * len(words)
        for item in np.flatnonzero(known).tolist():
            found[item] = self._number(words[item], int(places[item]))
        return found

    def _number(self, word: str, place: int) -> int:
        value = hash_word(word)
        while place < len(self._hash) and self._hash[place] == value:
            number = int(self._by_hash[place])
            if self.words[number] == word:
                return number
            place += 1
        return -1

    def similar(self, word: str) -> tuple[int, NDArray[np.int32], NDArray[np.float32]]:
        """Return a word's number, -1 where it is not there, and the words like it, by rising number.

        Each comes with its likeness, 1 for itself.
        """
        if self._kernel is not None:
            return self._kernel.similar(word, plain_spelling(word), skeleton(word))
        number = self.find(word)
        if not is_comparable(word):
            return number, *self._spelled_otherwise(word, number)
        found = np.fromiter(_variants(word), dtype=np.uint32)
        parts = [own for value in found if 0 < len(own := self._owners(value)) <= _MOST]
        if number >= 0:
            parts.append(np.array([number], dtype=np.int32))
        if not parts:
            return number, np.empty(0, np.int32), np.empty(0, np.float32)
        numbers = np.unique(np.concatenate(parts))
        sound = skeleton(word)
        hashed = hash_word(sound) if len(sound) > 2 else 1
        same = self._sound[numbers] == np.uint32(hashed)
        alike = similarities(word, (self.words.some(numbers), self.plain.some(numbers)), same)
        alike[numbers == number] = 1
        return number, numbers[alike > 0], alike[alike > 0]

    def _owners(self, value: np.uint32) -> NDArray[np.int32]:
        """Return the words that are filed under a hash."""
        low, high = (int(self._variant_hash.searchsorted(value, end)) for end in ("left", "right"))
        return self._variant_word[low:high]

    def _spelled_otherwise(self, word: str, number: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the same for a short word: itself, and those of three letters and more that are spelled alike."""
        numbers = {number} - {-1}
        found = self._owners(np.uint32(_spelling(word))) if has_spellings(word) else NO_NAMES
        if len(found) <= _MOST:
            spelled = zip(found.tolist(), self.plain.some(found), strict=True)
            numbers.update(other for other, plain in spelled if plain == plain_spelling(word))
        known = np.array(sorted(numbers), np.int32)
        return known, np.where(known == number, np.float32(1), PLAIN)
