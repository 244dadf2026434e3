"""ZIP archives from outside, checked before anything is unpacked: spreadsheets are such archives.

Refused: more than a thousand members, a member of more than 100 MB, 200 MB together, a compression ratio of more
than one hundred, an encrypted member, and a DOCTYPE or entity declaration in an XML member.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import BinaryIO

from lists.errors import HostileFile, ReadError

MAX_MEMBERS = 1000
MAX_MEMBER = 100_000_000
"""Bytes of one member, unpacked."""
MAX_TOTAL = 200_000_000
MAX_RATIO = 100
_SMALL = 1_000_000
"""Members below this size may compress as well as they like."""
_ENCRYPTED = 0x1
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    ValueError,
    OSError,
    RuntimeError,
)
"""What `zipfile` raises on damaged archives: more than it documents."""
_DECLARATION = re.compile(rb"<!(?:doctype|entity)", re.IGNORECASE)


def check_archive(stream: BinaryIO, where: str) -> None:
    """Raise `HostileFile` or `ReadError` where an archive is not one that may be opened."""
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            _check_sizes(members, where)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as content:
                        head = content.read(4096)
                    if _DECLARATION.search(head):
                        raise HostileFile(f"a DOCTYPE in {member.filename}", where=where)
    except _UNREADABLE as error:
        raise ReadError(
            f"not a spreadsheet: {error}",
            where=where,
            hint="the file is cut off, or the publisher answered with another page; fetch it again",
        ) from error


def _check_sizes(members: list[zipfile.ZipInfo], where: str) -> None:
    if len(members) > MAX_MEMBERS:
        raise HostileFile(f"{len(members):,} members", where=where)
    if sum(member.file_size for member in members) > MAX_TOTAL:
        raise HostileFile(f"more than {MAX_TOTAL:,} bytes unpacked", where=where)
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise HostileFile(f"{member.filename} is encrypted", where=where)
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > MAX_MEMBER or (member.file_size > _SMALL and ratio > MAX_RATIO):
            raise HostileFile(
                f"{member.filename} unpacks to {member.file_size:,} bytes, {ratio:.0f} times its size",
                where=where,
            )
