from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.review.checkpoints import Signer, check_checkpoint, load_signer
from service.review.database import open_database
from service.review.errors import ReviewError, TrailBroken
from service.review.ledger import Ledger, read_checkpoints, read_events
from service.review.trail import Event, next_event, verified

ON_BOTH = "all"


def chain(length: int) -> list[Event]:
    events: list[Event] = []
    for number in range(length):
        last = events[-1] if events else None
        stamp = (f"2026-07-01T00:00:{number:02}Z", "ann")
        events.append(next_event(last, stamp, "case viewed", f"case {number}", json.dumps({"n": number})))
    return events


@given(
    place=st.integers(0, 9),
    field=st.sampled_from(["at", "actor", "action", "subject", "body", "hash", "previous"]),
)
def test_a_changed_field_is_found_where_it_is(place: int, field: str) -> None:
    events = chain(10)
    events[place] = replace(events[place], **{field: getattr(events[place], field) + "x"})
    with pytest.raises(TrailBroken) as caught:
        list(verified(events))
    assert caught.value.place == f"event {place + 1}"


@given(place=st.integers(0, 8))
def test_a_missing_or_moved_event_is_found(place: int) -> None:
    events = chain(10)
    with pytest.raises(TrailBroken, match=f"event {place + 1}: "):
        list(verified(events[:place] + events[place + 1 :]))
    events[place], events[place + 1] = events[place + 1], events[place]
    with pytest.raises(TrailBroken, match=f"event {place + 1}: "):
        list(verified(events))


def test_a_whole_chain_passes() -> None:
    events = chain(10)
    assert list(verified(events)) == events


def test_events_and_checkpoints_are_kept_and_verify(ledger: Ledger) -> None:
    for number in range(205):
        with ledger.change("ann") as change:
            change.record("case viewed", f"case {number}", {"ключ": "значение"})
    with ledger.database.reading() as connection:
        events = list(verified(read_events(connection)))
        signed = read_checkpoints(connection)
    assert [checkpoint.seq for checkpoint in signed] == [100, 200]
    for checkpoint in signed:
        check_checkpoint(checkpoint, events[checkpoint.seq - 1].hash, ledger.signer.public)


def test_a_checkpoint_that_another_key_signed_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.change("ann") as change:
        event = change.record("case viewed", "case 1", {})
    real = ledger.seal("ann")
    assert real is not None
    forged = Signer(Ed25519PrivateKey.generate())
    with pytest.raises(TrailBroken, match="not with the one that is trusted"):
        check_checkpoint(forged.checkpoint(event, real.at), event.hash, ledger.signer.public)
    with pytest.raises(TrailBroken, match="changed or forged"):
        check_checkpoint(replace(real, seq=2), event.hash, None)
    with pytest.raises(TrailBroken, match="rebuilt"):
        check_checkpoint(real, "f" * 64, None)
    with pytest.raises(TrailBroken, match="cut off"):
        check_checkpoint(real, None, None)


def test_nothing_of_a_failed_change_stays(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.change("ann") as change:
            change.record("case viewed", "case 1", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with ledger.database.reading() as connection:
        assert list(read_events(connection)) == []


@pytest.mark.parametrize("statement", ["UPDATE events SET actor = 'eve'", "DELETE FROM events"])
def test_the_database_refuses_to_change_the_trail(ledger: Ledger, statement: str) -> None:
    with ledger.change("ann") as change:
        change.record("case viewed", "case 1", {})
    with pytest.raises(DBAPIError, match="events is append-only"), ledger.database.writing() as connection:
        connection.execute(text(statement))


def test_opening_again_changes_nothing(ledger: Ledger, database_url: str) -> None:
    with ledger.change("ann") as change:
        change.record("case viewed", "case 1", {})
    again = open_database(database_url)
    with again.reading() as connection:
        assert len(list(read_events(connection))) == 1
    again.close()


def test_a_key_is_made_once_and_a_broken_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "checkpoint.key"
    assert load_signer(path).public == load_signer(path).public
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"short")
    with pytest.raises(ReviewError, match="not a checkpoint key"):
        load_signer(path)
