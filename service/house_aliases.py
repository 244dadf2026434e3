"""House aliases: names that reviewers added to listed entries, as the matcher gets them.

    DATA/house-aliases/{sha256}.jsonl    one set, never changed: a line a name, in order
    DATA/house-aliases/current.json      which set is in force since when; replaced atomically

A set is a version like one of a list: an answer that was computed with it names it as `house_aliases` with its
SHA-256, and a replay uses exactly that set. What the publisher says is never touched: an entry gets further
names, each marked `house` with who added and approved it, in which case. Questions about a past day are answered
from the publishers' versions alone.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from lists.durable import disk_errors, durable_file, replace_json, sync_directory
from lists.errors import NotStored, StoreDamaged
from lists.models import ListedName, ListEntry, NameKind, Snapshot, canonical_json

LIST_ID = "house_aliases"
FOLDER = "house-aliases"


@dataclass(frozen=True, slots=True, order=True)
class HouseAlias:
    """A name of a listed entry that this house added, and who did in which case, in words."""

    list_id: str
    entry_id: str
    text: str
    added: str


class HouseAliases:
    """One set of house aliases."""

    def __init__(self, aliases: Iterable[HouseAlias], since: datetime) -> None:
        self.aliases = tuple(sorted(set(aliases)))
        self.lines = "".join(canonical_json(asdict(alias)) + "\n" for alias in self.aliases)
        self.snapshot = _snapshot(self.aliases, self.lines, since)
        self._names = _by_entry(self.aliases)

    def added_to(self, entry: ListEntry) -> ListEntry:
        """Return the entry with its house aliases after the publisher's names."""
        names = self._names.get(entry.ref)
        return entry if names is None else entry.model_copy(update={"names": (*entry.names, *names)})


def current_house_aliases(data: Path) -> HouseAliases | None:
    """Return the set in force, or None where there is none or it is empty."""
    pointer = _pointer(data)
    if not pointer.is_file():
        return None
    said = json.loads(pointer.read_text(encoding="utf-8"))
    found = stored_house_aliases(data, said["sha256"], datetime.fromisoformat(said["since"]))
    return found if found.aliases else None


def stored_house_aliases(data: Path, sha256: str, since: datetime) -> HouseAliases:
    """Return a set by its hash; `NotStored` where it is not at hand, `StoreDamaged` where it was changed."""
    path = data / FOLDER / f"{sha256}.jsonl"
    if not path.is_file():
        raise NotStored(f"no house aliases with SHA-256 {sha256[:12]}", where=str(path.parent))
    text = path.read_text(encoding="utf-8")
    if hashlib.sha256(text.encode()).hexdigest() != sha256:
        raise StoreDamaged("the house aliases are not those that their name says", where=str(path))
    return HouseAliases((HouseAlias(**json.loads(line)) for line in text.splitlines()), since)


def put_in_force(data: Path, aliases: HouseAliases) -> bool:
    """Keep a set and put it in force; say whether it is another one than before."""
    sha256, folder, pointer = aliases.snapshot.sha256, data / FOLDER, _pointer(data)
    before = json.loads(pointer.read_text(encoding="utf-8"))["sha256"] if pointer.is_file() else None
    if before == sha256 or (before is None and not aliases.aliases):
        return False
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _keep(folder / f"{sha256}.jsonl", aliases.lines)
        replace_json(pointer, {"sha256": sha256, "since": aliases.snapshot.retrieved.isoformat()})
    return True


def stamp(data: Path) -> int:
    """Return a number that changes whenever another set is put in force."""
    pointer = _pointer(data)
    return pointer.stat().st_mtime_ns if pointer.is_file() else 0


def _keep(path: Path, lines: str) -> None:
    if path.exists():
        return
    scratch = path.with_suffix(".new")
    scratch.unlink(missing_ok=True)
    with durable_file(scratch) as stream:
        stream.write(lines.encode())
    scratch.replace(path)
    sync_directory(path.parent)


def _pointer(data: Path) -> Path:
    return data / FOLDER / "current.json"


def _snapshot(aliases: tuple[HouseAlias, ...], lines: str, since: datetime) -> Snapshot:
    sha256 = hashlib.sha256(lines.encode()).hexdigest()
    return Snapshot(
        list_id=LIST_ID,
        version=f"{since.date()}-{sha256[:12]}",
        sha256=sha256,
        published=None,
        published_basis="none",
        retrieved=since,
        files=(),
        reader=LIST_ID,
        counts={"entries": len({(one.list_id, one.entry_id) for one in aliases}), "names": len(aliases)},
        attribution="names that reviewers added to entries of other lists",
    )


def _by_entry(aliases: Iterable[HouseAlias]) -> Mapping[tuple[str, str], tuple[ListedName, ...]]:
    found = defaultdict(list)
    for one in aliases:
        name = ListedName(text=one.text, kind=NameKind.ALIAS, source_kind=one.added, derived="house")
        found[one.list_id, one.entry_id].append(name)
    return {entry: tuple(names) for entry, names in found.items()}
