from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from service.review.cases import hold
from service.review.decisions import CaseRef, decide
from service.review.errors import Malformed
from service.review.hits import Screening
from service.review.intake import Counts
from service.review.judgements import Judgement, Policy, Ruling
from service.review.ledger import Ledger, read_events
from service.review.register import Rule, put_rule
from service.review.retention import end_retention
from service.review.tables import articles, cases
from service.review.verification import verify_database

ON_BOTH = "all"
FALSE = Ruling(Judgement.FALSE_POSITIVE, "other")


def end(ledger: Ledger) -> int:
    with ledger.change("upkeep") as change:
        return end_retention(change)


def say(ledger: Ledger, case: int) -> None:
    with ledger.database.reading() as connection:
        version = connection.execute(select(cases.c.version).where(cases.c.id == case)).scalar_one()
    with ledger.change("ann") as change:
        decide(change, Policy(), CaseRef(case, version), FALSE)


def test_a_text_ends_ten_years_after_the_decision_and_not_under_legal_hold(
    ledger: Ledger, take: Callable[..., Counts], make_screening: Callable[..., Screening], clock: Any
) -> None:
    case = take(make_screening()).case_ids[0]
    held = take(make_screening(text="UAC again", organization="UAC")).case_ids[0]
    open_ = take(make_screening(text="MIG again", organization="MIG")).case_ids[0]
    clock.forward(days=400)
    say(ledger, case)
    say(ledger, held)
    with ledger.change("cleo") as change:
        hold(change, held, on=True, reason="a court asked")
    clock.forward(days=3_600)
    assert end(ledger) == 0  # ten years since the article, not since the decision
    clock.forward(days=60)
    assert end(ledger) == 1
    verify_database(ledger.database)
    with ledger.change("cleo") as change:
        hold(change, held, on=False, reason="the case is closed")
    assert end(ledger) == 1
    with ledger.database.reading() as connection:
        left = connection.execute(select(articles.c.text).where(articles.c.text.is_not(None))).scalars().all()
        told = [event for event in read_events(connection) if event.action == "retention ended"]
    assert left == ["MIG again"]
    assert len(told) == 2
    assert open_
    verify_database(ledger.database)


def test_less_than_ten_years_is_refused(ledger: Ledger) -> None:
    with pytest.raises(Malformed, match="ten years"), ledger.change("emil") as change:
        put_rule(change, Rule("retain_years", 9, "compliance", "disk space"))


def test_a_text_cannot_be_put_in_the_place_of_another(
    ledger: Ledger, take: Callable[..., Counts], make_screening: Callable[..., Screening]
) -> None:
    take(make_screening())
    with pytest.raises(Exception, match="append-only"), ledger.database.writing() as connection:
        connection.execute(text("UPDATE articles SET text = 'another'"))
