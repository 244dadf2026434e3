from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from service.review.errors import Malformed
from service.review.hits import Screening, read_answer
from service.review.intake import Counts
from service.review.judgements import Policy
from service.review.ledger import Ledger
from service.review.tables import alerts, articles, cases, events
from service.review.verification import verify_database

ON_BOTH = "all"

Take = Callable[..., Counts]
Make = Callable[..., Screening]


def count(ledger: Ledger, table: Any) -> int:
    with ledger.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_hit_opens_a_case_once(ledger: Ledger, take: Take, make_screening: Make) -> None:
    first, again = take(make_screening()), take(make_screening())
    assert (first.cases, first.alerts, first.known) == (1, 1, 0)
    assert (again.cases, again.alerts, again.known) == (0, 0, 1)
    assert (count(ledger, cases), count(ledger, alerts), count(ledger, articles), count(ledger, events)) == (
        1,
        1,
        1,
        1,
    )


def test_parallel_imports_of_the_same_article_add_nothing_twice(
    ledger: Ledger, take: Take, make_screening: Make
) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: take(make_screening()), range(16)))
    assert sum(counts.alerts for counts in done) == 1
    assert count(ledger, cases) == 1
    verify_database(ledger.database)


def test_a_further_article_joins_the_undecided_case(ledger: Ledger, take: Take, make_screening: Make) -> None:
    take(make_screening())
    joined = take(
        make_screening(
            text="Later, UNITED aircraft corporation denied it.", organization="UNITED aircraft corporation"
        )
    )
    assert (joined.cases, joined.joined) == (0, 1)
    with ledger.database.reading() as connection:
        case = connection.execute(select(cases)).one()
    assert (case.alert_count, case.article_count, case.version) == (2, 2, 2)


def test_another_organization_or_another_entry_is_another_case(take: Take, make_screening: Make) -> None:
    take(make_screening())
    assert take(make_screening(organization="UAC")).cases == 1
    assert take(make_screening(text="x United Aircraft Corporation", match={"entry_id": "9"})).cases == 1


def test_a_changed_entry_alerts_again(take: Take, make_screening: Make) -> None:
    take(make_screening())
    assert take(make_screening(match={"record": "new"})).alerts == 1


def test_what_is_below_the_threshold_is_left_out_or_drawn(take: Take, make_screening: Make) -> None:
    low = make_screening(match={"confidence": 0.3})
    assert take(low).alerts == 0
    drawn = take(low, policy=Policy(sample_rate=1.0))
    assert (drawn.alerts, drawn.sampled) == (1, 1)


def test_the_draw_keeps_to_its_rate_and_draws_the_same_again(take: Take, make_screening: Make) -> None:
    low = [
        make_screening(text=f"{n} United Aircraft Corporation", match={"confidence": 0.3}) for n in range(300)
    ]
    policy = Policy(sample_rate=0.1)
    first = take(*low, policy=policy)
    assert 12 <= first.sampled <= 50  # 30 expected; the draw is by hash, so this never changes
    assert take(*low, policy=policy).sampled == 0


def test_a_text_that_was_not_screened_is_refused(take: Take, make_screening: Make) -> None:
    with pytest.raises(Malformed, match="give the text that was screened"):
        take(replace(make_screening(), text="another text"))


def test_hits_without_their_text_are_kept_and_the_text_may_follow(
    ledger: Ledger, take: Take, make_screening: Make
) -> None:
    take(replace(make_screening(), text=None))
    take(make_screening(match={"entry_id": "later"}))
    with ledger.database.reading() as connection:
        assert connection.execute(select(articles.c.text)).scalar_one().startswith("United Aircraft")


@pytest.mark.parametrize("line", ["", "{", "[]", "{}", '{"article": 1}', "\x00"])
def test_a_line_that_is_none_names_its_place(line: str) -> None:
    with pytest.raises(Malformed, match=r"hits\.jsonl, line 3: not a line of `screen`"):
        read_answer(line, "hits.jsonl, line 3")
