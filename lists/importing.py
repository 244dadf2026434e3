"""Importing files that a person has: guess their format, read them, publish. No gate: a person looks.

    done = import_files(store, [Path("sdn.csv"), Path("alt.csv")], Import("us_ofac_sdn"), now)
    done.snapshot.counts["entries"], done.active, done.warning_counts

An older version than the one that answers is kept for the past and does not replace it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from lists.drafts import Draft, Incoming
from lists.errors import ReadError, UnknownFormat
from lists.models import Snapshot
from lists.source import Files, Reader, ReadWarning
from lists.sources.catalogue import source_for
from lists.sources.registry import READERS
from lists.store import SnapshotStore


@dataclass(frozen=True, slots=True)
class Import:
    """What a person says about the files. `published` is the date of the list, where they know it."""

    list_id: str
    format: str | None = None
    """One of `formats()`; guessed where None."""
    published: date | None = None
    note: str | None = None
    """Shown with every answer that uses this version."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    snapshot: Snapshot
    active: bool
    """Whether this version answers now; an older one is kept for the past only."""
    new: bool
    """False where the store had the same version already."""
    warnings: tuple[ReadWarning, ...]
    """What was unusual, with places; at most 1,000 of a kind."""
    warning_counts: Mapping[str, int]
    """How many there were of each kind."""


def formats() -> tuple[str, ...]:
    """Return the names of the formats that can be read."""
    return tuple(reader.format for reader in READERS)


def import_files(store: SnapshotStore, paths: Sequence[Path], request: Import, now: datetime) -> Imported:
    """Read files (or all files of a directory) as one version of a list, and publish it.

    Raises `ReadError` or `UnknownFormat` where nothing can be published, `StoreError` where the store cannot
    write; the store is then as before.
    """
    if request.published is not None and request.published > now.date() + timedelta(days=1):
        raise ReadError(f"{request.published} is in the future", hint="--published is the day of the list")
    draft = draft_of(paths, request, now)
    with store.writing():
        known = {snapshot.version for snapshot in store.versions(request.list_id)}
        staged = store.stage(draft)
        snapshot = store.publish(staged)
    active = any(current.version == snapshot.version for current in store.active())
    warnings, counts = tuple(staged.report.warnings), dict(staged.report.counts)
    return Imported(snapshot, active, snapshot.version not in known, warnings, counts)


def draft_of(paths: Sequence[Path], request: Import, now: datetime) -> Draft:
    """Return what is to be read, its format found out; nothing is read but first bytes."""
    incoming = tuple(Incoming(path.name, path) for path in sorted(_expand(paths)))
    reader = choose_reader(tuple(file.raw() for file in incoming), request.format)
    source = source_for(request.list_id)
    if request.format is None and source.formats and reader.format not in source.formats:
        what = f"the file is {reader.format}, which {source.list_id} is not published in"
        hint = f"is it another list's? --format {reader.format} loads it all the same"
        raise ReadError(what, where=", ".join(file.name for file in incoming), hint=hint)
    return Draft(source, reader, incoming, now, published=request.published, note=request.note)


def choose_reader(files: Files, name: str | None = None) -> Reader:
    """Return the reader with this name, or the first that recognises the files."""
    for reader in READERS:
        if reader.format == name or (name is None and reader.recognizes(files)):
            return reader
    known = ", ".join(formats())
    if name is not None:
        raise UnknownFormat(f"no format is called {name!r}", hint=f"known: {known}")
    where = ", ".join(raw.name for raw in files)
    kinds = [kind for raw in files if (kind := kind_of(raw.head()))]
    if kinds:
        raise UnknownFormat(f"no reader recognises this: {kinds[0]}", where=where)
    raise UnknownFormat(
        "no reader recognises this", where=where, hint=f"known formats: {known}; try --format"
    )


def kind_of(head: bytes) -> str:
    """Return what a file is that is no list, from its first bytes, with the cure; nothing where it is not plain.

    >>> kind_of(b"")
    'it is empty'
    """
    if not head.strip():
        return "it is empty"
    found = (words for start, words in _OTHER_KINDS if head[:64].lstrip().lower().startswith(start))
    return next(found, "it holds a DOCTYPE, which is refused" if b"<!DOCTYPE" in head else "")


_OTHER_KINDS = (
    (b"\xff\xfe", "it is UTF-16; save it as UTF-8"),
    (b"\xfe\xff", "it is UTF-16; save it as UTF-8"),
    (
        b"<!doctype html",
        "it is an HTML page; the publisher's site answered with something else than the list",
    ),
    (b"<html", "it is an HTML page; the publisher's site answered with something else than the list"),
    (b"\x1f\x8b", "it is compressed with gzip; unpack it first"),
    (b"pk\x03\x04", "it is a ZIP archive; unpack it first"),
    (b"\xd0\xcf\x11\xe0", "it is a spreadsheet of the old kind; save it as .xlsx or CSV"),
    (b"%pdf", "it is a PDF; the list is needed as data"),
)
"""First bytes in small letters, and what they mean."""


def _expand(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += [child for child in path.iterdir() if child.is_file() and not child.name.startswith(".")]
        elif path.is_file():
            found.append(path)
        else:
            raise ReadError("not a file" if path.exists() else "no such file", where=str(path))
    if not found:
        where = ", ".join(str(path) for path in paths)
        raise ReadError("there is no file", where=where, hint="name a list's file or directory")
    return found
