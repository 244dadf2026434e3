"""Our difference against the publisher's deltas: what both say, what only one says, what neither has to say."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from lists.cross_check import CrossCheck, cross_check
from lists.differences import difference
from lists.importing import Import, import_files
from lists.source import RawFile, Report
from lists.sources.catalogue import source_for
from lists.sources.ofac_delta import Delta, read_delta
from lists.store import SnapshotStore

ADD = (
    '<entity id="{id}" action="add"><generalInfo><entityType>Vessel</entityType></generalInfo><sanctionsLists>'
    '<sanctionsList id="1">{list}</sanctionsList></sanctionsLists><names><name id="2"><isPrimary>true</isPrimary>'
    '<translations><translation id="3"><formattedFullName>SHIP {id}</formattedFullName></translation></translations>'
    "</name></names></entity>"
)
REMOVE = '<entity id="{id}" action="remove"/>'


def delta(day: str, *entities: str) -> Delta:
    text = (
        '<sanctionsData xmlns="https://www.treasury.gov/ofac/DeltaFile/1.0"><publicationInfo>'
        f"<datePublished>{day}T10:00:00</datePublished></publicationInfo>"
        f"<entities>{''.join(entities)}</entities></sanctionsData>"
    )
    path = RawFile("delta.xml", lambda: io.BytesIO(text.encode()))
    return read_delta(path, source_for("us_ofac_sdn"), Report())


def add(entry_id: int, listed: str = "SDN List") -> str:
    return ADD.format(id=entry_id, list=listed)


def remove(entry_id: int) -> str:
    return REMOVE.format(id=entry_id)


@pytest.fixture
def check(store: SnapshotStore, table: Callable[..., Path], now: datetime) -> Callable[..., CrossCheck]:
    """Hold deltas against two versions: 1 and 2 on the first of the month, 2 and 3 on the tenth."""
    for day, ids in ((1, (1, 2)), (10, (2, 3))):
        path = table(*(f"{n},Vessel,SHIP {n},,,,,,,,,,," for n in ids), name=f"{day}.csv")
        import_files(store, [path], Import("us_ofac_sdn", published=date(2026, 1, day)), now)
    old, new = store.versions("us_ofac_sdn")
    return lambda *deltas: cross_check(difference(store, old, new), store.reader(old), deltas)


def test_both_say_the_same(check) -> None:
    found = check(delta("2026-01-05", add(3)), delta("2026-01-10", remove(1)))
    assert (found.agrees, found.publications, found.outside) == (True, 2, 0)


def test_who_came_and_went_in_between_is_neither_here_nor_there(check) -> None:
    deltas = (
        delta("2026-01-03", add(9)),
        delta("2026-01-04", remove(9), remove(2)),
        delta("2026-01-05", add(2)),
    )
    assert check(*deltas, delta("2026-01-06", add(3), remove(1))).agrees


def test_a_missed_publication_shows(check) -> None:
    found = check(delta("2026-01-05", add(3)))
    assert (found.agrees, found.removed_by_us_only) == (False, ("1",))


def test_an_entry_that_a_reader_lost_shows(check) -> None:
    found = check(delta("2026-01-05", add(3), add(4), remove(1), remove(2)))
    assert (found.added_by_them_only, found.removed_by_them_only) == (("4",), ("2",))


def test_other_lists_and_other_times_are_left_out(check) -> None:
    elsewhere = delta("2026-01-06", add(3), remove(1), add(77, "Non-SDN CMIC List"), remove(88))
    found = check(elsewhere, delta("2026-01-01", add(5)), delta("2026-02-01", remove(2)))
    assert (found.agrees, found.outside) == (True, 2)
