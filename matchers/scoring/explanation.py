"""Showing a computed row: its contributions as features, and which word was aligned with which."""

from __future__ import annotations

from collections.abc import Sequence

from matchers.models import AlignedPair, Feature
from matchers.names.reading import Kind, Name, Token
from matchers.index.candidates import WIDEST, Prepared
from matchers.scoring.features import FEATURES, NAMES, Table
from matchers.scoring.model import Model


def features_of(model: Model, table: Table, row: int) -> tuple[Feature, ...]:
    """Return the prior and every contribution of a row; they sum to its score."""
    values = table.values[row : row + 1]
    parts = model.contributions(values)[0]
    rows = [Feature("prior", 1.0, model.prior, "where a comparison starts before anything is compared")]
    for name, part in zip(model.terms, parts.tolist(), strict=True):
        first = name.split(" × ", maxsplit=1)[0]
        value = float(values[0, NAMES.index(first)])
        detail = FEATURES.get(name) or "the two together, beside what each says alone"
        rows.append(Feature(name, round(value, 4), part, detail))
    return tuple(rows)


def _core(name: Name) -> list[Token]:
    return [token for token in name.tokens if token.kind < Kind.CONNECTOR] or list(name.tokens)


def _how(mine: Token, theirs: Token) -> str:
    if mine.text == theirs.text:
        return "equal"
    return "translated" if mine.key == theirs.key else "similar"


def alignment_of(table: Table, row: int, query: Prepared, listed: Name) -> tuple[AlignedPair, ...]:
    """Return the aligned words in the query's order, then what only the listed name has, then the legal forms."""
    mine, theirs = [word.token for word in query.words][:WIDEST], _core(listed)[:WIDEST]
    if table.values[row, NAMES.index("acronym")]:
        whole = AlignedPair(query.squashed, " ".join(token.text for token in theirs), "acronym")
        return (whole, *_legal_forms(query.name, listed))
    aligned = table.aligned
    places = aligned.query_place[row].tolist()
    pairs = [
        AlignedPair(token.text, theirs[place].text, _how(token, theirs[place]))
        for token, place in zip(mine, places, strict=False)
        if place >= 0
    ]
    over = [token.text for token, place in zip(mine, places, strict=False) if place < 0]
    taken = {place for place in places if place >= 0}
    missing = [token.text for place, token in enumerate(theirs) if place not in taken]
    joined = any(
        place < 0 and alike > 0 for place, alike in zip(places, aligned.query_alike[row], strict=True)
    )
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
