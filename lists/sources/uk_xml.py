"""The UK Sanctions List as XML, `UK-Sanctions-List.xml`: the file to take.

    Designations / DateGenerated
                 / Designation / UniqueID, OFSIGroupID, UNReferenceNumber, LastUpdated, DateDesignated,
                       Names / Name, NonLatinNames / NonLatinName, Titles, RegimeName, IndividualEntityShip,
                       DesignationSource, SanctionsImposed, SanctionsImposedIndicators, OtherInformation,
                       UKStatementofReasons, Addresses / Address, IndividualDetails, EntityDetails,
                       ShipDetails

Values below `IndividualDetails`, `EntityDetails` and `ShipDetails` are taken by the name of the element that
holds them; the wrappers around it differ between versions of the schema. `DateGenerated` may be some days
older than the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lists.dates import UK_FORMS, day_of, partial_date
from lists.errors import ReadError
from lists.models import ListEntry
from lists.records import Record
from lists.source import Files, Reader, Report, Source
from lists.sources.tables import table
from lists.sources.uk_designation import UkDesignation, UkName
from lists.texts import clean
from lists.xml_stream import XmlElement, local_name, read_root, stream_elements

ROOT = "Designations"
_GROUPS = ("Names", "NonLatinNames", "Addresses", "SanctionsImposedIndicators")
_LINES = tuple(f"AddressLine{number}" for number in range(1, 7))
_PARTS = tuple(f"Name{number}" for number in range(1, 7))
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def recognizes(files: Files) -> bool:
    """Recognise a file whose root is `Designations`."""
    return any(b"<Designations" in raw.head() for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield the designations of the file."""
    raw = files[0]
    root = read_root(raw)
    if local_name(root) != ROOT:
        raise ReadError(f"the root element is {local_name(root)!r}, not {ROOT!r}", where=raw.name)
    for element in stream_elements(raw, "DateGenerated", "Designation", depth=1):
        if local_name(element) == "DateGenerated":
            published = day_of(partial_date(clean(element.text), UK_FORMS))
            if published is not None:
                report.dated(published)
            continue
        place = f"{raw.name}, line {element.sourceline}"
        yield _read_designation(Record.of_element(element, place, report), source)
    if report.published is None:
        report.warn("no date", "the file has no DateGenerated", raw.name)


def _read_designation(record: Record, source: Source) -> ListEntry:
    with record:
        unique_id = record.text("UniqueID") or record.place
        record.place = f"{record.place}, {unique_id}"
        gathered = UkDesignation(record)
        for name in _inside(record, "Names", "Name"):
            parts = tuple(name.text(part) for part in _PARTS)
            gathered.names[UkName(parts, name.text("NameType"), name.text("AliasStrength"))] = None
        for name in _inside(record, "NonLatinNames", "NonLatinName"):
            script, language = name.text("NonLatinScriptType"), name.text("NonLatinScriptLanguage")
            text = name.text("NameNonLatinScript")
            if text:
                gathered.non_latin[text, script, language] = None
        for address in _inside(record, "Addresses", "Address"):
            lines = tuple(address.text(line) for line in _LINES)
            postal_code, country = address.text("AddressPostalCode"), address.text("AddressCountry")
            gathered.addresses[*lines, postal_code, country] = None
        for indicators in record.records("SanctionsImposedIndicators"):
            _read_indicators(indicators, gathered)
        _read_values(record, gathered)
    return gathered.entry(unique_id, source)


def _read_indicators(indicators: Record, gathered: UkDesignation) -> None:
    with indicators:
        for name in indicators.names():
            if indicators.text(name).casefold() == "true":
                gathered.measures[_CAMEL.sub(" ", name).capitalize()] = None


def _read_values(record: Record, gathered: UkDesignation) -> None:
    """Take every element that holds a text, by its own name, wherever it stands."""
    columns = {row["element"]: row["column"] for row in table("uk_fields") if row["element"]}
    for name in record.names():
        if name in _GROUPS or name.startswith("@") or name == "UniqueID":
            continue
        for element in record.elements(name):
            for leaf in _leaves(element):
                column, text = columns.get(local_name(leaf)), clean(leaf.text)
                if column is None and text:
                    record.warn("unknown field", f"{local_name(leaf)} = {text[:80]!r} is kept under its name")
                gathered.add(column or local_name(leaf), text)


def _leaves(element: XmlElement) -> Iterator[XmlElement]:
    return (node for node in element.iter() if len(node) == 0)


def _inside(record: Record, group: str, name: str) -> Iterator[Record]:
    for outer in record.records(group):
        with outer:
            for item in outer.records(name):
                with item:
                    yield item


READER = Reader(format="uk-xml", version="1", recognizes=recognizes, read=read)
