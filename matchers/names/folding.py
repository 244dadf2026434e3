"""Folding: one plain form for the many ways in which the same letters are written.

Folding never decides what a name means; it removes what carries no meaning for comparison: case, accents,
invisible characters, look-alike letters of another script inside a word, and the script itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

MAX_NAME_LENGTH = 2_000
"""Code points of a name that are read, and letters of its folded form; a longer one is cut: see `is_overlong`."""

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
_LATIN_LOOKALIKES = str.maketrans("АВЕЅІЈКМНОРСТУХаеіјорсухѕԁһ", "ABESIJKMHOPCTYXaeijopcyxsdh")
_CYRILLIC_LOOKALIKES = str.maketrans("ABEIKMHOPCTYXaeiopcyxs", "АВЕІКМНОРСТУХаеіорсухѕ")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_ONLY_CYRILLIC = re.compile("[бвгдёжзийлнптфцчшщъыьэюяБГДЁЖЗИЙЛПФЦЧШЩЪЫЬЭЮЯ]")
_ONLY_LATIN = re.compile("[DFGJLNQRUVWZbdfghjklmnqrtuvwz]")
_WORD = re.compile(r"\w+")


def is_overlong(text: str) -> bool:
    """Say whether a text is longer than what is read of a name."""
    return len(text) > MAX_NAME_LENGTH


def strip_invisible(text: str) -> str:
    """Remove soft hyphens, zero-width characters, direction marks and variation selectors."""
    return _INVISIBLE.sub("", text)


def has_cyrillic(text: str) -> bool:
    """Say whether a text has a Cyrillic letter."""
    return _CYRILLIC.search(text) is not None


def unmix_scripts(text: str) -> str:
    """Rewrite words of Latin and Cyrillic look-alikes in the one script that they pretend to be.

    A word with a letter that only one of the scripts has is of that script; the others are of the script of the
    rest, Latin where it has both.

    >>> unmix_scripts("Gаzprom") == "Gazprom"  # the first a is Cyrillic
    True
    """
    words = _WORD.findall(text) if has_cyrillic(text) and _LATIN.search(text) else ()
    if not any(_LATIN.search(word) and _CYRILLIC.search(word) for word in words):
        return text
    is_cyrillic = any(map(_ONLY_CYRILLIC.search, words)) and not any(map(_ONLY_LATIN.search, words))
    return _WORD.sub(lambda found: _in_one_script(found.group(), is_cyrillic=is_cyrillic), text)


def _in_one_script(word: str, *, is_cyrillic: bool) -> str:
    if _ONLY_CYRILLIC.search(word) or (is_cyrillic and not _ONLY_LATIN.search(word)):
        return word.translate(_CYRILLIC_LOOKALIKES) if _LATIN.search(word) else word
    return word.translate(_LATIN_LOOKALIKES)


@lru_cache(maxsize=8_192)
def fold(text: str) -> str:
    """Return the text in lower-case ASCII letters, digits and its own punctuation, transliterated where needed.

    >>> fold("Société Générale")
    'societe generale'
    >>> fold("Газпром")
    'gazprom'
    """
    if not text.isascii():
        text = anyascii(unmix_scripts(strip_invisible(unicodedata.normalize("NFKC", text))))
    return text.casefold()
