"""Kill a writer at every single step, and look at what it left. Run by the crash test, as a process of its own.

    python crashing.py import|refresh|accept|bundle STORE MATERIAL [URL]

For each step N (a write to a file, a rename, a sync, a removal) a child is forked that does the whole job on a fresh
copy of the store and kills itself with SIGKILL in step N; a write is torn in the middle. Prints one JSON line a step.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx

from lists.addresses import AddressPolicy
from lists.bundle import import_bundle
from lists.download import Downloader
from lists.importing import Import, import_files
from lists.refresh import accept, refresh
from lists.source import Download, Source
from lists.store import SnapshotStore

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CALLS = ("rename", "replace", "fsync", "mkdir", "unlink", "rmdir")
JOB, STORE, MATERIAL = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
URL = sys.argv[4] if len(sys.argv) > 4 else ""


class Killer:
    """Counts steps and kills this process in the one that is asked for."""

    def __init__(self, step: int) -> None:
        self.left = step

    def count(self, last_act: Callable[[], object] | None = None) -> None:
        self.left -= 1
        if self.left == 0:
            if last_act is not None:
                last_act()
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        for name in CALLS:
            setattr(os, name, self._counted(getattr(os, name)))
        opened = io.open

        def open_counted(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            if not set(mode) & set("wxa+"):
                return opened(file, mode, *args, **options)
            self.count()
            return TornFile(opened(file, mode, *args, **options), self)

        io.open = open_counted

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **options: Any) -> Any:
            self.count()
            return call(*args, **options)

        return counted


class TornFile:
    """A file whose fatal write reaches the disk by half."""

    def __init__(self, file: Any, killer: Killer) -> None:
        self._file, self._killer = file, killer

    def write(self, data: bytes) -> int:
        def tear() -> None:
            self._file.write(data[: len(data) // 2])
            self._file.flush()

        self._killer.count(tear)
        return int(self._file.write(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> TornFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def work(store: SnapshotStore) -> None:
    if JOB == "import":
        import_files(store, [MATERIAL], Import("un_sc", published=date(2026, 11, 19)), NOW)
    elif JOB == "bundle":
        import_bundle(store, MATERIAL)
    elif JOB == "accept":
        if store.active()[0].accepted_reason is None:
            accept(store, "un_sc", "a mass delisting")
    else:
        place = Download("consolidated.xml", URL, hosts=("127.0.0.1",))
        source = Source("un_sc", "UN list", "United Nations", formats=("un-xml",), downloads=(place,))
        with httpx.Client(trust_env=False) as client:
            downloader = Downloader(client, AddressPolicy(private=True, http=True))
            (outcome,) = refresh(store, [source], downloader, NOW)
            if not outcome.is_good:
                raise SystemExit(outcome.detail)


def state(store: SnapshotStore) -> str:
    """Return the active version after proof that it is whole: hash, offsets, and every entry parsed."""
    (snapshot,) = store.active()
    place = store.directory(snapshot)
    if hashlib.sha256((place / "entries.jsonl").read_bytes()).hexdigest() != snapshot.sha256:
        raise SystemExit(f"mixture in {snapshot.version}")
    if len(list(store.entries(snapshot))) != snapshot.counts["entries"]:
        raise SystemExit(f"lost entries in {snapshot.version}")
    for version in store.versions("un_sc"):
        if len(list(store.entries(version))) != version.counts["entries"]:
            raise SystemExit(f"half a version: {version.version}")
    return snapshot.version


def run(step: int) -> bool:
    """Do the job in a child that dies in this step; tell whether it did."""
    pid = os.fork()
    if pid == 0:
        Killer(step).install()
        status = 1
        try:
            work(SnapshotStore(scratch))
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status) and os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"step {step}: the job failed by itself")
    return os.WIFSIGNALED(status)


step = 0
scratch = STORE.with_name("scratch")
while True:
    step += 1
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(STORE, scratch)
    killed = run(step)
    after = state(SnapshotStore(scratch))
    if killed:
        work(SnapshotStore(scratch))
    print(
        json.dumps(
            {"step": step, "killed": killed, "after": after, "repeated": state(SnapshotStore(scratch))}
        )
    )
    if not killed:
        break
