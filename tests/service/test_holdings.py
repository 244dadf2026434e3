from datetime import UTC, date, datetime

import pytest

from lists.importing import Import, import_files
from lists.models import Designation, ListedName, ListEntry, Snapshot
from lists.store import SnapshotStore
from service.errors import NotFound
from service.holdings import Holding, Holdings, active_holdings, holdings_known_on


def snapshot(list_id: str, sha256: str = "0" * 64) -> Snapshot:
    return Snapshot(
        list_id=list_id,
        version="2024-03-01-000000000000",
        sha256=sha256,
        published=date(2024, 3, 1),
        published_basis="stated",
        retrieved=datetime(2024, 3, 2, tzinfo=UTC),
        files=(),
        reader="entry-table/1",
        counts={},
    )


def holding(list_id: str, *ids: str, sha256: str = "0" * 64) -> Holding:
    act = Designation(authority="Office")
    entries = tuple(
        ListEntry(
            list_id=list_id,
            entry_id=number,
            schema="Vessel",
            names=(ListedName(text=number),),
            designations=(act,),
        )
        for number in ids
    )
    return Holding(snapshot(list_id, sha256), entries)


def test_entries_are_numbered_by_list_and_entry_id():
    both = Holdings([holding("b", "1", "2"), holding("a", "7", "8", "9")])
    assert len(both) == 5
    assert [both[number].entry.ref for number in range(5)] == [entry.ref for entry in both.entries()]
    assert both[3].entry.ref == ("b", "1")
    assert both[3].snapshot.list_id == "b"
    for outside in (-1, 5):
        with pytest.raises(IndexError):
            both[outside]


def test_an_entry_is_found_by_its_ids():
    both = Holdings([holding("a", "7", "8"), holding("b", "1")])
    assert both.find("a", "8").entry.ref == ("a", "8")
    assert both.find("a", "9") is None
    assert both.find("c", "1") is None


def test_the_key_follows_the_content_not_the_order():
    one, two = holding("a", "1"), holding("b", "1", sha256="1" * 64)
    assert Holdings([one, two]).key == Holdings([two, one]).key
    assert Holdings([one, two]).key != Holdings([one]).key


def test_who_was_delisted_is_found_in_the_version_that_had_it_last(tmp_path):
    store = SnapshotStore(tmp_path / "lists")
    table = "entry_id,name\n1,Stays Bank\n"
    for day, rows in ((1, "2,Gone Bank\n"), (2, "3,New Bank\n")):
        path = tmp_path / f"{day}.csv"
        path.write_text(table + rows)
        import_files(store, [path], Import("demo", published=date(2026, 1, day)), datetime.now(UTC))
    held = active_holdings(store)
    assert [entry.name for entry in held.entries()] == ["Stays Bank", "New Bank", "Gone Bank"]
    assert (len(held), held.current) == (3, 2)
    gone = held.find("demo", "2")
    assert (gone, gone.snapshot.published) == (held[2], date(2026, 1, 1))
    assert [held.is_current(held[number]) for number in range(3)] == [True, True, False]
    assert held.key != Holdings(held.parts).key
    assert len(holdings_known_on(store, date(2026, 1, 1))) == 2


def test_nothing_known_on_a_day_is_an_error(tmp_path):
    with pytest.raises(NotFound, match="2020-01-01"):
        holdings_known_on(SnapshotStore(tmp_path / "lists"), date(2020, 1, 1))
