"""The article with its mentions marked, and token colours that are the same on both sides.

Aligned pairs are numbered; a token of the mention and the token of the listed name that it was compared
with have the same number, which is their colour. Text is cut into segments here and escaped by the
template.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

COLOURS = 8
AROUND = 1_500
"""Characters of a long article that are shown before and after a mention."""
WHOLE = 12_000
"""An article up to this length is shown whole."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text.

    Plain, part of a mention, a token of a mention with a colour, or a gap that was left out.
    """

    text: str
    mention: int | None = None
    colour: int | None = None
    first: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """An aligned pair for the page: its colour, and whether it counts for or against."""

    query: str
    listed: str
    how: str
    colour: int | None


def coloured(alignment: Sequence[tuple[str, str, str]]) -> tuple[Pair, ...]:
    """Give a number to the pairs that have both sides."""
    pairs, number = [], 0
    for query, listed, how in alignment:
        both = bool(query and listed)
        pairs.append(Pair(query, listed, how, number % COLOURS if both else None))
        number += both
    return tuple(pairs)


def segments(
    text: str, mentions: Sequence[tuple[int, int, str]], pairs: Sequence[Pair]
) -> tuple[Segment, ...]:
    """Cut a text into segments; mentions that overlap an earlier one are not marked twice."""
    colours: dict[str, int | None] = {
        word.casefold(): pair.colour
        for pair in pairs
        for word in _WORD.findall(pair.query)
        if pair.colour is not None
    }
    return tuple(_cut(text, _apart(mentions, len(text)), colours))


def _apart(mentions: Sequence[tuple[int, int, str]], length: int) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end, _ in sorted(mentions):
        if start < end <= length and (not kept or start >= kept[-1][1]):
            kept.append((start, end))
    return kept


def _cut(text: str, mentions: Sequence[tuple[int, int]], colours: dict[str, int | None]) -> Iterator[Segment]:
    position = 0
    for number, (start, end) in enumerate(mentions):
        yield from _plain(text[position:start], before=number > 0, after=True, whole=len(text) <= WHOLE)
        yield from _tokens(text[start:end], number, colours)
        position = end
    yield from _plain(text[position:], before=bool(mentions), after=False, whole=len(text) <= WHOLE)


def _plain(text: str, *, before: bool, after: bool, whole: bool) -> Iterator[Segment]:
    """Yield a text between mentions.

    The middle of a long one, or what is far from any mention, is left out.
    """
    room = AROUND * (before + after) or WHOLE
    if whole or len(text) <= room:
        if text:
            yield Segment(text)
        return
    if before:
        yield Segment(text[:AROUND])
    elif not after:
        yield Segment(text[:WHOLE])
    yield Segment(f"{len(text) - room:,} characters left out", gap=True)
    if after:
        yield Segment(text[-AROUND:])


def _tokens(text: str, number: int, colours: dict[str, int | None]) -> Iterator[Segment]:
    position, first = 0, True
    for word in _WORD.finditer(text):
        if word.start() > position:
            yield Segment(text[position : word.start()], mention=number, first=first)
            first = False
        yield Segment(word.group(), mention=number, colour=colours.get(word.group().casefold()), first=first)
        position, first = word.end(), False
    if position < len(text):
        yield Segment(text[position:], mention=number, first=first)
