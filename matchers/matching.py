"""From names to matches: prepare, propose, align, compare, add up, calibrate. One path for every question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lists.models import Designation, EntitySchema, Identifier, ListedName, ListEntry
from matchers.calibration import Calibration, default_calibration
from matchers.index import CandidateIndex, build_index
from matchers.index.candidates import Prepared
from matchers.index.words import Numbers
from matchers.models import Candidate, Comparison, Feature, Listings, Match, Options, Query
from matchers.names.reading import read_name, readings
from matchers.scoring.alignment import align
from matchers.scoring.evidence import evidence, most_evidence
from matchers.scoring.explanation import alignment_of, features_of, mean_of
from matchers.scoring.features import Table, compute
from matchers.scoring.model import Model, default_model

VERSION = "1"
"""Version of the matcher: changes whenever the same query may be answered differently."""

_TOGETHER = 64
"""Queries that are compared in one go."""
_CANDIDATES = 30
"""Names that are compared in full for a query."""
_LOOKED_AT = 20
"""Entries looked at where evidence beside the name may change their order."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The best row of each entry for one query: row numbers, entry numbers and scores, best first."""

    rows: NDArray[np.int64]
    entries: Numbers
    scores: NDArray[np.float64]


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

    def _answer(self, queries: Sequence[Query], options: Options) -> Iterator[tuple[Match, ...]]:
        allowed = self.index.allowed(options.list_ids, frozenset(options.schemas))
        prepared = [self.index.prepare(query.name) for query in queries]
        names = [self.index.propose(reading, _CANDIDATES, allowed) for reading in prepared]
        if not any(map(len, names)):
            yield from (() for _ in queries)
            return
        table = compute(self.index, prepared, align(self.index, prepared, names))
        scores = self.model.score(table.values)
        for number, query in enumerate(queries):
            found = self._best(np.flatnonzero(table.aligned.query == number), table, scores)
            yield self._matches(query, prepared[number], (table, found), options)

    def _best(self, rows: NDArray[np.int64], table: Table, scores: NDArray[np.float64]) -> _Found:
        """Return the best row of each entry, best first; ties in the order of the index."""
        entries = self.index.arrays["name_entry"][table.aligned.names[rows]]
        order = np.lexsort((table.aligned.names[rows], entries, -scores[rows]))
        _, first = np.unique(entries[order], return_index=True)
        best = order[np.sort(first)]
        return _Found(rows[best], entries[best], scores[rows[best]])

    def _matches(
        self, query: Query, prepared: Prepared, rows: tuple[Table, _Found], options: Options
    ) -> tuple[Match, ...]:
        table, found = rows
        hope = most_evidence(query)
        looked_at = max(_LOOKED_AT, options.limit) if hope else options.limit
        matches: list[Match] = []
        floor = self._least_score(options.min_confidence, options.prior) - hope
        hopeful = int(np.count_nonzero(found.scores[:looked_at] >= floor))
        leads = self._leads(found, hopeful)
        for row, entry, lead in zip(
            found.rows[:hopeful].tolist(), found.entries[:hopeful].tolist(), leads, strict=True
        ):
            match = self._match(query, prepared, (table, row, entry, lead), options)
            if match.confidence >= options.min_confidence:
                matches.append(match)
        matches.sort(key=lambda match: (-match.score, match.candidate.listing.entry.ref))
        return tuple(matches[: options.limit])

    def _leads(self, found: _Found, count: int) -> list[float]:
        """Return by how much another party's best entry beats the party of each entry; 0 for the best party.

        Entries that share a name written alike count as one party: the same organization on several lists.
        """
        parties: list[tuple[set[str], float]] = []
        leads: list[float] = []
        for entry, score in zip(found.entries[:count].tolist(), found.scores[:count].tolist(), strict=True):
            names = self.index.names_of(entry)
            party = next((party for party in parties if not names.isdisjoint(party[0])), None)
            if party is None:
                party = (set(), score)
                parties.append(party)
            party[0].update(names)
            leads.append(float(found.scores[0]) - party[1])
        return leads

    def _least(self, confidence: float, prior: float | None) -> float:
        """Return a score below which no confidence reaches the least asked for."""
        scores = np.linspace(-40.0, 40.0, 641)
        sure = self.calibration.confidence(scores, self.index.names, prior) >= confidence
        return float(scores[max(int(sure.argmax()) - 1, 0)]) if sure.any() else np.inf

    def _match(
        self, query: Query, prepared: Prepared, place: tuple[Table, int, int, float], options: Options
    ) -> Match:
        table, row, entry_number, lead = place
        listing = self.listings[entry_number]
        name_number = int(table.aligned.names[row])
        listed = listing.entry.names[int(self.index.arrays["name_listed"][name_number])]
        features = (
            *features_of(self.model, table, row),
            *self._rival(lead),
            *evidence(query, listing.entry),
        )
        part = readings(listed.text)[int(self.index.arrays["name_part"][name_number])]
        comparison = self._comparison(features, self.index.names, options.prior)
        aligned = alignment_of(table, row, prepared, read_name(part))
        candidate = Candidate(listing, listed, name_number)
        return Match(query, candidate, replace(comparison, alignment=aligned))

    def _rival(self, lead: float) -> Iterator[Feature]:
        if lead > 0:
            yield Feature(
                "rival", round(lead, 4), self.calibration.rival(lead), "another listed party fits better"
            )

    def _comparison(self, features: tuple[Feature, ...], names: int, prior: float | None) -> Comparison:
        score = sum(feature.contribution for feature in features)
        confidence = float(self.calibration.confidence(np.array([score]), names, prior)[0])
        return Comparison(score, confidence, features)

    def compare(self, first: Query, second: Query, prior: float | None = 0.5) -> Comparison:
        """Compare two names, whichever comes first; `prior` is the share of such pairs that are one party."""
        one, other = self._directed(first, second), self._directed(second, first)
        if one is None or other is None:
            return Comparison(0.0, 0.0, (Feature("prior", 1.0, 0.0, "one of the two holds no word"),))
        features = mean_of(one.features, other.features)
        comparison = self._comparison(features, self.calibration.names, prior)
        return replace(comparison, alignment=one.alignment)

    def _directed(self, query: Query, listed: Query) -> Comparison | None:
        entry = _entry_of(listed)
        index = CandidateIndex(build_index([entry]))
        prepared = index.prepare(query.name)
        if not (index.names and prepared.words):
            return None
        table = compute(index, [prepared], align(index, [prepared], [np.arange(index.names, dtype=np.int32)]))
        row = int(self.model.score(table.values).argmax())
        features = (*features_of(self.model, table, row), *evidence(query, entry))
        name = read_name(readings(listed.name)[int(index.arrays["name_part"][row])])
        return Comparison(0.0, 0.0, features, alignment_of(table, row, prepared, name))


def _entry_of(query: Query) -> ListEntry:
    """Return a query as an entry of a list of one."""
    return ListEntry(
        list_id="compared",
        entry_id="2",
        schema=EntitySchema(query.schema) if query.schema else EntitySchema.THING,
        names=(ListedName(text=query.name or " "),),
        designations=(Designation(authority="compared"),),
        countries=query.countries,
        identifiers=tuple(Identifier(kind=kind or "other", value=value) for kind, value in query.identifiers),
    )
