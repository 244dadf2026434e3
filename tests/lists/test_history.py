"""Differences by field, timelines, and point in time on two axes; the order of loading changes nothing."""

from __future__ import annotations

import gc
import itertools
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from lists.differences import difference
from lists.errors import NotStored
from lists.history import History, Status, known_since, period
from lists.importing import Import, import_files
from lists.store import SnapshotStore

Table = Callable[..., Path]
Load = Callable[..., None]

UAC = "36431,Organization,United Aircraft Corporation,{aliases},,,,PROG,,,,,,"
DATED = "7812,Organization,Sukhoi Works,,,,,PROG,2022-03-15,{end},,,,"
STAYS = "1,Organization,Old Bank,,,,,,,,,,,"
OLD, MIDDLE, NEW = date(2022, 1, 31), date(2024, 3, 24), date(2026, 7, 31)


@pytest.fixture
def load(store: SnapshotStore, table: Table, now: datetime) -> Load:
    def run(published: date, *rows: str) -> None:
        path = table(*rows, name=f"{published}.csv")
        import_files(store, [path], Import("demo", published=published), now)

    return run


def three(load: Load, order: tuple[int, ...] = (0, 1, 2)) -> None:
    versions = (
        (OLD, STAYS, "9,Organization,Gone Bank,,,,,,,,,,,"),
        (MIDDLE, STAYS, UAC.format(aliases="UAC")),
        (NEW, STAYS, UAC.format(aliases="UAC | PJSC UAC")),
    )
    for number in order:
        load(*versions[number])


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_loading_changes_nothing(
    store: SnapshotStore, load: Load, order: tuple[int, ...]
) -> None:
    three(load, order)
    history = History(store, "demo")
    assert [(row.published, row.change) for row in history.timeline()] == [
        (OLD, "first version, 2 entries"),
        (MIDDLE, "1 added, 1 removed"),
        (NEW, "1 changed"),
    ]
    rows = history.timeline("36431")
    assert [row.change for row in rows] == ["absent", "added", "changed"]
    assert [(field.field, field.added, field.removed) for field in rows[2].fields] == [
        ("names", ({"kind": "alias", "text": "PJSC UAC"},), ())
    ]
    assert store.active()[0].published == NEW


@pytest.mark.parametrize(
    ("day", "state", "basis"),
    [
        (date(2021, 12, 31), "unknown", "before the first version"),
        (OLD, "not_listed", "not in a version"),
        (date(2023, 1, 1), "unknown", "changed between versions"),
        (MIDDLE, "listed", "observed in a version"),
        (date(2025, 1, 1), "listed", "observed in a version"),
        (date(2026, 11, 20), "listed", "observed in a version"),
    ],
)
def test_without_a_listing_date_observation_decides(
    store: SnapshotStore, load: Load, day: date, state: str, basis: str
) -> None:
    three(load)
    status = History(store, "demo").status("36431", day)
    assert (status.state, status.basis) == (state, basis)
    assert status.versions


def test_a_delisted_party_is_found_with_its_dates(store: SnapshotStore, load: Load) -> None:
    three(load)
    history = History(store, "demo")
    assert history.status("9", OLD).state == "listed"
    between = history.status("9", date(2023, 6, 1))
    assert (between.state, between.delisted_between) == ("unknown", (OLD, MIDDLE))
    later = history.status("9", NEW)
    assert (later.state, later.delisted_between) == ("not_listed", (OLD, MIDDLE))
    assert [row.change for row in history.timeline("9")] == ["present", "removed", "absent"]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2022, 3, 14), "not_listed"),
        (date(2022, 3, 15), "listed"),
        (date(2025, 6, 30), "listed"),
        (date(2025, 7, 1), "not_listed"),
    ],
)
def test_the_publishers_own_dates_reach_before_our_first_version(
    store: SnapshotStore, load: Load, day: date, state: str
) -> None:
    load(date(2026, 4, 22), DATED.format(end="2025-06"))
    assert History(store, "demo").status("7812", day).state == state


def test_a_listing_date_between_two_versions_decides(store: SnapshotStore, load: Load) -> None:
    load(OLD, STAYS)
    load(MIDDLE, STAYS, DATED.format(end=""))
    history = History(store, "demo")
    assert history.status("7812", date(2022, 3, 14)).state == "not_listed"
    assert history.status("7812", date(2022, 3, 15)).basis == "publisher's listing date"
    assert history.status("7812", date(2022, 3, 15)).state == "listed"


def test_a_listing_date_that_an_older_version_contradicts_is_not_believed(
    store: SnapshotStore, load: Load
) -> None:
    load(date(2023, 1, 1), STAYS)
    load(MIDDLE, STAYS, DATED.format(end=""))
    status = History(store, "demo").status("7812", date(2023, 6, 1))
    assert (status.state, status.basis) == ("unknown", "changed between versions")


