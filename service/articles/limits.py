"""Streams that stop: at a number of bytes, or where compressed data grows beyond measure (a "zip bomb")."""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import BinaryIO

from service.articles.article import Limits
from service.articles.optional import found


class LimitReached(Exception):
    """Reading ends here: a limit was reached, or compressed data is broken. The message says which."""


def read_limited(stream: BinaryIO, limit: int) -> bytes:
    """Return what is left of a stream, or raise `LimitReached` where that is more than `limit` bytes."""
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise LimitReached(f"larger than {limit:,} bytes, the limit for one article; split it")
    return content


def buffered(stream: io.RawIOBase) -> io.BufferedReader:
    """Return a stream that can be peeked into."""
    return io.BufferedReader(stream, 1 << 16)


@lru_cache(maxsize=1)
def broken_errors() -> tuple[type[Exception], ...]:
    """Return what the decompressors raise for broken data."""
    known = (
        zlib.error,
        lzma.LZMAError,
        zipfile.BadZipFile,
        tarfile.TarError,
        EOFError,
        OSError,
        NotImplementedError,
    )
    zstandard = found("zstandard")
    return (*known, zstandard.ZstdError) if zstandard else known


class Decompressed(io.RawIOBase):
    """A decompressed stream that refuses to grow more than the limits' ratio over what went in."""

    def __init__(self, inner: BinaryIO, consumed: Callable[[], int], limits: Limits) -> None:
        super().__init__()
        self._inner = inner
        self._broken = broken_errors()
        self._consumed = consumed
        self._limits = limits
        self._produced = 0

    def readable(self) -> bool:
        """Say that this stream can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        """Fill the buffer, or raise `LimitReached`."""
        try:
            chunk = self._inner.read(len(buffer))
        except self._broken as error:
            raise LimitReached(f"broken compressed data: {error}") from error
        self._produced += len(chunk)
        allowed = max(self._limits.ratio_floor, self._limits.ratio * max(self._consumed(), 1))
        if self._produced > allowed:
            raise LimitReached(
                f"grew to more than {self._limits.ratio} times its compressed size "
                f"({self._produced:,} bytes); not read further"
            )
        buffer[: len(chunk)] = chunk
        return len(chunk)


class Counted(io.RawIOBase):
    """A stream that counts the bytes read from it."""

    def __init__(self, inner: BinaryIO) -> None:
        super().__init__()
        self._inner = inner
        self.count = 0

    def readable(self) -> bool:
        """Say that this stream can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        """Fill the buffer and count."""
        chunk = self._inner.read(len(buffer))
        self.count += len(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)
