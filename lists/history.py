"""When a party was on a list: point in time on two axes, and the timeline of versions.

`as_of` is the day that is asked about. `known_as_of` is the day up to which versions count as known: a
downloaded version is known from the day of its download, an archived file that was imported later from the
day of which its publisher dated it. Versions are ordered by their own dates, so the order in which they
were loaded changes nothing.

The rules, for the last version up to the day (B) and the first one after it (A):

- After the publisher's own end date: `not_listed`. - In B: `listed`, unless A lacks the party and B is
older than the day: then the party was delisted between the
  two dates, and the day is `unknown`.
- Not in B, but in A: the publisher's listing date decides where it lies between the two; else the day is
  `unknown`, except the day of B itself, which is `not_listed`.
- In neither: `not_listed`.
- No B: the listing date decides where A has the party; else `unknown`. Absence from the first version says
  nothing about earlier days.
"""

from __future__ import annotations

import calendar
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Literal

from lists.differences import FieldChange, difference, field_changes
from lists.entry_file import EntryFile
from lists.errors import NotStored
from lists.models import ListEntry, Snapshot
from lists.store import SnapshotStore

OPEN = 100
"""Versions of a list that stay open: each holds two of the operating system's file handles."""
State = Literal["listed", "not_listed", "unknown"]
Basis = Literal[
    "publisher's listing date",
    "publisher's end date",
    "observed in a version",
    "not in a version",
    "changed between versions",
    "before the first version",
    "no version known",
]
Presence = Literal["present", "absent", "added", "changed", "unchanged", "removed"]


@dataclass(frozen=True, slots=True)
class Status:
    """Whether a party was listed on a day, on what basis, and the versions that say so."""

    state: State
    basis: Basis
    detail: str
    """One sentence for people."""
    versions: tuple[str, ...] = ()
    listed_since: str | None = None
    """The publisher's listing date."""
    delisted_between: tuple[date, date] | None = None
    """The dates of the last version with the party and the first without it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One version in a timeline, for a whole list or for one entry."""

    version: str
    published: date
    change: str
    """For an entry one of `Presence`; for a list what changed, counted: `12 added, 3 removed`."""
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a date of unknown day or month may mean."""

    first: date
    last: date


def dated(snapshot: Snapshot) -> date:
    """Return the day of a version: its publisher's date, else that of its retrieval."""
    return snapshot.published or snapshot.retrieved.date()


def known_since(snapshot: Snapshot) -> date:
    """Return from which day on a version counts as known."""
    if any(file.url for file in snapshot.files):
        return snapshot.retrieved.date()
    return min(dated(snapshot), snapshot.retrieved.date())


def period(text: str) -> Period:
    """Return the days that a partial date may mean.

    >>> period("2022-02").last
    datetime.date(2022, 2, 28)
    """
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else None
    if len(parts) == 3:
        day = date(*parts)
        return Period(day, day)
    last_month = month or 12
    return Period(date(year, month or 1, 1), date(year, last_month, calendar.monthrange(year, last_month)[1]))


class History:
    """All versions of one list, opened once, to be asked many times."""

    def __init__(self, store: SnapshotStore, list_id: str) -> None:
        self.store = store
        self.list_id = list_id
        self.snapshots = store.versions(list_id)
        """Oldest first."""
        if not self.snapshots:
            raise NotStored("no version of this list", where=list_id, hint="load one with `lists import`")

        self._number = {snapshot.version: number for number, snapshot in enumerate(self.snapshots)}
        self._file = lru_cache(OPEN)(lambda number: store.reader(self.snapshots[number]))

    def file(self, snapshot: Snapshot) -> EntryFile:
        """Return the entries of a version; the latest asked for stay open."""
        return self._file(self._number[snapshot.version])

    def entry(self, entry_id: str, snapshot: Snapshot) -> ListEntry | None:
        """Return an entry as a version has it."""
        file = self.file(snapshot)
        position = file.position(entry_id)
        return None if position is None else file[position]

    def status(
        self,
        entry_id: str,
        as_of: date,
        known_as_of: date | None = None,
        at_hand: Mapping[str, ListEntry] | None = None,
    ) -> Status:
        """Return whether a party was listed on a day, as far as was known.

        `at_hand` is its entry in versions that the caller has read already, by version: those are not read again.
        """
        known = [item for item in self.snapshots if known_as_of is None or known_since(item) <= known_as_of]
        if not known:
            detail = f"no version of {self.list_id} was known by {known_as_of}"
            return Status("unknown", "no version known", detail)
        read = at_hand or {}

        def look(number: int) -> ListEntry | None:
            return read.get(known[number].version) or self.entry(entry_id, known[number])

        return status_of(Sightings(known, look), as_of)

    def timeline(self, entry_id: str | None = None) -> tuple[Row, ...]:
        """Return what each version changed, oldest first, in the whole list or in one entry."""
        return tuple(self._list_rows() if entry_id is None else self._entry_rows(entry_id))

    def _list_rows(self) -> Iterator[Row]:
        previous = None
        for snapshot in self.snapshots:
            change = f"first version, {snapshot.counts.get('entries', 0)} entries"
            if previous is not None:
                counts = difference(self.store, previous, snapshot).counts
                change = ", ".join(f"{counts[kind]} {kind}" for kind in sorted(counts)) or "nothing"
            yield Row(snapshot.version, dated(snapshot), change)
            previous = snapshot

    def _entry_rows(self, entry_id: str) -> Iterator[Row]:
        before: bytes | None = None
        for number, snapshot in enumerate(self.snapshots):
            file = self.file(snapshot)
            position = file.position(entry_id)
            line = None if position is None else file.line(position)
            fields = field_changes(before, line) if before and line else ()
            change = _presence(before, line, fields, is_first=number == 0)
            yield Row(snapshot.version, dated(snapshot), change, fields)
            before = line


