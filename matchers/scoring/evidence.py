"""Evidence beside the name: what else the query says of the party, held against the entry.

The weights are set, not fitted, since public data has no queries with known answers that carry such evidence; each
is explained where it stands. They are log-odds like every other contribution.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lists.models import EntitySchema, ListEntry
from matchers.mentions.vocabulary import state_words
from matchers.models import Feature, Query
from matchers.scoring.nearness import (
    country_nearby,
    cues,
    home,
    label,
    most_nearness,
    named_countries,
    nearby,
    no_own_word,
    stands_for,
    tokens,
)

SAME_IDENTIFIER = 9.0
"""An equal registry number decides: two parties do not share one."""
OTHER_IDENTIFIER = -4.0
"""Another number of the same kind speaks against, but parties have several and lists err."""
SAME_COUNTRY = 0.6
OTHER_COUNTRY = -1.2
"""Another country speaks against: the same name abroad is often another party, though branches exist."""
OTHER_TYPE = -2.5
"""A company is not a vessel or a person, but lists do mislabel."""
STATE_BODY = -2.5
"""A ministry, a parliament or an embassy is no company, whatever words they share."""

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


def _countries(query: Query, theirs: set[str]) -> Iterator[Feature]:
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


def _state_body(query: Query, entry: ListEntry) -> Iterator[Feature]:
    asked = tokens(query.name) & state_words()
    if asked and not any(tokens(name.text) & state_words() for name in entry.names):
        yield Feature("state body", -1, STATE_BODY, f"asked a body of the state: {', '.join(sorted(asked))}")


def most_evidence(query: Query) -> float:
    """Return the most that evidence beside the name could add to a score."""
    return (
        SAME_IDENTIFIER * bool(query.identifiers)
        + SAME_COUNTRY * bool(query.countries)
        + most_nearness(query)
    )


def _says_more(query: Query) -> bool:
    """Say whether a query says anything beside its name and its type."""
    return query != Query(query.name, query.id, query.schema)


def evidence(query: Query, entry: ListEntry) -> tuple[Feature, ...]:
    """Return the contributions of what the query says beside the name; none where it says nothing."""
    name_says = (*_types(query, entry), *_state_body(query, entry))
    if not _says_more(query):
        return name_says
    stated = countries_of(entry)
    theirs = stated or (named_countries(entry) if query.context else stated)
    return (
        *_identifiers(query, entry),
        *_countries(query, stated),
        *name_says,
        *nearby(query, entry),
        *country_nearby(query, theirs),
        *home(query, theirs),
        *cues(query),
        *label(query),
        *stands_for(query, entry),
        *no_own_word(query, entry, theirs),
    )
