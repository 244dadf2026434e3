"""The store: versions never change, the active one is replaced atomically, the half-written is ignored."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from lists.entry_file import sealed_line
from lists.errors import NotStored, ReadError, StoreBusy, StoreDamaged, StoreError, StoreFull
from lists.importing import Import, draft_of, import_files
from lists.models import entry_json, seal
from lists.store import SnapshotStore

Table = Callable[..., Path]
ROWS = (
    "2,Organization,Beta Bank,,,,,,,,,,,",
    "10,Vessel,Alpha,,,,,,,,,,,",
    "1,Company,Gamma Yard,,,,,,,,,,,",
)


def load(store: SnapshotStore, path: Path, now: datetime, published: date | None = None) -> str:
    return import_files(store, [path], Import("demo", published=published), now).snapshot.version


def test_a_store_without_a_directory_is_empty(store: SnapshotStore) -> None:
    assert store.active() == ()
    assert store.list_ids() == ()
    assert store.versions("demo") == ()


def test_entries_come_by_id_and_by_position(store: SnapshotStore, table: Table, now: datetime) -> None:
    load(store, table(*ROWS), now)
    (snapshot,) = store.active()
    entries = store.reader(snapshot)
    assert [entry.entry_id for entry in store.entries(snapshot)] == ["1", "10", "2"]
    assert [entry.name for entry in entries] == ["Gamma Yard", "Alpha", "Beta Bank"]
    assert entries[-1].name == "Beta Bank"
    assert [entry.name for entry in entries[1:]] == ["Alpha", "Beta Bank"]
    assert entries.position("10") == 1
    assert entries.position("11") is None
    assert entries.find("2").schema_ == "Organization"
    with pytest.raises(NotStored, match="no entry 3"):
        entries.find("3")
    with pytest.raises(IndexError):
        entries[3]


def test_the_stored_line_is_that_of_the_sealed_entry(
    store: SnapshotStore, table: Table, now: datetime
) -> None:
    load(store, table(*ROWS), now)
    (snapshot,) = store.active()
    entries = store.reader(snapshot)
    for number, entry in enumerate(entries):
        assert entries.line(number).decode() == entry_json(seal(entry))
        assert sealed_line(entry) == entries.line(number) + b"\n"


def test_the_same_content_is_the_same_version(store: SnapshotStore, table: Table, now: datetime) -> None:
    first = load(store, table(*ROWS), now, date(2026, 7, 1))
    again = load(store, table(*reversed(ROWS), name="other.csv"), now, date(2026, 7, 1))
    assert first == again
    assert len(store.versions("demo")) == 1


def test_an_older_version_does_not_replace_a_newer_one(
    store: SnapshotStore, table: Table, now: datetime
) -> None:
    new = load(store, table(*ROWS), now, date(2026, 7, 1))
    old = load(store, table(*ROWS[:2]), now, date(2022, 1, 31))
    assert store.active()[0].version == new
    assert [snapshot.version for snapshot in store.versions("demo")] == [old, new]
    store.use("demo", "2022")
    assert store.active()[0].version == old


def test_two_versions_with_one_beginning_are_ambiguous(
    store: SnapshotStore, table: Table, now: datetime
) -> None:
    load(store, table(*ROWS), now, date(2026, 7, 1))
    load(store, table(*ROWS[:2]), now, date(2026, 7, 2))
    with pytest.raises(NotStored, match="2 versions begin with 2026"):
        store.use("demo", "2026")
    with pytest.raises(NotStored, match="no version 2027"):
        store.use("demo", "2027")


def test_equal_raw_files_are_stored_as_equal_bytes(tmp_path: Path, table: Table, now: datetime) -> None:
    stores = [SnapshotStore(tmp_path / name) for name in ("one", "two")]
    path = table(*ROWS)
    kept = []
    for store in stores:
        load(store, path, now)
        place = store.directory(store.active()[0])
        kept.append((place / "raw" / "table.csv.gz").read_bytes())
        with store.raw_files(store.active()[0])[0].open() as stream:
            assert stream.read() == path.read_bytes()
    assert kept[0] == kept[1]


def test_a_half_written_version_is_ignored_and_cleared(
    store: SnapshotStore, table: Table, now: datetime
) -> None:
    version = load(store, table(*ROWS), now)
    staged = store.stage(draft_of([table(*ROWS[:1])], Import("demo"), now))
    assert staged.directory.is_dir()
    assert [snapshot.version for snapshot in store.versions("demo")] == [version]
    with store.writing():
        assert not staged.directory.exists()


def test_a_second_writer_is_told_to_wait(store: SnapshotStore) -> None:
    second = SnapshotStore(store.root).writing(timeout=0.01)
    with store.writing(), pytest.raises(StoreBusy, match="another process"):
        second.__enter__()


@pytest.mark.parametrize("call", ["fsync", "replace", "rename"])
def test_a_full_disk_is_a_clear_error_and_leaves_the_old_version(
    store: SnapshotStore, table: Table, now: datetime, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    version = load(store, table(*ROWS), now)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = table(*ROWS[:1], name="next.csv")
    with monkeypatch.context() as patched:
        patched.setattr(os, call, fail)
        with pytest.raises(StoreFull, match="the disk is full"):
            load(store, path, now)
    assert store.active()[0].version == version
    assert len(list(store.entries(store.active()[0]))) == 3


def test_damage_is_named(store: SnapshotStore, table: Table, now: datetime) -> None:
    load(store, table(*ROWS), now)
    (snapshot,) = store.active()
    lines = store.directory(snapshot) / "entries.jsonl"
    lines.write_bytes(lines.read_bytes()[:-20])
    with pytest.raises(StoreDamaged, match="lists verify"):
        store.reader(snapshot)
    (store.root / "active.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreDamaged, match=r"active\.json"):
        store.active()


def test_an_empty_list_is_refused(store: SnapshotStore, table: Table, now: datetime) -> None:
    with pytest.raises(ReadError, match="hold no entry"):
        load(store, table(), now)
    assert store.active() == ()
    assert not list(store.root.glob("demo/.building-*"))


@pytest.mark.parametrize("list_id", ["", "../etc", "A B", "x" * 80, ".hidden"])
def test_a_list_id_is_no_path(store: SnapshotStore, table: Table, now: datetime, list_id: str) -> None:
    with pytest.raises(StoreError, match="not a list id"):
        import_files(store, [table(*ROWS)], Import(list_id), now)


def test_a_refused_version_waits_beside_until_a_person_accepts_it(
    store: SnapshotStore, table: Table, now: datetime
) -> None:
    version = load(store, table(*ROWS), now, date(2026, 7, 1))
    draft = draft_of([table(*ROWS[:1])], Import("demo", published=date(2026, 7, 2)), now)
    with store.writing():
        refused = store.refuse(store.stage(draft), ("half of the entries are gone",))
    assert store.active()[0].version == version
    assert store.refused("demo") == (refused,)
    with store.writing():
        store.accept("demo", refused.snapshot.version, "a mass delisting, see the gazette")
    (snapshot,) = store.active()
    assert (snapshot.version, snapshot.accepted_reason) == (
        refused.snapshot.version,
        "a mass delisting, see the gazette",
    )
    assert store.refused("demo") == ()
