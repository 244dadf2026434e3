"""Australia's consolidated list, one sheet of a spreadsheet: a party is a block of rows.

The rows of a party share the number of their reference: `101` the primary name, `101a`, `101b` aliases and other
scripts, with the other columns repeated. A number that comes again after another party is a mistake of the
publisher and makes a party of its own (`101-2`).

`Control Date` is the day of the last change, not of the listing. When a party was listed stands in the free text
of `Listing Information`, if at all. The file carries no date of its own beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from typing import BinaryIO

from lists.dates import UK_FORMS, day_of, partial_date
from lists.errors import ReadError
from lists.models import (
    Address,
    Designation,
    EntitySchema,
    LegalAct,
    ListedName,
    ListEntry,
    NameKind,
    Quality,
)
from lists.records import Record
from lists.source import Files, Reader, Report, Source
from lists.sources.archives import check_archive
from lists.sources.held_names import held_names
from lists.sources.party import Party

COLUMNS = (
    "Reference", "Name of Individual or Entity", "Type", "Name Type", "Alias Strength", "Date of Birth",
    "Place of Birth", "Citizenship", "Address", "Additional Information", "Listing Information", "IMO Number",
    "Committees", "Control Date", "Instrument of Designation", "Targeted Financial Sanction", "Travel Ban",
    "Arms Embargo", "Maritime Restriction",
)  # fmt: skip
_REQUIRED = COLUMNS[:2]
_SCHEMAS = {
    "individual": EntitySchema.PERSON,
    "entity": EntitySchema.ORGANIZATION,
    "vessel": EntitySchema.VESSEL,
}
_KINDS = {
    "primary name": NameKind.NAME,
    "alias": NameKind.ALIAS,
    "aka": NameKind.ALIAS,
    "original script": NameKind.ALIAS,
    "formerly known as": NameKind.PREVIOUS,
    "fka": NameKind.PREVIOUS,
}
_STRENGTHS = {"strong": Quality.STRONG, "weak": Quality.WEAK, "": Quality.UNSTATED}
_MEASURES = ("Targeted Financial Sanction", "Travel Ban", "Arms Embargo", "Maritime Restriction")
_REFERENCE = re.compile(r"(?P<number>\d+)(?P<suffix>[a-z]*)", re.IGNORECASE)
_LISTED = re.compile(
    r"\b[Ll]isted\s+(?:on\s+|by .*?\bon\s+)?(?P<day>\d{1,2} [A-Z][a-z]+ \d{4}|\d{1,2}/\d{1,2}/\d{4})"
)
_LETTERED = re.compile(r"(?:^|\s)[a-z]\)\s*")
_ISSUE = re.compile(r"\d{4}-\d{2}-\d{2}")

Row = tuple[str, dict[str, str]]
"""The place of a row, and its cells by column."""


def recognizes(files: Files) -> bool:
    """Recognise a spreadsheet by its archive and its name; another one is refused when it is read."""
    return any(raw.head(4) == b"PK\x03\x04" and raw.name.lower().endswith(".xlsx") for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield the parties in the order of the sheet. The newest `Control Date` dates the version."""
    raw = files[0]
    with raw.open() as stream:
        check_archive(stream, raw.name)
    with raw.open() as stream:
        rows = _rows(stream, raw.name)
        seen: dict[str, int] = {}
        newest = ""
        for number, block in groupby(rows, key=_number):
            members = list(block)
            newest = max([newest, *(_day(cells["Control Date"]) or "" for _, cells in members)])
            yield _read_party(number, members, seen, source, report)
    published = day_of(newest)
    if published is not None:
        report.dated(published)


def _rows(stream: BinaryIO, where: str) -> Iterator[Row]:
    """Yield the rows below the header with all columns."""
    sheet = import_module(
        "lists.sources.spreadsheet"
    )  # the library takes a second to load; few imports need it
    header: list[str] | None = None
    for number, cells in enumerate(sheet.read_rows(stream, where), start=1):
        if header is None:
            if set(_REQUIRED) <= set(cells):
                header = cells
        elif any(cells):
            fields = dict.fromkeys(COLUMNS, "") | dict(zip(header, cells, strict=False))
            fields.pop("", None)
            yield f"{where}, row {number}", fields
    if header is None:
        raise ReadError(
            f"no header with {' and '.join(_REQUIRED)}",
            where=where,
            hint="expected the consolidated list of DFAT",
        )


def _number(row: Row) -> str:
    found = _REFERENCE.match(row[1]["Reference"])
    return found["number"] if found else row[1]["Reference"]


