from datetime import UTC, date, datetime

import pytest

from lists.models import Designation, ListedName, ListEntry, Snapshot
from matchers.models import Listing
from service.status import earliest, latest, status_on

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


def listing(*dates: tuple[str | None, str | None]) -> Listing:
    acts = tuple(
        Designation(authority="Office", listing_date=since, end_date=until) for since, until in dates
    )
    entry = ListEntry(
        list_id="test",
        entry_id="1",
        schema="Vessel",
        names=(ListedName(text="CHON MA SAN"),),
        designations=acts,
    )
    return Listing(SNAPSHOT, entry)


@pytest.mark.parametrize(
    ("dates", "day", "state"),
    [
        ([("2018-02-23", None)], date(2018, 2, 23), "listed"),
        ([("2018-02-23", None)], date(2018, 2, 22), "not_listed"),
        ([("2018", None)], date(2018, 6, 1), "unknown"),
        ([("2018", None)], date(2018, 12, 31), "listed"),
        ([("2018", None)], date(2017, 12, 31), "not_listed"),
        ([("2018-02-23", "2020-01-01")], date(2019, 1, 1), "listed"),
        ([("2018-02-23", "2020-01-01")], date(2020, 1, 1), "not_listed"),
        ([("2018-02-23", "2020")], date(2020, 6, 1), "unknown"),
        ([(None, None)], date(2024, 3, 1), "listed"),
        ([(None, None)], date(2024, 2, 29), "unknown"),
        ([(None, "2030-01-01")], date(2024, 3, 1), "unknown"),
        ([("2018-02-23", "2020-01-01"), ("2021-01-01", None)], date(2020, 6, 1), "not_listed"),
        ([("2018-02-23", "2020-01-01"), ("2021-01-01", None)], date(2022, 6, 1), "listed"),
        ([("2018-02-23", "2020-01-01"), (None, None)], date(2020, 6, 1), "unknown"),
    ],
)
def test_a_state_is_said_only_where_a_date_says_so(dates, day, state):
    assert status_on(listing(*dates), day).state == state


def test_without_a_day_nothing_is_known():
    assert status_on(listing(("2018-02-23", None)), None).state == "unknown"


def test_the_basis_names_who_and_when():
    assert (
        status_on(listing(("2018-02-23", None)), date(2020, 1, 1)).basis == "listed by Office on 2018-02-23"
    )


def test_partial_dates_have_a_first_and_a_last_day():
    assert (earliest("2020-02"), latest("2020-02")) == (date(2020, 2, 1), date(2020, 2, 29))
    assert (earliest("2020"), latest("2020")) == (date(2020, 1, 1), date(2020, 12, 31))
