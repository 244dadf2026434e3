"""How a name that is asked for differs from the names that a party keeps, and what evidence they share.

The kinds are those in which matchers fail differently. A name gets the kind of the kept name that is
nearest to it, in the order of `Difference`. `Evidence.NONE` marks a name that no comparison of strings
could know (another language, a nom de guerre): such queries are counted apart and never mixed into recall.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from service.evaluation.wording import ORGANIZATION_WORDS, core_tokens, tokens

SIMILAR = 75.0
"""rapidfuzz ratio from which two tokens of four and more letters count as two spellings of one word."""
ALIKE = 65.0
"""rapidfuzz ratio from which two names without spaces share evidence even where none of their tokens do."""
LONGEST_ACRONYM = 8


class Difference(StrEnum):
    """How two names of one party differ, from the easiest kind to the hardest."""

    FORM = "legal form, stopwords or order only"
    JOINED = "joined or split"
    SPELLING = "spelling or transliteration"
    SPACING = "spelling and spacing"
    DROPPED = "tokens dropped"
    ADDED = "tokens added"
    SUBSTITUTED = "tokens substituted"
    ACRONYM = "acronym"
    UNRELATED = "no shared evidence"


class Evidence(StrEnum):
    """What a comparison of the strings can see."""

    STRING = "string"
    INITIALS = "initials"
    NONE = "none"


ORDER = {kind: place for place, kind in enumerate(Difference)}


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which core tokens of two names belong together, one to one, and which are left."""

    pairs: tuple[tuple[str, str], ...]
    added: tuple[str, ...]
    missing: tuple[str, ...]


def _similarity(first: str, second: str) -> float:
    if first == second:
        return 100.0
    return fuzz.ratio(first, second) if min(len(first), len(second)) >= 4 else 0.0


def align(query: tuple[str, ...], listed: tuple[str, ...]) -> Alignment:
    """Align tokens greedily, the most similar pair first."""
    scored = ((_similarity(one, two), i, j) for i, one in enumerate(query) for j, two in enumerate(listed))
    queries, others, pairs = set(range(len(query))), set(range(len(listed))), []
    for similarity, i, j in sorted(scored, key=lambda item: (-item[0], item[1], item[2])):
        if similarity >= SIMILAR and i in queries and j in others:
            pairs.append((query[i], listed[j]))
            queries.discard(i)
            others.discard(j)
    added = tuple(query[i] for i in sorted(queries))
    return Alignment(tuple(pairs), added, tuple(listed[j] for j in sorted(others)))


def _initials(text: str) -> frozenset[str]:
    readings = (core_tokens(text), tokens(text))
    return frozenset("".join(word[0] for word in words) for words in readings if len(words) >= 3)


def is_acronym(short: str, long: str) -> bool:
    """Say whether one name is made of the initials of another of three and more words.

    >>> is_acronym("N.I.O.C.", "National Iranian Oil Company")
    True
    """
    letters = "".join(tokens(short))
    return 3 <= len(letters) <= LONGEST_ACRONYM and letters in _initials(long)


def _is_informative(alignment: Alignment) -> bool:
    return any(len(one) >= 3 and one not in ORGANIZATION_WORDS for one, _ in alignment.pairs)


def _is_alike(query: str, listed: str) -> bool:
    one, two = "".join(core_tokens(query)), "".join(core_tokens(listed))
    if min(len(one), len(two)) >= 5 and fuzz.ratio(one, two) >= ALIKE:
        return True
    words = (*core_tokens(query), *core_tokens(listed))
    return any(
        len(word) >= 5 and word not in ORGANIZATION_WORDS and word in one and word in two for word in words
    )


def _by_tokens(query: str, listed: str, alignment: Alignment) -> Difference:
    if not alignment.added and not alignment.missing:
        return Difference.SPELLING
    if fuzz.ratio("".join(core_tokens(query)), "".join(core_tokens(listed))) >= 85:
        return Difference.SPACING
    if alignment.pairs and not alignment.added:
        return Difference.DROPPED
    if alignment.pairs and not alignment.missing:
        return Difference.ADDED
    has_evidence = _is_informative(alignment) or _is_alike(query, listed)
    return Difference.SUBSTITUTED if has_evidence else Difference.UNRELATED


def difference(query: str, listed: str) -> Difference:
    """Return in what way a name differs from one listed name."""
    ours, theirs = core_tokens(query), core_tokens(listed)
    if sorted(ours) == sorted(theirs):
        return Difference.FORM
    if "".join(ours) == "".join(theirs) or "".join(sorted(ours)) == "".join(sorted(theirs)):
        return Difference.JOINED
    alignment = align(ours, theirs)
    if not alignment.pairs and (is_acronym(query, listed) or is_acronym(listed, query)):
        return Difference.ACRONYM
    return _by_tokens(query, listed, alignment)


def nearest_difference(query: str, kept: Iterable[str]) -> Difference:
    """Return the easiest kind of difference between a name and any of the names that a party keeps."""
    return min(
        (difference(query, name) for name in kept), key=ORDER.__getitem__, default=Difference.UNRELATED
    )


def evidence(kind: Difference) -> Evidence:
    """Return what a comparison of strings can see of a kind of difference."""
    if kind is Difference.UNRELATED:
        return Evidence.NONE
    return Evidence.INITIALS if kind is Difference.ACRONYM else Evidence.STRING
