"""Deltas out: applying them to the old version gives the new one, and files that exist are never written again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lists.deltas import Entity, delta_index, deltas, release, releases, write_deltas
from lists.errors import NotStored
from lists.importing import Import, import_files
from lists.models import ListEntry, Snapshot
from lists.store import SnapshotStore

Table = Callable[..., Path]


def entity(snapshot: Snapshot, entry: ListEntry) -> Entity:
    properties = {"name": [name.text for name in entry.names]}
    return {
        "id": f"demo-{entry.entry_id}",
        "caption": entry.name,
        "schema": entry.schema_,
        "properties": properties,
    }


def rows(state: dict[int, str]) -> list[str]:
    return [f"{number},Organization,{name},,,,,,,,,,," for number, name in state.items()]


def load(store: SnapshotStore, table: Table, now: datetime, *states: dict[int, str]) -> None:
    for number, state in enumerate(states, start=1):
        day = date(2026, 1, number)
        path = table(*rows(state), name=f"{number}.csv")
        import_files(store, [path], Import("demo", published=day), now + timedelta(days=number))


def named(store: SnapshotStore, number: int) -> str:
    return release(releases(store, "demo")[number])


def test_added_changed_and_removed(store: SnapshotStore, table: Table, now: datetime) -> None:
    load(store, table, now, {1: "One", 2: "Two", 3: "Three"}, {1: "One", 2: "Zwei", 4: "Four"})
    found = list(deltas(store, "demo", named(store, 1), entity))
    assert [(delta.op, delta.entity["id"], delta.entity["caption"]) for delta in found] == [
        ("MOD", "demo-2", "Zwei"),
        ("DEL", "demo-3", "Three"),
        ("ADD", "demo-4", "Four"),
    ]
    assert "properties" not in found[1].entity
    assert json.loads(found[0].line()) == {"op": "MOD", "entity": found[0].entity}


def test_a_renumbered_entity_goes_and_comes(store: SnapshotStore, table: Table, now: datetime) -> None:
    load(store, table, now, {1: "One", 2: "Two"}, {1: "One", 7: "Two"})
    found = list(deltas(store, "demo", named(store, 1), entity))
    assert [(delta.op, delta.entity["id"]) for delta in found] == [("DEL", "demo-2"), ("ADD", "demo-7")]


def test_the_first_version_has_no_delta(store: SnapshotStore, table: Table, now: datetime) -> None:
    load(store, table, now, {1: "One"})
    with pytest.raises(NotStored, match="first release"):
        list(deltas(store, "demo", named(store, 0), entity))
    with pytest.raises(NotStored, match="no release 1999"):
        list(deltas(store, "demo", "1999", entity))
    assert delta_index(store, "demo", str) == {"versions": {}}


def test_releases_are_named_so_that_they_sort(store: SnapshotStore, table: Table, now: datetime) -> None:
    load(store, table, now, {1: "One"}, {1: "Uno"}, {1: "Eins"})
    names = list(delta_index(store, "demo", str)["versions"])
    assert names == sorted(names) == [named(store, 1), named(store, 2)]
    assert named(store, 1).startswith("20261122093000-000000-")


def test_an_old_file_that_is_loaded_later_is_no_release(
    store: SnapshotStore, table: Table, now: datetime
) -> None:
    load(store, table, now, {1: "One"}, {1: "Uno"})
    before = delta_index(store, "demo", str)
    request = Import("demo", published=date(2020, 1, 1))
    import_files(store, [table(*rows({9: "Old"}), name="old.csv")], request, now + timedelta(days=9))
    assert len(store.versions("demo")) == 3
    assert delta_index(store, "demo", str) == before


def test_files_are_written_once_and_named_by_the_index(
    store: SnapshotStore, table: Table, now: datetime, tmp_path: Path
) -> None:
    load(store, table, now, {1: "One"}, {1: "Uno"}, {1: "Uno", 2: "Two"})
    target = tmp_path / "deltas"
    assert write_deltas(store, "demo", target, entity, "https://lists.example/") == 2
    index = json.loads((target / "demo" / "delta.json").read_text(encoding="utf-8"))
    assert list(index["versions"]) == [release(snapshot) for snapshot in store.versions("demo")[1:]]
    for url in index["versions"].values():
        path = target / url.removeprefix("https://lists.example/")
        assert [json.loads(line)["op"] for line in path.read_text(encoding="utf-8").splitlines()] in (
            ["MOD"],
            ["ADD"],
        )
    (kept, *_) = sorted((target / "demo").glob("2*/entities.delta.json"))
    kept.write_text("as it was")
    assert write_deltas(store, "demo", target, entity) == 2
    assert kept.read_text() == "as it was"
    assert not list((target / "demo").glob(".building-*"))


STATE = st.dictionaries(st.integers(1, 6), st.sampled_from(["Ash", "Oak", "Elm"]), min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(STATE, STATE)
def test_applying_a_delta_gives_the_new_version(
    tmp_path_factory: pytest.TempPathFactory, now: datetime, old: dict[int, str], new: dict[int, str]
) -> None:
    place = tmp_path_factory.mktemp("delta")
    store = SnapshotStore(place / "store")
    for number, state in enumerate((old, new), start=1):
        path = place / f"{number}.csv"
        path.write_text("entry_id,name\n" + "".join(f"{key},{name}\n" for key, name in state.items()))
        request = Import("demo", published=date(2026, 1, number))
        import_files(store, [path], request, now + timedelta(days=number))
    held = {f"demo-{key}": name for key, name in old.items()}
    for delta in deltas(store, "demo", named(store, 1), entity):
        key = str(delta.entity["id"])
        if delta.op == "DEL":
            del held[key]
        else:
            assert (key in held) == (delta.op == "MOD")
            held[key] = str(delta.entity["caption"])
    assert held == {f"demo-{key}": name for key, name in new.items()}
