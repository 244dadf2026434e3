"""The entry table: our own import format, for internal lists and for lists converted from another form.

UTF-8 CSV with the header (the columns in any order)

    entry_id,schema,name,aliases,weak_aliases,previous_names,countries,programmes,listing_date,end_date,
    identifiers,addresses,source_url,remarks

of which `entry_id` and `name` are required. Several values are separated by ` | `, identifiers are
`kind:value`, dates are ISO (`2022-03-15`, `2022-03`, `2022`). `Linked To: NAME` in the remarks is a
relation, as OFAC writes it. Strength is stated for weak aliases only.

A row with an unreadable part is kept with what is readable, and warned about: a schema that is not known
becomes `Thing`, an unknown country or a bad date stays among the features, an identifier without a kind
becomes `other`, a row without a name bears its id as its name. Only a file without the two required columns
is refused.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from lists.countries import country_code
from lists.csv_rows import csv_rows
from lists.dates import iso_date
from lists.errors import ReadError
from lists.identifiers import identifier
from lists.models import (
    Address,
    Designation,
    EntitySchema,
    Identifier,
    ListedName,
    ListEntry,
    NameKind,
    Quality,
    Relation,
)
from lists.records import Record
from lists.source import Files, RawFile, Reader, Report, Source
from lists.texts import clean, is_mojibake

COLUMNS = (
    "entry_id", "schema", "name", "aliases", "weak_aliases", "previous_names", "countries", "programmes",
    "listing_date", "end_date", "identifiers", "addresses", "source_url", "remarks",
)  # fmt: skip
_REQUIRED = {"entry_id", "name"}
_LINKED = re.compile(r"\bLinked To:\s*([^;|]+?)\s*(?:[;|]|\.?$)")
_NAME_COLUMNS = (
    ("aliases", NameKind.ALIAS, Quality.UNSTATED),
    ("previous_names", NameKind.PREVIOUS, Quality.UNSTATED),
    ("weak_aliases", NameKind.WEAK, Quality.WEAK),
)


def recognizes(files: Files) -> bool:
    """Tell whether there is a CSV file whose first line has the required columns."""
    return any(set(_header(raw)) >= _REQUIRED for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield the entries of all tables in the files, row by row."""
    for raw in files:
        rows = csv_rows(raw, report)
        _, cells = next(rows, ("", []))
        header = [clean(column) for column in cells]
        if not set(header) >= _REQUIRED:
            missing = ", ".join(sorted(_REQUIRED - set(header)))
            hint = "the entry table begins with the line " + ",".join(COLUMNS)
            raise ReadError(f"the first line lacks the columns {missing}", where=raw.name, hint=hint)
        for place, cells in rows:
            yield _read_row(_row(cells, header, place, report), source)


def _header(raw: RawFile) -> Sequence[str]:
    line = re.split(rb"[\r\n]", raw.head(), maxsplit=1)[0].decode("utf-8", errors="replace")
    return () if "\0" in line else [clean(column) for column in next(csv.reader([line]), [])]


def _row(cells: list[str], header: list[str], place: str, report: Report) -> Record:
    fields = dict(zip(header, cells, strict=False))
    entry_id = clean(fields.get("entry_id"))
    row = Record.of_row({**fields, "entry_id": entry_id or place}, f"{place}, {entry_id or 'no id'}", report)
    if len(cells) != len(header):
        surplus = f": {cells[len(header) :]}" if len(cells) > len(header) else ""
        row.warn("row length", f"{len(cells)} cells where the header has {len(header)}{surplus}")
    if not entry_id:
        row.warn("no entry id", "the row is known by its line")
    return row


def _read_row(row: Record, source: Source) -> ListEntry:
    entry_id, features = row.text("entry_id"), dict[str, tuple[str, ...]]()
    remarks = row.texts("remarks")
    entry = ListEntry(
        list_id=source.list_id,
        entry_id=entry_id,
        schema=_schema(row),
        names=_names(row, entry_id),
        designations=(_designation(row, source, features),),
        countries=_countries(row, features),
        identifiers=tuple(_identifiers(row)),
        addresses=tuple(Address(full=full) for full in _values(row, "addresses")),
        relations=tuple(_relations(remarks)),
        source_url=row.text("source_url") or source.entry_url,
        remarks=remarks,
    )
    row.close()
    return entry.model_copy(update={"features": features, "warnings": tuple(row.warnings)})


def _values(row: Record, column: str) -> tuple[str, ...]:
    found = (value.strip() for value in row.text(column).split("|"))
    return tuple(dict.fromkeys(value for value in found if value))


def _names(row: Record, entry_id: str) -> tuple[ListedName, ...]:
    primary = row.text("name")
    if not primary:
        row.warn("no name", "the entry bears its id as its name")
    names = {(primary or entry_id): ListedName(text=primary or entry_id)}
    for column, kind, quality in _NAME_COLUMNS:
        for text in _values(row, column):
            names.setdefault(text, ListedName(text=text, kind=kind, quality=quality))
    for text in names:
        if is_mojibake(text):
            row.warn("mojibake", f"a name looks wrongly decoded: {text}")
    first, *others = names.values()
    return first, *sorted(others, key=lambda name: (name.kind, name.text))


def _schema(row: Record) -> EntitySchema:
    text = row.text("schema")
    try:
        return EntitySchema(text) if text else EntitySchema.THING
    except ValueError:
        row.warn("unknown schema", f"{text!r} is read as Thing")
        return EntitySchema.THING


def _countries(row: Record, features: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    codes, unknown = [], []
    for text in _values(row, "countries"):
        code = country_code(text)
        if code is None:
            row.warn("unknown country", f"{text!r} is kept as a feature")
            unknown.append(text)
        else:
            codes.append(code)
    if unknown:
        features["countries"] = tuple(unknown)
    return tuple(sorted(set(codes)))


def _designation(row: Record, source: Source, features: dict[str, tuple[str, ...]]) -> Designation:
    listed = _date(row, "listing_date", features)
    return Designation(
        authority=source.authority,
        list_name=source.title or None,
        programmes=_values(row, "programmes"),
        asset_freeze=source.blocking,
        listing_date=listed,
        listing_date_basis="source-field" if listed else None,
        end_date=_date(row, "end_date", features),
    )


def _date(row: Record, column: str, features: dict[str, tuple[str, ...]]) -> str | None:
    text = row.text(column)
    value = iso_date(text) if text else None
    if text and value is None:
        row.warn("bad date", f"{column} {text!r} is kept as a feature")
        features[column] = (text,)
    return value


def _identifiers(row: Record) -> Iterator[Identifier]:
    for text in _values(row, "identifiers"):
        kind, _, value = (part.strip() for part in text.partition(":"))
        if not kind or not value:
            row.warn("bad identifier", f"{text!r} is not kind:value")
            yield Identifier(kind="other", value=text.strip(": ") or text)
            continue
        found = identifier(kind, value)
        if found.valid is False:
            row.warn("check digits", f"{kind} {value} cannot be right")
        yield found


def _relations(remarks: tuple[str, ...]) -> Iterator[Relation]:
    for remark in remarks:
        for target in dict.fromkeys(_LINKED.findall(remark)):
            yield Relation(kind="UnknownLink", role="Linked To", target_name=target, derived="remarks")


READER = Reader(format="entry-table", version="1", recognizes=recognizes, read=read)
