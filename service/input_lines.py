"""Lines of a file or pipe: numbered and decoded one by one, so that one that cannot be read spoils no other.

Text is UTF-8, UTF-16 with a byte order mark, or of the encoding that the caller names; none is guessed.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from service.errors import InputError, Unreadable

MAX_LINE = 1_000_000
"""Bytes of one line; a longer one is a `BadLine`."""
SHOWN = 200
"""Characters of an unreadable line that are shown."""
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that could not be read: where, its beginning, and why."""

    place: str
    text: str
    reason: str


Line = tuple[int, str | BadLine]
"""The number of a line, and its text or what is wrong with it."""


def numbered_lines(stream: BinaryIO, name: str, encoding: str | None = None) -> Iterator[Line]:
    """Yield lines that are not blank with their numbers."""
    source = io.BufferedReader(_Recoded(stream, encoding)) if encoding else stream
    for number, raw in enumerate(_raw_lines(source, name), 1):
        text = _decoded(raw, f"{name}, line {number}", encoding or "UTF-8")
        if isinstance(text, BadLine) or text.strip():
            yield number, text


def _decoded(raw: bytes, place: str, encoding: str) -> str | BadLine:
    shown = raw[:SHOWN].decode("utf-8", "replace").rstrip("\r\n")
    if len(raw) > MAX_LINE:
        return BadLine(place, shown, f"longer than {MAX_LINE:,} bytes")
    try:
        return raw.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        cure = "name the file's encoding (match --encoding cp1252), or convert it, for example with iconv"
        return BadLine(place, shown, f"byte {error.start + 1} is not {encoding}; {cure}")


def _raw_lines(stream: BinaryIO, name: str) -> Iterator[bytes]:
    head = stream.readline(MAX_LINE + 1)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield from _utf16_lines(head + stream.read(), name)
        return
    line = head.removeprefix(codecs.BOM_UTF8)
    while line:
        if b"\0" in line:
            raise Unreadable(name, "this is not text (it holds zero bytes); give names, JSON lines or CSV")
        yield line
        while line and not line.endswith(b"\n"):  # the rest of an overlong line, or the end
            line = stream.readline(MAX_LINE)
        line = stream.readline(MAX_LINE + 1)


def _utf16_lines(raw: bytes, name: str) -> Iterator[bytes]:
    try:
        text = raw.decode("utf-16")
    except UnicodeDecodeError as error:
        raise Unreadable(name, "begins like UTF-16 but is not; save it as UTF-8") from error
    yield from (line.encode("utf-8", "replace") for line in text.splitlines(keepends=True))


class _Recoded(io.RawIOBase):
    """A stream in UTF-8 of one in another encoding; bytes that it does not know stay, and are no UTF-8."""

    def __init__(self, inner: BinaryIO, encoding: str) -> None:
        super().__init__()
        self._inner = inner
        self._ready = b""
        try:
            self._decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
        except LookupError as error:
            raise InputError(f"{error}; usual ones are cp1252, latin-1, cp1251, gb18030, utf-16-le") from None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # any writable buffer
        while not self._ready:
            chunk = self._inner.read(_CHUNK)
            self._ready = self._decoder.decode(chunk, not chunk).encode("utf-8", "surrogateescape")
            if not chunk:
                break
        taken, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)
