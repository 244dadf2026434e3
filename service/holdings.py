"""What a runtime answers from: versions of lists with random access to their entries.

They come from the store, or, where nothing was loaded, from the small dated sample that ships. `Holdings`
numbers all entries in the order of list id and entry id, which is the order in which an index is built over
them. After them come the parties that only older versions have: who was delisted stays findable, in the version
that had them last.
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

from lists.delisted import Delisted, delisted
from lists.embedded.sample import embedded_versions
from lists.entry_file import EntryFile
from lists.history import known_since
from lists.models import ListEntry, Snapshot
from lists.store import SnapshotStore, age
from matchers.models import Listing
from service.errors import NotFound
from service.house_aliases import HouseAliases, current_house_aliases

CACHED = 4_096
"""Listings that stay parsed, of some 5 kB each: texts ask for the same ones again and again, and parsing costs much."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One version of one list, and its entries by entry id."""

    snapshot: Snapshot
    entries: Sequence[ListEntry]

    def find(self, entry_id: str) -> ListEntry | None:
        """Return the entry with this id, or None."""
        place = self.position(entry_id)
        return None if place is None else self.entries[place]

    def position(self, entry_id: str) -> int | None:
        """Return the place of the entry with this id, or None."""
        if isinstance(self.entries, EntryFile):
            return self.entries.position(entry_id)
        place = bisect_left(self.entries, entry_id, key=lambda entry: entry.entry_id)
        found = self.entries[place] if place < len(self.entries) else None
        return place if found is not None and found.entry_id == entry_id else None


@dataclass(frozen=True, slots=True)
class Gone:
    """A party that only older versions have: its entry is read when it is asked for."""

    party: Delisted
    store: SnapshotStore

    @property
    def ref(self) -> tuple[str, str]:
        """List id and entry id."""
        return self.party.last.list_id, self.party.entry_id

    def listing(self) -> Listing:
        """Return the party in the version that had it last."""
        return Listing(self.party.last, self.party.entry(self.store))


class Holdings:
    """All entries of several versions, by number; the `Listings` of a matcher. `gone` are numbered last."""

    def __init__(
        self, parts: Sequence[Holding], house: HouseAliases | None = None, gone: Sequence[Gone] = ()
    ) -> None:
        self.house = house
        self.parts = tuple(sorted(parts, key=lambda part: part.snapshot.list_id))
        self.gone = tuple(sorted(gone, key=lambda one: one.ref))
        self._gone_at = {one.ref: number for number, one in enumerate(self.gone)}
        self._ends = list(accumulate(len(part.entries) for part in self.parts))
        self._cached = lru_cache(CACHED)(self._load)
        self._numbered = lru_cache(CACHED)(self._number)

    def __len__(self) -> int:
        return self.current + len(self.gone)

    @property
    def current(self) -> int:
        """How many entries the versions themselves have."""
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, number: int, /) -> Listing:
        """Return the listing with this number, parsed on demand."""
        return self._cached(number)

    def _load(self, number: int) -> Listing:
        if not 0 <= number < len(self):
            raise IndexError(f"no entry {number} among {len(self)}")
        if number >= self.current:
            return self._went(number - self.current)
        part = bisect_right(self._ends, number)
        first = self._ends[part - 1] if part else 0
        holding = self.parts[part]
        return Listing(holding.snapshot, self._named(holding.entries[number - first]))

    def _went(self, number: int) -> Listing:
        listing = self.gone[number].listing()
        return Listing(listing.snapshot, self._named(listing.entry))

    def _named(self, entry: ListEntry) -> ListEntry:
        return entry if self.house is None else self.house.added_to(entry)

    def entries(self) -> Iterator[ListEntry]:
        """Yield every entry in the order of its number."""
        for part in self.parts:
            yield from part.entries if self.house is None else map(self.house.added_to, part.entries)
        yield from (self._named(one.listing().entry) for one in self.gone)

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The versions, by list id; the house aliases come last."""
        house = () if self.house is None else (self.house.snapshot,)
        return (*(part.snapshot for part in self.parts), *house)

    def find(self, list_id: str, entry_id: str) -> Listing | None:
        """Return a listing by list and entry id, or None."""
        number = self.number(list_id, entry_id)
        return None if number is None else self[number]

    def number(self, list_id: str, entry_id: str) -> int | None:
        """Return the number of a listing by list and entry id, or None."""
        return self._numbered(list_id, entry_id)

    def _number(self, list_id: str, entry_id: str) -> int | None:
        for part, last in zip(self.parts, self._ends, strict=True):
            if part.snapshot.list_id == list_id and (place := part.position(entry_id)) is not None:
                return last - len(part.entries) + place
        gone = self._gone_at.get((list_id, entry_id))
        return None if gone is None else self.current + gone

    def is_current(self, listing: Listing) -> bool:
        """Tell whether a listing stands in one of the versions themselves, not in an older one."""
        return any(part.snapshot.version == listing.snapshot.version for part in self.parts)

    @property
    def key(self) -> str:
        """The hash of the versions: equal keys, equal entries with equal numbers."""
        digest = hashlib.sha256()
        for snapshot in self.snapshots:
            digest.update(f"{snapshot.list_id} {snapshot.sha256}\n".encode())
        for one in self.gone:
            digest.update(f"{one.ref} {one.party.last.sha256}\n".encode())
        return digest.hexdigest()[:24]


def with_house_aliases(holdings: Holdings, data: Path) -> Holdings:
    """Return holdings whose entries bear the house aliases in force, too."""
    house = current_house_aliases(data)
    return holdings if house is None else Holdings(holdings.parts, house, holdings.gone)


def stored_holdings(
    store: SnapshotStore, snapshots: Sequence[Snapshot], known_as_of: date | None = None
) -> Holdings:
    """Return the holdings of these versions of a store, with the parties that went before them."""
    parts = [Holding(snapshot, store.reader(snapshot)) for snapshot in snapshots]
    return Holdings(parts, gone=gone_before(store, snapshots, known_as_of))


def gone_before(
    store: SnapshotStore, snapshots: Sequence[Snapshot], known_as_of: date | None = None
) -> list[Gone]:
    """Return the parties that only older versions have: older than these, and known by a day where one is given."""
    return [one for snapshot in snapshots for one in _gone(store, snapshot, known_as_of)]


def _gone(store: SnapshotStore, snapshot: Snapshot, known_as_of: date | None) -> Iterator[Gone]:
    versions = store.versions(snapshot.list_id)
    if snapshot not in versions:  # of the sample: it has no past
        return
    older = [
        one
        for one in versions
        if age(one) < age(snapshot) and (known_as_of is None or known_since(one) <= known_as_of)
    ]
    for party in delisted(store, [*older, snapshot], store.root.parent / "past"):
        yield Gone(party, store)


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
    return stored_holdings(store, known, day)


def store_of(data: Path) -> SnapshotStore:
    """Return the store of a data folder."""
    return SnapshotStore(data / "lists")


def active_holdings(store: SnapshotStore) -> Holdings:
    """Return what answers now: the active versions, or the sample where nothing was loaded."""
    active = store.active()
    return stored_holdings(store, active) if active else embedded_holdings()


def active_snapshots(store: SnapshotStore) -> tuple[Snapshot, ...]:
    """Return the versions that answer now, without opening them."""
    return store.active() or embedded_holdings().snapshots


def embedded_holdings() -> Holdings:
    """Return the sample that ships."""
    return Holdings([Holding(snapshot, entries) for snapshot, entries in embedded_versions()])
