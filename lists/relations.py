"""Who is connected with whom: relations that publishers state, as edges between entries.

A relation names its other end by entry id, or by name only (OFAC's `Linked To: NAME`). A name is resolved within
the list of the entry first, then among all lists, and only where it is the name of one party: the resolution and
its confidence are recorded with the edge. A name that several parties bear stays unresolved, with their number.

Confidences are rules, not statistics: an id is certain; a primary name that is written alike and belongs to one
party of the same list is nearly so; an alias, or a party of another list, is less.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from lists.models import ListEntry, NameKind, Quality, Relation

Ref = tuple[str, str]
"""List id and entry id."""
Resolution = Literal["id", "primary name", "alias", "ambiguous", "not listed"]
RESOLUTIONS: tuple[Resolution, ...] = ("id", "primary name", "alias", "ambiguous", "not listed")
CONFIDENCE: Mapping[tuple[Resolution, bool], float] = {
    # resolution, whether in the same list → that the edge ends at the right party
    ("id", True): 1.0,
    ("primary name", True): 0.98,
    ("alias", True): 0.9,
    ("primary name", False): 0.9,
    ("alias", False): 0.75,
}


@dataclass(frozen=True, slots=True)
class Edge:
    """A stated relation, as it is seen from its entry."""

    source: Ref
    relation: Relation
    target: Ref | None
    """None where the other end is not listed, or not certain."""
    resolution: Resolution
    confidence: float
    """That `target` is the party that the publisher means; 0 without a target."""
    candidates: tuple[Ref, ...] = ()
    """For an ambiguous name: the parties that bear it."""


class RelationGraph:
    """All edges between the entries of several lists, by both ends."""

    def __init__(self, entries: Iterable[ListEntry]) -> None:
        held = [_Party.of(entry) for entry in entries]
        self.refs = tuple(party.ref for party in held)
        """All parties, in the order in which they came."""
        refs = set(self.refs)
        names = _NameIndex(held)
        self._from: dict[Ref, list[Edge]] = defaultdict(list)
        self._to: dict[Ref, list[Edge]] = defaultdict(list)
        for party in held:
            for relation in party.relations:
                edge = _edge(party.ref, relation, refs, names)
                self._from[edge.source].append(edge)
                if edge.target is not None:
                    self._to[edge.target].append(edge)

    def stated_by(self, ref: Ref) -> tuple[Edge, ...]:
        """Return the edges that an entry states, in the publisher's order."""
        return tuple(self._from.get(ref, ()))

    def stated_about(self, ref: Ref) -> tuple[Edge, ...]:
        """Return the edges of other entries that end at an entry, by list and entry id."""
        return tuple(sorted(self._to.get(ref, ()), key=lambda edge: edge.source))

    def edges(self) -> tuple[Edge, ...]:
        """Return all edges, by list and entry id."""
        return tuple(edge for ref in sorted(self._from) for edge in self._from[ref])


@dataclass(frozen=True, slots=True)
class _Party:
    """What a graph needs of an entry; entries themselves would fill the memory."""

    ref: Ref
    primary: str
    aliases: frozenset[str]
    relations: tuple[Relation, ...]

    @classmethod
    def of(cls, entry: ListEntry) -> _Party:
        strong = (
            name
            for name in entry.names[1:]
            if name.quality is not Quality.WEAK and name.kind is not NameKind.WEAK
        )
        return cls(
            entry.ref, fold(entry.name), frozenset(fold(name.text) for name in strong), entry.relations
        )


class _NameIndex:
    """Parties by folded name."""

    def __init__(self, held: Iterable[_Party]) -> None:
        self._primary: dict[str, set[Ref]] = defaultdict(set)
        self._alias: dict[str, set[Ref]] = defaultdict(set)
        for party in held:
            self._primary[party.primary].add(party.ref)
            for alias in party.aliases:
                self._alias[alias].add(party.ref)

    def resolve(self, name: str, source: Ref) -> tuple[Resolution, list[Ref]]:
        """Return how a name is resolved, and the parties that bear it: the same list first, aliases last."""
        key = fold(name)
        tables: tuple[tuple[Resolution, dict[str, set[Ref]]], ...] = (
            ("primary name", self._primary),
            ("alias", self._alias),
        )
        for same_list in (True, False):
            for resolution, table in tables:
                found = sorted(
                    ref for ref in table.get(key, ()) if ref != source and (ref[0] == source[0]) == same_list
                )
                if found:
                    return resolution, found
        return "not listed", []


def _edge(source: Ref, relation: Relation, refs: set[Ref], names: _NameIndex) -> Edge:
    if relation.target_id is not None:
        ref = (source[0], relation.target_id)
        others = (
            sorted(other for other in refs if other[1] == relation.target_id) if ref not in refs else [ref]
        )
        if len(others) == 1:
            return Edge(source, relation, others[0], "id", 1.0)
    if not relation.target_name:
        return Edge(source, relation, None, "not listed", 0.0)
    resolution, found = names.resolve(relation.target_name, source)
    if len(found) > 1:
        return Edge(source, relation, None, "ambiguous", 0.0, tuple(found))
    if not found:
        return Edge(source, relation, None, "not listed", 0.0)
    return Edge(source, relation, found[0], resolution, CONFIDENCE[resolution, found[0][0] == source[0]])


def fold(name: str) -> str:
    """Return a name as resolution compares it: letters and digits only, without case and accents.

    >>> fold("AL-QA'IDA (AQ)") == fold("Al Qaida AQ")
    True
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in plain if character.isalnum())
