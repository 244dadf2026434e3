"""Showing a computed row: its contributions as features, and which word was aligned with which."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from matchers.index.candidates import WIDEST, Prepared
from matchers.models import AlignedPair, Feature
from matchers.names.reading import Kind, Name, Token
from matchers.scoring.alignment import Matrix
from matchers.scoring.features import FEATURES, NAMES, Table
from matchers.scoring.model import Model

_PRIOR = "where a comparison starts before anything is compared"
_TOGETHER = "the two together, beside what each says alone"


def features_of(model: Model, values: Matrix) -> list[tuple[Feature, ...]]:
    """Return the prior and every contribution of each row of a table; they sum to its score."""
    columns, details = _shown(model.terms)
    measured = np.round(values[:, columns].astype(np.float64), 4).tolist()
    prior = Feature("prior", 1.0, model.prior, _PRIOR)
    return [
        (prior, *map(Feature._make, zip(model.terms, row, parts, details, strict=True)))
        for row, parts in zip(measured, model.contributions(values).tolist(), strict=True)
    ]


@lru_cache(maxsize=8)
def _shown(terms: tuple[str, ...]) -> tuple[list[int], list[str]]:
    """Return the column that shows what each term measured, and what it is in words."""
    columns = [NAMES.index(term.split(" × ", maxsplit=1)[0]) for term in terms]
    return columns, [FEATURES.get(term, _TOGETHER) for term in terms]


def _how(mine: Token, theirs: Token) -> str:
    if mine.text == theirs.text:
        return "equal"
    return "translated" if mine.key == theirs.key else "similar"


def alignment_of(table: Table, row: int, query: Prepared, listed: Name) -> tuple[AlignedPair, ...]:
    """Return the aligned words in the query's order, then what only the listed name has, then the legal forms."""
    mine, theirs = [word.token for word in query.words][:WIDEST], listed.core[:WIDEST]
    if table.values[row, NAMES.index("acronym")]:
        whole = AlignedPair(query.squashed, " ".join(token.text for token in theirs), "acronym")
        return (whole, *_legal_forms(query.name, listed))
    places = table.places[row].tolist()
    pairs = [
        AlignedPair(token.text, theirs[place].text, _how(token, theirs[place]))
        for token, place in zip(mine, places, strict=False)
        if place >= 0
    ]
    over = [token.text for token, place in zip(mine, places, strict=False) if place < 0]
    taken = {place for place in places if place >= 0}
    missing = [token.text for place, token in enumerate(theirs) if place not in taken]
    joined = any(place < 0 and alike > 0 for place, alike in zip(places, table.alike[row], strict=True))
    if joined:
        pairs.append(AlignedPair(" ".join(over), " ".join(missing), "joined"))
    else:
        pairs += [AlignedPair(text, "", "added") for text in over]
        pairs += [AlignedPair("", text, "missing") for text in missing]
    return (*pairs, *_legal_forms(query.name, listed))


def _legal_forms(mine: Name, theirs: Name) -> tuple[AlignedPair, ...]:
    first, second = (
        " ".join(token.text for token in name.tokens if token.kind is Kind.LEGAL) for name in (mine, theirs)
    )
    return (AlignedPair(first, second, "legal form"),) if first or second else ()


def mean_of(first: Sequence[Feature], second: Sequence[Feature]) -> tuple[Feature, ...]:
    """Return the mean of two explanations of one pair, asked from either side; what one side lacks adds nothing."""
    one, other = ({row.name: row for row in rows} for rows in (first, second))
    pairs = ((one.get(name), other.get(name)) for name in one | other)
    return tuple(_mean([row for row in pair if row is not None]) for pair in pairs)


def _mean(rows: Sequence[Feature]) -> Feature:
    value = sum(row.value for row in rows) / len(rows)
    return Feature(rows[0].name, value, sum(row.contribution for row in rows) / 2, rows[0].detail)
