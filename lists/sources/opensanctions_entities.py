"""OpenSanctions' entities as FollowTheMoney JSON lines (`entities.ftm.json`), supplied by the user.

One entity a line: parties, and beside them their sanctions and the relations between parties, which refer to
them by id. The first pass keeps what refers, the second yields the parties that are targets. Entities that are
no target are counted in `facts`.

The data is licensed CC BY-NC 4.0: commercial use needs a licence from OpenSanctions, and nothing of it may be
passed on with this program. No download is configured. Ids are merged ones; `referents` keeps those of the
sources.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NoReturn

from lists.dates import day_of, iso_date
from lists.errors import ReadError
from lists.identifiers import identifier
from lists.models import (
    Address,
    Designation,
    EntitySchema,
    LegalAct,
    ListedName,
    ListEntry,
    NameKind,
    Quality,
    Relation,
)
from lists.records import Record
from lists.source import Files, RawFile, Reader, Report, Source
from lists.sources.party import Party
from lists.texts import clean

PAGE = "https://www.opensanctions.org/entities/{id}/"
MAX_LINE = 8_000_000
"""Bytes of one line."""
_NAMES = {
    "name": NameKind.NAME,
    "alias": NameKind.ALIAS,
    "weakAlias": NameKind.WEAK,
    "previousName": NameKind.PREVIOUS,
    "abbreviation": NameKind.ABBREVIATION,
}
_COUNTRIES = ("country", "mainCountry", "jurisdiction", "nationality", "citizenship", "flag")
_IDENTIFIERS = frozenset({
    "registrationNumber", "idNumber", "taxNumber", "vatCode", "leiCode", "innCode", "ogrnCode", "kppCode",
    "okpoCode", "swiftBic", "bikCode", "dunsCode", "uscCode", "giiNumber", "imoNumber", "mmsi", "callSign", "isin",
    "ticker", "passportNumber", "socialSecurityNumber", "publicKey", "licenseNumber", "cageCode", "unscId",
    "serialNumber",
})  # fmt: skip
_RELATIONS = {
    "Ownership": ("Ownership", "owner", "asset"),
    "Directorship": ("Directorship", "director", "organization"),
    "Membership": ("Membership", "member", "organization"),
    "Employment": ("Membership", "employee", "employer"),
    "Representation": ("Representation", "agent", "client"),
    "Family": ("Family", "person", "relative"),
    "Associate": ("UnknownLink", "person", "associate"),
    "UnknownLink": ("UnknownLink", "subject", "object"),
}
"""Schema of a relation → kind, property of the side that acts, property of the other side."""
_SCHEMAS = {schema.value: schema for schema in EntitySchema} | {
    "PublicBody": EntitySchema.ORGANIZATION,
    "Asset": EntitySchema.THING,
}
_CODE = re.compile(r"[a-z]{2,4}")

Entity = dict[str, object]


def recognizes(files: Files) -> bool:
    """Recognise JSON lines whose first line is an entity with a schema and properties."""
    return any(
        raw.head(1) == b"{" and b'"schema"' in raw.head(65536) and b'"properties"' in raw.head(65536)
        for raw in files
    )


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield the targets in the order of the file."""
    raw = files[0]
    sanctions, relations = _read_references(raw)
    others, newest = 0, ""
    for place, entity in _lines(raw):
        newest = max(newest, _text(entity.get("last_change"))[:10])
        if entity.get("target") is not True or _text(entity.get("schema")) in {"Sanction", *_RELATIONS}:
            others += 1
            continue
        identity = _text(entity.get("id"))
        yield _read_target(
            entity, place, (sanctions.get(identity, []), relations.get(identity, [])), (source, report)
        )
    report.facts["not targets"] = str(others)
    published = day_of(iso_date(newest))
    if published is not None:
        report.dated(published)


def _read_references(raw: RawFile) -> tuple[dict[str, list[Entity]], dict[str, list[Relation]]]:
    """Return sanctions and relations by the id of the party that they are about; other ends are named."""
    captions: dict[str, str] = {}
    sanctions: defaultdict[str, list[Entity]] = defaultdict(list)
    relations: defaultdict[str, list[Relation]] = defaultdict(list)
    for _, entity in _lines(raw):
        schema = _text(entity.get("schema"))
        if schema == "Sanction":
            for party in _property(entity, "entity"):
                sanctions[party].append(entity)
        elif schema in _RELATIONS:
            _add_relation(entity, schema, relations)
        else:
            captions[_text(entity.get("id"))] = _text(entity.get("caption"))
    named = {party: [_named(one, captions) for one in found] for party, found in relations.items()}
    return sanctions, named


def _named(relation: Relation, captions: Mapping[str, str]) -> Relation:
    name = captions.get(relation.target_id or "")
    return relation.model_copy(update={"target_name": name}) if name else relation


