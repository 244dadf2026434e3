"""The only orchestration: download → read → gates → publish, list by list, each on its own.

    for outcome in refresh(store, enabled_sources(), downloader, now):
        print(outcome.list_id, outcome.result, outcome.detail)

A list that fails changes nothing for the others and nothing for itself: the last good version stays active.
Lists that share a file (the lists of the Consolidated Screening List) cost one download. The network is
used without the writer's lock; reading and publishing hold it.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from lists.checks import Check, Result, Tags, read_checks, record_check
from lists.download import Condition, Downloader, Fetched
from lists.drafts import Draft, Incoming
from lists.durable import disk_errors
from lists.errors import DownloadError, ListsError, NotStored, ReadError
from lists.gates import LIMITS, Limits, judge, profile
from lists.importing import choose_reader
from lists.models import Snapshot
from lists.source import Download, Source
from lists.sources.catalogue import SOURCES
from lists.sources.ofac_catalogue import read_catalogue
from lists.store import SnapshotStore


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a refresh did to one list."""

    list_id: str
    result: Result
    detail: str
    """Words for people: counts, or why it was refused or failed."""
    snapshot: Snapshot | None = None
    """The version that came: now active, already known, or kept beside."""
    reasons: tuple[str, ...] = ()
    """Why gates refused it."""

    @property
    def is_good(self) -> bool:
        """Whether the list is as its publisher has it now."""
        return self.result in {"published", "unchanged", "not modified"}


def enabled_sources(list_ids: Sequence[str] = ()) -> tuple[Source, ...]:
    """Return the sources to refresh: those named, else every enabled one that can be downloaded."""
    if not list_ids:
        return tuple(source for source in SOURCES if source.enabled and source.downloads)
    known = {source.list_id: source for source in SOURCES if source.downloads}
    unknown = [list_id for list_id in list_ids if list_id not in known]
    if unknown:
        hint = f"known: {', '.join(known)}"
        raise NotStored(f"no list to download is called {', '.join(unknown)}", hint=hint)
    return tuple(known[list_id] for list_id in list_ids)


def refresh(
    store: SnapshotStore,
    sources: Iterable[Source],
    downloader: Downloader,
    now: datetime,
    *,
    limits: Limits = LIMITS,
    force: bool = False,
) -> Iterator[Outcome]:
    """Refresh lists one after the other and yield what happened to each; only a full or busy store raises.

    `force` asks without conditions, for a store whose last check is not to be trusted.
    """
    groups: dict[tuple[Download, ...], list[Source]] = {}
    for source in sources:
        groups.setdefault(source.downloads, []).append(source)
    for downloads, members in groups.items():
        with disk_errors(store.root):
            store.root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".download-", dir=store.root) as scratch:
            conditions = {} if force else _conditions(store, members)
            try:
                arrived = _fetch(downloader, downloads, conditions, Path(scratch))
            except DownloadError as error:
                yield from (_failed(store, source, error, now) for source in members)
                continue
            for source in members:
                yield _settle(store, source, arrived, (now, limits))


def accept(store: SnapshotStore, list_id: str, reason: str, version: str | None = None) -> Snapshot:
    """Let the newest refused version of a list (or the one named) answer, with a person's reason."""
    waiting = [refused.snapshot for refused in store.refused(list_id)] or _half_accepted(store, list_id)
    if not reason.strip():
        raise ListsError(
            "a refused version is accepted with a reason only", where=list_id, hint="--reason '…'"
        )
    if not waiting:
        raise NotStored("no version was refused", where=list_id)
    with store.writing():
        return store.accept(list_id, version or waiting[-1].version, reason)


def _half_accepted(store: SnapshotStore, list_id: str) -> list[Snapshot]:
    """Return the newest version, where it was accepted but the process ended before it could answer."""
    newest = store.versions(list_id)[-1:]
    active = store.active()
    return [snapshot for snapshot in newest if snapshot.accepted_reason and snapshot not in active]


def _conditions(store: SnapshotStore, members: list[Source]) -> Mapping[str, Condition]:
    """Return what to ask with, by file name; nothing where a list lost the version it belongs to."""
    checks = read_checks(store)
    found = [checks.get(source.list_id) for source in members]
    first = found[0]
    if first is None or any(check is None or check.tags != first.tags for check in found):
        return {}
    for source, check in zip(members, found, strict=True):
        stored = {snapshot.version for snapshot in store.versions(source.list_id)}
        stored |= {refused.snapshot.version for refused in store.refused(source.list_id)}
        if check is None or check.version not in stored:
            return {}
    return {name: Condition(tags.etag, tags.last_modified) for name, tags in first.tags.items()}


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A file that was fetched, and what the publisher's catalogue says of it."""

    download: Download
    fetched: Fetched
    publisher_sha256: str | None

    def incoming(self) -> Incoming:
        file = self.fetched
        sha256 = self.publisher_sha256
        return Incoming(self.download.name, file.path, file.url, file.etag, file.last_modified, sha256)


def _fetch(
    downloader: Downloader,
    downloads: tuple[Download, ...],
    conditions: Mapping[str, Condition],
    scratch: Path,
) -> tuple[_Arrived, ...]:
    """Fetch the files of one version; nothing where none has changed."""
    got = [downloader.fetch(item, scratch / item.name, conditions.get(item.name)) for item in downloads]
    if not any(got):
        return ()
    whole = zip(downloads, got, strict=True)
    files = [(item, file or downloader.fetch(item, scratch / item.name)) for item, file in whole]
    return tuple(_verified(downloader, item, file) for item, file in files if file is not None)


