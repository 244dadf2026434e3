"""A lean source of HTTP requests: a few connections that ask as fast as they are answered, or at a given rate.

At a given rate a request's time counts from when it was due, so that a server that stalls is not flattered.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Outcome:
    """What came back: seconds of every good answer, answers by status, connections that broke."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    elapsed: float = 0.0

    def add(self, other: Outcome) -> None:
        """Add what came back at another time."""
        self.seconds += other.seconds
        self.statuses += other.statuses
        self.elapsed += other.elapsed

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.seconds) / self.elapsed if self.elapsed else 0.0

    def quantile(self, share: float) -> float:
        """Return a quantile of the times, in milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def request(path: str, body: bytes, headers: str = "", method: str = "POST") -> bytes:
    """Return the bytes of a request."""
    kind = "content-type: application/json\r\n" if body else ""
    head = f"{method} {path} HTTP/1.1\r\nhost: x\r\n{kind}{headers}content-length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Connection:
    """One connection that is kept alive, and opened again after it broke."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, raw: bytes) -> str:
        """Send a request and read its answer; returns the status, or what broke."""
        try:
            if self._streams is not None and self._streams[0].at_eof():  # closed while nobody asked
                self.close()
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            writer.write(raw)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            _, _, rest = head.partition(b"content-length:")
            await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
            if b"connection: close" in head:
                self.close()
            return head[9:12].decode()
        except (OSError, asyncio.IncompleteReadError) as error:
            self.close()
            return type(error).__name__

    def close(self) -> None:
        """Close it; the next question opens another."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


async def flood(
    port: int, requests: Sequence[bytes], connections: int, seconds: float, *, again: bool = True
) -> Outcome:
    """Ask over so many connections as fast as they are answered; each request `again` and again, or once."""
    outcome, begun = Outcome(), time.perf_counter()

    async def worker(number: int) -> None:
        connection, turn = Connection(port), number
        while time.perf_counter() - begun < seconds and (again or turn < len(requests)):
            asked = time.perf_counter()
            status = await connection.ask(requests[turn % len(requests)])
            _count(outcome, status, time.perf_counter() - asked)
            turn += connections
        connection.close()

    await asyncio.gather(*(worker(number) for number in range(connections)))
    outcome.elapsed = time.perf_counter() - begun
    return outcome


async def steady(
    port: int, requests: Sequence[bytes], connections: int, rate: float, seconds: float, *, again: bool = True
) -> Outcome:
    """Ask so many times a second, each request due at its own moment; `again` and again, or once."""
    outcome, begun = Outcome(), time.perf_counter()
    most = int(rate * seconds)
    due = iter(range(most if again else min(most, len(requests))))

    async def worker() -> None:
        connection = Connection(port)
        for number in due:
            moment = begun + number / rate
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            status = await connection.ask(requests[number % len(requests)])
            _count(outcome, status, time.perf_counter() - moment)
        connection.close()

    await asyncio.gather(*(worker() for _ in range(connections)))
    outcome.elapsed = time.perf_counter() - begun
    return outcome


def _count(outcome: Outcome, status: str, seconds: float) -> None:
    outcome.statuses[status] += 1
    if status == "200":
        outcome.seconds.append(seconds)
