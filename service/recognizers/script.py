"""Which script a text is mostly in: enough to choose a model, without guessing its language."""

from __future__ import annotations

import re

_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LETTER = re.compile(r"[^\W\d_]")
_SAMPLE = 4_000


def is_latin(text: str) -> bool:
    """Say whether a text is mostly in Latin letters."""
    return share_of_latin(text) >= 0.5


def is_cyrillic(text: str) -> bool:
    """Say whether a text is mostly in Cyrillic letters."""
    return share_of_cyrillic(text) >= 0.5


def share_of_latin(text: str) -> float:
    """Return the share of Latin letters among the letters of a text's beginning, 0 without letters."""
    return _share(text, _LATIN)


def share_of_cyrillic(text: str) -> float:
    """Return the share of Cyrillic letters among the letters of a text's beginning, 0 without letters."""
    return _share(text, _CYRILLIC)


def _share(text: str, letters: re.Pattern[str]) -> float:
    sample = text[:_SAMPLE]
    return len(letters.findall(sample)) / max(1, len(_LETTER.findall(sample)))
