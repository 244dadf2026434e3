"""Stated relations of listed parties, looked up by entry number: who owns, leads, is linked to whom.

Computed once with the index (`build_relations`, from the rules of `lists.relations`) and kept as arrays beside it, so
that a match costs two binary searches. An edge is kept as the number of its entry and its place among the entry's
relations: the words are read from the entry when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lists.models import Relation
from lists.relations import CONFIDENCE, RESOLUTIONS, RelationGraph, Resolution
from service.holdings import Holdings
from service.index_files import Arrays

FORMAT = 1
"""Grows when the same entries would give other arrays."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A stated relation: the entry that states it, the one at the other end, and how certain that end is."""

    source: int
    relation: Relation
    target: int | None
    resolution: Resolution
    confidence: float
    namesakes: int
    """How many parties bear the name, where it is ambiguous."""


def build_relations(holdings: Holdings) -> Arrays:
    """Return the edges between all entries as arrays, ordered by the number of the entry that states them."""
    graph = RelationGraph(holdings.entries())
    numbers = {ref: number for number, ref in enumerate(graph.refs)}
    rows = [
        (
            numbers[edge.source],
            place,
            -1 if edge.target is None else numbers[edge.target],
            RESOLUTIONS.index(edge.resolution),
            len(edge.candidates),
        )
        for ref in graph.refs
        for place, edge in enumerate(graph.stated_by(ref))
    ]
    table = np.array(rows, dtype=np.int32).reshape(-1, 5)
    table = table[np.argsort(table[:, 0], kind="stable")]
    return {"edges": table, "by_target": np.argsort(table[:, 2], kind="stable").astype(np.int32)}


class RelationIndex:
    """The edges of some holdings, by the number of the entry at either end."""

    def __init__(self, arrays: Arrays, holdings: Holdings) -> None:
        self._edges = arrays["edges"]
        self._by_target = arrays["by_target"]
        self._sources = np.asarray(self._edges[:, 0])
        self._targets = np.asarray(self._edges[:, 2])[self._by_target]
        self.holdings = holdings

    def stated_by(self, number: int) -> Iterator[Edge]:
        """Yield the edges that an entry states, in the publisher's order."""
        first, last = self._sources.searchsorted((number, number + 1)).tolist()
        return (self._edge(row) for row in range(first, last))

    def stated_about(self, number: int) -> Iterator[Edge]:
        """Yield the edges of other entries that end at an entry, by list and entry id."""
        first, last = np.searchsorted(self._targets, [number, number + 1])
        return (self._edge(int(row)) for row in self._by_target[int(first) : int(last)])

    def unresolved(self) -> Iterator[Edge]:
        """Yield the edges whose other end is not listed, or not certain."""
        last = np.searchsorted(self._targets, 0)
        return (self._edge(int(row)) for row in self._by_target[: int(last)])

    def _edge(self, row: int) -> Edge:
        source, place, target, code, namesakes = (int(value) for value in self._edges[row])
        entry, resolution = self.holdings[source].entry, RESOLUTIONS[code]
        end = target if target >= 0 else None
        same_list = end is not None and self.holdings[end].entry.list_id == entry.list_id
        confidence = CONFIDENCE.get((resolution, same_list), CONFIDENCE.get((resolution, True), 0.0))
        return Edge(source, entry.relations[place], end, resolution, confidence, namesakes)
