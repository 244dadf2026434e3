"""Deltas out: what changed in a list, as JSON lines that other systems re-screen on.

    {"op": "ADD", "entity": {"id": …, "caption": …, "schema": …, "properties": {…}, …}}
    {"op": "MOD", "entity": {…}}                 the whole entity as it is now
    {"op": "DEL", "entity": {"id": …}}           and caption, schema, datasets as they were

and their index `{"versions": {VERSION: URL}}`, in the form that OpenSanctions publishes and that yente and Marble
read. A delta leads from the release before to the one that it is named after; the first one of a list has none. A
release is a version that came to answer, named by the time of its retrieval, so that names sort as they followed each
other.
How an entry becomes an entity is the caller's (`EntityOf`), so that deltas and answers have the same ids.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lists.differences import EntryChange, difference
from lists.durable import disk_errors, durable_file, publish_directory, replace_json
from lists.errors import NotStored
from lists.models import ListEntry, Snapshot, canonical_json
from lists.store import SnapshotStore, age

Op = Literal["ADD", "MOD", "DEL"]
Entity = Mapping[str, object]
EntityOf = Callable[[Snapshot, ListEntry], Entity]
FILE, INDEX = "entities.delta.json", "delta.json"
_KEPT_OF_DELETED = ("id", "caption", "schema", "datasets", "referents")


@dataclass(frozen=True, slots=True)
class Delta:
    """One change of one entity."""

    op: Op
    entity: Entity

    def line(self) -> str:
        """Return the JSON line."""
        return canonical_json({"op": self.op, "entity": dict(self.entity)})


def release(snapshot: Snapshot) -> str:
    """Return how clients know a version: when it was retrieved, and the start of its hash; they sort it as text."""
    return f"{snapshot.retrieved:%Y%m%d%H%M%S-%f}-{snapshot.sha256[:8]}"


def releases(store: SnapshotStore, list_id: str) -> tuple[Snapshot, ...]:
    """Return the versions in the order in which they came to answer, oldest first.

    Older files that were loaded later for the past never answered, and are left out.
    """
    found: list[Snapshot] = []
    for snapshot in sorted(store.versions(list_id), key=release):
        if not found or age(snapshot) >= age(found[-1]):
            found.append(snapshot)
    return tuple(found)


def delta_index(
    store: SnapshotStore, list_id: str, url_of: Callable[[str], str]
) -> dict[str, dict[str, str]]:
    """Return the index of a list's deltas, oldest first; `url_of` says where the delta of a release is."""
    names = [release(snapshot) for snapshot in releases(store, list_id)[1:]]
    return {"versions": {name: url_of(name) for name in names}}


def deltas(store: SnapshotStore, list_id: str, name: str, entity_of: EntityOf) -> Iterator[Delta]:
    """Yield what changed from the release before to the one named, by entry id."""
    found = releases(store, list_id)
    names = [release(snapshot) for snapshot in found]
    if name not in names:
        raise NotStored(f"no release {name}", where=list_id, hint=f"known: {', '.join(names) or 'none'}")
    number = names.index(name)
    if number == 0:
        raise NotStored(f"{name} is the first release and has no delta", where=list_id)
    yield from _between(store, found[number - 1], found[number], entity_of)


def delta_file(store: SnapshotStore, list_id: str, name: str, target: Path, entity_of: EntityOf) -> Path:
    """Return the file of one delta below `target/LIST`, written where it is not there yet: it never changes."""
    place = target / list_id / name
    if not place.exists():
        found = deltas(store, list_id, name, entity_of)
        with disk_errors(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            _write(place, found)
    return place / FILE


def write_deltas(
    store: SnapshotStore, list_id: str, target: Path, entity_of: EntityOf, base_url: str = ""
) -> int:
    """Write every delta of a list below `target/LIST`, then the index that names them; return how many there are."""
    index = delta_index(store, list_id, lambda name: f"{base_url}{list_id}/{name}/{FILE}")
    for name in index["versions"]:
        delta_file(store, list_id, name, target, entity_of)
    with disk_errors(target):
        (target / list_id).mkdir(parents=True, exist_ok=True)
        replace_json(target / list_id / INDEX, index)
    return len(index["versions"])


def _write(final: Path, found: Iterator[Delta]) -> None:
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=final.parent))
    try:
        with durable_file(building / FILE) as stream:
            for delta in found:
                stream.write(delta.line().encode() + b"\n")
        building.chmod(0o755)
        with suppress(FileExistsError):  # another process was as fast, with the same bytes
            publish_directory(building, final)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _between(store: SnapshotStore, old: Snapshot, new: Snapshot, entity_of: EntityOf) -> Iterator[Delta]:
    before, after = store.reader(old), store.reader(new)
    for change in difference(store, old, new).changes:
        gone = _id_that_went(change)
        if gone is not None:
            entity = entity_of(old, before.find(gone))
            yield Delta("DEL", {key: entity[key] for key in _KEPT_OF_DELETED if key in entity})
        if change.change != "removed":
            op: Op = "MOD" if change.change == "changed" else "ADD"
            yield Delta(op, entity_of(new, after.find(change.entry_id)))


def _id_that_went(change: EntryChange) -> str | None:
    return change.entry_id if change.change == "removed" else change.former_id
