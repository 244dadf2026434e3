"""The tables inside OFAC's ADVANCED files, which its parties refer to by number: the first of the two passes.

    Sanctions / DateOfIssue
              / ReferenceValueSets / {X}Values / {X}[@ID]     labels: AliasType, Country, List …
              / Locations / Location[@ID]
              / IDRegDocuments / IDRegDocument[@IdentityID]
              / ProfileRelationships / ProfileRelationship[@From-ProfileID, @To-ProfileID]
              / SanctionsEntries / SanctionsEntry[@ProfileID, @ListID]

What is kept is small: some ten million characters for the whole SDN list. Numbers are looked up in
dictionaries, never searched for in the tree. A number that no table has is a warning where it is used.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from lists.records import Record
from lists.source import RawFile, Report
from lists.sources.ofac_terms import Membership
from lists.xml_stream import XmlElement, local_name, stream_elements

PARTY = "DistinctParty"


@dataclass(frozen=True, slots=True)
class Location:
    """A place: its parts as (label, value), the name of its country, and the description of its area code."""

    parts: tuple[tuple[str, str], ...]
    country: str
    area: str

    @property
    def text(self) -> str:
        """The place in one line, as OFAC prints it: parts, then the country."""
        return ", ".join([*(value for _, value in self.parts), *([self.country] if self.country else [])])


@dataclass(frozen=True, slots=True)
class Document:
    """An identity document of one identity."""

    label: str
    number: str
    country: str
    flags: tuple[str, ...]
    details: str


@dataclass(frozen=True, slots=True)
class Link:
    """A relation from one profile to another."""

    label: str
    target: str
    former: bool
    comment: str


@dataclass(slots=True)
class Tables:
    """Everything that parties refer to, by its number."""

    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    """Text of a reference value by (set, id): `("AliasType", "1400")` → `A.K.A.`."""
    attributes: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """Attributes of reference values that say more than the text: (set, id, name)."""
    locations: dict[str, Location] = field(default_factory=dict)
    documents: defaultdict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))
    links: defaultdict[str, list[Link]] = field(default_factory=lambda: defaultdict(list))
    memberships: defaultdict[str, list[Membership]] = field(default_factory=lambda: defaultdict(list))

    def label(self, kind: str, number: str, record: Record) -> str:
        """Return the label of a reference value; an unknown number is a warning and stands for itself."""
        if not number:
            return ""
        found = self.labels.get((kind, number))
        if found is None:
            record.warn("unknown reference", f"{kind} {number} is not among the file's own reference values")
            return f"{kind} {number}"
        return found


def stream_blocks(raw: RawFile) -> Iterator[XmlElement]:
    """Yield the records of every block. A pass that leaves a block unnamed would keep its whole tree in memory."""
    yield from stream_elements(
        raw,
        "DateOfIssue",
        "ReferenceValueSets",
        "Location",
        "IDRegDocument",
        PARTY,
        "ProfileRelationship",
        "SanctionsEntry",
    )


def read_tables(raw: RawFile, report: Report) -> Tables:
    """Read everything but the parties. Reference values stand before what refers to them in every file."""
    tables = Tables()
    readers: dict[str, Callable[[Record, Tables], None]] = {
        "Location": _read_location,
        "IDRegDocument": _read_document,
        "ProfileRelationship": _read_link,
        "SanctionsEntry": _read_membership,
    }
    for element in stream_blocks(raw):
        name = local_name(element)
        if name == PARTY:
            continue
        place = f"{raw.name}, {name} {element.get('ID') or ''}".strip()
        if name == "ReferenceValueSets":
            _read_reference_values(element, tables)
            continue
        with Record.of_element(element, place, report) as record:
            if name == "DateOfIssue":
                _read_issue_date(record, report)
            else:
                readers[name](record, tables)
    return tables


def read_date(record: Record) -> date | None:
    """Return a date of `Year`, `Month`, `Day` elements; None where one is missing or impossible."""
    record.ignore("@CalendarTypeID")
    year, month, day = (record.text(name) for name in ("Year", "Month", "Day"))
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        if year or month or day:
            record.warn("bad date", f"year {year!r}, month {month!r}, day {day!r} is no date")
        return None


def read_period(record: Record) -> str:
    """Return a `DatePeriod` as text, as precise as it is: `1951`, `circa 1962-03-04`, `1962 to 1964`."""
    with record:
        record.ignore("@CalendarTypeID", "@YearFixed", "@MonthFixed", "@DayFixed")
        bounds: list[date] = []
        circa = False
        for name in ("Start", "End"):
            for edge in record.records(name):
                with edge:
                    edge.ignore("@YearFixed", "@MonthFixed", "@DayFixed")
                    circa = edge.text("@Approximate") == "true" or circa
                    for bound in (*edge.records("From"), *edge.records("To")):
                        with bound:
                            found = read_date(bound)
                        bounds.extend([found] if found else [])
    if not bounds:
        return ""
    return ("circa " if circa else "") + period_text(min(bounds), max(bounds))


def period_text(start: date, end: date) -> str:
    """Return the shortest text for an interval: a day, month or year where it is one, else both ends.

    >>> period_text(date(1951, 1, 1), date(1951, 12, 31)), period_text(date(1962, 1, 1), date(1964, 12, 31))
    ('1951', '1962 to 1964')
    """
    if start == end:
        return start.isoformat()
    first, last = (start.month, start.day) == (1, 1), (end.month, end.day) == (12, 31)
    if first and last:
        return str(start.year) if start.year == end.year else f"{start.year} to {end.year}"
    month_end = calendar.monthrange(end.year, end.month)[1]
    if start.day == 1 and end.day == month_end and (start.year, start.month) == (end.year, end.month):
        return f"{start.year}-{start.month:02d}"
    return f"{start.isoformat()} to {end.isoformat()}"


def _read_issue_date(record: Record, report: Report) -> None:
    published = read_date(record)
    if published is not None:
        report.dated(published)


def _read_reference_values(element: XmlElement, tables: Tables) -> None:
    for values in element:
        for value in values:
            kind, number = local_name(value), value.get("ID") or ""
            tables.labels[kind, number] = " ".join((value.text or "").split())
            for name in ("Description", "ISO2", "LegalBasisShortRef", "PartyTypeID", "ScriptCode"):
                attribute = value.get(name)
                if attribute:
                    tables.attributes[kind, number, name] = attribute


def _read_location(record: Record, tables: Tables) -> None:
    record.ignore("FeatureVersionReference", "IDRegDocumentReference")
    parts: list[tuple[str, str]] = []
    country = area = ""
    for child in record.records("LocationAreaCode"):
        with child:
            number = child.text("@AreaCodeID")
            label = tables.label("AreaCode", number, child)
            area = tables.attributes.get(("AreaCode", number, "Description"), label)
    for child in record.records("LocationCountry"):
        with child:
            child.ignore("@CountryRelevanceID")
            country = tables.label("Country", child.text("@CountryID"), child)
    for child in record.records("LocationPart"):
        with child:
            label = tables.label("LocPartType", child.text("@LocPartTypeID"), child)
            for value in child.records("LocationPartValue"):
                with value:
                    value.ignore("@Primary", "@LocPartValueTypeID", "@LocPartValueStatusID", "Comment")
                    parts.extend((label, text) for text in value.texts("Value"))
    tables.locations[record.text("@ID")] = Location(tuple(parts), country or area, area)


def _read_document(record: Record, tables: Tables) -> None:
    record.ignore("@ID", "IDRegDocumentMention", "FeatureVersionReference", "DocumentedNameReference")
    label = tables.label("IDRegDocType", record.text("@IDRegDocTypeID"), record)
    country = tables.label("Country", record.text("@IssuedBy-CountryID"), record)
    validity = tables.label("Validity", record.text("@ValidityID"), record).casefold()
    flags = (validity,) if validity not in {"", "valid", "unknown"} else ()
    details = [*record.texts("IssuingAuthority"), *record.texts("Comment")]
    for dated in record.records("DocumentDate"):
        with dated:
            kind = tables.label("IDRegDocDateType", dated.text("@IDRegDocDateTypeID"), dated)
            details.extend(f"{kind} {read_period(period)}" for period in dated.records("DatePeriod"))
    number = record.text("IDRegistrationNo")
    found = Document(label, number, country, flags, "; ".join(details))
    tables.documents[record.text("@IdentityID")].append(found)


def _read_link(record: Record, tables: Tables) -> None:
    record.ignore("@ID", "@RelationQualityID", "@SanctionsEntryID")
    label = tables.label("RelationType", record.text("@RelationTypeID"), record)
    former = record.text("@Former") == "true"
    link = Link(label, record.text("@To-ProfileID"), former, record.text("Comment"))
    tables.links[record.text("@From-ProfileID")].append(link)


def _read_membership(record: Record, tables: Tables) -> None:
    record.ignore("@ID", "LimitationsToPublication")
    member = Membership(tables.label("List", record.text("@ListID"), record))
    for event in record.records("EntryEvent"):
        with event:
            event.ignore("@ID", "@EntryEventTypeID")
            basis = event.text("@LegalBasisID")
            act = tables.label("LegalBasis", basis, event)
            short = tables.attributes.get(("LegalBasis", basis, "LegalBasisShortRef"), "")
            member.acts.extend(text for text in (act or short,) if text)
            member.reasons.extend(event.texts("Comment"))
            for dated in event.records("Date"):
                with dated:
                    day = read_date(dated)
                member.dates.extend([day.isoformat()] if day else [])
    for measure in record.records("SanctionsMeasure"):
        with measure:
            measure.ignore("@ID", "DatePeriod")
            kind = tables.label("SanctionsType", measure.text("@SanctionsTypeID"), measure)
            if kind == "Program":
                member.programmes.extend(measure.texts("Comment"))
            else:
                measure.ignore("Comment")
                member.measures.append(kind)
    tables.memberships[record.text("@ProfileID")].append(member)
