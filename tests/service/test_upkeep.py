"""Lists that refresh themselves: what is due, once, and errors that stay inside."""

import logging
import time
from datetime import UTC, datetime, timedelta

import pytest

from lists.checks import Check, record_check
from lists.errors import StoreBusy
from lists.refresh import Outcome
from lists.store import SnapshotStore
from service.upkeep import Upkeep, due_lists

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    store = SnapshotStore(tmp_path / "lists")
    with store.writing():
        for list_id, hours in (("un_sc", 30), ("eu_fsf", 2), ("our_own", 300)):
            record_check(store, list_id, Check(checked=NOW - timedelta(hours=hours), result="published"))
    return store


def test_only_publishers_lists_that_were_asked_long_ago_are_due(store):
    assert due_lists(store, timedelta(hours=24), NOW) == ("un_sc",)
    assert due_lists(store, timedelta(hours=1), NOW) == ("eu_fsf", "un_sc")


def test_an_installation_that_never_asked_is_not_made_to(tmp_path):
    assert due_lists(SnapshotStore(tmp_path), timedelta(0), NOW) == ()


def test_what_is_due_is_refreshed_and_told(store, caplog):
    asked = []

    def refresh(_store, list_ids, _now):
        asked.append(list_ids)
        return [Outcome("un_sc", "refused", "half of it is gone")]

    with caplog.at_level(logging.INFO):
        Upkeep(store, 24, refresh).look(NOW)
    assert asked == [("un_sc",)]
    assert "list un_sc refused: half of it is gone" in caplog.text


@pytest.mark.parametrize("error", [StoreBusy("another process is refreshing"), OSError("no network")])
def test_an_error_stays_inside(store, caplog, error):
    def refresh(*_):
        raise error

    assert Upkeep(store, 24, refresh).look(NOW) == ()
    assert "not refreshed" in caplog.text


def test_it_runs_by_itself_until_it_is_stopped(store):
    looks = []

    def refresh(_store, list_ids, now):
        looks.append(now)
        return []

    upkeep = Upkeep(store, 0.0001, refresh)
    upkeep.start()
    deadline = time.monotonic() + 20
    while len(looks) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    upkeep.stop()
    assert len(looks) >= 2
