"""Reading what is asked: names, JSON lines or CSV, from a file or a pipe, one item at a time.

Order is kept and nothing is lost: a line that cannot be read becomes a `BadLine` with its place and the
reason, in its place. Only input that cannot be read at all (binary, UTF-16 cut in half, no needed column) is
an error. Text is UTF-8, or UTF-16 with a byte order mark. A line in another encoding is a `BadLine`, because
a guess at the encoding of a name would silently ask for another name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import PurePath
from typing import BinaryIO, Generic, TypeVar

from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError

from service.errors import Unreadable
from service.input_lines import MAX_LINE, SHOWN, BadLine, Line, numbered_lines
from service.input_tables import DELIMITERS, header_cells, said_delimiter, table_rows
from service.schemas import PairIn, QueryIn

__all__ = ["MAX_LINE", "SHOWN", "BadLine", "Sheet", "explain", "read_pairs", "read_queries"]
TABLES = frozenset({".csv", ".tsv", ".tab"})
MISSING = frozenset({"nan", "null", "none", "n/a", "#n/a", "<na>"})
"""What tables write where a cell is missing, in small letters."""

Asked = TypeVar("Asked", bound=BaseModel)
Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Kind(Generic[Asked]):
    """What is read: the model, its columns, and the column that a plain line fills, if any."""

    model: type[Asked]
    needed: tuple[str, ...]
    optional: tuple[str, ...]
    plain: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    """Our name of each field of the file that was given another one, in small letters."""
    beside: frozenset[str] = frozenset()
    """Fields of JSON lines that are known and not needed."""

    @property
    def known(self) -> tuple[str, ...]:
        """The columns that are read."""
        return (*self.needed, *self.optional)

    def ours(self, field: str) -> str:
        """Return our name of a field; where another field was given for it, it is none of ours."""
        field = field.strip().lower()
        return self.fields.get(field, "" if field in self.fields.values() else field)


QUERIES = Kind(QueryIn, ("name",), ("id", "schema", "country", "identifiers"), plain="name")
DECIDED = frozenset({"label", "confidence", "list", "entry_id", "matcher", "calibration"})
"""What `review decisions` writes beside the names: it is compared again without them."""
PAIRS = Kind(PairIn, ("name1", "name2"), ("schema",), beside=DECIDED)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file of names is read: which of its fields holds what (`{"name": "customer"}`), and its encoding.

    Where fields are given, only these and fields with our own names are read.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table whose cells are told apart already: its rows from the first on, empty ones too."""

    rows: Iterator[list[str]]


def read_queries(
    source: BinaryIO | Sheet, name: str, note: Note, reading: Reading | None = None
) -> Iterator[QueryIn | BadLine]:
    """Read queries: one name a line, JSON objects, or CSV with a `name` column; told apart by the first line.

    A sheet has a header with a `name` column, or nothing but names in its only column.
    `note` is told what is worth knowing and no error, such as columns that are not read.
    """
    how = reading or Reading()
    fields = {field.strip().lower(): ours for ours, field in how.columns.items()}
    kind = replace(QUERIES, fields=fields, plain=None) if fields else QUERIES
    noted = False
    for item in _items(source, (name, how.encoding), kind, note):
        if not noted and isinstance(item, QueryIn) and item.name.lower() in MISSING:
            noted = True
            note(f"{name}: a name is “{item.name}”, as tables write what is missing; it is asked as a name")
        yield item


def query_named(name: str, place: str) -> QueryIn | BadLine:
    """Return the query for a bare name."""
    return _validated(QUERIES, {"name": name}, place, name)


def pair_named(name1: str, name2: str, place: str) -> PairIn | BadLine:
    """Return the pair of two bare names."""
    return _validated(PAIRS, {"name1": name1, "name2": name2}, place, f"{name1}, {name2}")


def read_pairs(source: BinaryIO | Sheet, name: str, note: Note) -> Iterator[PairIn | BadLine]:
    """Read pairs of names: JSON objects, or a table with the columns `name1`, `name2` and optionally `schema`.

    What `review decisions` writes is read, too.
    """
    return _items(source, (name, None), PAIRS, note)


def _items(
    source: BinaryIO | Sheet, how: tuple[str, str | None], kind: Kind[Asked], note: Note
) -> Iterator[Asked | BadLine]:
    name, encoding = how
    if isinstance(source, Sheet):
        return _read_sheet(source, name, kind, note)
    return _read(numbered_lines(source, name, encoding), name, kind, note)


def _read_sheet(sheet: Sheet, name: str, kind: Kind[Asked], note: Note) -> Iterator[Asked | BadLine]:
    rows = ((f"{name}, row {number}", _filled(row)) for number, row in enumerate(sheet.rows, 1) if any(row))
    left: Iterator[tuple[str, list[str]]] = rows
    place, first = next(rows, ("", []))
    columns = [kind.ours(cell) for cell in first]
    if not first:
        raise Unreadable(name, f"an empty sheet; give {_wanted(kind)}")
    if set(kind.needed) <= set(columns):
        _check_columns(columns, place, ",".join(first), kind)
        _note_unread(columns, name, kind, note)
    elif kind.plain and len(first) == 1:
        columns, left = [kind.plain], chain([(place, first)], rows)
    else:
        raise Unreadable(place, f"{_no_header(','.join(first), kind)}; give {_wanted(kind)}")
    for place, row in left:
        yield _row(columns, row, place, kind)


def _filled(row: list[str]) -> list[str]:
    """Return a row without the empty cells after its last."""
    return row[: max(place for place, cell in enumerate(row, 1) if cell)]


