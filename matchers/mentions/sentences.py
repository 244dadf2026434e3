"""Where sentences begin and end, as far as finding names needs it: at final marks and line breaks."""

from __future__ import annotations

import re
from bisect import bisect_right

from matchers.mentions.words import Words

_MARK = re.compile("[.N]")


class Sentences:
    """The sentences of a text by word number."""

    def __init__(self, words: Words) -> None:
        marks = _MARK.finditer(words.classes)
        self._words = words
        self._first = [0, *(mark.end() for mark in marks if _ends(words, mark.start(), mark.group()))]
        self._offsets: dict[int, tuple[int, int]] = {}

    def number(self, word: int) -> int:
        """Return the number of the sentence that holds a word."""
        return bisect_right(self._first, word) - 1

    def offsets(self, number: int) -> tuple[int, int]:
        """Return where a sentence starts and ends in the text, without the space around it."""
        known = self._offsets.get(number)
        if known is None:
            known = self._offsets[number] = self._find_offsets(number)
        return known

    def _find_offsets(self, number: int) -> tuple[int, int]:
        words = self._words
        first = self._first[number]
        last = self._first[number + 1] if number + 1 < len(self._first) else len(words)
        while first < last and words.classes[first] in "Nj":
            first += 1
        while last > first and words.classes[last - 1] in "Nj":
            last -= 1
        return (words.starts[first], words.end(last - 1)) if last > first else (words.starts[first],) * 2

    def __len__(self) -> int:
        return len(self._first)


def _ends(words: Words, number: int, letter: str) -> bool:
    """Say whether a full stop ends a sentence: it does not inside a number or a web address."""
    return (
        letter == "N"
        or len(words.pieces[number]) > 1
        or words.classes[number + 1 : number + 2] in ("", "N", "j", "Q", '"')
    )
