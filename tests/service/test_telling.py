"""Answers as JSON: the same as the shapes that the document describes, whether found now or before."""

from __future__ import annotations

from datetime import date

import pytest

from service.answering import answer_queries
from service.inputs import BadLine
from service.runtime import Runtime, open_runtime
from service.schemas import MatchAnswer, MatchOptions, QueryIn
from service.schemas.writing import json_of
from service.telling import tell_queries

TODAY = date(2026, 7, 31)
NAMES = (
    "United Aircraft Corporation",
    "Объединённая авиастроительная корпорация",
    'a "quoted" \\ name',
    "Bakery",
)
OPTIONS = (
    MatchOptions(),
    MatchOptions(min_confidence=0.0, limit=30),
    MatchOptions(list_ids="us_ofac_sdn", min_confidence=0.01),
    MatchOptions(schemas="Vessel", min_confidence=0.0),
    MatchOptions(prior=0.001),
)


@pytest.fixture
def runtime(tmp_path) -> Runtime:
    """A runtime over the embedded sample."""
    return open_runtime(tmp_path)


def answers(runtime: Runtime, asked: list, options: MatchOptions, day: date = TODAY) -> list[bytes]:
    return [json_of(one) for one in answer_queries(runtime, asked, options, day)]


def told(runtime: Runtime, asked: list, options: MatchOptions, day: date = TODAY) -> list[bytes]:
    return [one.json for one in tell_queries(runtime, asked, options, day)]


@pytest.mark.parametrize("options", OPTIONS)
def test_what_is_told_is_the_answer_byte_by_byte_found_now_or_before(runtime, options):
    asked = [QueryIn(name=name, country="ru|us", id=str(place)) for place, name in enumerate(NAMES)]
    expected = answers(runtime, asked, options)
    assert told(runtime, asked, options) == expected
    assert told(runtime, asked[::-1], options) == expected[::-1]
    for line in expected:
        assert json_of(MatchAnswer.model_validate_json(line)) == line


def test_other_questions_are_not_answered_with_what_is_remembered(runtime):
    name = "United Aircraft Corporation"
    asked = [
        QueryIn(name=name),
        QueryIn(name=name, country="kp"),
        QueryIn(name=name, schema="Vessel"),
        QueryIn(name=name, identifiers="innCode:7708619320"),
        QueryIn(name=name.upper()),
    ]
    for options in OPTIONS:
        for day in (TODAY, date(2010, 1, 1)):
            for query in asked:
                assert told(runtime, [query], options, day) == answers(runtime, [query], options, day)


def test_the_same_name_twice_in_a_batch_is_found_once_and_told_with_each_id(runtime):
    asked = [QueryIn(name="United Aircraft Corporation", id=id_) for id_ in "ab"]
    first, second = told(runtime, [*asked, BadLine("item", "x", "no name")], MatchOptions())[:2]
    assert b'"id":"a"' in first
    assert b'"id":"b"' in second
    assert first.replace(b'"id":"a"', b'"id":"b"') == second


def test_a_line_that_cannot_be_read_is_told_with_its_error_in_its_place(runtime):
    asked = [QueryIn(name="Bakery"), BadLine("item", "x", "no name"), QueryIn(name="Bakery")]
    assert told(runtime, asked, MatchOptions()) == answers(runtime, asked, MatchOptions())
    assert [one.name for one in tell_queries(runtime, asked, MatchOptions(), TODAY)] == [
        "Bakery",
        "x",
        "Bakery",
    ]


def test_lists_past_their_limit_are_named(runtime):
    asked, day = [QueryIn(name="Bakery")], date(2040, 1, 1)
    (line,) = told(runtime, asked, MatchOptions(), day)
    assert MatchAnswer.model_validate_json(line).stale
    assert [line] == answers(runtime, asked, MatchOptions(), day)
