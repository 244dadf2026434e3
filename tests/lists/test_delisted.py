"""Who went from a list: the versions around it, whatever was remembered; a renumbered party did not go."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lists.delisted import delisted
from lists.importing import Import, import_files
from lists.store import SnapshotStore

Table = Callable[..., Path]


def load(store: SnapshotStore, table: Table, now: datetime, *states: dict[int, str]) -> None:
    for number, state in enumerate(states, start=1):
        rows = [f"{entry_id},Organization,{name},,,,,,,,,,," for entry_id, name in state.items()]
        path = table(*rows, name=f"{number}.csv")
        import_files(store, [path], Import("demo", published=date(2026, 1, number)), now)


def said(store: SnapshotStore, memory: Path | None = None) -> list[tuple[str, int, int]]:
    versions = store.versions("demo")
    found = delisted(store, versions, memory)
    days = {snapshot.version: snapshot.published.day for snapshot in versions if snapshot.published}
    return [(one.entry_id, days[one.last.version], days[one.gone.version]) for one in found]


def test_who_went_is_found_with_the_versions_around_it(
    store: SnapshotStore, table: Table, now: datetime
) -> None:
    load(store, table, now, {1: "A", 2: "B", 3: "C"}, {1: "A", 2: "B"}, {1: "A", 3: "C"}, {1: "A"})
    assert said(store) == [("2", 2, 3), ("3", 3, 4)]
    (gone, _) = delisted(store, store.versions("demo"))
    assert gone.entry(store).name == "B"


def test_who_has_another_id_now_did_not_go(store: SnapshotStore, table: Table, now: datetime) -> None:
    load(store, table, now, {1: "A", 2: "Bank One"}, {1: "A", 9: "BANK ONE"})
    assert said(store) == []


def test_one_version_has_no_past(store: SnapshotStore, table: Table, now: datetime) -> None:
    load(store, table, now, {1: "A"})
    assert said(store) == []


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"went": {"1": []}, "renumbered": []}'])
def test_a_damaged_memory_is_computed_again(
    store: SnapshotStore, table: Table, now: datetime, tmp_path: Path, damage: bytes
) -> None:
    load(store, table, now, {1: "A", 2: "B"}, {1: "A"})
    first = said(store, tmp_path / "past")
    (file,) = (tmp_path / "past").iterdir()
    file.write_bytes(damage)
    assert said(store, tmp_path / "past") == first == [("2", 1, 2)]


STATE = st.dictionaries(st.integers(1, 6), st.just("x"), min_size=1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(STATE, min_size=2, max_size=5))
def test_step_by_step_gives_what_all_at_once_gives(
    states: list[dict[int, str]], table: Table, now: datetime, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("store")
    store, memory = SnapshotStore(root / "lists"), root / "past"
    named = [{number: f"party {number}" for number in state} for state in states]
    for number, state in enumerate(named, start=1):
        rows = [f"{entry_id},Organization,{name},,,,,,,,,,," for entry_id, name in state.items()]
        request = Import("demo", published=date(2026, 1, number))
        import_files(store, [table(*rows, name="one.csv")], request, now)
        stepwise = said(store, memory)
        assert stepwise == said(store)
        gone = set(itertools.chain(*named[:number])) - named[number - 1].keys()
        assert {int(entry_id) for entry_id, _, _ in stepwise} == gone
