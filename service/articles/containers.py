"""Compressed files and archives, opened in the stream: gz, bz2, xz, zst, zip, tar, and one inside the other.

Limits guard against archives that grow beyond measure. A member that cannot be read is skipped, and the
next one is read; a compressed stream that breaks gives what came before the break.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO, cast

from service.articles.article import Limits, Skipped
from service.articles.limits import Counted, Decompressed, LimitReached, broken_errors, buffered
from service.articles.optional import MissingPackage, needed
from service.articles.source import Source

_GZIP, _ZSTANDARD, _ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
_BZIP2, _XZ = b"BZh", b"\xfd7zXZ\x00"

Opened = Iterator[Source | Skipped]


def opened(source: Source, limits: Limits) -> Opened:
    """Yield what an input holds once all containers are open: itself, or the members of an archive."""
    try:
        opener = _opener(source.beginning())
    except LimitReached as error:
        yield Skipped(source.place, f"cannot be read further: {error}")
        return
    if opener is None:
        yield source
    elif source.depth >= limits.depth:
        yield Skipped(source.place, f"archives more than {limits.depth} deep are not opened")
    else:
        for inner in opener(source, limits):
            if isinstance(inner, Skipped):
                yield inner
            else:
                yield from opened(inner, limits)


def _opener(beginning: bytes) -> Callable[[Source, Limits], Opened] | None:
    if beginning.startswith(_GZIP):
        return partial(_open_packed, _gzip)
    if beginning.startswith(_BZIP2):
        return partial(_open_packed, bz2.BZ2File)
    if beginning.startswith(_XZ):
        return partial(_open_packed, lzma.LZMAFile)
    if beginning.startswith(_ZSTANDARD):
        return _open_zstandard
    if beginning.startswith(_ZIP):
        return _open_zip
    return _open_tar if beginning[257:262] == b"ustar" else None


def _inner(
    source: Source, place: str, stream: BinaryIO, consumed: Callable[[], int], limits: Limits
) -> Source:
    guarded = buffered(Decompressed(stream, consumed, limits))
    return Source(place, guarded, None, source.depth + 1)


def _gzip(stream: BinaryIO) -> gzip.GzipFile:
    return gzip.GzipFile(fileobj=stream)


def _open_packed(unpack: Callable[..., object], source: Source, limits: Limits) -> Opened:
    """Open what the standard library unpacks."""
    counted = Counted(source.stream)
    stream = cast(BinaryIO, unpack(io.BufferedReader(counted)))
    yield _inner(source, source.place, stream, lambda: counted.count, limits)


def _open_zstandard(source: Source, limits: Limits) -> Opened:
    try:
        zstandard = needed("zstandard", "Zstandard")
    except MissingPackage as error:
        yield Skipped(source.place, str(error))
        return
    counted = Counted(source.stream)
    stream = zstandard.ZstdDecompressor().stream_reader(io.BufferedReader(counted), read_across_frames=True)
    yield _inner(source, source.place, stream, lambda: counted.count, limits)


def _open_zip(source: Source, limits: Limits) -> Opened:
    stream: BinaryIO = source.stream
    if not stream.seekable():
        spooled = io.BytesIO(stream.read(limits.article_bytes * 10 + 1))
        if spooled.getbuffer().nbytes > limits.article_bytes * 10:
            raise LimitReached("a zip file in a pipe is too large to be opened; give it as a file")
        stream = spooled
    try:
        archive = zipfile.ZipFile(stream)
    except broken_errors() as error:
        yield Skipped(source.place, f"broken zip file: {error}")
        return
    for number, member in enumerate(archive.infolist()):
        if number >= limits.members:
            yield Skipped(source.place, f"more than {limits.members:,} members; the rest was not read")
            return
        if not member.is_dir() and not _is_hidden(member.filename):
            yield from _open_zip_member(source, archive, member, limits)


def _open_zip_member(
    source: Source, archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits
) -> Opened:
    place = f"{source.place}: {member.filename}"
    if member.flag_bits & 1:
        yield Skipped(place, "encrypted")
        return
    try:
        with archive.open(member) as stream:
            size = member.compress_size
            yield _inner(source, place, cast(BinaryIO, stream), partial(int, size), limits)
    except broken_errors() as error:
        yield Skipped(place, f"broken archive member: {error}")


def _open_tar(source: Source, limits: Limits) -> Opened:
    try:
        with tarfile.open(fileobj=source.stream, mode="r|") as archive:
            for number, member in enumerate(archive):
                if number >= limits.members:
                    yield Skipped(
                        source.place, f"more than {limits.members:,} members; the rest was not read"
                    )
                    return
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is not None and not _is_hidden(member.name):
                    size = member.size
                    place = f"{source.place}: {member.name}"
                    yield _inner(source, place, cast(BinaryIO, stream), partial(int, size), limits)
    except broken_errors() as error:
        yield Skipped(source.place, f"broken tar file, the rest was not read: {error}")


def _is_hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith((".", "__MACOSX")) for part in parts if part not in (".", ".."))
