"""Parties that a list no longer has: which older version had them last, and which was the first without them.

    for party in delisted(store, versions, memory):
        party.entry_id, party.last.version, party.gone.version

Computed version by version, each step from the one before, and remembered in small files (`memory`): a list of many
versions costs one step when a new one comes. A party that the newest version has under another id and the same
primary name is not delisted but renumbered, and is left out.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lists.durable import replace_json
from lists.models import ListEntry, Snapshot
from lists.store import SnapshotStore

KEPT = 8
"""Remembered steps of a list: enough for the versions that answer and for a few days of the past."""
_Went = dict[str, tuple[str, str]]
"""Entry id → the last version with it, the first without."""


@dataclass(frozen=True, slots=True)
class Delisted:
    """A party that is not in the newest of some versions: the last version with it, the first without."""

    entry_id: str
    last: Snapshot
    gone: Snapshot

    def entry(self, store: SnapshotStore) -> ListEntry:
        """Return the party as the last version has it."""
        return store.reader(self.last).find(self.entry_id)


def delisted(
    store: SnapshotStore, versions: Sequence[Snapshot], memory: Path | None = None
) -> tuple[Delisted, ...]:
    """Return the parties that the last of these versions (oldest first, of one list) no longer has, by entry id."""
    if len(versions) < 2:
        return ()
    known = {snapshot.version: snapshot for snapshot in versions}
    step = _step(store, versions, memory)
    return tuple(
        Delisted(entry_id, known[last], known[gone])
        for entry_id, (last, gone) in sorted(step.went.items())
        if entry_id not in step.renumbered
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """What is known up to one version: who went, and who of them is there under another id."""

    went: _Went
    renumbered: frozenset[str]


def _step(store: SnapshotStore, versions: Sequence[Snapshot], memory: Path | None) -> _Step:
    """Return the step of the last version, from the nearest one that is remembered."""
    keys = _keys(versions)
    done, went = 0, dict[str, tuple[str, str]]()
    for number in range(len(versions), 1, -1):
        if (found := _recall(memory, versions[0].list_id, keys[number - 1])) is not None:
            done, went = number, found.went
            if number == len(versions):
                return found
            break
    held = _ids(store, versions[max(done - 1, 0)])
    for before, after in zip(versions[max(done - 1, 0) :], versions[max(done, 1) :], strict=False):
        now = _ids(store, after)
        went = {entry_id: between for entry_id, between in went.items() if entry_id not in now}
        went |= dict.fromkeys(held - now, (before.version, after.version))
        held = now
    step = _Step(went, frozenset(_renumbered(store, versions, went)))
    _remember(memory, versions[0].list_id, keys[-1], step)
    return step


def _keys(versions: Sequence[Snapshot]) -> list[str]:
    """Return a name for each beginning of the versions."""
    digest, keys = hashlib.sha256(), []
    for snapshot in versions:
        digest.update(f"{snapshot.version} {snapshot.sha256}\n".encode())
        keys.append(digest.hexdigest()[:24])
    return keys


def _ids(store: SnapshotStore, snapshot: Snapshot) -> set[str]:
    file = store.reader(snapshot)
    return {file.entry_id(number) for number in range(len(file))}


def _renumbered(store: SnapshotStore, versions: Sequence[Snapshot], went: _Went) -> Iterator[str]:
    if not went:
        return
    file, known = store.reader(versions[-1]), {snapshot.version: snapshot for snapshot in versions}
    names = {_name(file.line(number)) for number in range(len(file))}
    readers = {version: store.reader(known[version]) for version, _ in went.values()}
    for entry_id, (version, _) in went.items():
        position = readers[version].position(entry_id)
        if position is not None and _name(readers[version].line(position)) in names:
            yield entry_id


def _name(line: bytes) -> str:
    return str(json.loads(line)["names"][0]["text"]).casefold()


def _recall(memory: Path | None, list_id: str, key: str) -> _Step | None:
    if memory is None:
        return None
    try:
        value = json.loads((memory / f"{list_id}-{key}.json").read_bytes())
        went = {str(entry_id): (str(last), str(gone)) for entry_id, (last, gone) in value["went"].items()}
        return _Step(went, frozenset(value["renumbered"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _remember(memory: Path | None, list_id: str, key: str, step: _Step) -> None:
    """Write a step beside the others, where that is possible, and forget the oldest ones."""
    if memory is None:
        return
    with suppress(OSError):
        memory.mkdir(parents=True, exist_ok=True)
        value = {"went": step.went, "renumbered": sorted(step.renumbered)}
        replace_json(memory / f"{list_id}-{key}.json", value)
        files = sorted(memory.glob(f"{list_id}-{'?' * 24}.json"), key=os.path.getmtime)
        for path in files[:-KEPT]:
            path.unlink(missing_ok=True)
