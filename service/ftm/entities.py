"""A listed party as a FollowTheMoney entity: flat in results, nested with its sanctions and relations.

An entity's id is `{list}-{entry id}` in the alphabet that FollowTheMoney lets references have (letters, digits, `.`
and `-`, the last a letter or digit): clients drop edges to any other. `_` in a list id becomes `-`, whatever else does
not fit is written as `..XX` a byte. Timestamps are ISO seconds without a zone, as the yente API has them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypedDict

from lists.history import dated
from lists.models import Designation, ListEntry, NameKind, Relation, Snapshot
from matchers.models import Listing
from service.ftm.datasets import topics_of
from service.holdings import Holdings

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9.-]+|\.(?=\.)|[.-]$")
_WRITTEN = re.compile(r"(?:\.\.[0-9A-F]{2})+")
Properties = dict[str, list[object]]
OFAC_LISTS = ("us_ofac_sdn", "us_ofac_ssi", "us_ofac_cmic", "us_ofac_mbs", "us_ofac_plc", "us_ofac_capta")
"""Lists whose entry ids are OFAC's own numbers, which others write as `ofac-NUMBER`."""
RELATION_PROPERTIES = MappingProxyType(
    {
        # kind and direction → property of the entity, schema of the edge, property of the edge that is the other end
        ("Ownership", "out"): ("ownershipOwner", "Ownership", "asset"),
        ("Ownership", "in"): ("ownershipAsset", "Ownership", "owner"),
        ("Directorship", "out"): ("directorshipDirector", "Directorship", "organization"),
        ("Directorship", "in"): ("directorshipOrganization", "Directorship", "director"),
        ("Membership", "out"): ("membershipMember", "Membership", "organization"),
        ("Membership", "in"): ("membershipOrganization", "Membership", "member"),
        ("Representation", "out"): ("agencyClient", "Representation", "client"),
        ("Representation", "in"): ("agentRepresentation", "Representation", "agent"),
        ("Family", "out"): ("familyPerson", "Family", "relative"),
        ("Family", "in"): ("familyRelative", "Family", "person"),
        ("UnknownLink", "out"): ("unknownLinkTo", "UnknownLink", "object"),
        ("UnknownLink", "in"): ("unknownLinkFrom", "UnknownLink", "subject"),
    }
)
"""`out` means that the entry owns, leads, acts for … the other end; the property is named after its own side."""


class Entity(TypedDict):
    """An entity as clients of the yente API read it."""

    id: str
    caption: str
    schema: str
    properties: Properties
    datasets: list[str]
    referents: list[str]
    target: bool
    first_seen: str | None
    last_seen: str | None
    last_change: str | None
    listing: Mapping[str, object]


def entity_id(list_id: str, entry_id: str) -> str:
    """Return the id of an entity.

    >>> entity_id("eu_fsf", "EU.7812.41")
    'eu-fsf-EU.7812.41'
    >>> entity_id("internal", "7/2_a")
    'internal-7..2F2..5Fa'
    """
    plain = _NOT_PLAIN.sub(lambda found: "".join(f"..{byte:02X}" for byte in found[0].encode()), entry_id)
    return f"{_prefix(list_id)}{plain}"


def _prefix(list_id: str) -> str:
    return f"{list_id.replace('_', '-')}-"


def _entry_id(plain: str) -> str:
    """Return the entry id that was written like this; the undoing of `entity_id`."""
    return _WRITTEN.sub(
        lambda found: bytes.fromhex(found[0].replace(".", "")).decode("utf-8", "replace"), plain
    )


def find_entity(identity: str, holdings: Holdings) -> Listing | None:
    """Return the listing with this entity id in the versions that answer, or None."""
    for snapshot in holdings.snapshots:
        if identity.startswith(prefix := _prefix(snapshot.list_id)):
            found = holdings.find(snapshot.list_id, _entry_id(identity.removeprefix(prefix)))
            if found and holdings.is_current(found) and entity_id(*found.entry.ref) == identity:
                return found
    return None


def canonical_id(identity: str, holdings: Holdings) -> str | None:
    """Return the id of the entity that is elsewhere known by this one, or None.

    Known are OFAC's numbers as others write them (`ofac-36431`), and list and entry id as they are
    (`us_ofac_sdn-36431`).
    """
    for list_id in OFAC_LISTS if identity.startswith("ofac-") else ():
        if holdings.find(list_id, identity.removeprefix("ofac-")) is not None:
            return entity_id(list_id, identity.removeprefix("ofac-"))
    for snapshot in holdings.snapshots:
        name, entry_id = snapshot.list_id, identity.removeprefix(f"{snapshot.list_id}-")
        if entry_id != identity and holdings.find(name, entry_id) is not None:
            ours = entity_id(name, entry_id)
            return ours if ours != identity else None
    return None


def referents(entry: ListEntry) -> list[str]:
    """Return the ids by which others know an entry."""
    return [f"ofac-{entry.entry_id}"] if entry.list_id in OFAC_LISTS else []


def flat_entity(listing: Listing) -> Entity:
    """Return a listed party without its neighbours."""
    entry, snapshot = listing.entry, listing.snapshot
    changed = [act.modified or act.listing_date for act in entry.designations]
    last = max((day for day in changed if day and len(day) == 10), default=None)
    begun = [
        act.listing_date for act in entry.designations if act.listing_date and len(act.listing_date) == 10
    ]
    return Entity(
        id=entity_id(*entry.ref),
        caption=entry.name,
        schema=entry.schema_.value,
        properties=flat_properties(entry),
        datasets=[entry.list_id],
        referents=referents(entry),
        target=True,
        first_seen=_moment(min(begun, default=None)),
        last_seen=snapshot.retrieved.strftime("%Y-%m-%dT%H:%M:%S"),
        last_change=_moment(last or dated(snapshot).isoformat()),
        listing=_listing(listing),
    )


