"""Load on the loopback: throughput, latency, CPU and memory of the service, beside a bare route.

    python tests/benchmarks/load --lists ../shared/data/import        (make load)
    python tests/benchmarks/load --data DATA --only rates soak        (make bench)
    python tests/benchmarks/load --data DATA --seconds 4 --soak 60

Two workers. Each route is first asked as fast as it answers, in turns with the bare route, then at half of that
rate. Names that are asked again and again are answered with what was found before; new ones
show what finding costs. The asking process runs on the same machine and takes its share of the cores, so
CPU a request is the steadier figure. Everything is bounded and ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from generator import Outcome, flood, request, steady
from names import AGAIN, NEW, new_names
from processes import Running, echo, free_port, running, service
from soak import soak
from trouble import trouble

SENTENCE = (
    "Officials of the ministry met the director of {} on Friday and spoke about deliveries that had been late "
    "since the spring, a person who took part in the talks said. "
)
WORKERS = 2
CONNECTIONS = 8
PARTS = ("start", "rates", "soak", "trouble")
TURNS = 8
"""Turns of a measurement, taken in turns with the bare route."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The requests of a row: the same again and again, or each of them once."""

    requests: Sequence[bytes]
    again: bool = True

    def parts(self) -> tuple[Sequence[bytes], Sequence[bytes], Sequence[bytes]]:
        """Return what to warm with, and what to ask at the full and at half of the rate."""
        if self.again:
            return (self.requests,) * 3
        first, second = len(self.requests) // 8, 5 * len(self.requests) // 8
        return self.requests[:first], self.requests[first:second], self.requests[second:]


def scenarios(data: Path) -> dict[str, Asked]:
    """Return the requests of each route."""
    names = new_names(data)
    together, new = names[: len(names) // 3], names[len(names) // 3 :]
    text = "".join(SENTENCE.format(name) for name in AGAIN[:15])
    article = {"text": " ".join(text.split()[:400])}
    return {
        "/v1/match, again": Asked([lookup(name) for name in AGAIN]),
        "/v1/match, a new name": Asked([lookup(name) for name in new], again=False),
        "/v1/match, 100 new": Asked(
            [lookup(*together[at : at + 100]) for at in range(0, len(together), 100)], again=False
        ),
        "/match/default, again": Asked([example(name) for name in AGAIN]),
        "/match/default, new": Asked([example(name) for name in new], again=False),
        "/v1/screen, 400 words": Asked([request("/v1/screen", json.dumps(article).encode())]),
    }


def lookup(*names: str) -> bytes:
    """Return the request that looks names up."""
    return request("/v1/match", json.dumps({"queries": [{"name": name} for name in names]}).encode())


def example(name: str) -> bytes:
    """Return the request of a client of the yente API."""
    queries = {"q": {"schema": "Company", "properties": {"name": [name]}}}
    return request("/match/default", json.dumps({"queries": queries}).encode())


ECHOED = [lookup(name).replace(b"/v1/match", b"/echo", 1) for name in AGAIN]


def row(name: str, server: Running, asked: Asked, seconds: float, bare: Running) -> None:
    """Measure one route, in turns with the bare one, and print its row.

    Whatever else the machine does falls on both, so that the share is steadier than either rate.
    """
    warming, most, fewer = asked.parts()
    asyncio.run(flood(server.port, warming, CONNECTIONS, min(2.0, seconds), again=asked.again))
    full, beside, before = Outcome(), Outcome(), server.cpu()
    for turn in range(TURNS):
        some = most[turn::TURNS] or most
        full.add(asyncio.run(flood(server.port, some, CONNECTIONS, seconds / TURNS, again=asked.again)))
        used = server.cpu() - before
        if bare is not server:
            beside.add(asyncio.run(flood(bare.port, ECHOED, CONNECTIONS, seconds / TURNS)))
    half = asyncio.run(steady(server.port, fewer, CONNECTIONS * 4, full.rate / 2, seconds, again=asked.again))
    share = f"{full.rate / beside.rate:5.0%}" if beside.rate else "     "
    bad = sum(full.statuses.values()) + sum(half.statuses.values()) - len(full.seconds) - len(half.seconds)
    print(
        f"{name:22s} {full.rate:8.0f}/s {share}  {1000 * used / max(1, len(full.seconds)):7.2f} ms CPU   at half: "
        f"p50 {half.quantile(0.5):6.1f}  p95 {half.quantile(0.95):6.1f}  p99 {half.quantile(0.99):6.1f} ms   "
        f"failed {bad}",
        flush=True,
    )


@contextmanager
def data_folder(given: Path | None, tables: Path | None) -> Iterator[Path]:
    """Yield a data folder: the given one, or one with the lists of a folder of tables."""
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        command = str(Path(sys.executable).with_name("sanctions-xref"))
        for path in sorted(tables.glob("*.csv")) if tables else ():
            arguments = ["lists", "import", "--data", folder, "--list", path.stem, str(path)]
            subprocess.run([command, *arguments], check=True, capture_output=True)
        yield Path(folder)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lists", type=Path, help="folder of entry tables, one CSV a list")
    parser.add_argument("--data", type=Path, help="data folder that has lists already")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement")
    parser.add_argument("--soak", type=float, default=600.0, help="seconds of steady load")
    parser.add_argument("--rate", type=float, default=20.0, help="requests a second of the steady load")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="parts of it")
    asked = parser.parse_args()
    with data_folder(asked.data, asked.lists) as data:
        print(f"{WORKERS} workers, {CONNECTIONS} connections, {os.cpu_count()} cores with the asking process")
        measure = {
            "start": lambda: starting(data),
            "rates": lambda: rates(data, min(asked.seconds, 60.0)),
            "soak": lambda: soaking(data, min(asked.soak, 900.0), asked.rate),
            "trouble": lambda: troubles(data),
        }
        for part in asked.only:
            measure[part]()


