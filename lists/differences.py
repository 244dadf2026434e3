"""What changed between two versions of a list, entry by entry and field by field.

An entry that has another id but the same content is renumbered, not removed and added. What a reader said
about a record (its warnings) is not part of the record and is not compared.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lists.entry_file import EntryFile
from lists.models import Snapshot, canonical_json
from lists.store import SnapshotStore

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
Change = Literal["added", "removed", "changed", "renumbered"]
_NOT_COMPARED = ("record_sha256", "warnings", "list_id", "entry_id")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What changed in one field. Lists say what came and what went; other values were `removed`, `added`."""

    field: str
    added: tuple[JsonValue, ...] = ()
    removed: tuple[JsonValue, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What happened to one entry from one version to the next."""

    entry_id: str
    name: str
    change: Change
    fields: tuple[FieldChange, ...] = ()
    former_id: str | None = None
    """The id in the older version, where the entry was renumbered."""


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one version to another, by entry id."""

    old: Snapshot
    new: Snapshot
    changes: tuple[EntryChange, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many entries were added, removed, changed and renumbered."""
        return Counter(change.change for change in self.changes)


def difference(store: SnapshotStore, old: Snapshot, new: Snapshot) -> Difference:
    """Return what changed from the older version to the newer one."""
    changes = tuple(_renumbered(list(_changes(store.reader(old), store.reader(new)))))
    return Difference(old, new, tuple(change for change, _ in changes))


def field_changes(before: bytes, after: bytes) -> tuple[FieldChange, ...]:
    """Return what differs between two stored lines of one entry."""
    old, new = _comparable(before), _comparable(after)
    keys = sorted(old.keys() | new.keys())
    return tuple(
        _field_change(key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)
    )


_Found = tuple[EntryChange, str]
"""A change, and the content of the entry that came or went."""


def _changes(old: EntryFile, new: EntryFile) -> Iterator[_Found]:
    """Merge two files, which are both sorted by entry id."""
    before, after = 0, 0
    while before < len(old) or after < len(new):
        old_id = old.entry_id(before) if before < len(old) else None
        new_id = new.entry_id(after) if after < len(new) else None
        if new_id is None or (old_id is not None and old_id < new_id):
            yield _whole("removed", old.line(before))
            before += 1
        elif old_id is None or new_id < old_id:
            yield _whole("added", new.line(after))
            after += 1
        else:
            if (fields := _compare(old.line(before), new.line(after))) is not None:
                yield fields
            before, after = before + 1, after + 1


def _compare(before: bytes, after: bytes) -> _Found | None:
    if before == after:
        return None
    fields = field_changes(before, after)
    value = json.loads(after)
    return (EntryChange(value["entry_id"], _name(value), "changed", fields), "") if fields else None


def _whole(change: Change, line: bytes) -> _Found:
    value = json.loads(line)
    return EntryChange(value["entry_id"], _name(value), change), canonical_json(_comparable(line))


def _renumbered(found: list[_Found]) -> Iterator[_Found]:
    """Join an entry that went and one that came with the same content, where there is just one of each."""
    went = _unique(found, "removed")
    came = _unique(found, "added")
    for change, content in found:
        if change.change == "added" and came.get(content) == change and content in went:
            former = went[content].entry_id
            yield EntryChange(change.entry_id, change.name, "renumbered", former_id=former), content
        elif not (change.change == "removed" and went.get(content) == change and content in came):
            yield change, content


def _unique(found: list[_Found], kind: Change) -> dict[str, EntryChange]:
    counts = Counter(content for change, content in found if change.change == kind)
    return {content: change for change, content in found if change.change == kind and counts[content] == 1}


def _comparable(line: bytes) -> dict[str, JsonValue]:
    value: dict[str, JsonValue] = json.loads(line)
    return {key: field for key, field in value.items() if key not in _NOT_COMPARED}


def _field_change(field: str, old: JsonValue, new: JsonValue) -> FieldChange:
    if isinstance(old or [], list) and isinstance(new or [], list):
        before = old if isinstance(old, list) else []
        after = new if isinstance(new, list) else []
        added = tuple(item for item in after if item not in before)
        removed = tuple(item for item in before if item not in after)
        return FieldChange(field, added, removed)
    return FieldChange(field, () if new is None else (new,), () if old is None else (old,))


def _name(value: Mapping[str, JsonValue]) -> str:
    names = value["names"]
    first = names[0] if isinstance(names, list) else None
    return str(first["text"]) if isinstance(first, dict) else ""