def _read(lines: Iterator[Line], name: str, kind: Kind[Asked], note: Note) -> Iterator[Asked | BadLine]:
    first = next(lines, None)
    said = said_delimiter(first[1]) if first and isinstance(first[1], str) else None
    first = next(lines, None) if said else first
    if first is None:
        raise Unreadable(name, f"nothing to read; give {_wanted(kind)}")
    number, text = first
    if isinstance(text, BadLine):
        if not kind.plain or any(delimiter in text.text for delimiter in DELIMITERS):
            raise Unreadable(text.place, text.reason)
        yield text
        yield from _plain_lines(lines, name, kind)
    elif text.lstrip().startswith("{"):
        yield from _json_lines(_again(first, lines), name, kind)
    elif text.lstrip().startswith(("[{", '["')) or text == "[":
        raise Unreadable(name, "a JSON array; give one object a line, for example with jq -c '.[]'")
    elif delimiter := _delimiter(text, said, kind):
        columns = _header(text, delimiter, f"{name}, line {number}", kind)
        _note_unread(columns, name, kind, note)
        for row in table_rows(lines, delimiter, name):
            yield row if isinstance(row, BadLine) else _row(columns, row[1], row[0], kind)
    elif kind.plain and not _is_table(text, name):
        if _is_called_table(name) or any(delimiter in text for delimiter in DELIMITERS[1:]):
            note(
                f"{name}: read as one name a line: no column is called 'name' in its first line, {text[:80]!r}"
            )
        yield from _plain_lines(_again(first, lines), name, kind)
    else:
        raise Unreadable(f"{name}, line {number}", f"{_no_header(text, kind)}; give {_wanted(kind)}")


def _no_header(text: str, kind: Kind[Asked]) -> str:
    asked = next((field for field, ours in kind.fields.items() if ours in kind.needed), None)
    if asked is None and kind.plain is None:
        return "neither JSON nor a header"
    cure = "" if asked else " (--column name=FIELD says which one it is)"
    return f"no column is called {asked or kind.plain!r}{cure}; the line is {text[:SHOWN]!r}"


def _note_unread(columns: Sequence[str], name: str, kind: Kind[Asked], note: Note) -> None:
    if unread := [column for column in columns if column and column not in kind.known]:
        note(f"{name}: columns not read: {', '.join(unread)}")


def _is_table(text: str, name: str) -> bool:
    """Whether a first line is of several columns, in a file that calls itself a table."""
    return _is_called_table(name) and any(delimiter in text for delimiter in DELIMITERS)


def _is_called_table(name: str) -> bool:
    """Whether a file calls itself a table, packed or not: `customers.csv.gz`."""
    return not TABLES.isdisjoint(suffix.lower() for suffix in PurePath(name).suffixes[-2:])


def _wanted(kind: Kind[Asked]) -> str:
    columns = ", ".join(kind.needed) + " and optionally " + ", ".join(kind.optional)
    return ("one name a line, or " if kind.plain else "") + f"JSON lines or CSV with {columns}"


def _again(first: Line, rest: Iterator[Line]) -> Iterator[Line]:
    yield first
    yield from rest


_Object = TypeAdapter(dict[str, JsonValue])


def _plain_lines(lines: Iterable[Line], name: str, kind: Kind[Asked]) -> Iterator[Asked | BadLine]:
    for number, text in lines:
        yield (
            text
            if isinstance(text, BadLine)
            else _validated(kind, {str(kind.plain): text}, f"{name}, line {number}", text)
        )


def _json_lines(lines: Iterable[Line], name: str, kind: Kind[Asked]) -> Iterator[Asked | BadLine]:
    for number, text in lines:
        if isinstance(text, BadLine):
            yield text
            continue
        try:
            yield _object(text, kind)
        except ValidationError as error:
            yield BadLine(f"{name}, line {number}", text[:SHOWN], explain(error))


def _object(text: str, kind: Kind[Asked]) -> Asked:
    if not kind.fields and not kind.beside:
        return kind.model.model_validate_json(text)
    if not kind.fields:
        told = _Object.validate_json(text)
        return kind.model.model_validate({name: told[name] for name in told if name not in kind.beside})
    given = {kind.ours(field): value for field, value in _Object.validate_json(text).items()}
    return kind.model.model_validate({field: value for field, value in given.items() if field in kind.known})


def _delimiter(header: str, said: str | None, kind: Kind[Asked]) -> str | None:
    for delimiter in said or DELIMITERS:
        if set(kind.needed) <= set(_columns(header, delimiter, kind)):
            return delimiter
    return None


def _columns(header: str, delimiter: str, kind: Kind[Asked]) -> list[str]:
    return [kind.ours(column) for column in header_cells(header, delimiter)]


def _header(header: str, delimiter: str, place: str, kind: Kind[Asked]) -> list[str]:
    """Return the columns by our names; one that was asked for and is not there, or is there twice, is an error."""
    columns = _columns(header, delimiter, kind)
    _check_columns(columns, place, header, kind)
    return columns


def _check_columns(columns: Sequence[str], place: str, header: str, kind: Kind[Asked]) -> None:
    if missing := [field for field, ours in kind.fields.items() if ours not in columns]:
        raise Unreadable(place, f"no column is called {missing[0]!r}; the line is {header[:SHOWN]!r}")
    if twice := [column for column in kind.known if columns.count(column) > 1]:
        raise Unreadable(place, f"two columns are called {twice[0]!r}; rename the one that is not meant")


def _row(columns: Sequence[str], row: Sequence[str], place: str, kind: Kind[Asked]) -> Asked | BadLine:
    shown = ",".join(row)[:SHOWN]
    if len(row) > len(columns):
        return BadLine(place, shown, f"{len(row)} cells for {len(columns)} columns; quote commas")
    cells = zip(columns, row, strict=False)
    values = {column: cell for column, cell in cells if column in kind.known and cell.strip()}
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
