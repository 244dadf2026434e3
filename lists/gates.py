"""Gates before a downloaded version goes live: floors, ceilings of change, fill rates, dates, known ids.

A gate never discards: a version that fails one is kept beside the good ones, the last good one stays
active, and a person may accept it with a reason. Mass delistings are real (Syria in 2025, Iran in 2016),
and so are truncated files, renamed columns, and pages of HTML that answer 200. The limits are those that
peers use: OpenSanctions' minimum counts, and changes in one step larger than any list showed in ordinary
times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lists.models import ListEntry, Snapshot
from lists.source import Source


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may change in one step; shares are of the version that answers now."""

    removed: float = 0.05
    removed_least: int = 25
    """So many entries may always go, however short the list."""
    net_drop: float = 0.03
    net_drop_least: int = 5
    added: float = 0.30
    added_least: int = 25
    fill: float = 0.80
    """A field must be filled for at least this share of what it was filled for before."""
    fill_least: int = 20
    """Fields that fewer entries had are not judged."""
    renumbered: float = 0.20


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Profile:
    """What gates look at: names by entry id, counts by schema, and how many entries have each field."""

    names: Mapping[str, str]
    counts: Mapping[str, int]
    filled: Mapping[str, int]
    published: date | None

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self.names)


def profile(snapshot: Snapshot, entries: Iterable[ListEntry]) -> Profile:
    """Return the profile of a version."""
    names: dict[str, str] = {}
    filled: Counter[str] = Counter()
    for entry in entries:
        names[entry.entry_id] = entry.name
        filled.update(_filled(entry))
    return Profile(names, snapshot.counts, filled, snapshot.published)


def judge(
    source: Source, new: Profile, old: Profile | None, today: date, limits: Limits = LIMITS
) -> tuple[str, ...]:
    """Return why a version may not go live, one sentence a reason; nothing where it may."""
    reasons = [*_floors(source, new)]
    if old is None:
        return (*reasons, *_staleness(source, new, today))
    return (*reasons, *_changes(new, old, limits), *_fill_rates(new, old, limits), *_dates(new, old, today))


def _filled(entry: ListEntry) -> Iterator[str]:
    """Yield the fields that an entry has."""
    present = {
        "aliases": len(entry.names) > 1,
        "names in another script": any(not name.text.isascii() for name in entry.names),
        "countries": bool(entry.countries),
        "addresses": bool(entry.addresses),
        "identifiers": bool(entry.identifiers),
        "listing dates": any(designation.listing_date for designation in entry.designations),
        "programmes": any(designation.programmes for designation in entry.designations),
        "dates of birth": any("birth" in label.lower() for label in entry.features),
    }
    return (label for label, is_present in present.items() if is_present)


def _floors(source: Source, new: Profile) -> Iterator[str]:
    for schema, floor in source.floors.items():
        count = new.counts.get(schema, 0)
        if count < floor:
            yield f"{count} of {schema}, fewer than the floor of {floor}"
    missing = [entry_id for entry_id in source.known_ids if entry_id not in new.names]
    if missing:
        yield f"entries of long standing are missing: {', '.join(missing)}"


def _changes(new: Profile, old: Profile, limits: Limits) -> Iterator[str]:
    removed, added = old.names.keys() - new.names.keys(), new.names.keys() - old.names.keys()
    if len(removed) > max(limits.removed_least, limits.removed * old.size):
        yield f"{len(removed)} of {old.size} entries are gone, more than {limits.removed:.0%}"
    drop = old.size - new.size
    if drop > max(limits.net_drop_least, limits.net_drop * old.size):
        yield f"{drop} entries fewer than {old.size}, more than {limits.net_drop:.0%}"
    if len(added) > max(limits.added_least, limits.added * old.size):
        yield f"{len(added)} new entries beside {old.size}, more than {limits.added:.0%}"
    renamed = {old.names[entry_id] for entry_id in removed} & {new.names[entry_id] for entry_id in added}
    if len(renamed) > max(limits.added_least, limits.renumbered * old.size):
        yield f"{len(renamed)} entries have the same name under another id: the list was renumbered"


def _fill_rates(new: Profile, old: Profile, limits: Limits) -> Iterator[str]:
    for label, before in sorted(old.filled.items()):
        was, now = before / old.size, new.filled.get(label, 0) / new.size
        if before >= limits.fill_least and now < limits.fill * was:
            yield f"only {now:.0%} of the entries have {label}, {was:.0%} had before"


def _dates(new: Profile, old: Profile, today: date) -> Iterator[str]:
    if new.published and old.published and new.published < old.published:
        yield f"dated {new.published}, older than the active version of {old.published}"
    yield from _future(new, today)


def _staleness(source: Source, new: Profile, today: date) -> Iterator[str]:
    """Refuse a first version that is too old; a newer one than the active is better than the active."""
    if new.published and today - new.published > timedelta(days=source.stale_after_days):
        yield f"dated {new.published}, older than the limit of {source.stale_after_days} days"
    yield from _future(new, today)


def _future(new: Profile, today: date) -> Iterator[str]:
    if new.published and new.published > today + timedelta(days=1):
        yield f"dated {new.published}, in the future"
