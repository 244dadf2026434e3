from datetime import UTC, date, datetime

import pytest

from lists.history import History
from lists.importing import Import, import_files
from lists.models import Designation, ListedName, ListEntry, Snapshot
from lists.store import SnapshotStore
from matchers.models import Listing
from service.status import Past, open_past

SNAPSHOT = Snapshot(
    list_id="test",
    version="2024-03-01-000000000000",
    sha256="0" * 64,
    published=date(2024, 3, 1),
    published_basis="stated",
    retrieved=datetime(2024, 3, 2, tzinfo=UTC),
    files=(),
    reader="entry-table/1",
    counts={},
)

DATES = [("2018-02-23", None), ("2018-02-23", "2020-01-01"), ("2021", None), (None, None)]


def listing(since: str | None, until: str | None = None) -> Listing:
    act = Designation(authority="Office", listing_date=since, end_date=until)
    name = ListedName(text="CHON MA SAN")
    entry = ListEntry(list_id="test", entry_id="1", schema="Vessel", names=(name,), designations=(act,))
    return Listing(SNAPSHOT, entry)


@pytest.mark.parametrize(
    ("since", "until", "day", "state"),
    [
        ("2018-02-23", None, date(2018, 2, 23), "listed"),
        ("2018-02-23", None, date(2018, 2, 22), "not_listed"),
        ("2018", None, date(2018, 6, 1), "unknown"),
        ("2018", None, date(2017, 12, 31), "not_listed"),
        ("2018-02-23", "2020-01-01", date(2019, 1, 1), "listed"),
        ("2018-02-23", "2020-01-01", date(2020, 1, 2), "not_listed"),
        (None, None, date(2024, 3, 1), "listed"),
        (None, None, date(2024, 2, 29), "unknown"),
    ],
)
def test_a_state_is_said_only_where_a_date_says_so(since, until, day, state):
    assert Past().status(listing(since, until), day).state == state


def test_without_a_day_nothing_is_known():
    assert Past().status(listing("2018-02-23"), None).state == "unknown"
    assert Past().status_within(listing("2018-02-23"), None).state == "unknown"


def test_the_basis_is_said():
    assert Past().status(listing("2018-02-23"), date(2020, 1, 1)).detail == "listed since 2018-02-23"


@pytest.mark.parametrize(
    ("published", "state"),
    [
        ("2019", "listed"),
        ("2017", "not_listed"),
        ("2018", "unknown"),
        ("2018-02", "unknown"),
        ("2018-02-23", "listed"),
    ],
)
def test_an_article_of_some_day_of_a_year(published, state):
    assert Past().status_within(listing("2018-02-23"), published).state == state


def test_parties_with_the_same_dates_share_a_status_and_others_do_not():
    past = Past()
    shown = [past.status(listing(since, until), date(2021, 1, 1)) for since, until in DATES * 2]
    assert shown == [Past().status(listing(since, until), date(2021, 1, 1)) for since, until in DATES * 2]
    assert len(set(shown)) == len(DATES)


def test_the_entry_that_is_shown_is_not_read_again_and_says_the_same(tmp_path, monkeypatch):
    store, header = SnapshotStore(tmp_path / "lists"), "entry_id,schema,name,listing_date,end_date\n"
    for day, since in ((date(2023, 1, 1), "2022-01-01"), (date(2024, 1, 1), "2022-06-01")):
        table = tmp_path / f"{day}.csv"
        table.write_text(f"{header}1,Organization,ACME,{since},\n", encoding="utf-8")
        import_files(store, [table], Import("demo", published=day), datetime.now(UTC))
    history, latest = History(store, "demo"), store.versions("demo")[-1]
    shown, past = Listing(latest, store.reader(latest).find("1")), open_past(store, ("demo",))
    for day in (date(2021, 1, 1), date(2022, 3, 1), date(2023, 5, 1), date(2025, 1, 1)):
        assert past.status(shown, day) == history.status("1", day)

    def refuse(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(History, "entry", refuse)
    assert open_past(store, ("demo",)).status(shown, date(2025, 1, 1)).detail == "listed since 2022-06-01"
