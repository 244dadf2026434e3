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
AS_IN_THE_IMAGE = {"MALLOC_ARENA_MAX": "2"}
"""What the image sets: threads share their free memory."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers on a port of the loopback."""

    pid: int
    port: int
    start: float
    """Seconds from its start to its first ready answer."""
    started: float
    """Seconds of CPU that all its processes had used by then."""

    def workers(self) -> list[int]:
        """Return the processes that answer: those that were started for it, or the one there is."""
        started = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [pid for pid in map(int, started) if not _is_tracker(pid)] or [self.pid]

    def cpu(self) -> float:
        """Return the seconds of CPU that the workers have used."""
        return sum(map(cpu_of, self.workers()))

    def memory(self) -> list[Memory]:
        """Return the memory of each worker."""
        return [memory_of(pid) for pid in self.workers()]

    def together(self) -> float:
        """Return the megabytes that all its processes take, each shared page counted once."""
        return sum(memory_of(pid).share for pid in {self.pid, *self.workers()})


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of a process: resident, only its own, and its own with its share of what several use."""

    resident: float
    private: float
    share: float


def cpu_of(pid: int) -> float:
    """Return the seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> Memory:
    """Return the memory of a process."""
    found: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        found[name] = int(rest.split()[0]) * 1024
    private = found["Private_Clean"] + found["Private_Dirty"]
    return Memory(found["Rss"] / MEGA, private / MEGA, found["Pss"] / MEGA)


def _is_tracker(pid: int) -> bool:
    """Say whether a process only keeps books for those that were spawned."""
    return b"resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes()


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
        env={**os.environ, **AS_IN_THE_IMAGE, **(environment or {})},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        while not _is_ready(port):
            if process.poll() is not None or time.perf_counter() - begun > 300:
                raise RuntimeError(f"{command[0]} did not become ready")
            time.sleep(0.02)
        took = time.perf_counter() - begun
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield Running(process.pid, port, took, sum(map(cpu_of, {process.pid, *map(int, children)})))
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
    return [sys.executable, str(Path(__file__).with_name("echo.py")), str(port), str(workers)]
