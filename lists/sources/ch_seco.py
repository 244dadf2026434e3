"""The Swiss list of SECO: the whole list, with its own history inside.

    swiss-sanctions-list[@list-type="whole-list", @date]
        / sanctions-program[@ssid] / program-name[@lang], program-key[@lang], sanctions-set[@ssid], origin
        / place[@ssid] / location, area, country[@iso-code]
        / target[@ssid] / sanctions-set-id, foreign-identifier, modification,
              individual | entity | object / identity, justification, relation, other-information

Only direct children of the root are records: a `modification` holds old copies of its target under the same
names, and nothing below it is read. The status is that of the modification with the greatest effective date,
whatever their order. De-listed targets, about one in six, are entries with an end date.

Identifiers stand in free text and are read by their labels; an IMO number in the text of a company may be
that of a related ship and is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from lists.dates import day_of, iso_date
from lists.errors import ReadError
from lists.models import (
    Address,
    Designation,
    EntitySchema,
    LegalAct,
    ListEntry,
    ListingEvent,
    Relation,
)
from lists.records import Record
from lists.source import Files, Reader, Report, Source
from lists.sources.party import Party, join
from lists.sources.seco_names import add_names
from lists.sources.tables import fold, lookup
from lists.xml_stream import local_name, read_root, stream_elements

ROOT = "swiss-sanctions-list"
WHOLE = "whole-list"
_DOCUMENTS = {
    "passport": "passportNumber",
    "diplomatic-passport": "passportNumber",
    "id-card": "idNumber",
    "identity-card": "idNumber",
    "driving-license": "idNumber",
    "other": "idNumber",
}
_LABELLED = re.compile(
    r"(?P<label>Tax(?:payer)? [Ii]dentification [Nn]umber|Tax [Rr]egistration [Nn]umber|"
    r"(?:[Ss]tate |Business )?[Rr]egistration [Nn]umber|IMO [Nn]umber|SWIFT(?:/BIC)?(?: code)?s?)\s*:\s*"
    r"(?P<value>[A-Z0-9][A-Z0-9/-]{3,24})"
)
_Kind = Literal["listed", "amended", "delisted"]
_EVENTS: dict[str, _Kind] = {"listed": "listed", "amended": "amended", "de-listed": "delisted"}


@dataclass(frozen=True, slots=True)
class _Place:
    location: str = ""
    area: str = ""
    country: str = ""
    country_code: str = ""


@dataclass(frozen=True, slots=True)
class _Programme:
    key: str
    act: str


@dataclass(slots=True)
class _Context:
    """What targets refer to."""

    source: Source
    places: dict[str, _Place] = field(default_factory=dict)
    programmes: dict[str, _Programme] = field(default_factory=dict)
    """By the ssid of a sanctions set."""


def recognizes(files: Files) -> bool:
    """Recognise a file whose root is `swiss-sanctions-list`."""
    return any(b"<swiss-sanctions-list" in raw.head() for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield the targets; refuse anything but the whole list, which would look like a collapse of the list."""
    raw = files[0]
    root = read_root(raw)
    kind = root.get("list-type") or ""
    if local_name(root) != ROOT or kind != WHOLE:
        raise ReadError(
            f"{local_name(root)!r} with list-type {kind!r} is not the whole list",
            where=raw.name,
            hint="take the Gesamtliste, not a delta or the result of a search",
        )
    published = day_of(iso_date(root.get("date") or ""))
    if published is None:
        report.warn("no date", f"the date of the list is {root.get('date')!r}", raw.name)
    else:
        report.dated(published)
    context = _Context(source)
    for element in stream_elements(raw, "sanctions-program", "place", "target", depth=1):
        name = local_name(element)
        record = Record.of_element(element, f"{raw.name}, {name} {element.get('ssid')}", report)
        if name == "target":
            yield _read_target(record, context)
        elif name == "place":
            _read_place(record, context)
        else:
            _read_programme(record, context)


def _read_programme(record: Record, context: _Context) -> None:
    with record:
        record.ignore("@ssid", "@version-date", "@predecessor-version-date", "origin")
        keys, names = _in_english(record, "program-key"), _in_english(record, "program-name")
        for group in record.records("sanctions-set"):
            with group:
                group.ignore("@lang")
                ssid, text = group.text("@ssid"), group.text(".")
            context.programmes.setdefault(ssid, _Programme(keys or ssid, join(names, text) or ssid))


