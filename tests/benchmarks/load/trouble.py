"""What happens in trouble: a worker killed, lists swapped, a full queue, bodies that are slow, malformed or deep."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from generator import Connection, Outcome, flood, request
from processes import Running, free_port, running, service

ROW = (
    "entry_id,schema,name,aliases,weak_aliases,previous_names,countries,programmes,listing_date,end_date,"
    "identifiers,addresses,source_url,remarks\n1,Organization,TEST BANK {},,,,ru,TEST,2026-01-01,,,,,\n"
)
WORDS = "Officials of United Aircraft Corporation met the Korea Mining Development Trading Corporation. "


def trouble(data: Path, requests: Sequence[bytes]) -> Iterator[str]:
    """Yield a line for each kind of trouble: what was asked, and what was answered."""
    with tempfile.TemporaryDirectory(prefix="load-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "data"
        shutil.copytree(data, copy) if data.is_dir() else copy.mkdir()
        with running(service(copy, port := free_port(), 2), port) as server:
            yield told("swap of lists, 4 times under load", asyncio.run(_swapping(server, copy, requests)))
            yield told("a worker killed under load", asyncio.run(_killing(server, requests)))
            for name, body in _hostile().items():
                raw = request("/v1/match", body)
                yield told(name, asyncio.run(flood(server.port, [raw], 2, 1.0)))
            yield _slow(server)
        brief = {"SANCTIONS_XREF_REQUEST_TIMEOUT": "2"}
        with running(service(copy, port := free_port(), 1), port, brief) as server:
            yield told("50 bodies that never end, 2 s given", asyncio.run(_never_ending(server)))
        small = {"SANCTIONS_XREF_MAX_CONCURRENT": "1", "SANCTIONS_XREF_MAX_WAITING": "4"}
        with running(service(copy, port := free_port(), 1), port, small) as server:
            yield from asyncio.run(_full(server))
        with running(service(copy, port := free_port(), 2), port) as server:
            yield asyncio.run(_stopping(server))


def told(name: str, outcome: Outcome) -> str:
    """Return in one line what was asked, what was answered with what, and what got no answer at all."""
    asked = sum(outcome.statuses.values())
    answered = {status: count for status, count in sorted(outcome.statuses.items()) if status.isdigit()}
    shown = ", ".join(f"{count} × {status}" for status, count in answered.items()) or "nothing"
    return f"{name:38s} {asked:6d} asked, {shown}; {asked - sum(answered.values())} without an answer"


async def _swapping(server: Running, data: Path, requests: Sequence[bytes]) -> Outcome:
    asking = asyncio.create_task(flood(server.port, requests, 4, 20.0))
    for number in range(4):
        table = data.parent / "test.csv"
        table.write_text(ROW.format(number))
        command = [
            str(Path(sys.executable).with_name("sanctions-xref")),
            "lists",
            "import",
            "--data",
            str(data),
        ]
        await asyncio.to_thread(
            subprocess.run, [*command, "--list", "internal", str(table)], check=True, capture_output=True
        )
        await asyncio.sleep(2.0)
    return await asking


async def _killing(server: Running, requests: Sequence[bytes]) -> Outcome:
    asking = asyncio.create_task(flood(server.port, requests, 8, 6.0))
    await asyncio.sleep(1.5)
    os.kill(server.workers()[0], signal.SIGKILL)
    return await asking


def _hostile() -> dict[str, bytes]:
    keys = {f"key{number}": number for number in range(10_000)}
    return {
        "malformed JSON": b'{"queries": [{"name": "x"',
        "nested 100,000 deep": b"[" * 100_000,
        "10,000 keys": json.dumps({"queries": [{"name": "x"}], **keys}).encode(),
        "10,000 names in one batch": json.dumps({"queries": [{"name": "x"}] * 10_000}).encode(),
        "one bad name among a hundred": json.dumps({"queries": [{"name": "x"}] * 99 + [{"nom": 1}]}).encode(),
        "a body above the limit": b" " * 12_100_000,
    }


async def _never_ending(server: Running) -> Outcome:
    """Begin fifty bodies that never end, and see what becomes of them."""
    head = request("/v1/match", b"x" * 100)[:-90]
    asked = [asyncio.wait_for(Connection(server.port).ask(head), 30) for _ in range(50)]
    return Outcome(statuses=Counter(await asyncio.gather(*asked)))


def _slow(server: Running) -> str:
    """Begin fifty bodies that never end, and ask beside them."""
    head = request("/v1/match", b"x" * 100)[:-90]
    open_ = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
    for connection in open_:
        connection.sendall(head)
    beside = asyncio.run(flood(server.port, [request("/healthz", b"", method="GET")], 1, 1.0))
    for connection in open_:
        connection.close()
    return told("health beside 50 bodies that never end", beside)


async def _full(server: Running) -> Iterator[str]:
    raw = request("/v1/screen", json.dumps({"text": WORDS * 300}).encode())
    asking = asyncio.create_task(flood(server.port, [raw], 40, 6.0))
    await asyncio.sleep(1.0)
    health = await flood(server.port, [request("/healthz", b"", method="GET")], 1, 3.0)
    outcome = await asking
    return iter((told("a queue of 4, 40 asking", outcome), told("health beside it", health)))


async def _stopping(server: Running) -> str:
    raw = request("/v1/screen", json.dumps({"text": WORDS * 100}).encode())
    asked = [asyncio.create_task(Connection(server.port).ask(raw)) for _ in range(6)]
    await asyncio.sleep(0.15)
    os.kill(server.pid, signal.SIGTERM)
    outcome = Outcome(statuses=Counter(await asyncio.gather(*asked)))
    return told("stopped while 6 are answered", outcome)
