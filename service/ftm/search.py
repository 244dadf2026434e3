"""Free search over the listed parties: a text, filters, facets, pages; results carry no score.

The text is looked up as a name, with a low floor. Without a text, or with `*`, every party that passes the filters
is a result, in the order of the lists.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType

from lists.models import ListEntry
from matchers.models import Listing, Options, Query
from service.ftm.datasets import topics_of
from service.ftm.entities import Entity, flat_entity
from service.runtime import Runtime

FLOOR = 0.02
"""Least confidence of a result: a search shows more than an alert would."""
MOST = 500
DESCENDANTS = MappingProxyType(
    {
        "Thing": frozenset[str](),
        "LegalEntity": frozenset({"LegalEntity", "Organization", "Company", "Person", "Thing"}),
        "Organization": frozenset({"Organization", "Company", "LegalEntity", "Thing"}),
        "Company": frozenset({"Company", "Organization", "LegalEntity", "Thing"}),
    }
)
"""What else a schema takes in: its kinds, and what a source gave no closer type, as most sources call companies
organizations. Empty: everything."""
FACETS: MappingProxyType[str, tuple[str, Callable[[ListEntry], Iterable[str]]]] = MappingProxyType(
    {
        "countries": ("Countries", lambda entry: entry.countries),
        "topics": ("Topics", lambda entry: topics_of(entry.list_id)),
        "datasets": ("Data sources", lambda entry: (entry.list_id,)),
        "schema": ("Schemata", lambda entry: (entry.schema_.value,)),
        "identifiers": ("Identifiers", lambda entry: (identifier.value for identifier in entry.identifiers)),
    }
)
"""Facets by name: the label for people, and the values of an entry."""
MOST_VALUES = 20
"""Values of one facet that are listed."""
SORTED_BY = frozenset({"caption", "first_seen", "last_seen", "last_change", "id", "schema"})


@dataclass(frozen=True, slots=True)
class Searching:
    """What is searched for. Empty filters let everything pass."""

    text: str
    list_ids: frozenset[str]
    schema: str = "Thing"
    exclude_schemata: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    changed_since: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    """(property, value) that a result must have, one value of each property at least."""

    @property
    def schemata(self) -> frozenset[str]:
        """The schemata that count; every one where empty."""
        return DESCENDANTS.get(self.schema, frozenset({self.schema}))

    def lets(self, listing: Listing) -> bool:
        """Say whether a party passes the filters."""
        entry = listing.entry
        schema = entry.schema_.value
        if schema in self.exclude_schemata or (self.schemata and schema not in self.schemata):
            return False
        if self.countries and not self.countries & set(entry.countries):
            return False
        if self.topics and not self.topics & set(topics_of(entry.list_id)):
            return False
        return self._lets_entity(listing)

    def _lets_entity(self, listing: Listing) -> bool:
        if not self.properties and not self.changed_since:
            return True
        entity = flat_entity(listing)
        names = {name for name, _ in self.properties}
        has = all(
            any((name, str(value)) in self.properties for value in entity["properties"].get(name, []))
            for name in names
        )
        return has and (entity["last_change"] or "") >= self.changed_since


@dataclass(frozen=True, slots=True)
class Page:
    """Which results are shown, in which order, with which facets."""

    limit: int = 10
    offset: int = 0
    sort: tuple[str, ...] = ()
    facets: tuple[str, ...] = ("countries", "topics", "datasets")


def search(runtime: Runtime, asked: Searching, page: Page) -> dict[str, object]:
    """Return a page of results with facets over all of them."""
    found = [listing for listing in _found(runtime, asked) if asked.lets(listing)]
    results = [flat_entity(listing) for listing in found] if page.sort else []
    shown = (
        _sorted(results, page.sort)[page.offset :] if page.sort else _flat(found[page.offset :], page.limit)
    )
    return {
        "results": shown[: page.limit],
        "facets": {name: _facet(name, found) for name in page.facets if name in FACETS},
        "total": {"value": len(found), "relation": "eq"},
        "limit": page.limit,
        "offset": page.offset,
    }


def find_begun(runtime: Runtime, asked: Searching, limit: int) -> list[Listing]:
    """Return the first parties for a text whose last word may be only begun."""
    found = list(islice(filter(asked.lets, _found(runtime, asked)), limit))
    whole, _, begun = asked.text.strip().rpartition(" ")
    if found or not whole:
        return found
    starts = re.compile(rf"\b{re.escape(begun)}", re.IGNORECASE)
    wider = filter(asked.lets, _found(runtime, replace(asked, text=whole)))
    fits = (one for one in wider if any(starts.search(name.text) for name in one.entry.names))
    return list(islice(fits, limit))


def _flat(found: Sequence[Listing], limit: int) -> list[Entity]:
    return [flat_entity(listing) for listing in found[:limit]]


def _found(runtime: Runtime, asked: Searching) -> Iterator[Listing]:
    if asked.text.strip() in {"", "*"}:
        for holding in runtime.holdings.parts:
            if holding.snapshot.list_id in asked.list_ids:
                yield from (Listing(holding.snapshot, entry) for entry in holding.entries)
        return
    options = Options(MOST, FLOOR, asked.list_ids, asked.schemata)
    for match in runtime.matcher.match(Query(asked.text.strip()), options):
        if runtime.holdings.is_current(match.candidate.listing):
            yield match.candidate.listing


def _sorted(results: list[Entity], sort: Sequence[str]) -> list[Entity]:
    for spec in reversed(sort):
        name, _, direction = spec.partition(":")
        if name in SORTED_BY:
            results.sort(key=lambda entity: str(entity.get(name) or ""), reverse=direction == "desc")
    return results


def _facet(name: str, found: Iterable[Listing]) -> dict[str, object]:
    label, values_of = FACETS[name]
    counts = Counter(value for listing in found for value in values_of(listing.entry))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_VALUES]
    return {
        "label": label,
        "values": [{"name": value, "label": value, "count": count} for value, count in ranked],
    }
