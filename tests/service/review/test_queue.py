from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import select, text

from service.review.accounts import Role, User, add_user
from service.review.cases import assign
from service.review.database import Database, is_current
from service.review.hits import Screening
from service.review.intake import Counts
from service.review.judgements import Status
from service.review.ledger import Ledger
from service.review.migrating import migrate
from service.review.queue import ORDERS, PAGE, UNASSIGNED, Filter, next_case, read_filter, read_queue
from service.review.tables import alerts, cases

ON_BOTH = "all"
Take = Callable[..., Counts]
Make = Callable[..., Screening]
LISTS = ("us_ofac_sdn", "eu_fsf", "gb_uksl")


@pytest.fixture
def many(
    ledger: Ledger, take: Take, make_screening: Make, make_match: Callable[..., dict[str, object]]
) -> None:
    """Sixty cases of every kind, some with entries of two lists."""
    draw = random.Random(3)
    for number in range(60):
        found = draw.sample(LISTS, draw.choice((1, 1, 2)))
        matches = [
            make_match(f"ФИРМА {number % 7}", list_id, f"e{number}", confidence=draw.uniform(0.5, 1))
            for list_id in found
        ]
        take(make_screening(organization=f"Company {number}", text=f"Company {number} said", matches=matches))
    with ledger.change("setup") as change:
        for number in range(1, 61):
            if number % 3:
                assign(change, number, draw.choice(("ann", "ben")))
    with ledger.database.writing() as connection:
        for number in range(1, 61):
            values = {"status": draw.choice(list(Status)).value, "sampled": number % 5 == 0}
            connection.execute(cases.update().where(cases.c.id == number).values(**values))


@pytest.fixture(autouse=True)
def people(ledger: Ledger) -> None:
    with ledger.change("setup") as change:
        for name in ("ann", "ben"):
            add_user(change, User(name, name.title(), Role.REVIEWER))


def plainly(database: Database, asked: Filter) -> list[Any]:
    """Return the cases that a filter shows: slow and obviously right."""
    with database.reading() as connection:
        rows = connection.execute(select(cases)).all()
        listed = {row.id: set[str]() for row in rows}
        for alert in connection.execute(select(alerts.c.case_id, alerts.c.list_id)):
            listed[alert.case_id].add(alert.list_id)
    work = ("open", "escalated", "proposed")
    return [
        row
        for row in rows
        if (not asked.status or row.status == asked.status or (asked.status == "work" and row.status in work))
        and (not asked.band or row.band == asked.band)
        and (not asked.list_id or asked.list_id in listed[row.id])
        and (not asked.assignee or (row.assignee or UNASSIGNED) == asked.assignee)
        and (not asked.sampled or row.sampled)
        and asked.search.casefold() in f"{row.organization}\n{row.entry_name}".casefold()
    ]


def test_every_count_is_right(ledger: Ledger, many: None) -> None:
    draw = random.Random(5)
    for _ in range(40):
        asked = Filter(
            status=draw.choice(["", "work", *Status]),
            band=draw.choice(["", "", "high", "medium"]),
            list_id=draw.choice(["", "", *LISTS]),
            assignee=draw.choice(["", "", "ann", UNASSIGNED]),
            sampled=draw.choice(["", "", "yes"]),
            search=draw.choice(["", "", "фирма 3", "COMPANY 1", "Фирма"]),
            order=draw.choice(list(ORDERS)),
        )
        with ledger.database.reading() as connection:
            queue = read_queue(connection, asked)
        shown = plainly(ledger.database, asked)
        assert queue.total == len(shown)
        assert {row.id for row in queue.rows} <= {row.id for row in shown}
        assert len(queue.rows) == min(PAGE, len(shown))
        for field, facet in (
            ("status", queue.statuses),
            ("band", queue.bands),
            ("list_id", queue.list_ids),
            ("assignee", queue.assignees),
        ):
            for value, number in facet.items():
                assert number == len(plainly(ledger.database, replace(asked, **{field: value}))), (
                    asked,
                    field,
                    value,
                )


def test_pages_follow_each_other_without_gap_or_repetition(ledger: Ledger, many: None) -> None:
    for order in ORDERS:
        asked = Filter(status="", order=order)
        with ledger.database.reading() as connection:
            pages = [read_queue(connection, replace(asked, page=page)) for page in (1, 2)]
            beyond = read_queue(connection, replace(asked, page=99))
        ids = [row.id for page in pages for row in page.rows]
        assert sorted(ids) == list(range(1, 61))
        assert (beyond.page, [row.id for row in beyond.rows]) == (2, ids[PAGE:])


def test_the_next_case_is_of_the_same_queue_and_nobody_elses(ledger: Ledger, many: None) -> None:
    asked = Filter(status="open", list_id="eu_fsf")
    with ledger.database.reading() as connection:
        rows = read_queue(connection, asked).rows
        mine = [row.id for row in rows if row.assignee in (None, "ann")]
        assert next_case(connection, asked, mine[0], "ann") == mine[1]
        assert next_case(connection, asked, -1, "ann") == mine[0]
        assert next_case(connection, replace(asked, search="nothing"), -1, "ann") is None


def test_a_filter_survives_its_own_query_string() -> None:
    asked = Filter(status="", band="high", list_id="eu_fsf", search="a&b=c d", order="due")
    query = asked.query()[1:]
    assert read_filter(dict(parse_qsl(query, keep_blank_values=True))) == asked


def test_a_database_of_the_first_step_is_brought_up_to_date(
    ledger: Ledger, many: None, database: Database
) -> None:
    with ledger.database.reading() as connection:
        before = connection.execute(select(cases).order_by(cases.c.id)).all()
    with ledger.database.writing() as connection:
        for name in ("ix_cases_facets_2", "ix_cases_best", "ix_alerts_judged"):
            connection.execute(text(f"DROP INDEX {name}"))
        for name in ("list_ids", "search"):
            connection.execute(text(f"ALTER TABLE cases DROP COLUMN {name}"))
        connection.execute(text("CREATE INDEX ix_cases_queue ON cases (status, confidence, id)"))
        connection.execute(text("CREATE INDEX ix_cases_facets ON cases (status, band, assignee)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert not is_current(database)
    migrate(database)
    assert is_current(database)
    with ledger.database.reading() as connection:
        assert connection.execute(select(cases).order_by(cases.c.id)).all() == before
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0002"
