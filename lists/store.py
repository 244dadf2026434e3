"""The store: every version of every list, immutable, and which of them answers now.

    DATA/lists/
      active.json                    list id → version; replaced atomically
      us_ofac_sdn/
        2026-07-31-0a1b2c3d4e5f/     one version, never changed once it has this name
          snapshot.json              where it came from, hashes, counts, terms
          entries.jsonl, .offsets    the normalised entries (see entry_file)
          warnings.jsonl             what the reader found unusual
          raw/NAME.gz                the publisher's files; compressed without time or name: same in, same out
        refused/2026-08-02-…/        the same, with refusal.json: gates kept it from answering
        .building-…                  a version in the making; removed by the next writer

Order of publishing: every file is written and synced inside `.building-…`, the directory is renamed to its
version, and only then `active.json` names it. Whoever is killed leaves the old version or the new one, never
a mixture; whoever reads needs no lock. One process writes at a time (`with store.writing(): …`).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from filelock import FileLock, Timeout
from pydantic import ValidationError

from lists.drafts import Draft, Incoming, describe, source_file
from lists.durable import disk_errors, durable_file, publish_directory, replace_json, sync_directory
from lists.entry_file import EntryFile, write_entries
from lists.errors import BadListId, NotStored, ReadError, StoreBusy, StoreDamaged
from lists.models import ListEntry, Snapshot, SourceFile
from lists.source import Files, RawFile, ReadWarning, Report

ACTIVE, SNAPSHOT, WARNINGS, REFUSAL = "active.json", "snapshot.json", "warnings.jsonl", "refusal.json"
_LIST_ID = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Staged:
    """A version that is whole on disk, but has no name yet: gates may look at it."""

    directory: Path
    snapshot: Snapshot
    report: Report

    def entries(self) -> EntryFile:
        """Return random access to its entries."""
        return EntryFile(self.directory)


@dataclass(frozen=True, slots=True)
class Refused:
    """A version that gates kept from answering, and why."""

    snapshot: Snapshot
    reasons: tuple[str, ...]


class SnapshotStore:
    """Every version of every list under one directory; the module's text shows layout and promises."""

    def __init__(self, root: Path) -> None:
        self.root = root

    # Reading needs no lock.

    def active(self) -> tuple[Snapshot, ...]:
        """Return the versions that answer now, by list id; none where nothing was loaded."""
        return tuple(self.snapshot(list_id, version) for list_id, version in sorted(self._active().items()))

    def list_ids(self) -> tuple[str, ...]:
        """Return every list that has a version, by list id."""
        if not self.root.is_dir():
            return ()
        names = (place.name for place in self.root.iterdir() if _LIST_ID.fullmatch(place.name))
        return tuple(sorted(name for name in names if self.versions(name)))

    def versions(self, list_id: str) -> tuple[Snapshot, ...]:
        """Return every version of a list, oldest first by the publisher's date (else of retrieval)."""
        return tuple(sorted(self._snapshots(self._place(list_id)), key=age))

    def refused(self, list_id: str) -> tuple[Refused, ...]:
        """Return the versions that gates refused, oldest first."""
        place = self._place(list_id) / "refused"
        found = sorted(self._snapshots(place), key=age)
        return tuple(Refused(snapshot, _reasons(place / snapshot.version)) for snapshot in found)

    def snapshot(self, list_id: str, version: str) -> Snapshot:
        """Return one version's snapshot. An unambiguous beginning of a version (`2026-07`) is enough."""
        exact = self._place(list_id) / version
        if version and (exact / SNAPSHOT).is_file():
            return _load_snapshot(exact)
        found = [known for known in self.versions(list_id) if version and known.version.startswith(version)]
        if len(found) == 1:
            return found[0]
        known = ", ".join(snapshot.version for snapshot in found or self.versions(list_id)) or "none"
        what = (
            f"{len(found)} versions begin with {version}" if found else f"no version {version or 'was named'}"
        )
        raise NotStored(what, where=list_id, hint=f"stored: {known}")

    def any_snapshot(self, list_id: str, version: str) -> Snapshot:
        """Return one version's snapshot, refused ones included: to be looked at, not to answer."""
        try:
            return self.snapshot(list_id, version)
        except NotStored:
            beside = [one.snapshot for one in self.refused(list_id)]
            found = [one for one in beside if version and one.version.startswith(version)]
            if len(found) != 1:
                raise
            return found[0]

    def directory(self, snapshot: Snapshot) -> Path:
        """Return where a version lies."""
        return self._place(snapshot.list_id) / snapshot.version

    def size(self, list_id: str) -> int:
        """Return how many bytes a list's versions take on disk, refused ones included."""
        return sum(path.stat().st_size for path in self._place(list_id).rglob("*") if path.is_file())

    def reader(self, snapshot: Snapshot) -> EntryFile:
        """Return random access to a version's entries, in the order of entry ids; also of a refused one."""
        place = self.directory(snapshot)
        beside = place.parent / "refused" / snapshot.version
        return EntryFile(beside if beside.is_dir() and not place.is_dir() else place)

    def entries(self, snapshot: Snapshot) -> Iterator[ListEntry]:
        """Yield a version's entries by entry id."""
        yield from self.reader(snapshot)

    def warnings(self, snapshot: Snapshot) -> tuple[ReadWarning, ...]:
        """Return what the reader found unusual in a version."""
        text = (self.directory(snapshot) / WARNINGS).read_text(encoding="utf-8")
        return tuple(ReadWarning(**json.loads(line)) for line in text.splitlines())

    def raw_files(self, snapshot: Snapshot) -> Files:
        """Return the publisher's files of a version, as a reader takes them."""
        return _raw_files(self.directory(snapshot), snapshot.files)

    # Writing, one process at a time.

    @contextmanager
    def writing(self, timeout: float = 10.0) -> Iterator[None]:
        """Hold the writer's lock, waiting for at most `timeout` seconds; clear what a killed writer left."""
        with disk_errors(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / ".lock", timeout=timeout)
            try:
                lock.acquire()
            except Timeout as error:
                hint = "wait until it is done"
                raise StoreBusy("another process is writing", where=str(self.root), hint=hint) from error
            try:
                self._clear_unfinished()
                yield
            finally:
                lock.release()

    def stage(self, draft: Draft) -> Staged:
        """Read a draft into a directory without a name. Raises `ReadError` where its files cannot be read."""
        place = self._place(draft.source.list_id)
        with disk_errors(place):
            (place / "refused").mkdir(parents=True, exist_ok=True)
            building = place / f".building-{draft.retrieved:%Y%m%dT%H%M%S}"
            building.mkdir()
            try:
                return _build(building, draft)
            except BaseException:
                shutil.rmtree(building, ignore_errors=True)
                raise

    def publish(self, staged: Staged, *, activate: bool | None = None) -> Snapshot:
        """Give a staged version its name, and let it answer; by default where none newer answers already.

        One that dates the same entries, of which no date was known so far, answers in their place.
        A version with the same content and date that is there already is returned as it is.
        """
        with disk_errors(self.root):
            snapshot = self._settle(staged, self.directory(staged.snapshot))
            current = self._current(snapshot.list_id)
            newer = current is None or age(snapshot)[0] >= age(current)[0] or _dates(snapshot, current)
            if newer if activate is None else activate:
                self._activate(snapshot)
        return snapshot

    def discard(self, staged: Staged) -> None:
        """Forget a staged version."""
        shutil.rmtree(staged.directory)

    def refuse(self, staged: Staged, reasons: tuple[str, ...]) -> Refused:
        """Keep a staged version beside the good ones, with the reasons why it may not answer."""
        with disk_errors(self.root):
            replace_json(staged.directory / REFUSAL, {"reasons": reasons})
            place = self._place(staged.snapshot.list_id) / "refused"
            return Refused(self._settle(staged, place / staged.snapshot.version), reasons)

    def accept(self, list_id: str, version: str, reason: str) -> Snapshot:
        """Let a refused version answer after all; the snapshot records the person's reason."""
        place = self._place(list_id) / "refused" / version
        accepted = self._place(list_id) / version
        if (accepted / SNAPSHOT).is_file() and not place.exists():
            return self.use(list_id, version)  # an acceptance that was interrupted before its last step
        if not (place / SNAPSHOT).is_file():
            known = ", ".join(refused.snapshot.version for refused in self.refused(list_id)) or "none"
            raise NotStored(f"no refused version {version}", where=list_id, hint=f"refused: {known}")
        snapshot = _load_snapshot(place).model_copy(update={"accepted_reason": reason})
        with disk_errors(place):
            replace_json(place / SNAPSHOT, snapshot.model_dump(mode="json"))
            if not self.directory(snapshot).exists():
                publish_directory(place, self.directory(snapshot))
            self._activate(snapshot)
        return snapshot

    def use(self, list_id: str, version: str) -> Snapshot:
        """Let a stored version answer from now on."""
        snapshot = self.snapshot(list_id, version)
        with disk_errors(self.root):
            self._activate(snapshot)
        return snapshot

    def _settle(self, staged: Staged, final: Path) -> Snapshot:
        if final.exists():
            shutil.rmtree(staged.directory)
            return _load_snapshot(final)
        publish_directory(staged.directory, final)
        return staged.snapshot

    def _activate(self, snapshot: Snapshot) -> None:
        replace_json(self.root / ACTIVE, {**self._active(), snapshot.list_id: snapshot.version})

    def _active(self) -> dict[str, str]:
        try:
            return cast(dict[str, str], json.loads((self.root / ACTIVE).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            where = str(self.root / ACTIVE)
            raise StoreDamaged(
                "it cannot be read", where=where, hint="remove it; then `lists use`"
            ) from error

    def _current(self, list_id: str) -> Snapshot | None:
        version = self._active().get(list_id)
        return self.snapshot(list_id, version) if version else None

    def _place(self, list_id: str) -> Path:
        if not _LIST_ID.fullmatch(list_id):
            hint = "small letters, digits, '_', '-' and '.', for example us_ofac_sdn"
            raise BadListId(f"{list_id!r} is not a list id", hint=hint)
        return self.root / list_id

    def _snapshots(self, place: Path) -> Iterator[Snapshot]:
        if place.is_dir():
            for child in place.iterdir():
                if not child.name.startswith(".") and (child / SNAPSHOT).is_file():
                    yield _load_snapshot(child)

    def _clear_unfinished(self) -> None:
        for building in self.root.glob("*/.building-*"):
            shutil.rmtree(building, ignore_errors=True)


def age(snapshot: Snapshot) -> tuple[str, str]:
    """Return what orders versions in time: the publisher's date, else that of retrieval; then the version."""
    day = snapshot.published or snapshot.retrieved.date()
    return day.isoformat(), snapshot.version


def _dates(snapshot: Snapshot, current: Snapshot) -> bool:
    """Tell whether a version is the current one with the date that was not known before."""
    return current.published is None and current.sha256 == snapshot.sha256


def _build(building: Path, draft: Draft) -> Staged:
    (building / "raw").mkdir()
    files = tuple(_keep(incoming, building / "raw", draft) for incoming in draft.files)
    sync_directory(building / "raw")
    report = Report()
    entries = draft.reader.read(_raw_files(building, files), draft.source, report)
    try:
        written = write_entries(building, entries, report)
    except ValidationError as error:
        fault = error.errors()[0]
        what = f"an entry is not well-formed: {fault['loc']}: {fault['msg']}"
        raise ReadError(what, where=", ".join(file.name for file in files)) from error
    snapshot = describe(draft, written, report, files)
    with durable_file(building / WARNINGS) as stream:
        for warning in report.warnings:
            stream.write(json.dumps(asdict(warning), ensure_ascii=False).encode() + b"\n")
    with durable_file(building / SNAPSHOT) as stream:
        stream.write(snapshot.model_dump_json(indent=1).encode() + b"\n")
    return Staged(building, snapshot, report)


def _keep(incoming: Incoming, place: Path, draft: Draft) -> SourceFile:
    digest, size = hashlib.sha256(), 0
    with (
        incoming.path.open("rb") as stream,
        durable_file(place / f"{_file_name(incoming.name)}.gz") as kept,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=kept, mtime=0) as packed,
    ):
        while chunk := stream.read(_CHUNK):
            packed.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return source_file(incoming, digest.hexdigest(), size, draft.retrieved)


def _raw_files(directory: Path, files: tuple[SourceFile, ...]) -> Files:
    places = ((file.name, directory / "raw" / f"{_file_name(file.name)}.gz") for file in files)
    return tuple(
        RawFile(name, cast(Callable[[], BinaryIO], partial(gzip.open, place))) for name, place in places
    )


def _file_name(name: str) -> str:
    return _FILE_NAME.sub("_", name).lstrip(".") or "file"


def _load_snapshot(directory: Path) -> Snapshot:
    try:
        return Snapshot.model_validate_json((directory / SNAPSHOT).read_bytes())
    except (OSError, ValidationError) as error:
        where = str(directory / SNAPSHOT)
        raise StoreDamaged("it cannot be read", where=where, hint="import the version again") from error


def _reasons(directory: Path) -> tuple[str, ...]:
    try:
        return tuple(json.loads((directory / REFUSAL).read_text(encoding="utf-8"))["reasons"])
    except (OSError, ValueError, KeyError):
        return ("the reasons were lost",)
