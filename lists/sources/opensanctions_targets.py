"""OpenSanctions' `targets.simple.csv`, supplied by the user: one target a row, several values in a cell.

Values in a cell are separated by `;` and quoted as in CSV where they contain one. The file does not say what kind
a number is, nor which sanction belongs to which programme; `entities.ftm.json` does. Licence: CC BY-NC 4.0.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from lists.csv_rows import csv_rows
from lists.dates import day_of, iso_date
from lists.errors import ReadError
from lists.identifiers import identifier
from lists.models import Address, Designation, EntitySchema, ListedName, ListEntry, NameKind
from lists.records import Record
from lists.source import Files, Reader, Report, Source
from lists.sources.opensanctions_entities import PAGE
from lists.sources.party import Party
from lists.texts import clean

COLUMNS = (
    "id", "schema", "name", "aliases", "birth_date", "countries", "addresses", "identifiers", "sanctions", "phones",
    "emails", "program_ids", "dataset", "first_seen", "last_seen", "last_change",
)  # fmt: skip
_REQUIRED = frozenset(COLUMNS[:4])
_SCHEMAS = {schema.value: schema for schema in EntitySchema} | {"PublicBody": EntitySchema.ORGANIZATION}
_FEATURES = {
    "birth_date": "birthDate",
    "sanctions": "sanctions",
    "phones": "phone",
    "emails": "email",
    "dataset": "dataset",
}


def recognizes(files: Files) -> bool:
    """Recognise the header of the file."""
    return any(_header(raw.head()) >= _REQUIRED for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield the targets."""
    raw = files[0]
    header: list[str] | None = None
    newest = ""
    for place, cells in csv_rows(raw, report):
        if header is None:
            header = [clean(cell) for cell in cells]
            if not set(header) >= _REQUIRED:
                raise ReadError(
                    "no header of targets.simple.csv", where=raw.name, hint=f"expected {','.join(COLUMNS)}"
                )
            continue
        record = Record.of_row(dict(zip(header, cells, strict=False)), place, report)
        newest = max(newest, record.text("last_change")[:10])
        yield _read_row(record, source)
    published = day_of(iso_date(newest))
    if published is not None:
        report.dated(published)


def values_in(cell: str) -> list[str]:
    """Return the values of a cell.

    >>> values_in('Alpha;"Beta; Gamma";Delta')
    ['Alpha', 'Beta; Gamma', 'Delta']
    """
    return [text for row in csv.reader([cell], delimiter=";") for value in row if (text := clean(value))]


def _read_row(record: Record, source: Source) -> ListEntry:
    with record:
        identity = record.text("id")
        party = Party(source, record, identity or record.place, source_url=PAGE.format(id=identity))
        schema = record.text("schema")
        party.schema = _SCHEMAS.get(schema, EntitySchema.THING)
        if schema not in _SCHEMAS:
            record.warn("unknown party type", f"{schema!r} is kept as Thing")
        for name in record.texts("name"):
            party.add_name(ListedName(text=name), primary=True)
        for alias in values_in(record.text("aliases")):
            party.add_name(ListedName(text=alias, kind=NameKind.ALIAS))
        for country in values_in(record.text("countries")):
            party.country(country)
        for address in values_in(record.text("addresses")):
            party.add_address(Address(full=address))
        for number in values_in(record.text("identifiers")):
            party.add_identifier(identifier("other", number))
        for column, label in _FEATURES.items():
            for value in values_in(record.text(column)):
                party.add_feature(label, value)
        record.ignore("first_seen", "last_seen", "last_change")
        programmes = tuple(values_in(record.text("program_ids")))
        party.designations.append(Designation(authority=source.authority, programmes=programmes))
    return party.entry()


def _header(head: bytes) -> frozenset[str]:
    line = head.split(b"\n", 1)[0].decode("utf-8", "replace")
    return frozenset(clean(cell).strip('"') for cell in line.split(","))


READER = Reader(format="opensanctions-csv", version="1", recognizes=recognizes, read=read)
