"""Connections between parties for the wire: each edge as it is seen from the entry that is shown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from lists.ownership import Finding
from service.owners import findings_about
from service.relations import Edge, RelationIndex
from service.schemas.answers import OwnershipOut, RelationOut, StakeOut

SHOWN = 10
"""Connections of a match that are shown; the entry itself has all of them."""
MOST = 1_000
"""Connections of an entry that are shown."""
OPPOSITE: dict[Literal["out", "in"], Literal["out", "in"]] = {"out": "in", "in": "out"}


def stated_relations(index: RelationIndex, ref: tuple[str, str]) -> list[RelationOut]:
    """Return the first connections that an entry states."""
    number = index.holdings.number(*ref)
    edges = index.stated_by(number) if number is not None else iter(())
    return [_stated(edge, index) for edge in islice(edges, SHOWN)]


def all_relations(index: RelationIndex, ref: tuple[str, str]) -> list[RelationOut]:
    """Return the connections that an entry states, then those that others state of it."""
    number = index.holdings.number(*ref)
    return [] if number is None else list(islice(_all(index, number), MOST))


def ownership(index: RelationIndex, ref: tuple[str, str]) -> list[OwnershipOut]:
    """Return what the stated shares say about an entry and the unlisted parties that it owns."""
    number = index.holdings.number(*ref)
    return [] if number is None else [_ownership_out(found) for found in findings_about(index, number)]


def _all(index: RelationIndex, number: int) -> Iterator[RelationOut]:
    yield from (_stated(edge, index) for edge in index.stated_by(number))
    for edge in index.stated_about(number):
        yield _relation_out(edge, index, edge.source, "other")


def _stated(edge: Edge, index: RelationIndex) -> RelationOut:
    return _relation_out(edge, index, edge.target, "this")


def _relation_out(
    edge: Edge, index: RelationIndex, other: int | None, stated_by: Literal["this", "other"]
) -> RelationOut:
    said, entry = edge.relation, None if other is None else index.holdings[other].entry
    dates = [act.listing_date for act in entry.designations if act.listing_date] if entry else []
    return RelationOut(
        role=said.role,
        kind=said.kind,
        direction=said.direction if stated_by == "this" else OPPOSITE[said.direction],
        stated_by=stated_by,
        name=entry.name if entry else said.target_name or said.target_id or "",
        list=entry.list_id if entry else None,
        entry_id=entry.entry_id if entry else None,
        listing_date=min(dates, default=None),
        percentage=said.percentage,
        former=said.former,
        resolution=edge.resolution,
        confidence=edge.confidence,
        namesakes=edge.namesakes,
    )


def _ownership_out(found: Finding) -> OwnershipOut:
    return OwnershipOut(
        party=found.asset,
        verdict=found.verdict,
        total=found.total,
        path=[StakeOut(owner=one.owner, asset=one.asset, percentage=one.percentage) for one in found.path],
        gaps=list(found.gaps),
    )