def _add_relation(entity: Entity, schema: str, relations: dict[str, list[Relation]]) -> None:
    kind, acting, other = _RELATIONS[schema]
    role = next((text for name in ("role", "relationship") for text in _property(entity, name)), schema)
    percentages = [
        float(text) for text in _property(entity, "percentage") if re.fullmatch(r"\d{1,3}(\.\d+)?", text)
    ]
    common = {
        "kind": kind,
        "role": role,
        "percentage": percentages[0] if percentages and percentages[0] <= 100 else None,
        "former": bool(_property(entity, "endDate")),
    }
    for first in _property(entity, acting):
        for second in _property(entity, other):
            relations[first].append(
                Relation.model_validate({**common, "direction": "out", "target_id": second})
            )
            relations[second].append(
                Relation.model_validate({**common, "direction": "in", "target_id": first})
            )


def _read_target(
    entity: Entity,
    place: str,
    attached: tuple[list[Entity], list[Relation]],
    context: tuple[Source, Report],
) -> ListEntry:
    source, report = context
    identity = _text(entity.get("id"))
    record = Record.of_row({}, f"{place}, {identity}", report)
    party = Party(source, record, identity or place, source_url=PAGE.format(id=identity))
    schema = _text(entity.get("schema"))
    party.schema = _SCHEMAS.get(schema, EntitySchema.THING)
    if schema not in _SCHEMAS:
        party.warn("unknown party type", f"{schema!r} is kept as Thing")
    _add_names(party, entity)
    properties = entity.get("properties")
    for name in sorted(properties) if isinstance(properties, dict) else ():
        if name not in _NAMES:
            _add_property(party, name, _property(entity, name))
    for name in ("datasets", "referents"):
        for text in _strings(entity.get(name)):
            party.add_feature(name, text)
    party.relations.extend(attached[1])
    party.designations.extend(_designation(sanction) for sanction in attached[0])
    if not party.designations:
        programmes = tuple(_property(entity, "programId"))
        party.designations.append(Designation(authority=source.authority, programmes=programmes))
    return party.entry()


def _add_names(party: Party, entity: Entity) -> None:
    caption = _text(entity.get("caption"))
    names = _property(entity, "name")
    first = caption if caption in names or not names else names[0]
    if first:
        party.add_name(ListedName(text=first), primary=True)
    for name, kind in _NAMES.items():
        quality = Quality.WEAK if kind is NameKind.WEAK else Quality.UNSTATED
        for text in _property(entity, name):
            if kind is not NameKind.NAME or text != first:
                party.add_name(ListedName(text=text, kind=kind, quality=quality, source_kind=name))


def _add_property(party: Party, name: str, values: list[str]) -> None:
    for text in values:
        if name in _COUNTRIES and _CODE.fullmatch(text):
            if text not in party.countries:
                party.countries.append(text)
            if name != "country":
                party.add_feature(name, text)
        elif name in _IDENTIFIERS:
            party.add_identifier(identifier(name, text))
        elif name == "address":
            party.add_address(Address(full=text))
        elif name == "notes":
            party.remarks.append(text)
        else:
            party.add_feature(name, text)


def _designation(sanction: Entity) -> Designation:
    def first(*names: str) -> str | None:
        return next((text for name in names for text in _property(sanction, name)), None)

    listed = iso_date(first("listingDate", "startDate") or "")
    urls = _property(sanction, "sourceUrl")
    return Designation(
        authority=first("authority") or "unstated",
        list_name=first("authorityId"),
        programmes=tuple(dict.fromkeys((*_property(sanction, "program"), *_property(sanction, "programId")))),
        legal_basis=(LegalAct(title="source", url=urls[0]),) if urls else (),
        measures=tuple(_property(sanction, "provisions")),
        listing_date=listed,
        listing_date_basis="source-field" if listed else None,
        end_date=iso_date(first("endDate") or ""),
        modified=iso_date(first("modifiedAt") or ""),
        reason=first("reason"),
    )


def _lines(raw: RawFile) -> Iterator[tuple[str, Entity]]:
    with raw.open() as stream:
        for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE), b""), start=1):
            place = f"{raw.name}, line {number}"
            if not line.strip():
                continue
            try:
                entity = json.loads(line, parse_constant=_refuse)
            except (ValueError, RecursionError) as error:
                raise ReadError(
                    f"no JSON object: {error}", where=place, hint="the file is cut off or no JSON lines"
                ) from error
            if not isinstance(entity, dict):
                raise ReadError("no JSON object", where=place, hint="expected one entity a line")
            yield place, entity


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _property(entity: Entity, name: str) -> list[str]:
    properties = entity.get("properties")
    return _strings(properties.get(name)) if isinstance(properties, dict) else []


def _strings(value: object) -> list[str]:
    if not isinstance(value, list):
        return []
    return [text for item in value if not isinstance(item, dict | list) and (text := clean(str(item)))]


def _text(value: object) -> str:
    return clean(str(value)) if value is not None else ""


READER = Reader(format="ftm-jsonl", version="2", recognizes=recognizes, read=read)
