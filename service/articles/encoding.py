"""Bytes to text. The order: a byte order mark → UTF-8 → what the document declares → detection by content.

A text that is UTF-8 except in some lines is read line by line, the others as Windows-1252. Whatever was
guessed is said.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_SAMPLE = 200_000
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class Undecodable(Exception):
    """Bytes that are no text."""


def is_binary(content: bytes) -> bool:
    """Say whether bytes are no text: they hold control characters, and no mark of UTF-16 or UTF-32."""
    if any(content.startswith(mark) for mark, _ in _MARKS):
        return False
    sample = content[:_SAMPLE]
    return b"\0" in sample or len(_CONTROL.findall(sample)) * 100 > len(sample)


def declared_encoding(content: bytes) -> str | None:
    """Return the encoding that an HTML or XML document names in its first kilobytes, if Python knows it."""
    found = _DECLARED.search(content[:4096])
    if found is None:
        return None
    try:
        return codecs.lookup(found.group(1).decode("ascii")).name
    except LookupError:
        return None


def decode(content: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """Return the text, and how it was read where that was guessed: `windows-1251 (guessed)`, else None.

    `declared` is an encoding that a header names. Raises `Undecodable` for binary content.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content.decode(name, "replace"), None
    if is_binary(content):
        raise Undecodable("binary content, no text")
    try:
        return content.decode("utf-8"), None
    except UnicodeDecodeError:
        return _decode_other(content, declared)


def _decode_other(content: bytes, declared: str | None) -> tuple[str, str | None]:
    if declared:
        try:
            return content.decode(declared), None
        except (ValueError, LookupError):  # a name may be one that Python knows and that says nothing of text
            pass
    mixed = _decode_lines(content)
    if mixed is not None:
        return mixed, "UTF-8 with lines in windows-1252 (guessed)"
    name = _detected(content[:_SAMPLE])
    return content.decode(name, "replace"), f"{name} (guessed)"


def _detected(sample: bytes) -> str:
    """Return the likeliest encoding; Windows-1252, the commonest on the web, of several as likely."""
    matches = from_bytes(sample)
    best = matches.best()
    if best is None:
        return "cp1252"
    for match in matches:
        if match.chaos <= best.chaos + 0.005 and "cp1252" in (match.encoding, *match.could_be_from_charset):
            return "cp1252"
    return best.encoding


def _decode_lines(content: bytes) -> str | None:
    """Return a text most of whose non-ASCII lines are UTF-8, or None."""
    lines = content.split(b"\n")
    read: list[str] = []
    good = bad = 0
    for line in lines:
        try:
            read.append(line.decode("utf-8"))
            good += not line.isascii()
        except UnicodeDecodeError:
            read.append(line.decode("cp1252", "replace"))
            bad += 1
    return "\n".join(read) if good > bad else None


def without_surrogates(text: str) -> str:
    r"""Replace half characters (lone surrogates), which no encoding can write, one for one.

    >>> without_surrogates("A\ud800B")
    'A\ufffdB'
    """
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