def entity_of(snapshot: Snapshot, entry: ListEntry) -> Entity:
    """Return an entry of a version without its neighbours."""
    return flat_entity(Listing(snapshot, entry))


def _moment(day: str | None) -> str | None:
    return f"{day}T00:00:00" if day else None


def _listing(listing: Listing) -> dict[str, object]:
    entry, snapshot = listing.entry, listing.snapshot
    acts = entry.designations
    return {
        "list": entry.list_id,
        "entry_id": entry.entry_id,
        "list_version": snapshot.version,
        "sha256": snapshot.sha256,
        "record_sha256": entry.record_sha256,
        "programmes": list(dict.fromkeys(name for act in acts for name in act.programmes)),
        "listed_on": [act.listing_date for act in acts if act.listing_date],
        "removed_on": [act.end_date for act in acts if act.end_date],
    }


def flat_properties(entry: ListEntry) -> Properties:
    """Return the properties of an entry that hold values, not entities."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for name in entry.names:
        weak = name.quality.value == "weak" and name.kind is not NameKind.NAME
        found[NameKind.WEAK.value if weak else name.kind.value][name.text] = None
    for identifier in entry.identifiers:
        found[identifier.kind][identifier.value] = None
    for key, values in _plain_values(entry):
        found[key].update(dict.fromkeys(values))
    return {key: list(values) for key, values in found.items() if values}


def _plain_values(entry: ListEntry) -> Iterable[tuple[str, Iterable[str]]]:
    acts = entry.designations
    yield "country", entry.countries
    yield "address", (text for text in map(_address_text, entry.addresses) if text)
    yield "topics", topics_of(entry.list_id)
    yield "programId", (name for act in acts for name in act.programmes)
    yield "sourceUrl", (entry.source_url,) if entry.source_url else ()
    yield "notes", entry.remarks


def _address_text(address: object) -> str:
    parts = (
        ("full",)
        if getattr(address, "full", None)
        else ("street", "city", "region", "postal_code", "country_text")
    )
    return ", ".join(str(getattr(address, part)) for part in parts if getattr(address, part))


def nested_entity(listing: Listing, holdings: Holdings) -> Entity:
    """Return a listed party with its sanctions and stated relations inside its properties."""
    entity = flat_entity(listing)
    for prop, neighbours in adjacent(listing, holdings).items():
        entity["properties"][prop] = list(neighbours)
    return entity


def adjacent(listing: Listing, holdings: Holdings) -> dict[str, list[Mapping[str, object]]]:
    """Return the neighbours of a listed party by property: its sanctions, then its stated relations."""
    entry = listing.entry
    found: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for number, act in enumerate(entry.designations, 1):
        found["sanctions"].append(_sanction(entry, act, number))
    for number, relation in enumerate(entry.relations, 1):
        prop, _schema, _end = RELATION_PROPERTIES[relation.kind, relation.direction]
        found[prop].append(_edge(entry, relation, number, holdings))
    return dict(found)


def _edge_entity(
    identity: str, caption: str, schema: str, list_id: str, properties: Properties
) -> dict[str, object]:
    return {
        "id": identity,
        "caption": caption,
        "schema": schema,
        "properties": {key: value for key, value in properties.items() if value},
        "datasets": [list_id],
        "referents": [],
        "target": False,
    }


def _sanction(entry: ListEntry, act: Designation, number: int) -> dict[str, object]:
    programmes: list[object] = list(act.programmes)
    properties: Properties = {
        "entity": [entity_id(*entry.ref)],
        "authority": [act.authority],
        "program": programmes,
        "programId": programmes,
        "listingDate": [act.listing_date] if act.listing_date else [],
        "startDate": [act.listing_date] if act.listing_date else [],
        "endDate": [act.end_date] if act.end_date else [],
        "reason": [act.reason] if act.reason else [],
        "provisions": list(act.measures),
        "recordId": [entry.entry_id],
        "sourceUrl": [entry.source_url] if entry.source_url else [],
    }
    caption = ", ".join(act.programmes) or act.authority
    identity = f"{entity_id(*entry.ref)}-sanction-{number}"
    return _edge_entity(identity, caption, "Sanction", entry.list_id, properties)


def _edge(entry: ListEntry, relation: Relation, number: int, holdings: Holdings) -> dict[str, object]:
    _prop, schema, end = RELATION_PROPERTIES[relation.kind, relation.direction]
    other = holdings.find(entry.list_id, relation.target_id) if relation.target_id else None
    name = other.entry.name if other else relation.target_name or relation.target_id or "unknown"
    neighbour: object = flat_entity(other) if other else _named(entry, name, number)
    properties: Properties = {
        end: [neighbour],
        "role": [relation.role],
        "percentage": [str(relation.percentage)] if relation.percentage is not None else [],
        "status": ["former"] if relation.former else [],
    }
    identity = f"{entity_id(*entry.ref)}-relation-{number}"
    return _edge_entity(identity, f"{relation.role} {name}", schema, entry.list_id, properties)


def _named(entry: ListEntry, name: str, number: int) -> dict[str, object]:
    identity = f"{entity_id(*entry.ref)}-named-{number}"
    return _edge_entity(identity, name, "LegalEntity", entry.list_id, {"name": [name]})