def _verified(downloader: Downloader, download: Download, fetched: Fetched) -> _Arrived:
    """Compare a file with the hash that its publisher publishes, where it publishes one."""
    if download.catalogue_url is None:
        return _Arrived(download, fetched, None)
    rows = read_catalogue(downloader.post_json(download, download.catalogue_url), download.catalogue_url)
    row = rows.get(download.name)
    if row is not None and row.sha256 is not None and row.sha256 != fetched.sha256:
        what = f"the file's SHA-256 {fetched.sha256[:12]}… is not the {row.sha256[:12]}… of the catalogue"
        raise DownloadError(
            what, where=fetched.url, hint="a new edition may be half published; try again later"
        )
    return _Arrived(download, fetched, row.sha256 if row else None)


def _settle(
    store: SnapshotStore, source: Source, arrived: tuple[_Arrived, ...], context: tuple[datetime, Limits]
) -> Outcome:
    now, _ = context
    if not arrived:
        last = read_checks(store).get(source.list_id)
        return _remember(store, source, _unmodified(store, source), (now, last.tags if last else {}))
    tags = {
        item.download.name: Tags(etag=item.fetched.etag, last_modified=item.fetched.last_modified)
        for item in arrived
    }
    try:
        outcome = _read_and_judge(store, source, arrived, context)
    except (ReadError, DownloadError) as error:
        return _failed(store, source, error, now)
    return _remember(store, source, outcome, (now, tags))


def _read_and_judge(
    store: SnapshotStore, source: Source, arrived: tuple[_Arrived, ...], context: tuple[datetime, Limits]
) -> Outcome:
    now, limits = context
    files = tuple(item.incoming() for item in arrived)
    reader = choose_reader(tuple(file.raw() for file in files))
    if source.formats and reader.format not in source.formats:
        names = ", ".join(source.formats)
        raise ReadError(f"the file is {reader.format}, not {names}", where=files[0].name)
    with store.writing():
        staged = store.stage(Draft(source, reader, files, now, fallback=_last_modified(arrived)))
        versions, active = store.versions(source.list_id), _active(store, source)
        same = [snapshot for snapshot in versions if snapshot.sha256 == staged.snapshot.sha256]
        if same and (same[-1] == versions[-1] or same[-1] == active):
            store.discard(staged)
            return _known(store, source, same[-1])
        before = profile(active, store.entries(active)) if active else None
        reasons = judge(source, profile(staged.snapshot, staged.entries()), before, now.date(), limits)
        if same:
            reasons = (*reasons, f"the entries are those of the older version {same[-1].version}")
        if reasons:
            refused = store.refuse(staged, reasons)
            return Outcome(source.list_id, "refused", "; ".join(reasons), refused.snapshot, reasons)
        snapshot = store.publish(staged, activate=True)
    detail = f"{snapshot.counts['entries']} entries, {snapshot.counts['warnings']} warnings"
    return Outcome(source.list_id, "published", detail + _changed_facts(active, snapshot), snapshot)


def _known(store: SnapshotStore, source: Source, snapshot: Snapshot) -> Outcome:
    """Answer for entries that are stored already.

    They answer from now on where no check has seen them: the process that stored them ended before its last step.
    Where one has, a person chose another version since then, and the choice stands.
    """
    check = read_checks(store).get(source.list_id)
    if _active(store, source) is None or check is None or check.version != snapshot.version:
        store.use(source.list_id, snapshot.version)
    return Outcome(source.list_id, "unchanged", "the same entries as before", snapshot)


def _unmodified(store: SnapshotStore, source: Source) -> Outcome:
    """Answer for a file that has not changed: its version is as good, or as refused, as it was."""
    check = read_checks(store).get(source.list_id)
    waiting = {refused.snapshot.version: refused for refused in store.refused(source.list_id)}
    if check is not None and check.version in waiting:
        refused = waiting[check.version]
        detail = "; ".join(refused.reasons)
        return Outcome(source.list_id, "refused", detail, refused.snapshot, refused.reasons)
    snapshot = store.snapshot(source.list_id, check.version) if check and check.version else None
    return Outcome(source.list_id, "not modified", "the publisher has nothing new", snapshot)


def _failed(store: SnapshotStore, source: Source, error: ListsError, now: datetime) -> Outcome:
    return _remember(store, source, Outcome(source.list_id, "failed", str(error)), (now, {}))


def _remember(
    store: SnapshotStore, source: Source, outcome: Outcome, asked: tuple[datetime, Mapping[str, Tags]]
) -> Outcome:
    now, tags = asked
    with store.writing():
        last = read_checks(store).get(source.list_id)
        failed = outcome.result == "failed"
        check = Check(
            checked=now,
            result=outcome.result,
            detail=outcome.detail,
            version=outcome.snapshot.version if outcome.snapshot else None,
            tags=tags,
            succeeded=(last.succeeded if last else None) if failed else now,
        )
        record_check(store, source.list_id, check)
    return outcome


def _active(store: SnapshotStore, source: Source) -> Snapshot | None:
    return next((snapshot for snapshot in store.active() if snapshot.list_id == source.list_id), None)


def _changed_facts(active: Snapshot | None, snapshot: Snapshot) -> str:
    """Return a warning where a file calls itself something else than before, for example by its namespace."""
    changed = [
        key for key, value in snapshot.facts.items() if active and active.facts.get(key, value) != value
    ]
    return "".join(f"; note: the {key} is now {snapshot.facts[key]}" for key in changed if key == "namespace")


def _last_modified(arrived: tuple[_Arrived, ...]) -> date | None:
    """Return the newest day that the server says its files are of."""
    days = []
    for item in arrived:
        with contextlib.suppress(ValueError):
            days.append(parsedate_to_datetime(item.fetched.last_modified or "").date())
    return max(days, default=None)
