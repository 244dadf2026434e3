"""From names to matches: prepare, propose, align, compare, add up, calibrate. One path for every question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from matchers.calibration import Calibration, default_calibration
from matchers.index import CandidateIndex
from matchers.index.candidates import Prepared
from matchers.models import Candidate, Comparison, Feature, Listing, Listings, Match, Options, Query, Rows
from matchers.names.several import names_in
from matchers.scoring.evidence import evidence, most_evidence
from matchers.scoring.explanation import Alignment, rows_of
from matchers.scoring.features import Table, compute
from matchers.scoring.model import Model, default_model

VERSION = "10"
"""Version of the matcher: changes whenever the same query may be answered differently."""

_TOGETHER = 64
"""Queries that are compared in one go."""
_CANDIDATES = 30
"""Names that are compared in full for a query."""
_SAME_NAME = 0.92
"""How alike two names are, letter by letter, of entries that count as one party."""
_LOOKED_AT = 20
"""Entries looked at where evidence beside the name may change their order."""


class _Row(NamedTuple):
    """The best row of an entry: its number in the table, the number of the entry, and the score."""

    number: int
    entry: int
    score: float


@dataclass(frozen=True, slots=True)
class _Draft:
    """What may become a match: the number of the query, the row, the entry, and the evidence beside the name."""

    query: int
    row: int
    listing: Listing
    beside: tuple[Feature, ...]


class Matcher:
    """Answers which listed parties a name may denote. Threads may share it."""

    def __init__(
        self,
        index: CandidateIndex,
        listings: Listings,
        model: Model | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self.index = index
        self.listings = listings
        self.model = model or default_model()
        self.calibration = calibration or default_calibration()
        self._least_score = lru_cache(maxsize=256)(self._least)

    @property
    def version(self) -> str:
        """The version of the matcher and its weights."""
        return f"{VERSION}+{self.model.version}"

    def match(self, query: Query, options: Options | None = None) -> tuple[Match, ...]:
        """Return the matches of one query, the most probable first."""
        return self.match_many([query], options)[0]

    def match_many(self, queries: Sequence[Query], options: Options | None = None) -> list[tuple[Match, ...]]:
        """Return the matches of each query, in the order of the queries."""
        chosen = options or Options()
        answers: list[tuple[Match, ...]] = []
        for start in range(0, len(queries), _TOGETHER):
            answers.extend(self._answer(queries[start : start + _TOGETHER], chosen))
        return answers

    def reach(self, names: Sequence[str], options: Options) -> list[float]:
        """Return the best score of each name by itself, -inf where nothing reaches the least confidence."""
        best: list[float] = []
        for start in range(0, len(names), _TOGETHER):
            queries = [Query(name) for name in names[start : start + _TOGETHER]]
            _, _, found = self._look_up(queries, options)
            best.extend(self._alone(query, rows) for query, rows in zip(queries, found, strict=True))
        return best

    def _alone(self, query: Query, found: Sequence[_Row]) -> float:
        if not found:
            return -np.inf
        entry = self.listings[found[0].entry].entry
        return found[0].score + sum(row.contribution for row in evidence(query, entry))

    def _look_up(
        self, queries: Sequence[Query], options: Options
    ) -> tuple[Table | None, list[Prepared], list[list[_Row]]]:
        """Return the table of the candidates, the names that it compares, and the rows of each query that may do."""
        allowed = self.index.allowed(options.list_ids, frozenset(options.schemas))
        asked = [(number, name) for number, query in enumerate(queries) for name in names_in(query.name)]
        prepared = [self.index.prepare(name) for _, name in asked]
        names = [self.index.propose(reading, _CANDIDATES, allowed) for reading in prepared]
        if not any(map(len, names)):
            return None, prepared, [[] for _ in queries]
        table = compute(self.index, prepared, names)
        least = self._least_score(options.min_confidence, options.prior)
        floors = np.array([least - most_evidence(query) for query in queries])
        whose = np.array([number for number, _ in asked])[table.query]
        return table, prepared, self._best(table, self.model.score(table.values), whose, floors)

    def _best(
        self,
        table: Table,
        scores: NDArray[np.float64],
        whose: NDArray[np.int64],
        floors: NDArray[np.float64],
    ) -> list[list[_Row]]:
        """Return for each query the best row of each entry that is not below its floor, best first.

        `whose` is the number of each row's query. Ties stand in the order of the index.
        """
        rows = np.flatnonzero(scores >= floors[whose])
        if not len(rows):
            return [[] for _ in floors]
        rows = rows[np.lexsort((table.names[rows], -scores[rows]))]
        entries = self.index.arrays["name_entry"][table.names[rows]].tolist()
        best: list[dict[int, _Row]] = [{} for _ in floors]
        for query, row in zip(
            whose[rows].tolist(), map(_Row, rows.tolist(), entries, scores[rows].tolist()), strict=True
        ):
            best[query].setdefault(row.entry, row)
        return [list(own.values()) for own in best]

    def _answer(self, queries: Sequence[Query], options: Options) -> Iterator[tuple[Match, ...]]:
        table, prepared, found = self._look_up(queries, options)
        drafts = list(self._drafts(queries, found, options))
        if table is None or not drafts:
            yield from (() for _ in queries)
            return
        chosen = [draft.row for draft in drafts]
        shown = rows_of(self.model, table.values[chosen], [draft.beside for draft in drafts])
        scores = np.array([rows.total for rows in shown])
        sure = self.calibration.confidence(scores, self.index.names, options.prior).tolist()
        matches: list[list[Match]] = [[] for _ in queries]
        for draft, rows, confidence in zip(drafts, shown, sure, strict=True):
            if confidence >= options.min_confidence:
                asked = queries[draft.query], prepared[int(table.query[draft.row])]
                matches[draft.query].append(self._match(asked, (table, draft), rows, confidence))
        for own in matches:
            own.sort(key=lambda match: (-match.score, match.candidate.listing.entry.ref))
            yield tuple(own[: options.limit])

    def _drafts(
        self, queries: Sequence[Query], found: Sequence[Sequence[_Row]], options: Options
    ) -> Iterator[_Draft]:
        for number, (query, rows) in enumerate(zip(queries, found, strict=True)):
            kept = rows[: max(_LOOKED_AT, options.limit) if most_evidence(query) else options.limit]
            for row, lead in zip(kept, self._leads(kept), strict=True):
                listing = self.listings[row.entry]
                beside = (*self._rival(lead), *evidence(query, listing.entry))
                yield _Draft(number, row.number, listing, beside)

    def _leads(self, found: Sequence[_Row]) -> list[float]:
        """Return by how much another party's best entry beats the party of each entry; 0 for the best party.

        Entries with a name written nearly alike count as one party: the same organization on several lists.
        """
        if len(found) < 2:
            return [0.0] * len(found)
        parties: list[tuple[set[str], float]] = []
        leads: list[float] = []
        for row in found:
            names = self.index.names_of(row.entry)
            party = next((party for party in parties if _share_a_name(names, party[0])), None)
            if party is None:
                party = (set(), row.score)
                parties.append(party)
            party[0].update(names)
            leads.append(found[0].score - party[1])
        return leads

    def _least(self, confidence: float, prior: float | None) -> float:
        """Return a score below which no confidence reaches the least asked for."""
        scores = np.linspace(-40.0, 40.0, 641)
        sure = self.calibration.confidence(scores, self.index.names, prior) >= confidence
        return float(scores[max(int(sure.argmax()) - 1, 0)]) if sure.any() else np.inf

    def _match(
        self, asked: tuple[Query, Prepared], place: tuple[Table, _Draft], rows: Rows, confidence: float
    ) -> Match:
        (query, reading), (table, draft) = asked, place
        number = int(table.names[draft.row])
        listed = draft.listing.entry.names[int(self.index.arrays["name_listed"][number])]
        part = int(self.index.arrays["name_part"][number])
        aligned = Alignment(table, draft.row, reading, (listed.text, part))
        comparison = Comparison(rows.total, confidence, rows, aligned)
        return Match(query, Candidate(draft.listing, listed, number), comparison)

    def _rival(self, lead: float) -> Iterator[Feature]:
        if lead > 0:
            yield Feature(
                "rival", round(lead, 4), self.calibration.rival(lead), "another listed party fits better"
            )


def _share_a_name(some: Set[str], others: Set[str]) -> bool:
    """Say whether a name of one is written like one of the other, but for a few letters; numbers have to be equal."""
    if not some.isdisjoint(others):
        return True
    first, second = list(some), list(others)
    alike = cdist(first, second, scorer=Indel.normalized_similarity, score_cutoff=_SAME_NAME)
    return any(_digits(first[i]) == _digits(second[k]) for i, k in zip(*alike.nonzero(), strict=True))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