def _in_english(record: Record, name: str) -> str:
    texts: dict[str, str] = {}
    for item in record.records(name):
        with item:
            texts[item.text("@lang")] = item.text(".")
    return texts.get("eng") or next(iter(texts.values()), "")


def _read_place(record: Record, context: _Context) -> None:
    with record:
        record.ignore("location-variant", "area-variant")
        country, code = _country(record)
        place = _Place(record.text("location"), record.text("area"), country, code)
        context.places[record.text("@ssid")] = place


def _country(record: Record) -> tuple[str, str]:
    found = ("", "")
    for country in record.records("country"):
        with country:
            found = country.text("."), country.text("@iso-code")
    return found


def _read_target(record: Record, context: _Context) -> ListEntry:
    with record:
        party = Party(context.source, record, record.text("@ssid"), source_url=context.source.entry_url)
        bodies = [
            (name, body) for name in ("individual", "entity", "object") for body in record.records(name)
        ]
        if len(bodies) != 1:
            record.warn("unknown party type", "the target is not one individual, entity or object")
        for name, body in bodies:
            _read_body(name, body, party, context)
        for number in record.texts("foreign-identifier"):
            party.add_number("unscId", number, label="foreign-identifier")
        party.designations.append(_designation(record, party, context))
    return party.entry()


def _read_body(name: str, body: Record, party: Party, context: _Context) -> None:
    with body:
        body.ignore("@ssid")
        party.schema = _schema(name, body.text("@object-type"), party)
        party.add_feature("Sex", body.text("@sex"))
        for identity in body.records("identity"):
            _read_identity(identity, party, context)
        for text in body.texts("other-information"):
            party.remarks.append(text)
            _add_labelled(party, text)
        for relation in body.records("relation"):
            _add_relation(relation, party)
        party.remarks.extend(body.texts("justification"))


def _schema(name: str, object_type: str, party: Party) -> EntitySchema:
    if name == "individual":
        return EntitySchema.PERSON
    if name == "entity":
        return EntitySchema.ORGANIZATION
    if object_type == "vessel":
        return EntitySchema.VESSEL
    if object_type == "aircraft":
        return EntitySchema.AIRPLANE
    party.warn("unknown party type", f"an object of type {object_type!r}")
    return EntitySchema.THING


def _read_identity(identity: Record, party: Party, context: _Context) -> None:
    with identity:
        identity.ignore("@ssid")
        main = identity.text("@main") == "true"
        for name in identity.records("name"):
            add_names(name, party, main=main)
        for address in identity.records("address"):
            _add_address(address, party, context)
        for day in identity.records("day-month-year"):
            with day:
                day.ignore("@ssid", "@calendar")
                label = (
                    "Birthdate" if party.schema is EntitySchema.PERSON else "Organization Established Date"
                )
                circa = "circa " if day.text("@quality") == "low" else ""
                parts = [day.text(name) for name in ("@year", "@month", "@day")]
                known = "-".join(part.zfill(2) for part in parts if part)
                party.add_feature(label, circa + known if known else "")
        for birth in identity.records("place-of-birth"):
            with birth:
                birth.ignore("@ssid", "@quality", "location", "area", "country")
                place = context.places.get(birth.text("@place-id"), _Place())
                party.add_feature("Place of Birth", join(place.location, place.area, place.country) or "")
        for nationality in identity.records("nationality"):
            with nationality:
                nationality.ignore("@ssid")
                text, code = _country(nationality)
                party.country(code or text)
                party.add_feature("Nationality", text or code)
        for document in identity.records("identification-document"):
            _add_document(document, party)


def _add_address(address: Record, party: Party, context: _Context) -> None:
    with address:
        address.ignore("@ssid", "@main", "@quality")
        place = context.places.get(address.text("@place-id"), _Place())
        country, code = _country(address)
        country, code = country or place.country, code or place.country_code
        box = address.text("p-o-box")
        party.add_address(
            Address(
                street=join(
                    address.text("c-o"), address.text("address-details"), f"P.O. Box {box}" if box else ""
                ),
                city=address.text("location") or place.location or None,
                region=address.text("area") or place.area or None,
                postal_code=address.text("zip-code") or None,
                country=party.country(code or country) if code or country else None,
                country_text=country or None,
            )
        )
        party.remarks.extend(address.texts("remarks"))


