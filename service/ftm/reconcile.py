"""The OpenRefine Reconciliation API, version 0.2: what a dataset offers, and answers in its shapes.

The shapes are those of the W3C community group's specification of version 0.2. A cell is asked for like an example
(`service.ftm.questions`), so its score is on the same scale: 0.70 is an even chance, and a result that reaches it has
`match`. OpenRefine takes such a result over by itself where it comes first; a person still decides what it means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from lists.models import EntitySchema
from matchers.models import Listing, Query
from service.errors import InputError
from service.ftm.entities import Properties, adjacent, entity_id, find_entity, flat_entity, flat_properties
from service.ftm.questions import (
    COUNTRY_PROPERTIES,
    IDENTIFIER_PROPERTIES,
    NAME_PROPERTIES,
    ScoredEntity,
    queries_for,
)
from service.holdings import Holdings

PROPERTIES: Mapping[str, str] = MappingProxyType(
    {
        # property of FollowTheMoney (or of the listing) → its label for people
        "name": "Name",
        "alias": "Other name",
        "weakAlias": "Weak alias",
        "previousName": "Previous name",
        "abbreviation": "Abbreviation",
        "country": "Country",
        "address": "Address",
        "topics": "Topics",
        "programId": "Programme",
        "notes": "Notes",
        "sourceUrl": "Source link",
        "sanctions": "Sanctions",
        "datasets": "Lists",
        "listedOn": "Listed on",
        "listVersion": "Version of the list",
        **{name: name for name in sorted(IDENTIFIER_PROPERTIES)},
    }
)
"""Properties that a table can be extended with."""
ASKED = (*NAME_PROPERTIES, *COUNTRY_PROPERTIES, *sorted(IDENTIFIER_PROPERTIES))
"""Properties that count when a cell is asked for; others are ignored."""
TYPES = tuple(schema.value for schema in EntitySchema)
Named = dict[str, str]


def named(identity: str, label: str | None = None) -> Named:
    """Return an id with its label, as the API has types and properties."""
    return {"id": identity, "name": label or identity}


def manifest(title: str, base: str, query: str) -> dict[str, object]:
    """Return what a service offers; `base` is its address, `query` goes with every further request (a key)."""
    suffix = f"?{query}" if query else ""
    paths = {kind: f"/suggest/{kind}{suffix}" for kind in ("entity", "type", "property")}
    return {
        "versions": ["0.2"],
        "name": f"sanctions-xref: {title}",
        "identifierSpace": f"{base.rsplit('/reconcile/', 1)[0]}/entities/",
        "schemaSpace": "https://followthemoney.tech/explorer/schemata/",
        "defaultTypes": [named("LegalEntity"), named("Organization"), named("Company")],
        "batchSize": 50,
        "view": {"url": f"{base.rsplit('/reconcile/', 1)[0]}/entities/{{{{id}}}}{suffix}"},
        "suggest": {kind: {"service_url": base, "service_path": path} for kind, path in paths.items()},
        "extend": {
            "propose_properties": {"service_url": base, "service_path": f"/extend/property{suffix}"},
            "property_settings": [],
        },
    }


def cell_queries(cell: Mapping[str, object]) -> list[Query]:
    """Return the queries for one cell: its text, its type, and what other columns say; `InputError` if malformed."""
    kinds = cell.get("type")
    kind = kinds[0] if isinstance(kinds, list) and kinds else kinds or "Thing"
    text = cell.get("query")
    if not isinstance(text, str) or not isinstance(kind, str):
        raise InputError("a query has a text in `query`, and in `type` the id of a type")
    properties: dict[str, list[object]] = {"name": [text]}
    columns = cell.get("properties")
    for column in columns if isinstance(columns, list) else ():
        if not isinstance(column, dict) or not isinstance(column.get("pid"), str):
            raise InputError("a property has its id in `pid` and its value in `v`")
        properties.setdefault(column["pid"], []).extend(_values(column.get("v")))
    return queries_for(kind, {name: properties[name] for name in ASKED if name in properties})


def _values(value: object) -> list[object]:
    """Return the plain values of a column: of reconciled cells their names."""
    several = value if isinstance(value, list) else [value]
    return [item.get("name", item.get("id")) if isinstance(item, dict) else item for item in several]


def candidate(result: ScoredEntity) -> dict[str, object]:
    """Return a result as a candidate for a cell."""
    return {
        **summary(result["id"], result["caption"], result["schema"], result["datasets"]),
        "type": [named(result["schema"])],
        "score": result["score"],
        "match": result["match"],
        "features": [{"id": "probability", "value": result["probability"]}],
    }


def summary(identity: str, caption: str, schema: str, list_ids: Iterable[str]) -> dict[str, object]:
    """Return what a person chooses by: name, and what it is and where it is listed."""
    return {"id": identity, "name": caption, "description": f"{schema}, on {', '.join(list_ids)}"}


def suggested(prefix: str, results: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Return suggestions as the API wraps them."""
    return {"code": "/api/status/ok", "status": "200 OK", "prefix": prefix, "result": list(results)}


def matching(prefix: str, labels: Mapping[str, str]) -> list[Named]:
    """Return what starts with a text, by id or label, whatever the case; everything for an empty text."""
    start = prefix.strip().lower()
    return [
        named(key, label)
        for key, label in labels.items()
        if key.lower().startswith(start) or label.lower().startswith(start)
    ]


def entity_suggestion(listing: Listing) -> dict[str, object]:
    """Return a listed party as a suggestion."""
    entry = listing.entry
    kind = entry.schema_.value
    return {**summary(entity_id(*entry.ref), entry.name, kind, [entry.list_id]), "notable": [named(kind)]}


def extended(ids: Sequence[str], wanted: Sequence[str], holdings: Holdings) -> dict[str, object]:
    """Return the values of properties for entities; an unknown entity or property has none."""
    return {
        "meta": [named(name, PROPERTIES.get(name)) for name in wanted],
        "rows": {identity: _row(identity, wanted, holdings) for identity in ids},
    }


def _row(identity: str, wanted: Sequence[str], holdings: Holdings) -> dict[str, list[Named]]:
    found = find_entity(identity, holdings)
    values = _known(found, holdings) if found is not None else {}
    return {name: [_cell(value) for value in values.get(name, ())] for name in wanted}


def _known(listing: Listing, holdings: Holdings) -> Properties:
    near = {name: list[object](edges) for name, edges in adjacent(listing, holdings).items()}
    entity = flat_entity(listing)
    days = entity["listing"]["listed_on"]
    return {
        **flat_properties(listing.entry),
        **near,
        "datasets": list(entity["datasets"]),
        "listedOn": list(days) if isinstance(days, list) else [],
        "listVersion": [entity["listing"]["list_version"]],
    }


def _cell(value: object) -> Named:
    if isinstance(value, dict):
        return {"id": str(value["id"]), "name": str(value["caption"])}
    return {"str": str(value)}
