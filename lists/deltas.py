"""Deltas out: what changed in a list, as JSON lines that other systems re-screen on.

    {"op": "ADD", "entity": {"id": …, "caption": …, "schema": …, "properties": {…}, …}}
    {"op": "MOD", "entity": {…}}                 the whole entity as it is now
    {"op": "DEL", "entity": {"id": …}}           and caption, schema, datasets as they were

and their index `{"versions": {VERSION: URL}}`, in the form that OpenSanctions publishes and that yente and Marble
read. A delta leads from the version before to the one that it is named after; the first version of a list has none.
How an entry becomes an entity is the caller's (`EntityOf`), so that deltas and answers have the same ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from lists.differences import EntryChange, difference
from lists.durable import disk_errors, durable_file, publish_directory, replace_json
from lists.errors import NotStored
from lists.models import ListEntry, Snapshot, canonical_json
from lists.store import SnapshotStore

Op = Literal["ADD", "MOD", "DEL"]
Entity = Mapping[str, object]
EntityOf = Callable[[Snapshot, ListEntry], Entity]
_KEPT_OF_DELETED = ("id", "caption", "schema", "datasets", "referents")


@dataclass(frozen=True, slots=True)
class Delta:
    """One change of one entity."""

    op: Op
    entity: Entity

    def line(self) -> str:
        """Return the JSON line."""
        return canonical_json({"op": self.op, "entity": dict(self.entity)})


def delta_index(
    store: SnapshotStore, list_id: str, url_of: Callable[[Snapshot], str]
) -> dict[str, dict[str, str]]:
    """Return the index of a list's deltas, oldest first."""
    return {"versions": {snapshot.version: url_of(snapshot) for snapshot in store.versions(list_id)[1:]}}


def deltas(store: SnapshotStore, list_id: str, version: str, entity_of: EntityOf) -> Iterator[Delta]:
    """Yield what changed from the version before to this one, by entry id."""
    versions = store.versions(list_id)
    number = [snapshot.version for snapshot in versions].index(store.snapshot(list_id, version).version)
    if number == 0:
        raise NotStored(f"{version} is the first version and has no delta", where=list_id)
    yield from _between(store, versions[number - 1], versions[number], entity_of)


def write_deltas(
    store: SnapshotStore, list_id: str, target: Path, entity_of: EntityOf, base_url: str = ""
) -> int:
    """Write every delta of a list below `target/LIST`, then the index that names them; return how many are new.

    Deltas never change once they are written, so only those that are missing are computed.
    """
    place = target / list_id
    new = 0
    with disk_errors(place):
        place.mkdir(parents=True, exist_ok=True)
        versions = store.versions(list_id)
        for before, after in pairwise(versions):
            name = f"{before.version}_{after.version}"
            if not (place / name).exists():
                _write(place / name, _between(store, before, after, entity_of))
                new += 1
        urls = {
            after.version: f"{base_url}{list_id}/{before.version}_{after.version}/entities.delta.json"
            for before, after in pairwise(versions)
        }
        replace_json(place / "delta.json", {"versions": urls})
    return new


def _write(final: Path, found: Iterator[Delta]) -> None:
    building = final.with_name(f".{final.name}")
    for left in building.glob("*"):
        left.unlink()
    building.mkdir(exist_ok=True)
    with durable_file(building / "entities.delta.json") as stream:
        for delta in found:
            stream.write(delta.line().encode() + b"\n")
    publish_directory(building, final)


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