def _add_document(document: Record, party: Party) -> None:
    with document:
        document.ignore("@ssid", "@quality")
        label, number = document.text("@document-type"), document.text("number")
        issuer = document.text("issuer")
        code = party.country(issuer, hint=True) if issuer else None
        dates = [document.text(name) for name in ("date-of-issue", "expiry-date", "remark")]
        if label not in _DOCUMENTS:
            document.warn("unknown document type", f"{label!r} is kept as idNumber")
        if number:
            kind = _DOCUMENTS.get(label, "idNumber")
            party.add_number(kind, number, label=label or "unstated", country=code)
        if any(dates):
            party.add_feature(f"{label} details", join(number, *dates, separator="; ") or "")


def _add_labelled(party: Party, text: str) -> None:
    is_vessel = party.schema is EntitySchema.VESSEL
    for found in _LABELLED.finditer(text):
        label, value = found["label"], found["value"].strip("-/")
        if label.startswith("IMO"):
            kind = "imoNumber" if is_vessel else ""
        elif label.startswith("SWIFT"):
            kind = "swiftBic"
        else:
            kind = "taxNumber" if label.startswith("Tax") else "registrationNumber"
        if kind:
            country = "ru" if "ru" in party.countries else None
            party.add_number(kind, value, label=label, country=country)


def _add_relation(relation: Record, party: Party) -> None:
    with relation:
        relation.ignore("@ssid")
        label, target = relation.text("@relation-type"), relation.text("@target-id")
        remark = relation.text("remark")
    row = lookup("seco_relations").get(fold(label))
    if row is None:
        party.warn("unknown relation type", f"{label!r} is in no row of seco_relations.csv; kept as a link")
    values = {"kind": row["kind"], "direction": row["direction"]} if row else {"kind": "UnknownLink"}
    party.relations.append(
        Relation.model_validate({**values, "role": label or "unstated", "target_id": target})
    )
    party.add_feature(f"{label} remark", remark)


def _designation(record: Record, party: Party, context: _Context) -> Designation:
    sets = [*record.texts("@sanctions-set-id"), *record.texts("sanctions-set-id")]
    programmes = [context.programmes.get(ssid) for ssid in dict.fromkeys(sets)]
    if None in programmes or not programmes:
        party.warn("unknown programme", f"the sanctions sets {sets} are not all in the file")
    known = [programme for programme in programmes if programme is not None]
    events: list[tuple[str, ListingEvent]] = []
    published: list[str] = []
    for modification in record.records("modification"):
        effective = ""
        with modification:
            label = modification.text("@modification-type")
            dates = [modification.text(f"@{name}-date") for name in ("effective", "enactment", "publication")]
            modification.ignore(*modification.names())
        effective = next((text for text in dates if text), "")
        kind = _EVENTS.get(label)
        if kind is None:
            party.warn("unknown event", f"a modification of type {label!r} is read as an amendment")
        events.append((effective, ListingEvent(kind=kind or "amended", date=iso_date(effective))))
        if kind == "listed":
            published.extend(day for text in (dates[2] or effective,) if (day := iso_date(text)))
    latest = max(events, key=lambda event: event[0], default=None)
    is_delisted = latest is not None and latest[1].kind == "delisted"
    amended = [event.date for _, event in events if event.kind == "amended" and event.date]
    return Designation(
        authority=context.source.authority,
        programmes=tuple(sorted({programme.key for programme in known})),
        legal_basis=tuple(LegalAct(title=programme.act) for programme in known),
        asset_freeze=context.source.blocking,
        listing_date=min(published, default=None),
        listing_date_basis="source-field" if published else None,
        end_date=latest[1].date if latest is not None and is_delisted else None,
        modified=max(amended, default=None),
        events=tuple(event for _, event in sorted(events, key=lambda event: event[0])),
    )


READER = Reader(format="seco-xml", version="1", recognizes=recognizes, read=read)
