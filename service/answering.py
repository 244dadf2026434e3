"""Answering: what was asked goes in, wire answers come out; the same for the command line and HTTP.

One bad item never fails the others: its answer says what is wrong, in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from matchers.models import Options, Query
from matchers.pairs import default_pair_matcher
from service.articles.encoding import without_surrogates
from service.inputs import BadLine
from service.runtime import Runtime
from service.schemas import (
    ComparisonOut,
    MatchAnswer,
    MatchOptions,
    PairIn,
    QueryIn,
    QueryOut,
)
from service.schemas.conversion import comparison_out, match_answer
from service.schemas.matches import When


def options_of(asked: MatchOptions) -> Options:
    """Return the options as the matcher takes them."""
    return Options(
        limit=asked.limit,
        min_confidence=asked.min_confidence,
        list_ids=frozenset(asked.list_ids),
        schemas=frozenset(asked.schemas),
        prior=asked.prior,
    )


def query_of(asked: QueryIn) -> Query:
    """Return the query as the matcher takes it; `kind:value` identifiers are split, bare ones kept bare."""
    return Query(
        name=asked.name,
        id=asked.id,
        schema=asked.schema_,
        countries=tuple(country.lower() for country in asked.country),
        identifiers=tuple(_identifier(text) for text in asked.identifiers),
    )


def _identifier(text: str) -> tuple[str, str]:
    kind, colon, value = text.partition(":")
    return (kind.strip(), value.strip()) if colon else ("", text.strip())


def answer_queries(
    runtime: Runtime, asked: Sequence[QueryIn | BadLine], options: MatchOptions, today: date
) -> list[MatchAnswer]:
    """Return one answer a query, in order."""
    queries = [query_of(item) for item in asked if isinstance(item, QueryIn)]
    found = iter(zip(queries, runtime.matcher.match_many(queries, options_of(options)), strict=True))
    when = When(runtime.past, today, relations=runtime.relations)
    stale = runtime.stale_lists(today, frozenset(options.list_ids))
    answers = []
    for item in asked:
        if isinstance(item, BadLine):
            answers.append(unreadable_query(item))
        else:
            query, matches = next(found)
            answers.append(match_answer(query, matches, when, stale))
    return answers


def unreadable_query(line: BadLine) -> MatchAnswer:
    """Return the answer to a query that could not be read."""
    shown = without_surrogates(line.text)
    return MatchAnswer(query=QueryOut(name=shown), matches=[], error=f"{line.place}: {line.reason}")


def answer_pair(pair: PairIn | BadLine) -> ComparisonOut:
    """Return two names compared, by themselves: no list is asked."""
    if isinstance(pair, BadLine):
        return unreadable_pair(pair)
    first, second = Query(pair.name1, schema=pair.schema_), Query(pair.name2, schema=pair.schema_)
    return comparison_out(pair.name1, pair.name2, default_pair_matcher().compare(first, second))


def unreadable_pair(line: BadLine) -> ComparisonOut:
    """Return the answer to a pair that could not be read: no score, no confidence, and why."""
    return ComparisonOut(
        name1=without_surrogates(line.text),
        name2="",
        score=None,
        confidence=None,
        features=[],
        error=f"{line.place}: {line.reason}",
    )
