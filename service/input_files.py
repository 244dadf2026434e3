"""Files of names as they come: packed (gz, bz2, xz, zst, a zip or tar of one file), or a spreadsheet (`.xlsx`).

Limits guard against what grows beyond measure. What breaks in the middle gives what came before the break, and says so;
what is not read is said: a second file of an archive, a second sheet, a document of another kind.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import BinaryIO, TypeVar

from lists.errors import ReadError
from lists.sources.archives import MAX_TOTAL, check_archive
from service.articles.article import Limits, Skipped
from service.articles.containers import opened
from service.articles.limits import Counted, LimitReached, broken_errors, buffered
from service.articles.source import Source
from service.errors import Unreadable
from service.input_lines import BadLine
from service.inputs import Note, Sheet

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DOCUMENTS = frozenset({"[Content_Types].xml", "mimetype"})
"""Members of the archives that documents of Office and OpenDocument are."""
_ELSE = "save it as .xlsx or CSV"
_AGAIN = "copy or save it again, or give it as CSV"

Item = TypeVar("Item")


def read_file(
    read: Callable[[BinaryIO | Sheet], Iterator[Item]], stream: BinaryIO, name: str, note: Note
) -> Iterator[Item | BadLine]:
    """Yield what `read` finds in a file once it is unpacked. Raises `Unreadable` where that is nothing at all."""
    begun = False
    try:
        members = _members(Source(name, _peekable(stream)), note)
        for item in read(next(members)):
            begun = True
            yield item
        if next(members, None) is not None:
            yield BadLine(
                name, "", "an archive of several files, of which the first was read; give a file each"
            )
    except (LimitReached, ReadError, Unreadable) as error:
        place, reason = _said(error, name)
        if not begun:
            raise Unreadable(place, reason) from error
        yield BadLine(place, "", f"cannot be read further: {reason}")


def _said(error: LimitReached | ReadError | Unreadable, name: str) -> tuple[str, str]:
    """Return the place and the reason of an error."""
    if isinstance(error, Unreadable):
        return error.place, error.reason
    return name, f"{error.what}; {_AGAIN}" if isinstance(error, ReadError) else str(error)


def _peekable(stream: BinaryIO) -> io.BufferedReader:
    """Return a stream that can be peeked into; one that holds a zip file can be sought in, too."""
    peeked = stream if isinstance(stream, io.BufferedReader) else buffered(Counted(stream))
    if not peeked.peek(4).startswith(_ZIP) or peeked.seekable():
        return peeked
    content = peeked.read(MAX_TOTAL + 1)
    if len(content) > MAX_TOTAL:
        raise LimitReached("too large to be unpacked from a pipe; give it as a file")
    return io.BufferedReader(io.BytesIO(content))


def _members(source: Source, note: Note) -> Iterator[BinaryIO | Sheet]:
    """Yield what a file holds: itself, its first sheet, or the members of an archive."""
    beginning = source.beginning()
    if beginning.startswith(_OLD_EXCEL):
        raise Unreadable(source.place, f"a document of Office as it was before 2007; {_ELSE}")
    names = _names(source) if beginning.startswith(_ZIP) else frozenset()
    if "xl/workbook.xml" in names:
        yield _sheet(source, names, note)
    elif not names.isdisjoint(_DOCUMENTS):
        raise Unreadable(source.place, f"a document that is no spreadsheet of Excel; {_ELSE}")
    else:
        yield from map(_stream, opened(source, Limits()))


def _names(source: Source) -> frozenset[str]:
    """Return the names of the members of a zip file, as a spreadsheet is one, too."""
    try:
        with zipfile.ZipFile(source.stream) as archive:
            return frozenset(archive.namelist())
    except broken_errors() as error:
        reason = f"a spreadsheet or zip file that is cut off or damaged; {_AGAIN} ({error})"
        raise Unreadable(source.place, reason) from error
    finally:
        source.stream.seek(0)


def _sheet(source: Source, names: frozenset[str], note: Note) -> Sheet:
    check_archive(source.stream, source.place)
    source.stream.seek(0)
    if (count := sum(name.startswith("xl/worksheets/sheet") for name in names)) > 1:
        note(f"{source.place}: has {count} sheets; the first is read")
    spreadsheet = import_module("lists.sources.spreadsheet")  # what reads it takes long to load
    return Sheet(spreadsheet.read_rows(source.stream, source.place))


def _stream(member: Source | Skipped) -> BinaryIO:
    if isinstance(member, Skipped):
        raise Unreadable(member.place, member.reason)
    return member.stream
