"""Showing a computed row: its contributions as features, and which word was aligned with which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import overload

import numpy as np

from matchers.index.candidates import WIDEST, Prepared
from matchers.models import AlignedPair, Feature, Rows
from matchers.names.reading import Kind, Name, Token, read_name
from matchers.names.several import listed_as
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


class Alignment(Sequence[AlignedPair]):
    """The aligned words of a row in the query's order, then what only the listed name has, then the legal forms.

    Most matches are only counted, sorted and sent without them: they are read off when they are first looked at.
    `listed` is the published text and which of its readings was aligned; see `listed_as`.
    """

    __slots__ = ("_alike", "_is_acronym", "_listed", "_pairs", "_places", "_query")

    def __init__(self, table: Table, row: int, query: Prepared, listed: tuple[str, int]) -> None:
        self._query, self._listed = query, listed
        self._alike, self._places = table.alike[row].tolist(), table.places[row].tolist()
        self._is_acronym = bool(table.values[row, _ACRONYM].any())
        self._pairs: tuple[AlignedPair, ...] | None = None

    @property
    def pairs(self) -> tuple[AlignedPair, ...]:
        """All of them."""
        if self._pairs is None:
            self._pairs = tuple(self._read())
        return self._pairs

    def _read(self) -> Iterator[AlignedPair]:
        text, part = self._listed
        listed = read_name(listed_as(text)[part])
        mine, theirs = [word.token for word in self._query.words][:WIDEST], listed.core[:WIDEST]
        if self._is_acronym:
            yield AlignedPair(self._query.squashed, " ".join(token.text for token in theirs), "acronym")
        else:
            yield from self._words(mine, theirs)
        yield from _legal_forms(self._query.name, listed)

    def _words(self, mine: Sequence[Token], theirs: Sequence[Token]) -> Iterator[AlignedPair]:
        aligned = list(zip(mine, self._places, strict=False))
        for token, place in aligned:
            if place >= 0:
                yield AlignedPair(token.text, theirs[place].text, _how(token, theirs[place]))
        over = [token.text for token, place in aligned if place < 0]
        missing = [token.text for place, token in enumerate(theirs) if place not in self._places]
        if any(place < 0 and likeness > 0 for place, likeness in zip(self._places, self._alike, strict=True)):
            yield AlignedPair(" ".join(over), " ".join(missing), "joined")
        else:
            yield from (AlignedPair(text, "", "added") for text in over)
            yield from (AlignedPair("", text, "missing") for text in missing)

    def __len__(self) -> int:
        return len(self.pairs)

    def __iter__(self) -> Iterator[AlignedPair]:
        return iter(self.pairs)

    @overload
    def __getitem__(self, place: int) -> AlignedPair: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[AlignedPair, ...]: ...
    def __getitem__(self, place: int | slice) -> AlignedPair | tuple[AlignedPair, ...]:
        """Return a pair, or several."""
        return self.pairs[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.pairs == tuple(other)

    def __hash__(self) -> int:
        return hash(self.pairs)

    def __reduce__(self) -> tuple[type[tuple[AlignedPair, ...]], tuple[tuple[AlignedPair, ...]]]:
        """Travel as the pairs: what they are read from belongs to this process."""
        return tuple, (self.pairs,)


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
