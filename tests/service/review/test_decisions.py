from __future__ import annotations

import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import pytest
from sqlalchemy import select, text

from service.inputs import read_pairs
from service.review.decisions import CaseRef, approve, decide, get_decision, reject, undo
from service.review.errors import Absent, Malformed, NotAllowed, NotPossible, ReviewError, Stale, TrailBroken
from service.review.fitting_data import decided_pairs
from service.review.hits import Screening
from service.review.intake import Counts
from service.review.judgements import MEANINGS, Judgement, Policy, Ruling
from service.review.ledger import Ledger, read_events
from service.review.tables import alerts, cases
from service.review.verification import verify_database
from service.schemas import PairIn

ON_BOTH = "all"

Take = Callable[..., Counts]
Make = Callable[..., Screening]
FALSE = Ruling(Judgement.FALSE_POSITIVE, "other", "a bakery")
TRUE = Ruling(Judgement.TRUE_MATCH, "name")
UNSURE = Ruling(Judgement.UNSURE, "too little")


@pytest.fixture
def case(take: Take, make_screening: Make) -> int:
    return take(make_screening()).case_ids[0]


def now(ledger: Ledger, case: int) -> CaseRef:
    with ledger.database.reading() as connection:
        return CaseRef(
            case, connection.execute(select(cases.c.version).where(cases.c.id == case)).scalar_one()
        )


def status(ledger: Ledger, case: int) -> tuple[str, str | None]:
    with ledger.database.reading() as connection:
        row = connection.execute(select(cases).where(cases.c.id == case)).one()
    return row.status, row.judgement


def say(ledger: Ledger, who: str, case: int, ruling: Ruling, policy: Policy | None = None) -> int:
    with ledger.change(who) as change:
        return decide(change, policy or Policy(), now(ledger, case), ruling)


def test_a_false_positive_takes_effect_at_once(ledger: Ledger, case: int) -> None:
    number = say(ledger, "ann", case, FALSE)
    assert status(ledger, case) == ("decided", "false positive")
    with ledger.database.reading() as connection:
        frozen = json.loads(get_decision(connection, number).frozen)
    hit = next(iter(frozen["hits"].values()))
    assert hit["organization"]["mentions"][0]["text"] == "United Aircraft Corporation"
    assert hit["engine"] == {"version": "0.1.0", "matcher": "1", "calibration": "1", "recognizers": []}
    assert hit["settings"]["min_confidence"] == 0.5
    assert frozen["policy"]["second_above"] == 0.95
    assert frozen["ruling"]["comment"] == "a bakery"
    verify_database(ledger.database)


def test_a_true_match_needs_a_second_person(ledger: Ledger, case: int) -> None:
    say(ledger, "ann", case, TRUE)
    assert status(ledger, case) == ("proposed", "true match")
    with pytest.raises(NotAllowed, match="another person"), ledger.change("ann") as change:
        approve(change, now(ledger, case))
    with pytest.raises(NotAllowed, match="another person"), ledger.change("ANN") as change:
        approve(change, now(ledger, case))
    with ledger.change("bob") as change:
        approve(change, now(ledger, case))
    assert status(ledger, case) == ("decided", "true match")
    verify_database(ledger.database)


@pytest.mark.parametrize(
    ("policy", "waits"),
    [
        (Policy(), False),
        (Policy(second_above=0.9), True),
        (Policy(second_for_lists=("us_ofac_sdn",)), True),
        (Policy(second_for_lists=("eu_fsf",)), False),
        (Policy(second_for_judgements=("false positive",)), True),
    ],
)
def test_the_policy_says_when_four_eyes_are_needed(
    ledger: Ledger, case: int, policy: Policy, waits: bool
) -> None:
    say(ledger, "ann", case, FALSE, policy)
    assert status(ledger, case)[0] == ("proposed" if waits else "decided")


def test_a_decision_that_is_sent_back_is_open_again(ledger: Ledger, case: int) -> None:
    say(ledger, "ann", case, TRUE)
    with pytest.raises(NotPossible, match="say why"), ledger.change("bob") as change:
        reject(change, now(ledger, case), " ")
    with ledger.change("bob") as change:
        reject(change, now(ledger, case), "the plant is in France")
    assert status(ledger, case) == ("open", None)
    with pytest.raises(NotPossible, match="waits for a second"), ledger.change("bob") as change:
        approve(change, now(ledger, case))


