"""Two names, compared by themselves: how probable it is that they mean one party.

The same features as in a search, added up by weights of their own (`matchers/scoring/data/pairs.json`): those of a
search answer which of tens of thousands of parties is meant, and hold a lone acronym or a lone common word back, since
many bear it. Of two names that somebody lays side by side that says little. They were fitted on names of one party and
names of two that look alike, nearly as many of the one as of the other, so the sum itself is the log-odds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lists.models import Designation, EntitySchema, Identifier, ListedName, ListEntry
from matchers.calibration import logit
from matchers.index import CandidateIndex, build_index
from matchers.index.candidates import Prepared
from matchers.matching import VERSION
from matchers.models import Comparison, Feature, Query
from matchers.names.several import listed_as, names_in
from matchers.scoring.evidence import evidence
from matchers.scoring.explanation import Alignment, mean_of, rows_of
from matchers.scoring.features import NAMES, ONLY_ASKED, Table, compute, nearness
from matchers.scoring.model import Model, shipped_model


@dataclass(frozen=True, slots=True)
class Laid:
    """One name asked of the other as if that were a list: the names read in it, and a row a pair of readings."""

    prepared: tuple[Prepared, ...]
    table: Table
    listed: tuple[str, ...]
    """What each name of the table's index was read from."""

    @property
    def nearest(self) -> int:
        """The row whose two readings are nearest to each other."""
        return int(nearness(self.table.values).argmax())


def lay(query: str, entry: ListEntry) -> Laid | None:
    """Return one name beside the names of an entry; None where either holds no word."""
    index = CandidateIndex(build_index([entry]), compiled=False)
    prepared = tuple(one for one in map(index.prepare, names_in(query)) if one.words)
    if not (index.names and prepared):
        return None
    every = np.arange(index.names, dtype=np.int32)
    table = compute(index, prepared, [every] * len(prepared))
    form = table.values[:, NAMES.index("legal form")]
    form[form == ONLY_ASKED] = 0  # neither is the query: which of the two has none says nothing
    names = [entry.names[number].text for number in index.arrays["name_listed"].tolist()]
    parts = index.arrays["name_part"].tolist()
    return Laid(
        prepared, table, tuple(listed_as(name)[part] for name, part in zip(names, parts, strict=True))
    )


@dataclass(frozen=True, slots=True)
class PairMatcher:
    """Compares two names. Threads may share it."""

    model: Model

    @property
    def version(self) -> str:
        """The version of the matcher and of these weights."""
        return f"{VERSION}+{self.model.version}"

    def compare(self, first: Query, second: Query, prior: float = 0.5) -> Comparison:
        """Compare two names, whichever comes first; `prior` is the share of such pairs that are one party."""
        sides = [self._directed(*pair) for pair in ((first, second), (second, first))]
        known = [side for side in sides if side is not None]
        if len(known) < 2:
            return Comparison(0.0, 0.0, (Feature("prior", 1.0, 0.0, "one of the two holds no word"),))
        features = mean_of(known[0].features, known[1].features)
        score = sum(feature.contribution for feature in features)
        confidence = 1 / (1 + math.exp(-max(-700.0, score + logit(prior))))
        return Comparison(score, confidence, features, known[0].alignment)

    def _directed(self, query: Query, listed: Query) -> Comparison | None:
        entry = entry_of(listed)
        laid = lay(query.name, entry)
        if laid is None:
            return None
        row = laid.nearest
        (features,) = rows_of(self.model, laid.table.values[row : row + 1], [evidence(query, entry)])
        reading = laid.prepared[int(laid.table.query[row])]
        listed_name = laid.listed[int(laid.table.names[row])]
        return Comparison(0.0, 0.0, features, Alignment(laid.table, row, reading, (listed_name, 0)))


def entry_of(query: Query) -> ListEntry:
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


def default_pair_matcher() -> PairMatcher:
    """Return the one with the weights that ship."""
    return PairMatcher(shipped_model("pairs.json"))
