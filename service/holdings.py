"""What a runtime answers from: versions of lists with random access to their entries.

They come from the store, or, where nothing was loaded, from the small dated sample that ships. `Holdings`
numbers all entries in the order of list id and entry id, which is the order in which an index is built over
them.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from lists.embedded.sample import embedded_versions
from lists.history import known_since
from lists.models import ListEntry, Snapshot
from lists.store import SnapshotStore
from matchers.models import Listing
from service.errors import NotFound
from service.house_aliases import HouseAliases, current_house_aliases

CACHED = 4_096
"""Listings that stay parsed: a batch asks for the same ones again and again."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One version of one list, and its entries by entry id."""

    snapshot: Snapshot
    entries: Sequence[ListEntry]

    def find(self, entry_id: str) -> ListEntry | None:
        """Return the entry with this id, or None."""
        position = bisect_left(self.entries, entry_id, key=lambda entry: entry.entry_id)
        found = self.entries[position] if position < len(self.entries) else None
        return found if found is not None and found.entry_id == entry_id else None


class Holdings:
    """All entries of several versions, by number; the `Listings` of a matcher."""

    def __init__(self, parts: Sequence[Holding], house: HouseAliases | None = None) -> None:
        self.house = house
        self.parts = tuple(sorted(parts, key=lambda part: part.snapshot.list_id))
        self._ends = list(accumulate(len(part.entries) for part in self.parts))
        self._cached = lru_cache(CACHED)(self._load)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, number: int, /) -> Listing:
        """Return the listing with this number, parsed on demand."""
        return self._cached(number)

    def _load(self, number: int) -> Listing:
        if not 0 <= number < len(self):
            raise IndexError(f"no entry {number} among {len(self)}")
        part = bisect_right(self._ends, number)
        first = self._ends[part - 1] if part else 0
        holding = self.parts[part]
        return Listing(holding.snapshot, self._named(holding.entries[number - first]))

    def _named(self, entry: ListEntry) -> ListEntry:
        return entry if self.house is None else self.house.added_to(entry)

    def entries(self) -> Iterator[ListEntry]:
        """Yield every entry in the order of its number."""
        for part in self.parts:
            yield from part.entries if self.house is None else map(self.house.added_to, part.entries)

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The versions, by list id; the house aliases come last."""
        house = () if self.house is None else (self.house.snapshot,)
        return (*(part.snapshot for part in self.parts), *house)

    def find(self, list_id: str, entry_id: str) -> Listing | None:
        """Return a listing by list and entry id, or None."""
        for part in self.parts:
            if part.snapshot.list_id == list_id:
                entry = part.find(entry_id)
                return None if entry is None else Listing(part.snapshot, self._named(entry))
        return None

    @property
    def key(self) -> str:
        """The hash of the versions: equal keys, equal entries with equal numbers."""
        digest = hashlib.sha256()
        for snapshot in self.snapshots:
            digest.update(f"{snapshot.list_id} {snapshot.sha256}\n".encode())
        return digest.hexdigest()[:24]


def with_house_aliases(holdings: Holdings, data: Path) -> Holdings:
    """Return holdings whose entries bear the house aliases in force, too."""
    house = current_house_aliases(data)
    return holdings if house is None else Holdings(holdings.parts, house)


def stored_holdings(store: SnapshotStore, snapshots: Sequence[Snapshot]) -> Holdings:
    """Return the holdings of these versions of a store."""
    return Holdings([Holding(snapshot, store.reader(snapshot)) for snapshot in snapshots])


def holdings_known_on(store: SnapshotStore, day: date) -> Holdings:
    """Return the holdings as they were known on a day: of each list the last version up to it.

    A list without a version up to that day is left out; if every list is, `NotFound` says so.
    """
    known = []
    for list_id in store.list_ids():
        upto = [snapshot for snapshot in store.versions(list_id) if known_since(snapshot) <= day]
        known.extend(upto[-1:])
    if not known:
        raise NotFound(f"no list has a version of {day} or before; load one with `lists import --published`")
    return stored_holdings(store, known)


def store_of(data: Path) -> SnapshotStore:
    """Return the store of a data folder."""
    return SnapshotStore(data / "lists")


def active_holdings(store: SnapshotStore) -> Holdings:
    """Return what answers now: the active versions, or the sample where nothing was loaded."""
    active = store.active()
    return stored_holdings(store, active) if active else embedded_holdings()


def embedded_holdings() -> Holdings:
    """Return the sample that ships."""
    return Holdings([Holding(snapshot, entries) for snapshot, entries in embedded_versions()])