def test_undo_is_a_new_event_and_erases_nothing(ledger: Ledger, case: int) -> None:
    say(ledger, "ann", case, FALSE)
    with ledger.change("ann") as change:
        undo(change, now(ledger, case))
    assert status(ledger, case) == ("open", None)
    with pytest.raises(NotPossible, match="no decision to undo"), ledger.change("ann") as change:
        undo(change, now(ledger, case))
    say(ledger, "ann", case, UNSURE)
    assert status(ledger, case) == ("escalated", "unsure")
    with ledger.database.reading() as connection:
        actions = [event.action for event in read_events(connection)]
    assert actions == ["case opened", "decision decide", "decision undo", "decision decide"]
    verify_database(ledger.database)


def test_what_was_escalated_can_be_judged_but_not_what_was_decided(ledger: Ledger, case: int) -> None:
    say(ledger, "ann", case, UNSURE)
    say(ledger, "bob", case, FALSE)
    with pytest.raises(NotPossible, match="no open alert"):
        say(ledger, "bob", case, FALSE)


def test_a_decision_may_be_about_some_of_the_alerts(
    ledger: Ledger, take: Take, make_screening: Make, make_match: Callable[..., dict[str, object]]
) -> None:
    both = [make_match("UAC"), make_match("UAC HOLDING", "eu_fsf", "EU.1", confidence=0.7)]
    case = take(make_screening(matches=both)).case_ids[0]
    with ledger.database.reading() as connection:
        first = connection.execute(select(alerts.c.id).order_by(alerts.c.id)).scalars().first()
    assert first is not None
    with ledger.change("ann") as change:
        decide(change, Policy(), now(ledger, case), FALSE, only=[first])
    assert status(ledger, case) == ("open", "false positive")
    say(ledger, "ann", case, TRUE)
    assert status(ledger, case) == ("proposed", "true match")
    verify_database(ledger.database)


@pytest.mark.parametrize(
    ("ruling", "error"),
    [
        (Ruling(Judgement.TRUE_MATCH, "other"), "choose one of: name"),
        (Ruling(Judgement.FALSE_POSITIVE, ""), "is not a reason"),
        (Ruling(Judgement.FALSE_POSITIVE, "other", "x" * 10_001), "the limit is 10000"),
    ],
)
def test_a_ruling_that_is_none_changes_nothing(ledger: Ledger, case: int, ruling: Ruling, error: str) -> None:
    before = now(ledger, case)
    with pytest.raises(Malformed, match=error):
        say(ledger, "ann", case, ruling)
    assert now(ledger, case) == before


def test_a_case_or_decision_that_is_not_there(ledger: Ledger) -> None:
    with pytest.raises(Absent), ledger.change("ann") as change:
        decide(change, Policy(), CaseRef(99, 1), FALSE)
    with pytest.raises(Absent), ledger.database.reading() as connection:
        get_decision(connection, 99)


def test_every_rule_is_explained() -> None:
    assert list(MEANINGS) == [field.name for field in fields(Policy)]


def test_of_parallel_reviewers_exactly_one_decides(ledger: Ledger, case: int) -> None:
    read = now(ledger, case)

    def try_to(number: int) -> str:
        try:
            with ledger.change(f"reviewer{number}") as change:
                decide(change, Policy(), read, FALSE)
        except ReviewError as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(8) as pool:
        ends = sorted(pool.map(try_to, range(8)))
    assert ends == ["Stale"] * 7 + ["done"]
    verify_database(ledger.database)


def test_of_two_approvers_at_once_exactly_one_approves(ledger: Ledger, case: int) -> None:
    say(ledger, "ann", case, TRUE)
    read = now(ledger, case)

    def try_to(who: str) -> str:
        try:
            with ledger.change(who) as change:
                approve(change, read)
        except Stale:
            return "stale"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(try_to, ["bob", "cid"])) == ["done", "stale"]
    verify_database(ledger.database)


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE alerts SET status = 'decided', judgement = 'false positive'", "alert 1 of case 1"),
        ("UPDATE cases SET status = 'decided'", "case 1"),
    ],
)
def test_a_row_that_was_changed_behind_the_trail_is_found(
    ledger: Ledger, case: int, statement: str, place: str
) -> None:
    with ledger.database.writing() as connection:
        connection.execute(text(statement))
    with pytest.raises(TrailBroken) as caught:
        verify_database(ledger.database)
    assert caught.value.place == place


def test_decided_pairs_are_what_compare_reads(ledger: Ledger, case: int) -> None:
    say(ledger, "ann", case, FALSE)
    with ledger.database.reading() as connection:
        rows = list(decided_pairs(connection))
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    pairs = list(read_pairs(io.BytesIO(lines), "decisions.jsonl", [].append))
    assert [row["label"] for row in rows] == [0] * len(pairs)
    assert [(one.name1, one.name2, one.schema_) for one in pairs if isinstance(one, PairIn)] == [
        (row["name1"], row["name2"], row["schema"]) for row in rows
    ]
    assert rows
