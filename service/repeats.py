"""Answers that are kept for callers who ask again: the same key gets the same bytes, whatever changed in between.

    DATA/repeats.sqlite     one row a key: whose, a hash of the question, the answer once there is one, until when

A request that is repeated because its answer was lost on the way must not be answered differently, and not be
computed twice. The form is that of the IETF's draft on the header `Idempotency-Key`: a key that comes with another
question is refused, and one whose first request is still being answered is told to come back. A process that dies
leaves a claim that ends by itself.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.errors import DataError, KeyReused, StillAnswering

FILE = "repeats.sqlite"
CLAIM = 60.0
"""Seconds after which a claim whose answer never came is given away."""
MOST_KEPT = 10_000
MOST_BYTES = 1_000_000_000
"""Answers that are kept, and bytes of them; beyond either the oldest go first."""
_TOO_MANY = """
DELETE FROM repeats WHERE key IN (
    SELECT key FROM (
        SELECT key, COUNT(*) OVER newest AS kept, SUM(LENGTH(body)) OVER newest AS bytes FROM repeats
        WINDOW newest AS (ORDER BY until DESC, key)
    ) WHERE kept > ? OR bytes > ?
)
"""
_TABLE = """
CREATE TABLE IF NOT EXISTS repeats (
    key TEXT PRIMARY KEY, question TEXT NOT NULL, until REAL NOT NULL, status INTEGER, kind TEXT, body BLOB
)
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was sent."""

    status: int
    kind: str
    body: bytes


def key_of(*parts: str) -> str:
    """Return a hash that stands for all parts together."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


class Repeats:
    """The kept answers of a data folder, shared by all processes that answer from it."""

    def __init__(
        self,
        data: Path,
        hours: float,
        clock: Callable[[], float] = time.time,
        most: tuple[int, int] = (MOST_KEPT, MOST_BYTES),
    ) -> None:
        self.path = data / FILE
        self._most_kept, self._most_bytes = most
        self._seconds = hours * 3600
        self._clock = clock

    def claim(self, key: str, question: str) -> Kept | None:
        """Return the answer that was given before; None where there is none, and the caller is now to give it.

        Raises `KeyReused` where the key came with another question, `StillAnswering` where somebody answers it.
        """
        now = self._clock()
        with self._writing() as base:
            base.execute("DELETE FROM repeats WHERE until < ?", (now,))
            asked = base.execute("SELECT question, status, kind, body FROM repeats WHERE key = ?", (key,))
            found = asked.fetchone()
            if found is None:
                base.execute(
                    "INSERT INTO repeats (key, question, until) VALUES (?, ?, ?)",
                    (key, question, now + CLAIM),
                )
                return None
        if found[0] != question:
            raise KeyReused("this Idempotency-Key came with another question; use a new one for each")
        if found[1] is None:
            raise StillAnswering("the first request with this Idempotency-Key is still being answered")
        return Kept(*found[1:])

    def keep(self, key: str, answer: Kept) -> None:
        """Keep the answer to a question that was claimed."""
        with self._writing() as base:
            base.execute(
                "UPDATE repeats SET until = ?, status = ?, kind = ?, body = ? WHERE key = ?",
                (self._clock() + self._seconds, answer.status, answer.kind, answer.body, key),
            )
            base.execute(_TOO_MANY, (self._most_kept, self._most_bytes))

    def release(self, key: str) -> None:
        """Give a claim up: nothing was answered that is worth keeping."""
        with self._writing() as base:
            base.execute("DELETE FROM repeats WHERE key = ? AND status IS NULL", (key,))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            base = sqlite3.connect(self.path, timeout=10, isolation_level=None)
            try:
                self.path.chmod(0o600)
                base.execute(_TABLE)
                base.execute("BEGIN IMMEDIATE")
                yield base
                base.execute("COMMIT")
            finally:
                base.close()
        except (sqlite3.Error, OSError) as error:
            raise DataError(f"{self.path} cannot be used ({error}); answers cannot be kept") from error
