"""Evidence beside the name: what else the query says of the party, held against the entry.

The weights are set, not fitted, since public data has no queries with known answers that carry such evidence; each
is explained where it stands. They are log-odds like every other contribution.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lists.models import EntitySchema, ListEntry
from matchers.models import Feature, Query
from matchers.names.folding import fold

SAME_IDENTIFIER = 9.0
"""An equal registry number decides: two parties do not share one."""
OTHER_IDENTIFIER = -4.0
"""Another number of the same kind speaks against, but parties have several and lists err."""
SAME_COUNTRY = 0.6
OTHER_COUNTRY = -1.2
"""Another country speaks against: the same name abroad is often another party, though branches exist."""
OTHER_TYPE = -2.5
"""A company is not a vessel or a person, but lists do mislabel."""
PLACE_NEARBY = 0.9
"""A place or name of the entry that stands near the mention."""

COUNTRY_NEARBY = 0.4
"""A text that speaks of the entry's country."""
COUNTRY_ELSEWHERE = -0.3
"""A text that speaks of other countries only; articles name many, so this says little."""

SANCTIONS_NEARBY = 1.5
"""The mention's own sentence speaks of sanctions, as sentences about listed parties often do and others hardly."""
SANCTIONS_IN_ARTICLE = 0.7
"""The article does, elsewhere."""

_CODE = re.compile(r"[^0-9A-Za-z]")
_ORGANIZATIONS = frozenset({EntitySchema.ORGANIZATION, EntitySchema.COMPANY, EntitySchema.LEGAL_ENTITY})


def _plain(code: str) -> str:
    return _CODE.sub("", code).upper().removeprefix("IMO")


def _identifiers(query: Query, entry: ListEntry) -> Iterator[Feature]:
    for kind, value in query.identifiers:
        theirs = [known for known in entry.identifiers if not kind or known.kind == kind]
        same = [known for known in theirs if _plain(known.value) == _plain(value)]
        if same:
            yield Feature("identifier", 1, SAME_IDENTIFIER, f"{same[0].kind} {same[0].value} is the same")
        elif kind and theirs:
            detail = f"{kind}: {value} asked, {theirs[0].value} listed"
            yield Feature("identifier", -1, OTHER_IDENTIFIER, detail)


def countries_of(entry: ListEntry) -> set[str]:
    """Return the countries of a listed party: its own and those of its addresses."""
    return set(entry.countries) | {address.country for address in entry.addresses if address.country}


def _countries(query: Query, entry: ListEntry) -> Iterator[Feature]:
    theirs = countries_of(entry)
    if not query.countries or not theirs:
        return
    both = sorted(theirs.intersection(query.countries))
    detail = f"asked {', '.join(query.countries)}; listed {', '.join(sorted(theirs))}"
    yield Feature("country", 1 if both else -1, SAME_COUNTRY if both else OTHER_COUNTRY, detail)


def _types(query: Query, entry: ListEntry) -> Iterator[Feature]:
    if query.schema in (None, EntitySchema.THING, entry.schema_) or entry.schema_ is EntitySchema.THING:
        return
    asked_organization = query.schema in _ORGANIZATIONS
    if asked_organization and entry.schema_ in _ORGANIZATIONS:
        return
    if EntitySchema.LEGAL_ENTITY in (query.schema, entry.schema_) and EntitySchema.PERSON in (
        query.schema,
        entry.schema_,
    ):
        return
    yield Feature("type", -1, OTHER_TYPE, f"asked {query.schema}, listed {entry.schema_}")


def _nearby(query: Query, entry: ListEntry) -> Iterator[Feature]:
    if not query.context:
        return
    own = fold(query.name)
    places = " ".join(
        part for address in entry.addresses for part in (address.full, address.city, address.region) if part
    )
    listed = fold(places + " " + " ".join(name.text for name in entry.names))
    near = [
        text for text in query.context if len(text) > 3 and fold(text) in listed and fold(text) not in own
    ]
    if near:
        yield Feature("named nearby", len(near), PLACE_NEARBY, ", ".join(near[:3]))


def _country_nearby(query: Query, entry: ListEntry) -> Iterator[Feature]:
    theirs = countries_of(entry)
    if not query.near_countries or not theirs:
        return
    both = sorted(theirs.intersection(query.near_countries))
    detail = f"the text speaks of {', '.join(query.near_countries)}; listed {', '.join(sorted(theirs))}"
    yield Feature("country nearby", 1 if both else -1, COUNTRY_NEARBY if both else COUNTRY_ELSEWHERE, detail)


def _cues(query: Query) -> Iterator[Feature]:
    if query.cues:
        yield Feature("sanctions nearby", 1, SANCTIONS_NEARBY, ", ".join(query.cues[:3]))
    elif query.article_cues:
        yield Feature("sanctions in article", 1, SANCTIONS_IN_ARTICLE, ", ".join(query.article_cues[:3]))


def most_evidence(query: Query) -> float:
    """Return the most that evidence beside the name could add to a score."""
    return (
        SAME_IDENTIFIER * bool(query.identifiers)
        + SAME_COUNTRY * bool(query.countries)
        + PLACE_NEARBY * bool(query.context)
        + COUNTRY_NEARBY * bool(query.near_countries)
        + (SANCTIONS_NEARBY if query.cues else SANCTIONS_IN_ARTICLE * bool(query.article_cues))
    )


def evidence(query: Query, entry: ListEntry) -> tuple[Feature, ...]:
    """Return the contributions of what the query says beside the name; none where it says nothing."""
    return (
        *_identifiers(query, entry),
        *_countries(query, entry),
        *_types(query, entry),
        *_nearby(query, entry),
        *_country_nearby(query, entry),
        *_cues(query),
    )