def _read_party(
    number: str, rows: list[Row], seen: dict[str, int], source: Source, report: Report
) -> ListEntry:
    seen[number] = seen.get(number, 0) + 1
    reused = seen[number] > 1
    entry_id = f"{number or rows[0][0]}-{seen[number]}" if reused else number or rows[0][0]
    head = Record.of_row({}, f"{rows[0][0]}, {entry_id}", report)
    party = Party(source, head, entry_id, source_url=source.entry_url)
    if reused:
        party.warn("reused reference", f"{number} was used for another party before; kept as {entry_id}")
    if not number:
        party.warn("no id", "the row has no reference; kept under its place")
    types: dict[str, None] = {}
    values: dict[str, dict[str, None]] = {}
    for place, cells in dict.fromkeys((place, tuple(cells.items())) for place, cells in rows):
        with Record.of_row(dict(cells), place, report) as record:
            record.warnings = head.warnings
            record.ignore("Reference")
            types.update(dict.fromkeys(record.texts("Type")))
            _add_name(record, party)
            for column in COLUMNS[5:]:
                values.setdefault(column, {}).update(dict.fromkeys(record.texts(column)))
    party.schema = _schema(party, list(types))
    _add_values(party, values)
    party.designations.append(_designation(party, values, source))
    return party.entry()


def _add_name(record: Record, party: Party) -> None:
    text, kind = record.text("Name of Individual or Entity"), record.text("Name Type")
    strength = record.text("Alias Strength")
    if not text:
        record.warn("empty alias", "the row has no name")
        return
    found = _KINDS.get(kind.casefold())
    if found is None:
        record.warn("unknown alias type", f"{kind!r} of {text!r}; kept as an alias")
    quality = _STRENGTHS.get(strength.casefold())
    if quality is None:
        record.warn("unknown alias strength", f"{strength!r} of {text!r}")
    weak = quality is Quality.WEAK
    listed = ListedName(
        text=text,
        kind=NameKind.WEAK if weak else found or NameKind.ALIAS,
        quality=quality or Quality.UNSTATED,
        source_kind=kind or None,
    )
    party.add_name(listed, primary=found is NameKind.NAME)
    for held in held_names(text):
        party.add_name(held.listed(listed))


def _schema(party: Party, types: list[str]) -> EntitySchema:
    if len(types) > 1:
        party.warn("conflicting types", f"{types}; the first one counts")
    found = _SCHEMAS.get(types[0].casefold()) if types else None
    if found is None:
        party.warn("unknown party type", f"{types} is none of {', '.join(_SCHEMAS)}")
    return found or EntitySchema.THING


def _add_values(party: Party, values: dict[str, dict[str, None]]) -> None:
    for text in values["Address"]:
        code = party.country(text.rpartition(",")[2].strip(" ."), hint=True)
        party.add_address(Address(full=text, country=code))
    for text in values["Date of Birth"]:
        for part in _LETTERED.split(text):
            party.add_feature("Birthdate", partial_date(part.strip(), UK_FORMS) or part.strip())
    for text in values["Place of Birth"]:
        party.add_feature("Place of Birth", text)
    for text in values["Citizenship"]:
        for part in text.split(";"):
            party.country(_LETTERED.sub("", part).strip(), hint=True)
            party.add_feature("Citizenship", _LETTERED.sub("", part).strip())
    for text in values["IMO Number"]:
        party.add_number("imoNumber", text, label="IMO Number")
    for column in ("Additional Information", "Listing Information"):
        for text in values[column]:
            party.remarks.append(text)
            party.add_numbers_in(text)


def _designation(party: Party, values: dict[str, dict[str, None]], source: Source) -> Designation:
    measures = tuple(column for column in _MEASURES if any(_is_set(party, text) for text in values[column]))
    listed = [day for text in values["Listing Information"] if (day := _listing_day(text)) is not None]
    changed = [day for text in values["Control Date"] if (day := _day(text)) is not None]
    return Designation(
        authority=source.authority,
        programmes=tuple(values["Committees"]),
        legal_basis=tuple(LegalAct(title=text) for text in values["Instrument of Designation"]),
        measures=measures,
        asset_freeze=_MEASURES[0] in measures,
        listing_date=min(listed, default=None),
        listing_date_basis="free-text" if listed else None,
        modified=max(changed, default=None),
    )


def _is_set(party: Party, text: str) -> bool:
    if text.casefold() not in {"1", "yes", "true", "0", "no", "false", ""}:
        party.warn("unknown flag", f"{text!r} is read as set")
    return text.casefold() not in {"0", "no", "false", ""}


def _listing_day(text: str) -> str | None:
    """Return the day of the listing in a text.

    >>> _listing_day("Listed on 25 January 2001, amended on 3 May 2004"), _listing_day("2011-05-18")
    ('2001-01-25', '2011-05-18')
    """
    if _ISSUE.fullmatch(text):
        return text
    found = _LISTED.search(text)
    return partial_date(found["day"], UK_FORMS) if found else None


def _day(text: str) -> str | None:
    return text if _ISSUE.fullmatch(text) else partial_date(text, UK_FORMS)


READER = Reader(format="dfat-xlsx", version="1", recognizes=recognizes, read=read)
