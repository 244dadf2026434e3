"""Every gate, just inside and just outside of its limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from lists.gates import Profile, judge
from lists.source import Source

TODAY = date(2026, 11, 20)
SOURCE = Source("demo", "Demo", "Nobody", stale_after_days=14)


def made(
    numbers: range | list[int] = range(1000),
    filled: Mapping[str, int] | None = None,
    published: date | None = None,
) -> Profile:
    names = {str(number): f"Party {number}" for number in numbers}
    counts = {"entries": len(names), "Organization": len(names)}
    return Profile(names, counts, filled or {}, published)


OLD = made()


@pytest.mark.parametrize(
    ("new", "match"),
    [
        (made(range(1000)), None),
        (made(range(30, 1000)), None),  # 30 gone: 3 % and not more than 5 %
        (made(range(31, 1000)), "31 entries fewer than 1000, more than 3%"),
        (made(range(50, 1050)), None),
        (made(range(51, 1051)), "51 of 1000 entries are gone, more than 5%"),
        (made(range(1300)), None),
        (made(range(1301)), "301 new entries beside 1000, more than 30%"),
    ],
)
def test_how_much_may_change(new: Profile, match: str | None) -> None:
    reasons = judge(SOURCE, new, OLD, TODAY)
    assert reasons == (() if match is None else (match,))


def test_a_short_list_may_lose_a_few() -> None:
    assert judge(SOURCE, made(range(5, 60)), made(range(60)), TODAY) == ()
    assert judge(SOURCE, made(range(6, 60)), made(range(60)), TODAY) == (
        "6 entries fewer than 60, more than 3%",
    )


def test_renumbering_is_named() -> None:
    new = replace(OLD, names={f"x{key}": name for key, name in OLD.names.items()})
    assert any("renumbered" in reason for reason in judge(SOURCE, new, OLD, TODAY))


@pytest.mark.parametrize(
    ("before", "now", "is_refused"), [(500, 400, False), (500, 399, True), (20, 15, True), (19, 0, False)]
)
def test_a_field_may_not_empty_itself(before: int, now: int, is_refused: bool) -> None:
    reasons = judge(SOURCE, made(filled={"countries": now}), made(filled={"countries": before}), TODAY)
    assert bool(reasons) == is_refused
    assert not reasons or "have countries" in reasons[0]


@pytest.mark.parametrize(
    ("new", "old", "match"),
    [
        (date(2026, 11, 19), date(2026, 11, 19), None),
        (date(2026, 11, 18), date(2026, 11, 19), "older than the active version"),
        (date(2026, 11, 21), date(2026, 11, 19), None),
        (date(2026, 11, 22), date(2026, 11, 19), "in the future"),
        (None, date(2026, 11, 19), None),
    ],
)
def test_dates_go_forward(new: date | None, old: date, match: str | None) -> None:
    reasons = judge(SOURCE, made(published=new), made(published=old), TODAY)
    assert (match is None) == (not reasons)
    assert match is None or match in reasons[0]


@pytest.mark.parametrize(("age", "is_refused"), [(14, False), (15, True)])
def test_a_first_version_may_not_be_stale(age: int, is_refused: bool) -> None:
    published = date.fromordinal(TODAY.toordinal() - age)
    assert bool(judge(SOURCE, made(published=published), None, TODAY)) == is_refused
    assert judge(SOURCE, made(published=published), made(published=published), TODAY) == (), (
        "better than the active"
    )


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (
            lambda source: replace(source, floors={"entries": 1001}),
            "1000 of entries, fewer than the floor of 1001",
        ),
        (lambda source: replace(source, floors={"Vessel": 1}), "0 of Vessel"),
        (lambda source: replace(source, known_ids=("1", "-1")), "long standing are missing: -1"),
        (lambda source: replace(source, floors={"entries": 1000}, known_ids=("999",)), None),
    ],
)
@pytest.mark.parametrize("old", [None, OLD])
def test_floors_and_known_ids(
    change: Callable[[Source], Source], match: str | None, old: Profile | None
) -> None:
    reasons = judge(change(SOURCE), OLD, old, TODAY)
    assert (match is None) == (not reasons)
    assert match is None or match in reasons[0]
