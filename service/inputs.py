"""Reading what is asked: names, JSON lines or CSV, from a file or a pipe, one item at a time.

Order is kept and nothing is lost: a line that cannot be read becomes a `BadLine` with its place and the
reason, in its place. Only input that cannot be read at all (binary, UTF-16 cut in half, no needed column) is
an error. Text is UTF-8, or UTF-16 with a byte order mark. A line in another encoding is a `BadLine`, because
a guess at the encoding of a name would silently ask for another name.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import BinaryIO, Generic, TypeVar

from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError

from service.errors import InputError
from service.schemas import PairIn, QueryIn

MAX_LINE = 1_000_000
"""Bytes of one line; a longer one is a `BadLine`."""
SHOWN = 200
"""Characters of an unreadable line that are shown."""

Asked = TypeVar("Asked", bound=BaseModel)
Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that could not be read: where, its beginning, and why."""

    place: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Kind(Generic[Asked]):
    """What is read: the model, its columns, and the column that a plain line fills, if any."""

    model: type[Asked]
    needed: tuple[str, ...]
    optional: tuple[str, ...]
    plain: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    """Our name of each field of the file that was given another one, in small letters."""

    def ours(self, field: str) -> str:
        """Return our name of a field; where another field was given for it, it is none of ours."""
        field = field.strip().lower()
        return self.fields.get(field, "" if field in self.fields.values() else field)


QUERIES = Kind(QueryIn, ("name",), ("id", "schema", "country", "identifiers"), plain="name")
PAIRS = Kind(PairIn, ("name1", "name2"), ("schema",))


def read_queries(
    stream: BinaryIO, name: str, note: Note, columns: Mapping[str, str] = MappingProxyType({})
) -> Iterator[QueryIn | BadLine]:
    """Read queries: one name a line, JSON objects, or CSV with a `name` column; told apart by the first line.

    `note` is told what is worth knowing and no error, such as columns that are not read. `columns` says which field
    of the file holds what (`{"name": "customer"}`); then only these and fields with our own names are read.
    """
    if not columns:
        return _read(stream, name, QUERIES, note)
    fields = {field.strip().lower(): ours for ours, field in columns.items()}
    return _read(stream, name, replace(QUERIES, fields=fields, plain=None), note)


def query_named(name: str, place: str) -> QueryIn | BadLine:
    """Return the query for a bare name."""
    return _validated(QUERIES, {"name": name}, place, name)


def pair_named(name1: str, name2: str, place: str) -> PairIn | BadLine:
    """Return the pair of two bare names."""
    return _validated(PAIRS, {"name1": name1, "name2": name2}, place, f"{name1}, {name2}")


def read_pairs(stream: BinaryIO, name: str, note: Note) -> Iterator[PairIn | BadLine]:
    """Read pairs of names: JSON objects, or CSV with the columns `name1`, `name2` and optionally `schema`."""
    return _read(stream, name, PAIRS, note)


def _read(stream: BinaryIO, name: str, kind: Kind[Asked], note: Note) -> Iterator[Asked | BadLine]:
    lines = _numbered_lines(stream, name)
    first = next(lines, None)
    if first is None:
        raise InputError(f"{name}: nothing to read; give {_wanted(kind)}")
    number, text = first
    if isinstance(text, str) and text.lstrip().startswith("{"):
        yield from _json_lines(_again(first, lines), name, kind)
        return
    if (isinstance(text, str) and text.lstrip().startswith(("[{", '["'))) or text == "[":
        raise InputError(f"{name}: a JSON array; give one object a line, for example with jq -c '.[]'")
    delimiter = _delimiter(text, kind) if isinstance(text, str) else None
    if isinstance(text, str) and delimiter:
        columns = _columns(text, delimiter, kind)
        if unread := [
            column for column in columns if column and column not in {*kind.needed, *kind.optional}
        ]:
            note(f"{name}: columns not read: {', '.join(unread)}")
        yield from _csv_rows(columns, delimiter, lines, name, kind)
    elif kind.plain:
        yield from _plain_lines(_again(first, lines), name, kind)
    else:
        raise InputError(f"{name}, line {number}: neither JSON nor a header; give {_wanted(kind)}")


def _wanted(kind: Kind[Asked]) -> str:
    columns = ", ".join(kind.needed) + " and optionally " + ", ".join(kind.optional)
    return ("one name a line, or " if kind.plain else "") + f"JSON lines or CSV with {columns}"


def _again(first: _Line, rest: Iterator[_Line]) -> Iterator[_Line]:
    yield first
    yield from rest


_Line = tuple[int, str | BadLine]
_Object = TypeAdapter(dict[str, JsonValue])


