"""Whose turn it is: so many requests are computed at a time, so many wait, the rest come back later.

Under overload this keeps what was accepted fast, and the process answering: a request that would wait behind
a full queue costs nothing but the 503 with `Retry-After`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import Unavailable


class Turns:
    """A bounded queue before a bounded number of workers: `async with turns:` is a turn.

    Raises `Unavailable` at once where there is no room to wait.
    """

    def __init__(self, at_a_time: int, waiting: int) -> None:
        self._free = asyncio.Semaphore(at_a_time)
        self._room = at_a_time + waiting
        self.taken = 0
        """Requests that are computed or wait."""
        self.refused = 0
        """Requests that found no room, since the start."""

    async def __aenter__(self) -> None:
        if self.taken >= self._room:
            self.refused += 1
            raise Unavailable("too much to do at the moment; try again", retry_after=1)
        self.taken += 1
        try:
            await self._free.acquire()
        except BaseException:
            self.taken -= 1
            raise

    async def __aexit__(self, *_: object) -> None:
        self._free.release()
        self.taken -= 1


class Room:
    """Room for so many at a time; nobody waits for it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.taken = 0
        """How many are in it."""

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place until the end; raises `Unavailable` at once where there is none."""
        if self.taken >= self._most:
            raise Unavailable(f"{self._most} streams are being answered; try again", retry_after=5)
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1
