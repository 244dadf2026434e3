"""Text hygiene for what publishers write: one way to clean a value, so that all readers store the same form.

Cleaning changes no letter: spaces of every kind become one space, invisible characters go, letters are
composed. Mojibake is reported, never repaired: what a publisher wrote wrong is what it published.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]|_x000[dD]_")
"""Zero-width and direction marks, soft hyphens, and the carriage return as Excel escapes it."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MOJIBAKE = re.compile(r"\ufffd|[ÃÐÑ][\x80-\xbf¡-¿]|â€|\?s ")
"""U+FFFD, UTF-8 read as Latin-1 or Windows-1252, and an apostrophe that became a question mark."""


def clean(text: str | None) -> str:
    r"""Return the text in NFC with single spaces and without invisible or control characters; "" for None.

    >>> clean("  Rosoboron\u200bexport \u00a0 OJSC\n")
    'Rosoboronexport OJSC'
    """
    if not text:
        return ""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    visible = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def is_mojibake(text: str) -> bool:
    """Tell whether the text looks as if it was decoded with the wrong encoding somewhere on its way.

    >>> is_mojibake("SociÃ©tÃ©"), is_mojibake("Société")
    (True, False)
    """
    return _MOJIBAKE.search(text) is not None


def is_nameless(text: str) -> bool:
    """Tell whether a text is too little to be a name: no letter, and fewer than three characters.

    >>> is_nameless("40"), is_nameless("MI"), is_nameless("313")
    (True, False, False)
    """
    return len(text) < 3 and not any(character.isalpha() for character in text)
