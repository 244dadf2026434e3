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
    (re.compile("(?<=a)h$"), ""),
)
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=8_192)
def plain_spelling(word: str) -> str:
    """Return a word with the spellings that romanizations and languages mix up made one.

    >>> plain_spelling("grinex") == plain_spelling("grineks"), plain_spelling("jousuf") == plain_spelling("jusuf")
    (True, True)
    """
    spelled = word
    for pattern, letters in _SPELLINGS:
        spelled = pattern.sub(letters, spelled)
    return _DOUBLED.sub(itemgetter(1), spelled)


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