def test_what_was_known_is_another_axis(store: SnapshotStore, load: Load) -> None:
    three(load)
    history = History(store, "demo")
    asked = date(2025, 1, 1)
    assert history.status("36431", asked).state == "listed"
    assert history.status("36431", asked, known_as_of=date(2023, 1, 1)).state == "not_listed"
    assert history.status("36431", asked, known_as_of=date(2020, 1, 1)).basis == "no version known"


def test_a_download_is_known_from_its_retrieval_on(store: SnapshotStore, load: Load) -> None:
    three(load)
    (snapshot, *_) = store.versions("demo")
    file = snapshot.files[0].model_copy(update={"url": "https://example.org/list"})
    assert known_since(snapshot) == OLD
    assert known_since(snapshot.model_copy(update={"files": (file,)})) == date(2026, 11, 20)


def test_many_versions_need_few_handles(
    store: SnapshotStore, table: Table, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list that is refreshed daily has hundreds of versions after a year."""
    monkeypatch.setattr("lists.history.OPEN", 10)
    for number in range(40):
        row = f"7,Organization,Bank,alias {number},,,,,,,,,," if number > 2 else STAYS
        path = table(STAYS if number > 2 else "2,Vessel,X,,,,,,,,,,,", row, name="v.csv")
        import_files(store, [path], Import("demo", published=OLD + timedelta(days=number)), now)
    gc.collect()  # what other tests have left open
    history, resource = History(store, "demo"), pytest.importorskip("resource")
    limits, free = resource.getrlimit(resource.RLIMIT_NOFILE), [os.dup(0) for _ in range(30)]
    for handle in free:
        os.close(handle)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(free) + 1, limits[1]))
    try:
        assert history.status("7", OLD).state == "not_listed"
        assert history.status("7", OLD + timedelta(days=3)).state == "listed"
        assert history.status("7", OLD + timedelta(days=999)).state == "listed"
        assert len(history.timeline("7")) == 40
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_an_answer_beyond_the_latest_version_says_so(store: SnapshotStore, load: Load) -> None:
    three(load)
    history = History(store, "demo")
    assert history.status("1", NEW + timedelta(days=1)).detail == f"on the version of {NEW}, the latest known"
    assert history.status("1", NEW).detail == f"on the version of {NEW}"
    assert (
        history.status("404", NEW + timedelta(days=1)).detail
        == f"not on the version of {NEW}, the latest known"
    )
    past = history.status("36431", MIDDLE, known_as_of=OLD)
    assert (past.state, past.detail) == ("not_listed", f"not on the version of {OLD}, the latest known")


def test_an_unknown_list_is_named(store: SnapshotStore) -> None:
    with pytest.raises(NotStored, match="no version of this list"):
        History(store, "demo")


def test_an_entry_with_another_id_and_the_same_content_is_renumbered(
    store: SnapshotStore, load: Load
) -> None:
    load(OLD, "5,Organization,Moved Bank,MB,,,,,,,,,,", STAYS)
    load(MIDDLE, "6,Organization,Moved Bank,MB,,,,,,,,,,", STAYS)
    found = difference(store, *store.versions("demo"))
    assert [(change.change, change.former_id, change.entry_id) for change in found.changes] == [
        ("renumbered", "5", "6")
    ]


def test_two_alike_that_went_are_not_guessed_to_be_renumbered(store: SnapshotStore, load: Load) -> None:
    twin = "{},Organization,Twin Bank,,,,,,,,,,,"
    load(OLD, twin.format(5), twin.format(6), STAYS)
    load(MIDDLE, twin.format(7), STAYS)
    found = difference(store, *store.versions("demo"))
    assert found.counts == {"added": 1, "removed": 2}


def test_partial_dates_are_periods() -> None:
    assert (period("2024").first, period("2024").last) == (date(2024, 1, 1), date(2024, 12, 31))
    assert period("2024-02").last == date(2024, 2, 29)


@pytest.mark.shared
def test_the_real_dates_of_ofac_and_the_eu(store: SnapshotStore, shared: Path) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    for name, day in (("2024-03", MIDDLE), ("2022-01", OLD)):
        folder = shared / "data" / "lists" / f"us-ofac-sdn-{name}"
        import_files(store, [folder], Import("us_ofac_sdn", published=day), now)
    import_files(store, [shared / "data" / "import" / "eu_fsf.csv"], Import("eu_fsf"), now)
    ofac, eu = History(store, "us_ofac_sdn"), History(store, "eu_fsf")

    def state(status: Status) -> str:
        return status.state

    assert state(ofac.status("36431", OLD)) == "not_listed"
    assert state(ofac.status("36431", MIDDLE)) == "listed"
    assert state(eu.status("EU.7812.41", date(2022, 3, 14))) == "not_listed"
    assert state(eu.status("EU.7812.41", date(2022, 3, 15))) == "listed"
