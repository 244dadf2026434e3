"""Telling: the answers to queries as the JSON that is sent. What was found before for a name is not computed again."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic_core import to_json

from service.answering import answer_queries, options_of, stale_lists, unreadable_query
from service.inputs import BadLine
from service.remembered import Found
from service.runtime import Runtime
from service.schemas import SCHEMA_VERSION, MatchOptions, QueryIn, QueryOut
from service.schemas.writing import json_array, json_object, json_of


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
    stale = stale_lists(runtime, options, today)
    return [
        _told_unreadable(item) if isinstance(item, BadLine) else _told(item, next(found), stale)
        for item in asked
    ]


def _found(runtime: Runtime, asked: Sequence[QueryIn], options: MatchOptions, today: date) -> list[Found]:
    questions = _questions(asked, options, today)
    known = {question: found for question in questions if (found := runtime.remembered.recall(question))}
    new = {question: query for question, query in zip(questions, asked, strict=True) if question not in known}
    answers = answer_queries(runtime, list(new.values()), options, today) if new else []
    for question, answer in zip(new, answers, strict=True):
        matches = answer.matches
        found = Found(json_array(map(json_of, matches)), tuple(match.confidence for match in matches))
        runtime.remembered.keep(question, found)
        known[question] = found
    return [known[question] for question in questions]


def _questions(asked: Sequence[QueryIn], options: MatchOptions, today: date) -> list[Hashable]:
    """Return what decides which matches there are: all that is asked but the asker's own id."""
    how = (options_of(options), today)
    return [(query.name, query.schema_, query.country, query.identifiers, how) for query in asked]


def _told(query: QueryIn, found: Found, stale: Sequence[str]) -> Told:
    members = {
        "schema_version": to_json(SCHEMA_VERSION),
        "query": json_of(QueryOut(name=query.name, id=query.id)),
        "matches": found.json,
    }
    if stale:
        members["stale"] = to_json(stale)
    return Told(json_object(members), query.name, found.confidences)


def _told_unreadable(line: BadLine) -> Told:
    answer = unreadable_query(line)
    return Told(json_of(answer), answer.query.name)