def _presence(
    before: bytes | None, line: bytes | None, fields: tuple[FieldChange, ...], *, is_first: bool
) -> Presence:
    if line is None:
        return "removed" if before else "absent"
    if before is None:
        return "present" if is_first else "added"
    return "changed" if fields else "unchanged"


@dataclass(frozen=True, slots=True)
class _Question:
    """A day, and what the versions around it say about one party."""

    day: date
    before: tuple[Snapshot, ListEntry | None] | None
    after: tuple[Snapshot, ListEntry | None] | None
    last_present: Snapshot | None
    """The last version up to the day that has the party."""
    first_absent: Snapshot | None
    """The first version after that one that lacks it."""

    @property
    def entry(self) -> ListEntry | None:
        """The record that is nearest to the day."""
        return (self.before and self.before[1]) or (self.after and self.after[1]) or None

    @property
    def listed_since(self) -> str | None:
        """The publisher's earliest listing date."""
        dates = [item.listing_date for item in self.entry.designations] if self.entry else []
        return min((text for text in dates if text), default=None)

    @property
    def ended(self) -> str | None:
        """The publisher's end date, where every designation has one."""
        dates = [item.end_date for item in self.entry.designations] if self.entry else []
        return max((text for text in dates if text), default=None) if dates and all(dates) else None

    @property
    def delisted_between(self) -> tuple[date, date] | None:
        """The dates between which the party went."""
        if self.last_present is None or self.first_absent is None:
            return None
        return dated(self.last_present), dated(self.first_absent)


class Sightings:
    """One party in some versions of its list, oldest first: its entry in each, looked up when it is asked for."""

    def __init__(self, snapshots: Sequence[Snapshot], look: Callable[[int], ListEntry | None]) -> None:
        self.snapshots = snapshots
        self.entry = cache(look)
        """By the number of the version; None where it lacks the party."""

    def at(self, number: int) -> tuple[Snapshot, ListEntry | None]:
        """Return a version, and the party's entry in it."""
        return self.snapshots[number], self.entry(number)


def status_of(seen: Sightings, as_of: date) -> Status:
    """Return whether a party was listed on a day, from its entry (or absence) in each version."""
    return _status(_question(seen, as_of))


def _question(seen: Sightings, day: date) -> _Question:
    """Look at no more versions than the answer needs: backwards from the day, then on from where the party was."""
    end = len(seen.snapshots)
    split = bisect_right(seen.snapshots, day, key=dated)
    last = next((number for number in range(split - 1, -1, -1) if seen.entry(number)), None)
    later = range(last + 1, end) if last is not None else ()
    absent = next((number for number in later if seen.entry(number) is None), None)
    return _Question(
        day,
        seen.at(split - 1) if split else None,
        seen.at(split) if split < end else None,
        seen.snapshots[last] if last is not None else None,
        seen.snapshots[absent] if absent is not None else None,
    )


def _status(ask: _Question) -> Status:
    """Apply the rules of the module."""
    if ask.ended and ask.day > period(ask.ended).last:
        return _answer(ask, "not_listed", "publisher's end date", f"ended on {ask.ended}")
    if ask.before is None:
        return _before_first(ask)
    if ask.before[1] is not None:
        return _while_present(ask, ask.before[0])
    return _while_absent(ask, ask.before[0])


def _while_present(ask: _Question, before: Snapshot) -> Status:
    if ask.after is not None and ask.after[1] is None and dated(before) < ask.day:
        detail = f"delisted between {dated(before)} and {dated(ask.after[0])}"
        return _answer(ask, "unknown", "changed between versions", detail)
    if ask.listed_since and period(ask.listed_since).first <= ask.day:
        return _answer(ask, "listed", "publisher's listing date", f"listed since {ask.listed_since}")
    return _answer(ask, "listed", "observed in a version", f"on {_version(ask, before)}")


def _while_absent(ask: _Question, before: Snapshot) -> Status:
    absent = f"not on {_version(ask, before)}"
    if ask.after is None or ask.after[1] is None or dated(before) == ask.day:
        between = ask.delisted_between
        gone = f"; delisted between {between[0]} and {between[1]}" if between else ""
        return _answer(ask, "not_listed", "not in a version", absent + gone)
    if ask.listed_since and period(ask.listed_since).first > dated(before):
        return _by_listing_date(ask, ask.listed_since)
    detail = f"{absent}, but on that of {dated(ask.after[0])}"
    return _answer(ask, "unknown", "changed between versions", detail)


def _version(ask: _Question, before: Snapshot) -> str:
    """Return a version in words, and that none is known between it and the day, where that is so."""
    is_latest = ask.after is None and dated(before) < ask.day
    return f"the version of {dated(before)}{', the latest known' if is_latest else ''}"


def _before_first(ask: _Question) -> Status:
    if ask.after is not None and ask.after[1] is not None and ask.listed_since:
        return _by_listing_date(ask, ask.listed_since)
    first = f"of {dated(ask.after[0])}" if ask.after else ""
    return _answer(ask, "unknown", "before the first version", f"before our first version {first}".rstrip())


def _by_listing_date(ask: _Question, listed: str) -> Status:
    days = period(listed)
    if ask.day < days.first:
        return _answer(ask, "not_listed", "publisher's listing date", f"listed only on {listed}")
    state: State = "listed" if ask.day >= days.last else "unknown"
    return _answer(ask, state, "publisher's listing date", f"listed since {listed}")


def _answer(ask: _Question, state: State, basis: Basis, detail: str) -> Status:
    around = (item[0].version for item in (ask.before, ask.after) if item)
    return Status(state, basis, detail, tuple(around), ask.listed_since, ask.delisted_between)
