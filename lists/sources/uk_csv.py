"""The UK Sanctions List as CSV, `UK-Sanctions-List.csv`: a report date, a header of 58 columns, then rows.

A designation has one row for each combination of name, address and other values; rows of one `Unique ID` are
gathered, wherever they stand. OFSI's Consolidated List (`ConList.csv`), which looks similar, closed on
28 January 2026 and is refused: its address still answers, with data that no longer changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from lists.csv_rows import csv_rows
from lists.dates import UK_FORMS, day_of, partial_date
from lists.errors import ReadError
from lists.models import ListEntry
from lists.records import Record
from lists.source import Files, RawFile, Reader, Report, Source
from lists.sources.tables import table
from lists.sources.uk_designation import UkDesignation, UkName
from lists.texts import clean

UNIQUE_ID = "Unique ID"
_PARTS = tuple(f"Name {number}" for number in range(1, 7))
_LINES = (*(f"Address Line {number}" for number in range(1, 7)), "Address Postal Code", "Address Country")
_OTHER_CASE = {"parent company": "Parent company", "non-latin script type": "Non-latin script type"}
_CLOSED_LIST = ("Group Type", "Group ID")


def recognizes(files: Files) -> bool:
    """Recognise the header of either list; the closed one is recognised in order to be refused by name."""
    return any(_is_current(raw) or _is_closed(raw) for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield the designations in the order of their first rows."""
    raw = files[0]
    if _is_closed(raw):
        stated = raw.head(80).split(b"\n")[0].decode("ascii", "replace").strip()
        raise ReadError(
            f"this is OFSI's Consolidated List ({stated}), which closed on 28 January 2026",
            where=raw.name,
            hint="take the UK Sanctions List: https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.xml",
        )
    gathered: dict[str, UkDesignation] = {}
    for record in _records(raw, report):
        _gather(record, gathered)
    for unique_id, designation in gathered.items():
        yield designation.entry(unique_id, source)
    if report.published is None:
        report.warn("no date", "the file has no Report Date before its header", raw.name)


def _records(raw: RawFile, report: Report) -> Iterator[Record]:
    header: list[str] | None = None
    for place, cells in csv_rows(raw, report):
        if header is None:
            if UNIQUE_ID in (cell.strip() for cell in cells):
                header = [_OTHER_CASE.get(clean(cell).lower(), clean(cell)) for cell in cells]
            else:
                _read_report_date(cells, report)
            continue
        if len(cells) != len(header):
            report.warn("wrong number of cells", f"{len(cells)} cells, {len(header)} columns", place)
        yield Record.of_row(dict(zip(header, cells, strict=False)), place, report)
    if header is None:
        raise ReadError(
            f"no header with {UNIQUE_ID!r}", where=raw.name, hint="expected UK-Sanctions-List.csv"
        )


def _read_report_date(cells: list[str], report: Report) -> None:
    text = clean(" ".join(cells)).removeprefix("Report Date:").strip()
    published = day_of(partial_date(text, UK_FORMS))
    if published is not None:
        report.dated(published)


def _gather(record: Record, gathered: dict[str, UkDesignation]) -> None:
    """Add the values of a row to its designation."""
    with record:
        unique_id = record.text(UNIQUE_ID) or record.place
        if unique_id == record.place:
            record.warn("no id", "the row has no Unique ID; it is kept under its place")
        found = gathered.get(unique_id)
        if found is None:
            found = gathered[unique_id] = UkDesignation(record)
        name = UkName(
            tuple(record.text(part) for part in _PARTS),
            record.text("Name type"),
            record.text("Alias strength"),
        )
        if any(name.parts):
            found.names[name] = None
        script, language = record.text("Non-latin script type"), record.text("Non-latin script language")
        text = record.text("Name non-latin script")
        if text:
            found.non_latin[text, script, language] = None
        lines = tuple(record.text(line) for line in _LINES)
        if any(lines):
            found.addresses[lines] = None
        for row in table("uk_fields"):
            if row["use"] != "id":
                found.add(row["column"], record.text(row["column"]))
    if found.record is not record:
        found.record.warnings.extend(record.warnings)


def _is_current(raw: RawFile) -> bool:
    head = raw.head().decode("utf-8", "replace")
    return UNIQUE_ID in head and "Regime Name" in head


def _is_closed(raw: RawFile) -> bool:
    lines = raw.head().decode("utf-8", "replace").splitlines()[:2]
    return (
        bool(lines)
        and lines[0].startswith("Last Updated")
        and all(name in lines[-1] for name in _CLOSED_LIST)
    )


READER = Reader(format="uk-csv", version="1", recognizes=recognizes, read=read)
