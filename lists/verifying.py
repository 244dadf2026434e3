"""Proof that a store holds what it says: every hash computed again, every raw file read again.

For each version: the kept files have their SHA-256, `entries.jsonl` has the snapshot's SHA-256, the offsets fit, and
the same reader makes byte-identical entries of the kept files. A program that has changed since then may read other
entries out of the same files: the verdict is then `differs`, which is no damage.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lists.entry_file import LINES, write_entries
from lists.errors import ListsError, NotStored
from lists.models import Snapshot
from lists.source import RawFile, Report
from lists.sources.catalogue import source_for
from lists.sources.registry import READERS
from lists.store import SnapshotStore

_CHUNK = 1 << 20
Verdict = Literal["whole", "damaged", "differs"]


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found out about one version."""

    list_id: str
    version: str
    verdict: Verdict
    detail: str


def verify(store: SnapshotStore, list_ids: tuple[str, ...] = ()) -> Iterator[Verified]:
    """Yield a verdict for every stored version of the lists named (`NotStored` without one), else of all."""
    for list_id in list_ids or store.list_ids():
        versions = store.versions(list_id)
        if not versions:
            raise NotStored("no version of this list", where=list_id)
        for snapshot in versions:
            yield verify_version(store, snapshot)


def verify_version(store: SnapshotStore, snapshot: Snapshot) -> Verified:
    """Compute every hash of one version again and read its files again."""
    try:
        verdict, detail = _verdict(store, snapshot)
    except (ListsError, OSError, EOFError, ValueError) as error:
        verdict, detail = "damaged", str(error)
    return Verified(snapshot.list_id, snapshot.version, verdict, detail)


def _verdict(store: SnapshotStore, snapshot: Snapshot) -> tuple[Verdict, str]:
    for raw, file in zip(store.raw_files(snapshot), snapshot.files, strict=True):
        if _sha256(raw) != file.sha256:
            return "damaged", f"{file.name} is not the file that was kept"
    with (store.directory(snapshot) / LINES).open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != snapshot.sha256:
            return "damaged", "the entries are not those that were stored"
    if len(store.reader(snapshot)) != snapshot.counts["entries"]:
        return "damaged", "the offsets do not fit the entries"
    return _read_again(store, snapshot)


def _read_again(store: SnapshotStore, snapshot: Snapshot) -> tuple[Verdict, str]:
    reader = next((known for known in READERS if known.label == snapshot.reader), None)
    if reader is None:
        return "differs", f"the hashes are right, but no reader is called {snapshot.reader} any more"
    report = Report()
    entries = reader.read(store.raw_files(snapshot), source_for(snapshot.list_id), report)
    with tempfile.TemporaryDirectory(prefix="sanctions-xref-") as scratch:
        written = write_entries(Path(scratch), entries, report)
    if written.sha256 != snapshot.sha256:
        return "differs", "the hashes are right, but this program reads other entries out of the same files"
    return (
        "whole",
        f"{len(snapshot.files)} files read again: {written.counts['entries']} entries, byte for byte",
    )


def _sha256(raw: RawFile) -> str:
    digest = hashlib.sha256()
    with raw.open() as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
