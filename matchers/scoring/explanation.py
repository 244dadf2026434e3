"""Showing a computed row: its contributions as features, and which word was aligned with which."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from matchers.index.candidates import WIDEST, Prepared
from matchers.models import AlignedPair, Feature, Rows
from matchers.names.reading import Kind, Name, Token
from matchers.scoring.alignment import Matrix
from matchers.scoring.features import FEATURES, NAMES, Table
from matchers.scoring.model import Model

_ACRONYM = [NAMES.index("acronym"), NAMES.index("spelled out")]
_PRIOR = "where a comparison starts before anything is compared"
_TOGETHER = "the two together, beside what each says alone"


def rows_of(model: Model, values: Matrix, beside: Sequence[tuple[Feature, ...]]) -> list[Rows]:
    """Return the prior and every contribution of each row of a table, then what is `beside`; they sum to its score."""
    columns, names, details = _shown(model.terms)
    measured = values[:, columns].astype(np.float64).round(4).tolist()
    added = model.contributions(values).tolist()
    return [
        Rows(names, details, (1.0, *row), (model.prior, *parts), other)
        for row, parts, other in zip(measured, added, beside, strict=True)
    ]


@lru_cache(maxsize=8)
def _shown(terms: tuple[str, ...]) -> tuple[list[int], tuple[str, ...], tuple[str, ...]]:
    """Return the column that shows what each term measured, then the names of the rows and what they are in words."""
    columns = [NAMES.index(term.split(" × ", maxsplit=1)[0]) for term in terms]
    details = (FEATURES.get(term, _TOGETHER) for term in terms)
    return columns, ("prior", *terms), (_PRIOR, *details)


def _how(mine: Token, theirs: Token) -> str:
    if mine.text == theirs.text:
        return "equal"
    return "translated" if mine.key == theirs.key else "similar"


def alignment_of(table: Table, row: int, query: Prepared, listed: Name) -> tuple[AlignedPair, ...]:
    """Return the aligned words in the query's order, then what only the listed name has, then the legal forms."""
    mine, theirs = [word.token for word in query.words][:WIDEST], listed.core[:WIDEST]
    if table.values[row, _ACRONYM].any():
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
    alike = table.alike[row].tolist()
    joined = any(place < 0 and likeness > 0 for place, likeness in zip(places, alike, strict=True))
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
