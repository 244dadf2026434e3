"""Names that a number tells apart, where capitals alone show too little: "65th brigade", "plant No. 9", "завод № 150".

A unit is called by its number alone where that opened a longer name of the text ("the 223rd Flight Unit … the
223rd"), and where it is what a sentence speaks of: "The 139th was formed at Camp Howe".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from matchers.mentions.spans import Span
from matchers.mentions.words import Words

_NUMBER = "(?:t|#D?d)"
_NAMED = re.compile(rf"{_NUMBER}(?:j?m){{0,2}}j?n|(?:mj?){{0,2}}nj?#D?d")
_ALONE = re.compile(_NUMBER)
_ACTS = re.compile(r"was|were|is|are|has|had|have|will|would|also|[a-z]{2,}ed")


def numbered_spans(words: Words, runs: Sequence[Span]) -> Iterator[Span]:
    """Yield organization nouns with their number, and numbers that stand for a unit by themselves."""
    if "t" not in words.classes and "#" not in words.classes:
        return
    for match in _NAMED.finditer(words.classes):
        yield Span(match.start(), match.end(), "noun")
    opened = {_opening(words, run) for run in runs}
    inside = {number for run in runs for number in range(run.first, run.last)}
    for match in _ALONE.finditer(words.classes):
        first, last = match.span()
        if first not in inside and (_text(words, first, last) in opened or _acts(words, first)):
            yield Span(first, last, "short form")


def _opening(words: Words, run: Span) -> str | None:
    """Return the number that a run opens with, if it goes on."""
    found = _ALONE.match(words.classes, run.first, run.last)
    return _text(words, *found.span()) if found and found.end() < run.last else None


def _acts(words: Words, number: int) -> bool:
    """Say whether an ordinal after "the" is what the sentence speaks of: a verb follows, and no noun or month."""
    follows = words.word(number + 1) if number + 1 < len(words) else ""
    is_the = number > 0 and words.word(number - 1).lower() == "the"
    return is_the and words.classes[number] == "t" and _ACTS.fullmatch(follows) is not None


def _text(words: Words, first: int, last: int) -> str:
    return words.text[words.starts[first] : words.end(last - 1)]
