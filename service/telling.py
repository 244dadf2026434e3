"""Telling: the answers to queries as the JSON that is sent. What was found before for a name is not computed again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from matchers.models import Match
from service.answering import options_of, query_of, unreadable_query
from service.inputs import BadLine
from service.remembered import Found, question_of
from service.runtime import Runtime
from service.schemas import SCHEMA_VERSION, MatchOptions, QueryIn
from service.schemas.matches import When, match_json
from service.schemas.writing import json_array, json_object, json_of, plain_json

TOGETHER = 32
"""Queries that are looked up in one go: more of them take no less time each, and the memory of all at once."""


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to one query as JSON, and what log and metrics are told of it."""

    json: bytes
    name: str
    confidences: tuple[float, ...] = ()


def tell_queries(
    runtime: Runtime, asked: Sequence[QueryIn | BadLine], options: MatchOptions, today: date
) -> list[Told]:
    """Return one answer a query, in order."""
    found = iter(_found(runtime, [item for item in asked if isinstance(item, QueryIn)], options, today))
    stale = runtime.stale_lists(today, frozenset(options.list_ids))
    return [
        _told_unreadable(item) if isinstance(item, BadLine) else _told(item, next(found), stale)
        for item in asked
    ]


def _told(query: QueryIn, found: Found, stale: Sequence[str]) -> Told:
    return Told(answer_json(query, found, stale), query.name, found.confidences)


def find_matches(
    runtime: Runtime, asked: Sequence[QueryIn], options: MatchOptions, today: date
) -> Iterator[tuple[Sequence[Match], Found]]:
    """Yield the matches of each query, in order, and the same as they are sent; nothing is recalled or remembered."""
    when = When(runtime.past, today, relations=runtime.relations)
    for start in range(0, len(asked), TOGETHER):
        queries = list(map(query_of, asked[start : start + TOGETHER]))
        for matches in runtime.matcher.match_many(queries, options_of(options)):
            json = json_array(match_json(match, when) for match in matches)
            yield matches, Found({"matches": json}, tuple(match.confidence for match in matches))


def _found(runtime: Runtime, asked: Sequence[QueryIn], options: MatchOptions, today: date) -> list[Found]:
    def find(places: Sequence[int]) -> Iterator[Found]:
        found = find_matches(runtime, [asked[place] for place in places], options, today)
        return (one for _, one in found)

    return runtime.remembered.answers(_questions(asked, options, today), find)


def _questions(asked: Sequence[QueryIn], options: MatchOptions, today: date) -> list[bytes]:
    """Return the digests of what decides which matches there are: all that is asked but the asker's own id."""
    how = (options.limit, options.min_confidence, options.list_ids, options.schemas, options.prior, today)
    return [question_of(query.name, query.schema_, query.country, query.identifiers, how) for query in asked]


def answer_json(query: QueryIn, found: Found, stale: Sequence[str]) -> bytes:
    """Return the answer to a query as it is sent; `stale` names the lists that are older than their limit."""
    members = {
        "schema_version": plain_json(SCHEMA_VERSION),
        "query": plain_json({"name": query.name, "id": query.id}),
        **found.members,
    }
    if stale:
        members["stale"] = plain_json(stale)
    return json_object(members)


def _told_unreadable(line: BadLine) -> Told:
    answer = unreadable_query(line)
    return Told(json_of(answer), answer.query.name)
