"""The US Consolidated Screening List as JSON: one file with the lists of three departments.

A source takes the rows of its own list by the code in `source`, as in `Entity List (EL) - Bureau of Industry
and Security`. Commerce's and State's lists are read from here; the Treasury's rows can be, but its own files
say more, and this file is not the legal source of any list.

`id` is a hash that changes with its row: an entry is known by its list, name and countries, or by
`entity_number` where there is one (OFAC's). Federal Register notices may run together without a separator.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from lists.dates import day_of, iso_date
from lists.models import (
    Address,
    Designation,
    EntitySchema,
    LegalAct,
    ListedName,
    ListEntry,
    NameKind,
    Relation,
)
from lists.records import Record
from lists.source import Files, Reader, Report, Source
from lists.sources.held_names import held_names
from lists.sources.json_records import JsonRecords
from lists.sources.ofac_terms import add_document
from lists.sources.party import Party
from lists.texts import clean

KEY = "results"
_SCHEMAS = {
    "individual": EntitySchema.PERSON,
    "entity": EntitySchema.ORGANIZATION,
    "vessel": EntitySchema.VESSEL,
    "aircraft": EntitySchema.AIRPLANE,
    "": EntitySchema.LEGAL_ENTITY,  # Commerce and State do not say
}
_CODE = re.compile(r"\(([A-Z][A-Z-]*)(?: List)?\)")
_NOTICE = re.compile(r"(\d{1,3})\s*F\.?\s*R\.?\s*(\d[\d,]*?)(?=\s*\d{2}\s*F\.?\s*R\b|\D|$)")
_ADDRESS_AS_NAME = re.compile(r"Address \d+", re.IGNORECASE)
_AFFILIATED = re.compile(r"Affiliated Entity:\s*([^()]+)", re.IGNORECASE)
_FEATURES = {
    "title": "Title",
    "call_sign": "Vessel Call Sign",
    "vessel_type": "Vessel Type",
    "gross_tonnage": "Vessel Tonnage",
    "gross_registered_tonnage": "Vessel Gross Registered Tonnage",
    "vessel_flag": "Vessel Flag",
    "vessel_owner": "Vessel Owner",
    "standard_order": "Standard order",
    "license_requirement": "License requirement",
    "license_policy": "License policy",
    "dates_of_birth": "Birthdate",
    "places_of_birth": "Place of Birth",
    "id": "Screening List id",
}
_COUNTRIES = {"citizenships": "Citizenship Country", "nationalities": "Nationality Country"}


def recognizes(files: Files) -> bool:
    """Recognise a JSON object with `results` whose rows have a source."""
    return any(b'"results"' in raw.head() and b'"source"' in raw.head(65536) for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield the rows of the source's list."""
    raw = files[0]
    records = JsonRecords(raw, KEY)
    seen: dict[str, int] = {}
    elsewhere = 0
    for place, row in records:
        if not any(_values(row.get("name"))) and not any(_values(row.get("source"))):
            report.warn("empty row", "the row has neither name nor source", place)
            continue
        code = list_code(clean(str(row.get("source") or "")))
        if code is not None and source.select and code not in source.select:
            elsewhere += 1
            continue
        yield _read_row(row, code or "", place, seen, (source, report))
    report.facts["on other lists"] = str(elsewhere)
    _read_envelope(records.envelope, report)


def list_code(text: str) -> str | None:
    """Return the code of a list in its name.

    >>> list_code("Entity List (EL) - Bureau of Industry and Security"), list_code("Somewhere")
    ('EL', None)
    """
    found = _CODE.search(text)
    return found[1] if found else None


def split_notices(text: str) -> tuple[str, ...]:
    """Return the Federal Register citations of a text; a text that is none stands for itself.

    >>> split_notices("80 FR 6985281 FR 14953"), split_notices("Vol. 59, No. 44, 03/07/1994")
    (('80 FR 69852', '81 FR 14953'), ('Vol. 59, No. 44, 03/07/1994',))
    """
    found = tuple(f"{volume} FR {page.replace(',', '')}" for volume, page in _NOTICE.findall(text))
    return found or ((text,) if text else ())


def _read_row(
    row: dict[str, object], code: str, place: str, seen: dict[str, int], context: tuple[Source, Report]
) -> ListEntry:
    source, report = context
    fields = {name: "; ".join(_values(value)) for name, value in row.items() if not _is_nested(value)}
    with Record.of_row(fields, place, report) as record:
        number = record.text("entity_number")
        names = _values(row.get("name"))
        entry_id = number or _stable_id(code, names, row)
        seen[entry_id] = seen.get(entry_id, 0) + 1
        party = Party(source, record, entry_id)
        if seen[entry_id] > 1:
            record.warn("repeated entry", f"{names} is listed {seen[entry_id]} times; each is kept")
            party.entry_id = f"{entry_id}-{seen[entry_id]}"
        record.place = f"{place}, {party.entry_id}"
        if not code:
            record.warn(
                "unknown list", f"{record.text('source')!r} names no list; kept under the source's own"
            )
        party.schema = _schema(party, record.text("type"))
        record.ignore("name", "alt_names", "federal_register_notice", "programs", *_FEATURES, *_COUNTRIES)
        _add_names(party, names, _aliases(row.get("alt_names")))
        _add_addresses(party, row.get("addresses"))
        _add_values(party, row)
        party.remarks.extend(record.texts("remarks"))
        pages = (*record.texts("source_information_url"), *record.texts("source_list_url"))
        party.source_url = next(iter(pages), source.entry_url)
        party.designations.append(_designation(record, row, source))
    return party.entry()


