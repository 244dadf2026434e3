"""A writer killed at every write, rename, sync and removal leaves the old version or the new one, never a mixture."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lists.bundle import export_bundle
from lists.importing import Import, draft_of, import_files
from lists.store import SnapshotStore

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

ROW = "{n},Organization,Party {n},,,,,,,,,,,"
ENTITY = (
    "<ENTITY><DATAID>{n}</DATAID><FIRST_NAME>PARTY {n}</FIRST_NAME>"
    "<REFERENCE_NUMBER>KPe.{n:03}</REFERENCE_NUMBER></ENTITY>"
)


@pytest.fixture
def filled(store: SnapshotStore, table: Callable[..., Path], now: datetime) -> SnapshotStore:
    path = table(*(ROW.format(n=n) for n in range(20)))
    import_files(store, [path], Import("un_sc", published=date(2026, 10, 1)), now)
    return store


@pytest.fixture
def newer(table: Callable[..., Path]) -> Path:
    return table(*(ROW.format(n=n) for n in range(21)), name="newer.csv")


@pytest.fixture
def url() -> Iterator[str]:
    entities = "".join(ENTITY.format(n=n) for n in range(21))
    body = f'<CONSOLIDATED_LIST dateGenerated="2026-11-19"><ENTITIES>{entities}</ENTITIES></CONSOLIDATED_LIST>'.encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/list"
    server.shutdown()
    server.server_close()
    thread.join()


def crash(job: str, store: SnapshotStore, material: Path, url: str = "") -> list[dict[str, object]]:
    script = Path(__file__).with_name("crashing.py")
    command = [sys.executable, str(script), job, str(store.root), str(material), url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(steps: list[dict[str, object]], old: str) -> None:
    new = steps[-1]["after"]
    assert new != old
    assert not steps[-1]["killed"]
    assert len(steps) > 8, "every write, rename and sync is a step"
    seen = [step["after"] for step in steps]
    assert set(seen) == {old, new}
    first_new = seen.index(new)
    assert seen[first_new:] == [new] * (len(seen) - first_new), "there is one point of no return"
    assert all(step["repeated"] == new for step in steps), "doing it again heals everything"


def test_an_import_killed_at_any_step(filled: SnapshotStore, newer: Path) -> None:
    check(crash("import", filled, newer), filled.active()[0].version)


def test_a_refresh_killed_at_any_step(filled: SnapshotStore, newer: Path, url: str) -> None:
    check(crash("refresh", filled, newer, url), filled.active()[0].version)


def test_an_acceptance_killed_at_any_step(filled: SnapshotStore, newer: Path, now: datetime) -> None:
    with filled.writing():
        draft = draft_of([newer], Import("un_sc", published=date(2026, 11, 19)), now)
        filled.refuse(filled.stage(draft), ("too many",))
    check(crash("accept", filled, newer), filled.active()[0].version)


def test_a_bundle_killed_at_any_step(
    filled: SnapshotStore, newer: Path, tmp_path: Path, now: datetime
) -> None:
    other = SnapshotStore(tmp_path / "other")
    import_files(other, [newer], Import("un_sc", published=date(2026, 11, 19)), now)
    export_bundle(other, tmp_path / "lists.sxb")
    check(crash("bundle", filled, tmp_path / "lists.sxb"), filled.active()[0].version)
