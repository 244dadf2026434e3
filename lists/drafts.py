"""From files to a version that is not published yet: where they came from, how they are read, what they gave.

A `Draft` says what is to be read. `read_draft` gives entries and snapshot in memory (for a small list that is
never stored, such as the one that ships); `SnapshotStore.stage` gives the same on disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, cast

from lists.entry_file import Written, sealed_line
from lists.models import ListEntry, Snapshot, SourceFile, seal
from lists.source import Basis, Files, RawFile, Reader, Report, Source


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that has arrived: its name, where it lies, and what the publisher's server said about it."""

    name: str
    path: Path
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    publisher_sha256: str | None = None

    def raw(self) -> RawFile:
        """Return the file as a reader takes it."""
        return RawFile(self.name, cast(Callable[[], BinaryIO], lambda: self.path.open("rb")))


@dataclass(frozen=True, slots=True)
class Draft:
    """A version to be read: the list, the reader, the files, and when they were retrieved."""

    source: Source
    reader: Reader
    files: tuple[Incoming, ...]
    retrieved: datetime
    published: date | None = None
    """The date that a person or a catalogue states; it overrules the one in the files."""
    published_basis: Basis = "stated"
    fallback: date | None = None
    """The server's `Last-Modified`, for files that carry no date."""
    note: str | None = None
    accepted_reason: str | None = None

    def raw(self) -> Files:
        """Return the files as a reader takes them."""
        return tuple(incoming.raw() for incoming in self.files)


def read_draft(draft: Draft) -> tuple[Snapshot, tuple[ListEntry, ...], Report]:
    """Read a draft in memory; entries come sealed and by entry id."""
    report = Report()
    entries = sorted(draft.reader.read(draft.raw(), draft.source, report), key=lambda entry: entry.entry_id)
    digest = hashlib.sha256()
    counts: dict[str, int] = {"entries": len(entries), "names": 0}
    for entry in entries:
        digest.update(sealed_line(entry))
        counts["names"] += len(entry.names)
        counts[entry.schema_.value] = counts.get(entry.schema_.value, 0) + 1
    files = tuple(hash_file(incoming, draft.retrieved) for incoming in draft.files)
    snapshot = describe(draft, Written(digest.hexdigest(), counts), report, files)
    return snapshot, tuple(seal(entry) for entry in entries), report


def describe(draft: Draft, written: Written, report: Report, files: tuple[SourceFile, ...]) -> Snapshot:
    """Return the snapshot of what was read: its version, dates, counts and terms."""
    published, basis = _dated(draft, report)
    day = published or draft.retrieved.date()
    return Snapshot(
        list_id=draft.source.list_id,
        version=f"{day.isoformat()}-{written.sha256[:12]}",
        sha256=written.sha256,
        published=published,
        published_basis=basis,
        retrieved=draft.retrieved,
        files=files,
        reader=draft.reader.label,
        counts={**written.counts, "warnings": report.total},
        licence=draft.source.licence,
        attribution=draft.source.attribution,
        facts=report.facts,
        note=draft.note,
        accepted_reason=draft.accepted_reason,
    )


def hash_file(incoming: Incoming, retrieved: datetime) -> SourceFile:
    """Return the record of a file: its SHA-256 and size, and what the server said."""
    with incoming.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.tell()
    return source_file(incoming, digest, size, retrieved)


def source_file(incoming: Incoming, sha256: str, size: int, retrieved: datetime) -> SourceFile:
    """Return the record of a file whose hash and size (bytes) are known."""
    return SourceFile(
        name=incoming.name,
        sha256=sha256,
        size=size,
        url=incoming.url,
        retrieved=retrieved,
        etag=incoming.etag,
        last_modified=incoming.last_modified,
        publisher_sha256=incoming.publisher_sha256,
    )


def _dated(draft: Draft, report: Report) -> tuple[date | None, Basis]:
    if draft.published is None:
        if report.published is None and draft.fallback is not None:
            return draft.fallback, "http-last-modified"
        return report.published, report.published_basis
    if report.published not in {None, draft.published}:
        message = f"stated as {draft.published}, but the file says {report.published}"
        report.warn("stated date differs", message, draft.files[0].name)
    return draft.published, draft.published_basis
