from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from lists.embedded.sample import embedded_versions
from lists.models import ListEntry, entry_json
from service.review.checkpoints import check_checkpoint
from service.review.desk import Desk, Places
from service.review.good_guys import fingerprint
from service.review.hits import Screening
from service.review.intake import Counts, Intake, take_all
from service.review.judgements import Policy
from service.review.ledger import Ledger, read_events
from service.review.tables import alerts, good_guys
from service.review.upkeep import Upkeep, end_what_changed, seal_if_old, tend
from service.review.verification import read_witnesses, verify_database

ON_BOTH = "all"
FIELDS = list(Policy().remember_fields)


@pytest.fixture
def entry() -> ListEntry:
    return next(
        e
        for s, entries in embedded_versions()
        if s.list_id == "us_ofac_sdn"
        for e in entries
        if e.entry_id == "36431"
    )


@pytest.fixture
def desk(ledger: Ledger, tmp_path: Path) -> Desk:
    places = Places("", *(tmp_path / name for name in ("checkpoint.key", "checkpoints.jsonl", "setup-code")))
    return Desk(ledger, places)


@pytest.fixture
def suppressed(
    ledger: Ledger, make_screening: Callable[..., Screening], take: Callable[..., Counts], entry: ListEntry
) -> int:
    """An alert that a remembered false positive covers; returns its number."""
    first = take(make_screening()).case_ids[0]
    row = {
        "organization": "United Aircraft Corporation", "organization_key": "united aircraft corporation",
        "list_id": "us_ofac_sdn", "entry_id": "36431", "entry_name": "UAC", "fields": json.dumps(FIELDS),
        "fingerprint": fingerprint(FIELDS, "", entry_json(entry)), "reason": "a bakery", "author": "ann",
        "approver": "cleo", "status": "active", "created": "2026-07-01", "expires": "2027-07-01", "case_id": first,
    }  # fmt: skip
    with ledger.database.writing() as connection:
        connection.execute(insert(good_guys).values(**row))
    match = {"record": "as it is"}
    with ledger.change("import") as change:
        intake = Intake(change, Policy(), lambda *_: _sealed(entry, make_screening(match=match)), Counts())
        counts = take_all(intake, [make_screening(text="later, United Aircraft Corporation", match=match)])
    assert counts.suppressed == 1
    with ledger.database.reading() as connection:
        wanted = select(alerts.c.id).where(alerts.c.status == "suppressed")
        return int(connection.execute(wanted).scalar_one())


def _sealed(entry: ListEntry, screening: Screening) -> ListEntry:
    record = screening.answer.organizations[0].matches[0].provenance.record_sha256
    return entry.model_copy(update={"record_sha256": record})


def status(ledger: Ledger, alert: int) -> str:
    with ledger.database.reading() as connection:
        return str(connection.execute(select(alerts.c.status).where(alerts.c.id == alert)).scalar_one())


def test_a_change_in_the_chosen_fields_opens_what_was_suppressed(
    ledger: Ledger, desk: Desk, suppressed: int, entry: ListEntry
) -> None:
    now = [entry]
    watching = Desk(ledger, desk.places, current=lambda *_: now[0])
    assert end_what_changed(watching) == 0
    now[0] = entry.model_copy(update={"remarks": ("another remark",), "record_sha256": "0" * 64})
    assert end_what_changed(watching) == 0  # not one of the chosen fields
    now[0] = entry.model_copy(update={"countries": ("kp",)})
    assert end_what_changed(watching) == 1
    assert status(ledger, suppressed) == "open"
    with ledger.database.reading() as connection:
        told = [
            event.data().get("reason")
            for event in read_events(connection)
            if event.action == "good guy ended"
        ]
    assert told == ["the entry changed"]
    assert end_what_changed(watching) == 0
    verify_database(ledger.database)


def test_an_entry_that_is_no_longer_listed_opens_nothing(ledger: Ledger, desk: Desk, suppressed: int) -> None:
    assert end_what_changed(Desk(ledger, desk.places, current=lambda *_: None)) == 0
    assert status(ledger, suppressed) == "suppressed"


def test_what_expired_is_open_again_by_itself(ledger: Ledger, desk: Desk, suppressed: int) -> None:
    with ledger.database.writing() as connection:
        connection.execute(update(good_guys).values(expires="2026-07-01"))
    tend(desk)
    assert status(ledger, suppressed) == "open"
    verify_database(ledger.database)


def test_the_trail_is_signed_every_hour_in_which_something_happens(
    ledger: Ledger, desk: Desk, clock: Any
) -> None:
    assert seal_if_old(desk) is False  # nothing has happened
    for hour, signed in enumerate((True, False, True)):
        with ledger.change("ann") as change:
            event = change.record("case viewed", f"case {hour}", {})
        assert seal_if_old(desk) is signed
        clock.forward(minutes=45)
    assert seal_if_old(desk) is False
    noted = list(read_witnesses(desk.places.witness))
    assert [checkpoint.seq for checkpoint in noted] == [1, 3]
    check_checkpoint(noted[-1], event.hash, ledger.signer.public)


def test_an_error_does_not_end_the_upkeep(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    rounds: list[int] = []

    def opened() -> Desk:
        rounds.append(1)
        if len(rounds) == 1:
            raise RuntimeError("the database is down")
        return desk

    upkeep = Upkeep(opened, 0.01)
    upkeep.start()
    while len(rounds) < 3:
        time.sleep(0.01)
    upkeep.stop()
    assert "the next round tries again" in caplog.text
