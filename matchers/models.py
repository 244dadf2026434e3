"""The values that flow through a screening, frozen, in reading order: Mention → Query → Candidate → Feature → Match.

Each value holds the one before it (`match.candidate.listing.snapshot`), so provenance is carried along and never
looked up again at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple, Protocol, overload

from lists.models import ListedName, ListEntry, Snapshot


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of a text that may name an organization. Offsets count code points of the text as given."""

    start: int
    end: int
    text: str
    """Always `article[start:end]`."""
    found_by: tuple[str, ...] = ()
    """What found it: `capitals`, `noun`, `quotes`, `brackets`, `alias`, `short form`, `reference`, `ner:ORG` …"""
    alternatives: tuple[tuple[int, int], ...] = ()
    """Other readings of the same place (longer or split), as offsets; the best-matching one decides."""
    sentence: tuple[int, int] | None = None
    listed: tuple[int, ...] = ()
    """Numbers of the entries that have exactly this name, where the alias spotter found it."""
    ambiguity: float = 0.0
    """How likely such a listed name means something else: 0 for a distinctive one, 1 for an everyday word."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for: a name, and what else is known about the party that bears it."""

    name: str
    id: str | None = None
    schema: str | None = None
    countries: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    """(kind, value), for example `("imoNumber", "8660313")`; kind `""` where the asker does not know it."""
    context: tuple[str, ...] = ()
    """Names of places, parents and people that stand near the mention."""
    near_countries: tuple[str, ...] = ()
    """Countries that the mention's own sentence speaks of; weaker evidence than `countries`."""
    article_countries: tuple[str, ...] = ()
    """Countries that only the rest of the text speaks of."""
    cues: tuple[str, ...] = ()
    """Words of the mention's own sentence that speak of sanctions."""
    article_cues: tuple[str, ...] = ()
    """Such words elsewhere in the text."""
    labels: tuple[str, ...] = ()
    """What models call the mention: `ORG`, `PERSON`, `GPE` …"""
    stands_for: str = ""
    """The full name that the text gives to an acronym."""


@dataclass(frozen=True, slots=True)
class Listing:
    """An entry in the version of the list that says so."""

    snapshot: Snapshot
    entry: ListEntry


@dataclass(frozen=True, slots=True)
class Candidate:
    """A listed name that the index proposes for a query."""

    listing: Listing
    listed_name: ListedName
    name_number: int = -1
    """Number of the name in the index; -1 outside an index."""


class Feature(NamedTuple):
    """One named comparison. `contribution` is in log-odds; all of a match's contributions sum to its score."""

    name: str
    value: float
    contribution: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Rows(Sequence[Feature]):
    """The rows of a score: those of the model, column by column, and then those of the evidence beside the name.

    There are dozens for each candidate, and most are only added up and sent: a `Feature` is made of one when it is
    looked at.
    """

    names: tuple[str, ...]
    details: tuple[str, ...]
    values: tuple[float, ...]
    """To four digits after the point."""
    contributions: tuple[float, ...]
    beside: tuple[Feature, ...] = ()

    @property
    def total(self) -> float:
        """The sum of all contributions, added up from the first to the last."""
        return sum(chain(self.contributions, (row.contribution for row in self.beside)))

    def __len__(self) -> int:
        return len(self.names) + len(self.beside)

    def __iter__(self) -> Iterator[Feature]:
        yield from map(Feature, self.names, self.values, self.contributions, self.details)
        yield from self.beside

    @overload
    def __getitem__(self, place: int) -> Feature: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Feature, ...]: ...
    def __getitem__(self, place: int | slice) -> Feature | tuple[Feature, ...]:
        """Return a row, or several."""
        return tuple(self)[place]


@dataclass(frozen=True, slots=True)
class AlignedPair:
    """How one token of the query and one of the listed name stand to each other; one of the two may be empty."""

    query: str
    listed: str
    how: str
    """`equal`, `similar`, `translated`, `joined` (or split, or abbreviated), `acronym`, `legal form`, `added` (only
    the query has it) or `missing` (only the listed name has it)."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two names compared: the score in log-odds, the probability, and the rows that sum to the score."""

    score: float
    confidence: float
    features: Sequence[Feature]
    alignment: Sequence[AlignedPair] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate with its comparison: how probable it is that query and entry are the same party."""

    query: Query
    candidate: Candidate
    comparison: Comparison

    @property
    def confidence(self) -> float:
        """The calibrated probability that the query names the listed party."""
        return self.comparison.confidence

    @property
    def score(self) -> float:
        """The sum of all contributions, in log-odds."""
        return self.comparison.score


@dataclass(frozen=True, slots=True)
class Related:
    """A listed party that the text connects with an organization, apart from its matches."""

    relation: str
    """The words of the text: `part of`, `a subsidiary of`, `formerly`."""
    mention: Mention
    match: Match


@dataclass(frozen=True, slots=True)
class Organization:
    """One organization of one article: its mentions in order, and the listed parties that it may be."""

    name: str
    mentions: tuple[Mention, ...]
    matches: tuple[Match, ...] = ()
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """How a question is asked. `prior` is the share of queries that name a listed party, 0 < prior < 1."""

    limit: int = 5
    min_confidence: float = 0.5
    list_ids: frozenset[str] = frozenset()
    """Only these lists; all where empty."""
    schemas: frozenset[str] = frozenset()
    prior: float | None = None
    """None: the calibration's documented default."""


class Listings(Protocol):
    """Random access to the listings that an index was built over, by entry number."""

    def __getitem__(self, entry_number: int, /) -> Listing:
        """Return the listing with this number."""
        ...

    def __len__(self) -> int:
        """Return how many there are."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """What computed an answer, so that it can be replayed."""

    version: str
    matcher: str
    calibration: str
    recognizers: tuple[str, ...] = ()
    """Models that find mentions, beside the core that needs none."""
    settings: Mapping[str, str] = field(default_factory=dict)
