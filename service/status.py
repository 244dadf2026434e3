"""Whether a listed party was listed on a day: the rules of `lists.history`, for one version or for all.

`listed` and `not_listed` are said only where a publisher's date, or presence in a version, says so;
everything else is `unknown`, each with its basis in one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lists.history import History, Sightings, Status, period, status_of
from lists.store import SnapshotStore
from matchers.models import Listing

TOLD = 10_000
"""Statuses that stay: a batch finds the same parties again and again, and each costs a look into every version."""


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of earlier versions: the history of every list that has more than one."""

    histories: Mapping[str, History] = field(default_factory=dict)
    known_as_of: date | None = None
    _told: dict[tuple[object, date], Status] = field(default_factory=dict, repr=False, compare=False)

    def status(self, listing: Listing, day: date | None) -> Status:
        """Return whether the party was listed on a day; unknown without a day."""
        if day is None:
            return Status("unknown", "no version known", "the date is not known")
        history = self.histories.get(listing.entry.list_id)
        key = (_dates_of(listing) if history is None else _place_of(listing)), day
        found = self._told.get(key)
        if found is None:
            if len(self._told) >= TOLD:
                self._told.clear()
            found = self._told[key] = self._status(listing, day, history)
        return found

    def _status(self, listing: Listing, day: date, history: History | None) -> Status:
        entry, snapshot = listing.entry, listing.snapshot
        if history is None:
            return status_of(Sightings([snapshot], lambda _: entry), day)
        return history.status(entry.entry_id, day, self.known_as_of, {snapshot.version: entry})

    def status_within(self, listing: Listing, partial: str | None) -> Status:
        """Return the status on a date that may lack day or month: said only if equal at both ends of it."""
        if partial is None:
            return self.status(listing, None)
        days = period(partial)
        first = self.status(listing, days.first)
        last = first if days.last == days.first else self.status(listing, days.last)
        if first.state == last.state:
            return first
        detail = f"it changed within {partial}: {first.detail}; {last.detail}"
        return Status("unknown", "changed between versions", detail)


def _dates_of(listing: Listing) -> object:
    """Return what decides a status where there is one version: the dates, which many parties have in common."""
    dates = tuple((act.listing_date, act.end_date) for act in listing.entry.designations)
    return listing.entry.list_id, listing.snapshot.version, dates


def _place_of(listing: Listing) -> object:
    """Return what decides a status where there are several versions: which party it is, and in which of them."""
    return *listing.entry.ref, listing.snapshot.version


def open_past(store: SnapshotStore, list_ids: tuple[str, ...], known_as_of: date | None = None) -> Past:
    """Return the past of the lists that have one."""
    several = [list_id for list_id in list_ids if len(store.versions(list_id)) > 1]
    return Past({list_id: History(store, list_id) for list_id in several}, known_as_of)
