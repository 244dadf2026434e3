"""How alike two words are: spelling, and the sound that romanizations of one word share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

SIMILAR = 0.70
"""Words less alike than this are different words."""
_SAME_SOUND = 0.55
"""Words that sound the same are compared further down to this likeness."""

_PLAIN = np.float32(0.97)
"""What a likeness in plain spelling counts beside one as written."""

_SOUNDS = (
    (re.compile("shch|sch|sh|tch|ch|cz|zh|dzh|dj"), "s"),
    (re.compile("kh|gh|ck|qu|q|x|c|k"), "k"),
    (re.compile("ph|v|w"), "f"),
    (re.compile("th"), "t"),
    (re.compile("ts|tz|z|j"), "s"),
    (re.compile("[aeiouyh]+"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


_SPELLINGS = (
    (re.compile("shch|sch"), "sh"),
    (re.compile("tch|cz|tsh"), "ch"),
    (re.compile("ck|kh|qu|q"), "k"),
    (re.compile("(?<!s)ch(?=[^eiaouy]|$)"), "k"),
    (re.compile("x"), "ks"),
    (re.compile("ph"), "f"),
    (re.compile("w"), "v"),
    (re.compile("tz|c(?=[eiy])"), "ts"),
    (re.compile("c(?!h)"), "k"),
    (re.compile("dzh|dj|zh"), "j"),
    (re.compile("th"), "t"),
    (re.compile("^g(?=[eiou])|^h"), "h"),
    (re.compile("ou|oo"), "u"),
    (re.compile("iy|yy|ii|ij|yi|ee|y"), "i"),
    (re.compile("i(?=[aueo])"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


@lru_cache(maxsize=131_072)
def plain_spelling(word: str) -> str:
    """Return a word with the spellings that romanizations and languages mix up made one.

    >>> plain_spelling("grinex") == plain_spelling("grineks"), plain_spelling("jousuf") == plain_spelling("jusuf")
    (True, True)
    """
    spelled = word
    for pattern, letters in _SPELLINGS:
        spelled = pattern.sub(letters, spelled)
    return spelled


@lru_cache(maxsize=131_072)
def skeleton(word: str) -> str:
    """Return the consonants of a word, those that romanizations mix up made one.

    >>> skeleton("muhammad") == skeleton("mohamed"), skeleton("yakovlev") == skeleton("iakovlew")
    (True, True)
    """
    sound = word
    for pattern, letter in _SOUNDS:
        sound = pattern.sub(letter, sound)
    return sound


def similarities(word: str, others: Sequence[str], same_sound: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return how alike a word of at least four letters is to others, 0 to 1; 0 for those that are different words.

    The better of two likenesses counts: as written, and in plain spelling. Words that share a skeleton of at
    least three consonants count as more alike: half of what their spelling leaves open is made up for.
    """
    ratio = cdist([word], others, scorer=Indel.normalized_similarity, dtype=np.float32)[0]
    spelled = [plain_spelling(other) for other in others]
    plain = cdist([plain_spelling(word)], spelled, scorer=Indel.normalized_similarity, dtype=np.float32)[0]
    ratio = np.maximum(ratio, plain * _PLAIN)
    ratio = np.where(same_sound & (ratio >= _SAME_SOUND), (ratio + 1) / 2, ratio)
    return np.where(ratio >= SIMILAR, ratio, np.float32(0))


def is_comparable(word: str) -> bool:
    """Say whether a word can be misspelt and still be known: shorter ones and numbers must be equal."""
    return len(word) > 3 and not word.isdigit()


def similarity(first: str, second: str) -> float:
    """Return how alike two folded words are, 0 to 1: the slow and plain form of `similarities`.

    >>> similarity("gagarin", "gagarin"), similarity("uac", "uae")
    (1.0, 0.0)
    """
    if first == second:
        return 1.0
    if not (is_comparable(first) and is_comparable(second)):
        return 0.0
    sound = skeleton(first)
    same = np.array([len(sound) > 2 and sound == skeleton(second)])
    return float(similarities(first, [second], same)[0])
