"""Names written with capitals: runs of capitalised words, connectors, and an organization noun.

A run is cut again where it may hold two names, and nothing is decided here: the whole and its parts are kept.

- At "and", "in", a possessive or a dash, the parts are spans of their own beside the whole ("Iran's
  Ministry of Defense" also gives "Ministry of Defense"), because each may be another organization.
- At "of", "for", after a title, a people's name or a word that only starts the sentence, and before an
  organization noun, the shorter readings are alternatives of one span ("President of Rosneft", "Gagarin
  plant").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from matchers.mentions.places import is_country
from matchers.mentions.spans import Span
from matchers.mentions.vocabulary import common_words, word_classes
from matchers.mentions.words import Words, is_cyrillic_adjective

_CAP = "[CALTGK]"
_LINK = "(?:[oafi&]j?){0,2}"
_NUMBER = "(?:t|#D?d)"
_ITEM = rf"(?:j?[sD]?j?{_LINK}(?:{_CAP}|{_NUMBER}|d(?![,.]d))|D|,j?L|\({_CAP}\)(?=j?[CAL])|-(?={_CAP}))"
RUN = re.compile(rf"(?:(?:{_NUMBER}|d)j?(?=[CAL]))?{_CAP}{_ITEM}*(?:(?:j?m){{0,2}}j?n(?:j?#D?d)?)?")
_PERSON = re.compile("(?:TD?j?){1,2}(?:j?[CAG]D?){1,3}")
_PHRASE = re.compile("C(?:(?:j?m){2,3}|j?mj?w)")
"""A name of Russian adjectives and a noun, whose first word alone has a capital: "Тактическое ракетное вооружение"."""
_COMPOUND = re.compile("(?:[CAG]j?){0,4}b")
_STARTS = frozenset(".N(qQ\"'x:;-")
MAX_WORDS = 14
MAX_ALTERNATIVES = 6

Reading = tuple[int, int, tuple[tuple[int, int], ...], bool]


def capital_spans(words: Words) -> Iterator[Span]:
    """Yield the spans of all runs of capitals of a text, in order."""
    classes = words.classes
    for match in RUN.finditer(classes):
        first, last = match.span()
        pattern = match.group()
        if classes[last : last + 1] == "b" and not pattern.strip("CAGj"):
            continue
        if pattern[0] == "C" and (first == 0 or classes[first - 1] in _STARTS):
            word = words.word(first).lower()
            if word in words.lower or word in common_words() or "\u0400" <= word[0] <= "\u052f":
                pattern = "c" + pattern[1:]
        for start, end, alternatives, is_joined in readings(pattern):
            yield Span(
                first + start,
                first + end,
                "joined" if is_joined else _found_by(words, first + start, first + end),
                tuple((first + low, first + high) for low, high in alternatives),
            )
    for match in _PHRASE.finditer(classes):
        if is_cyrillic_adjective(words.word(match.start())):
            yield Span(match.start(), match.end(), "noun")
    for match in _COMPOUND.finditer(classes):
        yield Span(match.start(), match.end(), "compound")


def _found_by(words: Words, first: int, last: int) -> str:
    """Return `place` for a country or a people, `person` for one with a title, else `noun` or `capitals`."""
    letters = words.classes[first:last]
    if not letters.strip("GTKnmdt#D"):
        return "place"
    if (
        letters[0] == "T"
        and _PERSON.fullmatch(letters)
        and words.word(first).lower() in word_classes()["office"]
    ):
        return "person"
    if last - first > 1 and is_country(words.text[words.starts[first] : words.end(last - 1)]):
        return "place"
    return "noun" if letters[-1] == "n" else "capitals"


@lru_cache(maxsize=8_192)
def readings(pattern: str) -> tuple[Reading, ...]:
    """Return the spans of a run by its class letters: first, last, alternatives, and whether it joins others.

    >>> readings("CaC")
    ((0, 3, (), True), (0, 1, (), False), (2, 3, (), False))
    """
    found: dict[tuple[int, int], Reading] = {}
    for low, high, is_joined in _pieces(pattern):
        first, last = _trim(pattern, low, min(high, low + MAX_WORDS))
        if first < last and (first, last) not in found and _names_something(pattern[first:last]):
            found[first, last] = (first, last, _alternatives(pattern, first, last), is_joined)
    return tuple(found.values())


def _pieces(pattern: str) -> Iterator[tuple[int, int, bool]]:
    """Yield the whole, then what stands between possessives, "in" and titles, then what "and" joins."""
    outer = _cut(pattern, 0, len(pattern), "is-T")
    if 1 < len(outer) <= 3:
        yield 0, len(pattern), True
    for first, last in outer:
        inner = _cut(pattern, first, last, "a")
        if len(inner) > 1:
            pairs = [(one[0], two[1]) for one, two in pairwise(inner)]
            for low, high in [(first, last)] if len(inner) <= 3 else pairs:
                yield low, high, True
        for low, high in inner:
            yield low, high, False


def _cut(pattern: str, first: int, last: int, letters: str) -> list[tuple[int, int]]:
    """Cut a run at these letters; with the outer ones also after a legal form's dot. A title opens a part."""
    parts = []
    start = first
    for number in range(first, last):
        letter = pattern[number]
        after_form = (
            letter == "D"
            and "s" in letters
            and pattern[number - 1] == "L"
            and pattern[number + 1 : last][:1] not in ("", "L")
        )
        if letter in letters or after_form:
            if number + after_form > start:
                parts.append((start, number + after_form))
            start = number if letter == "T" else number + 1
    if start < last:
        parts.append((start, last))
    return parts


def _trim(pattern: str, first: int, last: int) -> tuple[int, int]:
    """Drop connectors and marks from both ends; a final dot of an abbreviation stays."""
    while first < last and pattern[first] in "oafi&sjD,-()":
        first += 1
    while last > first and (pattern[last - 1] in "oafi&sj,-(#" or pattern[last - 2 : last] == "#D"):
        last -= 1
    return first, last


def _names_something(pattern: str) -> bool:
    return any(letter in pattern for letter in "CAcG") or ("L" in pattern and len(pattern) > 1)


def _alternatives(pattern: str, first: int, last: int) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    start, end = first, last
    while end > start and (pattern[end - 1] in "nmjdt#" or pattern[end - 2 : end] == "#D"):
        end -= 1
    if end != last:
        found.append((start, end))
    while start < end and (pattern[start] in "TGKcjdt#" or pattern[start - 1 : start + 1] == "#D"):
        start += 1
        if start < end and pattern[start] not in "jofD":
            found.append((start, last))
    for number in range(first, last):
        if pattern[number] in "of" and pattern[number - 1 : number] not in ("o", "f"):
            found += [(first, number), (number + 1, last)]
    kept = []
    for reading in found:
        low, high = _trim(pattern, *reading)
        if high > low and (low, high) != (first, last) and _names_something(pattern[low:high]):
            kept.append((low, high))
    return tuple(dict.fromkeys(kept))[:MAX_ALTERNATIVES]
