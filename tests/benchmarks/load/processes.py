"""A server of several processes under measurement: started, watched through /proc, stopped."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers on a port of the loopback."""

    pid: int
    port: int
    start: float
    """Seconds from its start to its first ready answer."""

    def workers(self) -> list[int]:
        """Return the processes that answer: the children that were spawned, or the one there is."""
        mine = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        spawned = [int(pid) for pid in mine]
        return spawned or [self.pid]

    def cpu(self) -> float:
        """Return the seconds of CPU that the workers have used."""
        ticks = 0
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> list[tuple[float, float]]:
        """Return resident and private megabytes of each worker."""
        return [memory_of(pid) for pid in self.workers()]


def memory_of(pid: int) -> tuple[float, float]:
    """Return resident and private megabytes of a process."""
    found: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        found[name] = int(rest.split()[0]) * 1024
    private = found["Private_Clean"] + found["Private_Dirty"]
    return found["Rss"] / MEGA, private / MEGA


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], port: int, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Start a server, wait until it is ready, and stop it at the end."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        while not _is_ready(port):
            if process.poll() is not None or time.perf_counter() - begun > 300:
                raise RuntimeError(f"{command[0]} did not become ready")
            time.sleep(0.02)
        yield Running(process.pid, port, time.perf_counter() - begun)
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def service(data: Path, port: int, workers: int) -> list[str]:
    """Return the command of the service."""
    command = Path(sys.executable).with_name("sanctions-xref")
    return [str(command), "serve", "--data", str(data), "--port", str(port), "--workers", str(workers)]


def echo(port: int, workers: int) -> list[str]:
    """Return the command of the bare route, served by the same server in the same way."""
    where = ["--app-dir", str(Path(__file__).parent), "--port", str(port), "--workers", str(workers)]
    return [sys.executable, "-m", "uvicorn", "echo:app", "--no-access-log", "--log-level", "warning", *where]