def starting(data: Path) -> None:
    """Print how long a start takes, and the memory of the processes before anybody asks."""
    with running(service(data, port := free_port(), 1), port):  # builds the index where it is not there yet
        pass
    for workers in (1, WORKERS):
        with running(service(data, port := free_port(), workers), port) as server:
            first, *further = server.memory()
            print(
                f"{workers} worker{'s' * (workers > 1)}: ready after {server.start:.2f} s, {server.started:.2f} s of "
                f"CPU; the first {first.resident:.0f} MB resident"
                + "".join(f", another {one.private:.0f} MB private" for one in further),
                flush=True,
            )


def rates(data: Path, seconds: float) -> None:
    """Print one row a route, beside the bare one, then the memory of the workers."""
    routes = scenarios(data)
    with (
        running(echo(port := free_port(), WORKERS), port) as bare,
        running(service(data, port := free_port(), WORKERS), port) as server,
    ):
        row("echo of the same body", bare, Asked(ECHOED), seconds, bare)
        for name, asked in routes.items():
            row(name, server, asked, seconds, bare)
        for one in server.memory():
            print(f"worker: {one.resident:.0f} MB resident, of these {one.private:.0f} MB private")
        print(f"all its processes together: {server.together():.0f} MB")


def soaking(data: Path, seconds: float, rate: float) -> None:
    """Print the memory of the workers while they are asked steadily."""
    routes = [asked.requests for asked in scenarios(data).values()]
    mixed = [requests[turn % len(requests)] for turn in range(NEW // 15) for requests in routes]
    with running(service(data, port := free_port(), WORKERS), port) as server:
        for line in soak(server, mixed, seconds, rate):
            print(line, flush=True)


def troubles(data: Path) -> None:
    """Print what happens in trouble."""
    for line in trouble(data, [lookup(name) for name in AGAIN]):
        print(line, flush=True)


if __name__ == "__main__":
    main()
