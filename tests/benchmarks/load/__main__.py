"""Load on the loopback: throughput, latency, CPU and memory of the service, beside a bare route.

    python tests/benchmarks/load --lists ../shared/data/import        (make load)
    python tests/benchmarks/load --data DATA --seconds 10 --soak 600
    python tests/benchmarks/load --data DATA --only trouble

Two workers. Each route is first asked as fast as it answers, then at half of that rate; the bare route is asked
the same way in the same run. The asking process runs on the same machine and takes its share of the cores, so
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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from generator import flood, request, steady
from processes import Running, echo, free_port, running, service
from soak import soak
from trouble import trouble

NAMES = (
    "United Aircraft Corp", "Bank Rossiya", "Mahan Airlines", "Bakery of Nowhere", "Korea Mining Development",
    "Northern Lights Shipping Ltd", "Rosoboronexport", "Acme Widgets GmbH", "Islamic Revolutionary Guard Corps",
    "Huawei Technologies", "Volga Dnepr Airlines", "Green Valley Foods Inc", "Kalashnikov Concern", "Sberbank",
    "Pacific Coast Insurance", "Almaz Antey", "Hamilton and Sons", "China Electronics Technology Group",
)  # fmt: skip
SENTENCE = (
    "Officials of the ministry met the director of {} on Friday and spoke about deliveries that had been late "
    "since the spring, a person who took part in the talks said. "
)
WORKERS = 2
CONNECTIONS = 8


def scenarios() -> dict[str, list[bytes]]:
    """Return the requests of each route."""
    one = [json.dumps({"queries": [{"name": name}]}).encode() for name in NAMES]
    hundred = {"queries": [{"name": f"{name} {number}"} for number, name in enumerate(NAMES * 6)][:100]}
    example = [
        json.dumps({"queries": {"q": {"schema": "Company", "properties": {"name": [name]}}}}).encode()
        for name in NAMES
    ]
    text = "".join(SENTENCE.format(name) for name in NAMES[:15])
    article = {"text": " ".join(text.split()[:400])}
    return {
        "/v1/match, 1 name": [request("/v1/match", body) for body in one],
        "/v1/match, 100 names": [request("/v1/match", json.dumps(hundred).encode())],
        "/match/default, 1": [request("/match/default", body) for body in example],
        "/v1/screen, 400 words": [request("/v1/screen", json.dumps(article).encode())],
    }


def row(name: str, server: Running, requests: Sequence[bytes], seconds: float, bare: float) -> float:
    """Measure one route and print its row; returns its rate."""
    asyncio.run(flood(server.port, requests, CONNECTIONS, min(2.0, seconds)))  # warm
    before = server.cpu()
    full = asyncio.run(flood(server.port, requests, CONNECTIONS, seconds))
    used = server.cpu() - before
    half = asyncio.run(steady(server.port, requests, CONNECTIONS * 4, full.rate / 2, seconds))
    share = f"{full.rate / bare:5.0%}" if bare else "     "
    bad = sum(full.statuses.values()) + sum(half.statuses.values()) - len(full.seconds) - len(half.seconds)
    print(
        f"{name:22s} {full.rate:8.0f}/s {share}  {1000 * used / max(1, len(full.seconds)):7.2f} ms CPU   at half: "
        f"p50 {half.quantile(0.5):6.1f}  p95 {half.quantile(0.95):6.1f}  p99 {half.quantile(0.99):6.1f} ms   "
        f"failed {bad}",
        flush=True,
    )
    return full.rate


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
    parser.add_argument("--soak", type=float, default=60.0, help="seconds of steady load")
    parser.add_argument("--rate", type=float, default=20.0, help="requests a second of the steady load")
    parser.add_argument("--only", choices=["start", "rates", "soak", "trouble"], help="one part of it")
    asked = parser.parse_args()
    with data_folder(asked.data, asked.lists) as data:
        print(f"{WORKERS} workers, {CONNECTIONS} connections, {os.cpu_count()} cores with the asking process")
        parts = {
            "start": lambda: starting(data),
            "rates": lambda: rates(data, min(asked.seconds, 60.0)),
            "soak": lambda: soaking(data, min(asked.soak, 900.0), asked.rate),
            "trouble": lambda: troubles(data),
        }
        for part in [asked.only] if asked.only else parts:
            parts[part]()


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
    routes = scenarios()
    with running(echo(port := free_port(), WORKERS), port) as bare:
        bodies = [raw.replace(b"/v1/match", b"/echo", 1) for raw in routes["/v1/match, 1 name"]]
        rate = row("echo of the same body", bare, bodies, seconds, 0.0)
    with running(service(data, port := free_port(), WORKERS), port) as server:
        for name, requests in routes.items():
            row(name, server, requests, seconds, rate)
        for one in server.memory():
            print(f"worker: {one.resident:.0f} MB resident, of these {one.private:.0f} MB private")
        print(f"all its processes together: {server.together():.0f} MB")


def soaking(data: Path, seconds: float, rate: float) -> None:
    """Print the memory of the workers while they are asked steadily."""
    mixed = [request for requests in scenarios().values() for request in requests]
    with running(service(data, port := free_port(), WORKERS), port) as server:
        for line in soak(server, mixed, seconds, rate):
            print(line, flush=True)


def troubles(data: Path) -> None:
    """Print what happens in trouble."""
    for line in trouble(data, scenarios()["/v1/match, 1 name"]):
        print(line, flush=True)


if __name__ == "__main__":
    main()
