"""Our difference between two versions held against the publisher's own deltas for the time between them.

The union of the deltas has to add and remove what we found added and removed. Where it does not, one of the two is
incomplete: a publication was missed, a delta file is lacking, or a reader lost an entry. A party that came and went in
between is neither here nor there. A delta speaks of all of OFAC's lists: an addition to another list, and the removal
of a party that the older version did not have, are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lists.differences import Difference
from lists.entry_file import EntryFile
from lists.history import dated
from lists.sources.ofac_delta import Delta


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """Where our difference and the publisher's deltas do not agree: entry ids, sorted."""

    added_by_us_only: tuple[str, ...]
    added_by_them_only: tuple[str, ...]
    removed_by_us_only: tuple[str, ...]
    removed_by_them_only: tuple[str, ...]
    publications: int
    """Deltas between the two versions."""
    outside: int
    """Deltas that were given and lie outside of that time."""

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        ours = self.added_by_us_only or self.removed_by_us_only
        return not (ours or self.added_by_them_only or self.removed_by_them_only)


def cross_check(found: Difference, before: EntryFile, deltas: Sequence[Delta]) -> CrossCheck:
    """Compare a difference with the deltas published after its older version, up to its newer one."""
    first, last = dated(found.old), dated(found.new)
    between = sorted(
        (one for one in deltas if first < one.published <= last), key=lambda delta: delta.published
    )
    added, removed = _net(between, before)
    came = {change.entry_id for change in found.changes if change.change in {"added", "renumbered"}}
    went = {change.entry_id for change in found.changes if change.change == "removed"}
    went |= {change.former_id for change in found.changes if change.former_id is not None}
    return CrossCheck(
        tuple(sorted(came - added)),
        tuple(sorted(added - came)),
        tuple(sorted(went - removed)),
        tuple(sorted(removed - went)),
        len(between),
        len(deltas) - len(between),
    )


def _net(deltas: Iterable[Delta], before: EntryFile) -> tuple[set[str], set[str]]:
    """Return what the deltas added and removed in the end."""
    added, removed = set[str](), set[str]()
    for delta in deltas:
        for change in delta.changes:
            if change.action == "add" and change.entry is not None:
                (removed.discard if change.entry_id in removed else added.add)(change.entry_id)
            elif change.action == "remove" and change.entry_id in added:
                added.discard(change.entry_id)
            elif change.action == "remove" and before.position(change.entry_id) is not None:
                removed.add(change.entry_id)
    return added, removed