def _add_values(party: Party, row: dict[str, object]) -> None:
    """Add documents, features and countries of a row."""
    for document in _objects(row.get("ids")):
        label, value, country = (clean(str(document.get(key) or "")) for key in ("type", "number", "country"))
        add_document(party, label, value, country)
    for field, label in _FEATURES.items():
        for value in _values(row.get(field)):
            party.add_feature(label, value)
    for field, label in _COUNTRIES.items():
        for value in _values(row.get(field)):
            party.country(value)
            party.add_feature(label, value)


def _schema(party: Party, label: str) -> EntitySchema:
    found = _SCHEMAS.get(label.casefold())
    if found is None:
        party.warn("unknown party type", f"{label!r} is none of Individual, Entity, Vessel, Aircraft")
    return found or EntitySchema.THING


def _add_names(party: Party, names: list[str], aliases: list[str]) -> None:
    """Add the name and the aliases; the file does not say how strong an alias is."""
    for number, text in enumerate((*names, *aliases)):
        affiliated = _AFFILIATED.match(text)
        if affiliated and number:
            link = Relation(
                kind="UnknownLink", role="Affiliated Entity", target_name=affiliated[1].strip(" ,;")
            )
            party.relations.append(link)
            party.remarks.append(text)
            continue
        if _ADDRESS_AS_NAME.fullmatch(text):
            party.warn("address as a name", f"{text!r}: the listed thing is an address; see its addresses")
        primary = number == 0 and bool(names)
        listed = ListedName(text=text, kind=NameKind.NAME if primary else NameKind.ALIAS)
        party.add_name(listed, primary=primary)
        for held in held_names(text):
            party.add_name(held.listed(listed))


def _add_addresses(party: Party, addresses: object) -> None:
    for address in _objects(addresses):
        fields = {name: clean(str(value or "")) for name, value in address.items()}
        country = fields.pop("country", "")
        code = party.country(country) if country else None
        party.add_address(
            Address(
                street=fields.pop("address", "") or None,
                city=fields.pop("city", "") or None,
                region=fields.pop("state", "") or None,
                postal_code=fields.pop("postal_code", "") or None,
                country=code,
                country_text=country or None,
            )
        )
        for name, value in fields.items():
            if value:
                party.warn("unknown field", f"addresses/{name} = {value[:80]!r} was not read")
    if isinstance(addresses, str):
        party.add_address(Address(full=clean(addresses) or None))


def _designation(record: Record, row: dict[str, object], source: Source) -> Designation:
    start, end = record.text("start_date"), record.text("end_date")
    for text in (start, end):
        if text and iso_date(text) is None:
            record.warn("bad date", f"{text!r} is no date that can be; kept in the warnings only")
    notices = [
        notice for text in _values(row.get("federal_register_notice")) for notice in split_notices(text)
    ]
    return Designation(
        authority=source.authority,
        list_name=record.text("source") or None,
        programmes=tuple(sorted(dict.fromkeys(_values(row.get("programs"))))),
        legal_basis=tuple(LegalAct(title=notice) for notice in dict.fromkeys(notices)),
        asset_freeze=source.blocking,
        listing_date=iso_date(start),
        listing_date_basis="source-field" if iso_date(start) else None,
        end_date=iso_date(end),
    )


def _stable_id(code: str, names: list[str], row: dict[str, object]) -> str:
    """Return an id that outlives changes of a row: a hash of list, name and countries of the addresses."""
    countries = sorted(
        {clean(str(address.get("country") or "")) for address in _objects(row.get("addresses"))}
    )
    key = "|".join([code, *names, *countries]).casefold()
    return f"{code or 'CSL'}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def _read_envelope(envelope: dict[str, object], report: Report) -> None:
    """Take the date from when the file's sources were last updated."""
    stated = [
        clean(str(used.get("source_last_updated") or "")) for used in _objects(envelope.get("sources_used"))
    ]
    performed = clean(str(envelope.get("search_performed_at") or ""))
    days = sorted(day for text in (*stated, performed) if (day := iso_date(text)) is not None)
    published = day_of(days[-1]) if days else None
    if published is not None:
        report.dated(published)


def _values(value: object) -> list[str]:
    """Return the texts of a field that is a text, a list of texts, or null."""
    items = value if isinstance(value, list) else [value]
    texts = (clean(str(item)) for item in items if item is not None and not isinstance(item, dict))
    return [text for text in texts if text]


def _aliases(value: object) -> list[str]:
    """Return the aliases of a list, or of a text that joins them with semicolons."""
    texts = _values(value)
    return texts if isinstance(value, list) else [part for text in texts for part in text.split("; ")]


def _objects(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _is_nested(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


READER = Reader(format="csl-json", version="1", recognizes=recognizes, read=read)
