"""One spelling for the ways in which romanizations and languages write the same sounds.

Two forms of a folded word: its plain spelling, which keeps the vowels and is compared letter by letter, and its
skeleton, which keeps the consonants only and says whether two words may sound the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import itemgetter

_SOUNDS = (
    (re.compile("shch|sch|sh|tch|ch|cz|zh|dzh|dj"), "s"),
    (re.compile("kh|gh|ck|qu|q|x|c|k"), "k"),
    (re.compile("ph|v|w"), "f"),
    (re.compile("th"), "t"),
    (re.compile("ts|tz|z|j"), "s"),
    (re.compile("[aeiouyh]+"), ""),
)


_SPELLINGS = tuple(
    (frozenset(letters), re.compile(pattern), spelled)
    for letters, pattern, spelled in (
        ("c", "shch|sch", "sh"),
        ("hz", "tch|cz|tsh", "ch"),
        ("chq", "ck|kh|qu|q", "k"),
        ("hz", "(?<!s)ch(?=[^eiaouy]|$)", "k"),
        ("x", "x", "ks"),
        ("h", "ph", "f"),
        ("w", "w", "v"),
        ("cz", "tz|c(?=[eiy])", "ts"),
        ("c", "c(?!h)", "k"),
        ("hj", "dzh|dj|zh", "j"),
        ("h", "th", "t"),
        ("gh", "^g(?=[eiou])|^h", "h"),
        ("o", "ou|oo", "u"),
        ("iye", "iy|yy|ii|ij|yi|ee|y", "i"),
        ("iye", "i(?=[aueo])", ""),
        ("h", "(?<=a)h$", ""),
    )
)
"""Letters of which a word has at least one wherever the pattern is found, the pattern, and what is written for it."""
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=8_192)
def plain_spelling(word: str) -> str:
    """Return a word with the spellings that romanizations and languages mix up made one.

    >>> plain_spelling("grinex") == plain_spelling("grineks"), plain_spelling("jousuf") == plain_spelling("jusuf")
    (True, True)
    """
    spelled, has_none = word, frozenset(word).isdisjoint
    for letters, pattern, one in _SPELLINGS:
        if not has_none(letters):
            spelled = pattern.sub(one, spelled)
    return _DOUBLED.sub(itemgetter(1), spelled) if len(word) > 3 else spelled


@lru_cache(maxsize=8_192)
def skeleton(word: str) -> str:
    """Return the consonants of a word, those that romanizations mix up made one.

    >>> skeleton("muhammad") == skeleton("mohamed"), skeleton("yakovlev") == skeleton("iakovlew")
    (True, True)
    """
    sound = word
    for pattern, letter in _SOUNDS:
        sound = pattern.sub(letter, sound)
    return _DOUBLED.sub(itemgetter(1), sound)
