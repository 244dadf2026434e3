"""The matcher of this project as a subject of the benchmark, in process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lists.models import ListEntry, Snapshot
from matchers.index import CandidateIndex, build_index
from matchers.matching import Matcher
from matchers.models import Listing, Match, Options, Query
from service.evaluation.measures import Answer
from service.evaluation.subjects import Answerer

BATCH = 256
"""Names given to the matcher at once."""
SHOWN = 10
"""Entries asked of the matcher for each name: enough for five parties that are on several lists."""


@dataclass(frozen=True, slots=True)
class Held:
    """Entries in memory as the listings of an index; their snapshot says that it was never published."""

    entries: Sequence[ListEntry]
    snapshot: Snapshot

    def __getitem__(self, entry_number: int, /) -> Listing:
        """Return the listing with this number."""
        return Listing(self.snapshot, self.entries[entry_number])

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.entries)


def unpublished(entries: Sequence[ListEntry]) -> Held:
    """Return entries as listings of a snapshot that exists only for a measurement."""
    counts = {"entries": len(entries), "names": sum(len(entry.names) for entry in entries), "warnings": 0}
    snapshot = Snapshot(
        list_id="benchmark",
        version=f"none-{'0' * 12}",
        sha256="0" * 64,
        published=None,
        published_basis="none",
        retrieved=datetime(1970, 1, 1, tzinfo=UTC),
        files=(),
        reader="benchmark",
        counts=counts,
        note="held in memory for a measurement",
    )
    return Held(entries, snapshot)


def make_matcher(entries: Sequence[ListEntry]) -> Matcher:
    """Build an index over some entries in memory and return the matcher that asks it."""
    return Matcher(CandidateIndex(build_index(entries)), unpublished(entries))


def match_all(
    matcher: Matcher, names: Sequence[str], *, limit: int = SHOWN, prior: float | None = None
) -> list[tuple[Match, ...]]:
    """Return the matches of every name, however improbable: a benchmark asks for ranks too."""
    options = Options(limit=limit, min_confidence=0.0, prior=prior)
    found: list[tuple[Match, ...]] = []
    for start in range(0, len(names), BATCH):
        found += matcher.match_many([Query(name) for name in names[start : start + BATCH]], options)
    return found


def as_answers(matches: Sequence[Match]) -> list[Answer]:
    """Return matches as answers; the score is the confidence, which is the order too."""
    return [(*match.candidate.listing.entry.ref, match.confidence) for match in matches]


@dataclass(frozen=True, slots=True)
class OwnMatcher:
    """The matcher of this project. `prior` is the share of names asked for that are listed; None its default.

    `ranks` asks for ten answers however improbable, which ranks are made of; without, for those that users get.
    """

    prior: float | None = None
    ranks: bool = True
    name: str = "sanctions-xref"
    default_score: float = 0.5

    def prepare(self, entries: Sequence[ListEntry]) -> Answerer:
        """Build the index."""
        matcher = make_matcher(entries)

        def answer(names: Sequence[str]) -> list[list[Answer]]:
            if self.ranks:
                return [as_answers(matches) for matches in match_all(matcher, names, prior=self.prior)]
            queries, options = [Query(name) for name in names], Options(prior=self.prior)
            return [as_answers(matches) for matches in matcher.match_many(queries, options)]

        return answer