def _numbered_lines(stream: BinaryIO, name: str) -> Iterator[_Line]:
    """Yield lines that are not blank with their numbers, decoded one by one."""
    for number, raw in enumerate(_raw_lines(stream, name), 1):
        if len(raw) > MAX_LINE:
            reason = f"longer than {MAX_LINE:,} bytes"
            yield number, BadLine(f"{name}, line {number}", raw[:SHOWN].decode("utf-8", "replace"), reason)
            continue
        try:
            text = raw.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            shown = raw[:SHOWN].decode("utf-8", "replace").rstrip("\r\n")
            reason = f"byte {error.start + 1} is not UTF-8; convert the file, for example with iconv"
            yield number, BadLine(f"{name}, line {number}", shown, reason)
            continue
        if text.strip():
            yield number, text


def _raw_lines(stream: BinaryIO, name: str) -> Iterator[bytes]:
    head = stream.readline(MAX_LINE + 1)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield from _utf16_lines(head + stream.read(), name)
        return
    line = head.removeprefix(codecs.BOM_UTF8)
    while line:
        if b"\0" in line:
            raise InputError(f"{name}: this is not text (it holds zero bytes); give names, JSON lines or CSV")
        yield line
        while line and not line.endswith(b"\n"):  # the rest of an overlong line, or the end
            line = stream.readline(MAX_LINE)
        line = stream.readline(MAX_LINE + 1)


def _utf16_lines(raw: bytes, name: str) -> Iterator[bytes]:
    try:
        text = raw.decode("utf-16")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: begins like UTF-16 but is not; save it as UTF-8") from error
    yield from (line.encode("utf-8", "replace") for line in text.splitlines(keepends=True))


def _plain_lines(lines: Iterable[_Line], name: str, kind: Kind[Asked]) -> Iterator[Asked | BadLine]:
    for number, text in lines:
        yield (
            text
            if isinstance(text, BadLine)
            else _validated(kind, {str(kind.plain): text}, f"{name}, line {number}", text)
        )


def _json_lines(lines: Iterable[_Line], name: str, kind: Kind[Asked]) -> Iterator[Asked | BadLine]:
    for number, text in lines:
        if isinstance(text, BadLine):
            yield text
            continue
        try:
            yield _object(text, kind)
        except ValidationError as error:
            yield BadLine(f"{name}, line {number}", text[:SHOWN], explain(error))


def _object(text: str, kind: Kind[Asked]) -> Asked:
    if not kind.fields:
        return kind.model.model_validate_json(text)
    known = {*kind.needed, *kind.optional}
    given = {kind.ours(field): value for field, value in _Object.validate_json(text).items()}
    return kind.model.model_validate({field: value for field, value in given.items() if field in known})


def _delimiter(header: str, kind: Kind[Asked]) -> str | None:
    for delimiter in ",;\t":
        columns = _columns(header, delimiter, kind)
        if set(kind.needed) <= set(columns):
            return delimiter
    return None


def _columns(header: str, delimiter: str, kind: Kind[Asked]) -> list[str]:
    try:
        return [
            kind.ours(column) for column in next(csv.reader(io.StringIO(header), delimiter=delimiter), [])
        ]
    except csv.Error:
        return []


def _csv_rows(
    columns: Sequence[str], delimiter: str, lines: Iterator[_Line], name: str, kind: Kind[Asked]
) -> Iterator[Asked | BadLine]:
    bad: list[BadLine] = []
    last = [1]

    def texts() -> Iterator[str]:
        for number, text in lines:
            last[0] = number
            if isinstance(text, BadLine):
                bad.append(text)
            else:
                yield text + "\n"

    rows = csv.reader(texts(), delimiter=delimiter, strict=True)
    while True:
        read: list[str] | BadLine | None
        try:
            read = next(rows, None)
        except csv.Error as error:
            read = BadLine(f"{name}, line {last[0]}", "", f"{error}; look for a quote that is not closed")
        yield from bad
        bad.clear()
        if read is None:
            return
        yield read if isinstance(read, BadLine) else _row(columns, read, f"{name}, line {last[0]}", kind)


def _row(columns: Sequence[str], row: Sequence[str], place: str, kind: Kind[Asked]) -> Asked | BadLine:
    shown = ",".join(row)[:SHOWN]
    if len(row) > len(columns):
        return BadLine(place, shown, f"{len(row)} cells for {len(columns)} columns; quote commas")
    known = {*kind.needed, *kind.optional}
    values = {
        column: cell for column, cell in zip(columns, row, strict=False) if column in known and cell.strip()
    }
    return _validated(kind, values, place, shown)


def _validated(kind: Kind[Asked], values: dict[str, str], place: str, shown: str) -> Asked | BadLine:
    try:
        return kind.model.model_validate(values)
    except ValidationError as error:
        return BadLine(place, shown[:SHOWN], explain(error))


def explain(error: ValidationError) -> str:
    """Return what is wrong in one line: each field and why."""
    return "; ".join(
        (".".join(map(str, item["loc"])) + ": " if item["loc"] else "") + item["msg"]
        for item in error.errors()[:3]
    )
