"""Whether a listed party was listed on a day, from what its entry and its version say, each with its basis.

`listed` and `not_listed` are said only where a publisher's date, or presence in a version, says so;
everything else is `unknown`. A day or month that the publisher leaves out may be any day of it: a listing of
`2022` is neither surely there nor surely not there in June 2022.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lists.models import Designation, Snapshot
from matchers.models import Listing

State = Literal["listed", "not_listed", "unknown"]


@dataclass(frozen=True, slots=True)
class Status:
    """A state and how it is known."""

    state: State
    basis: str


def earliest(partial: str) -> date:
    """Return the first day that a partial date may mean."""
    parts = [int(part) for part in partial.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


def latest(partial: str) -> date:
    """Return the last day that a partial date may mean."""
    parts = [int(part) for part in partial.split("-")]
    month = parts[1] if len(parts) > 1 else 12
    return date(parts[0], month, parts[2] if len(parts) > 2 else calendar.monthrange(parts[0], month)[1])


def _ended(designation: Designation, day: date) -> Status | None:
    until = designation.end_date
    if until is None or earliest(until) > day:
        return None
    if latest(until) <= day:
        return Status("not_listed", f"{designation.authority} ended the listing on {until}")
    return Status("unknown", f"{designation.authority} ended the listing in {until}, without the day")


def _begun(designation: Designation, day: date, seen: date) -> Status:
    since = designation.listing_date
    if since is None:
        if seen <= day and designation.end_date is None:
            return Status("listed", f"in the version of {seen}")
        return Status("unknown", f"no listing date is stated; first seen in the version of {seen}")
    if latest(since) <= day:
        return Status("listed", f"listed by {designation.authority} on {since}")
    if earliest(since) > day:
        return Status("not_listed", f"listed by {designation.authority} only on {since}")
    return Status("unknown", f"listed by {designation.authority} in {since}, without the day")


def version_day(snapshot: Snapshot) -> date:
    """Return the day that a version speaks of: the publisher's date, else that of its retrieval."""
    return snapshot.published or snapshot.retrieved.date()


def status_on(listing: Listing, day: date | None) -> Status:
    """Return whether the party was listed on a day; with several designations, `listed` if any says so."""
    if day is None:
        return Status("unknown", "the date is not known")
    seen = version_day(listing.snapshot)
    found = [_ended(act, day) or _begun(act, day, seen) for act in listing.entry.designations]
    for state in ("listed", "unknown"):
        for status in found:
            if status.state == state:
                return status
    return found[0]
