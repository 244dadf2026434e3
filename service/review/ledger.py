"""The trail in the database: appending events, and a signed checkpoint every so many of them.

A `Change` is what every function that changes something gets: the connection of one writing transaction,
who acts and the clock. Its event is in the same transaction as the rows that it tells of: both stand, or
neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from lists.models import canonical_json
from service.review.checkpoints import Checkpoint, Signer
from service.review.database import Database
from service.review.tables import checkpoints, events
from service.review.trail import Event, digest, iso, next_event

Clock = Callable[[], datetime]
CHECKPOINT_EVERY = 100
PAGE = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One change in progress."""

    connection: Connection
    actor: str
    now: datetime
    signer: Signer

    def record(self, action: str, subject: str, body: Mapping[str, Any]) -> Event:
        """Append an event to the trail."""
        last = last_event(self.connection)
        event = next_event(last, (iso(self.now), self.actor), action, subject, canonical_json(dict(body)))
        self.connection.execute(insert(events).values(**asdict(event)))
        if event.seq % CHECKPOINT_EVERY == 0:
            self.checkpoint(event)
        return event

    def checkpoint(self, event: Event) -> Checkpoint:
        """Sign the trail up to an event."""
        signed = self.signer.checkpoint(event, iso(self.now))
        self.connection.execute(insert(checkpoints).values(**asdict(signed)))
        return signed


@dataclass(frozen=True, slots=True)
class Ledger:
    """The database with its signer and clock: where changes begin."""

    database: Database
    signer: Signer
    clock: Clock

    @contextmanager
    def change(self, actor: str) -> Iterator[Change]:
        """Give a change by a user; everything in it is kept, or nothing."""
        with self.database.writing() as connection:
            yield Change(connection, actor, self.clock(), self.signer)

    def seal(self, actor: str) -> Checkpoint | None:
        """Sign the trail as it ends now; None where it is empty.

        A checkpoint that stands is not made again.
        """
        with self.change(actor) as change:
            last = last_event(change.connection)
            if last is None:
                return None
            standing = read_checkpoints(change.connection, last.seq)
            return standing[0] if standing else change.checkpoint(last)


def last_event(connection: Connection) -> Event | None:
    """Return the newest event."""
    row = connection.execute(select(events).order_by(events.c.seq.desc()).limit(1)).first()
    return _event(row) if row else None


def read_events(connection: Connection, after: int = 0, limit: int | None = None) -> Iterator[Event]:
    """Yield events in order, from the one after `after` on; they are fetched a page at a time."""
    left = limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        wanted = select(events).where(events.c.seq > after).order_by(events.c.seq).limit(size)
        page = connection.execute(wanted).all()
        yield from map(_event, page)
        if len(page) < size:
            return
        after, left = page[-1].seq, None if left is None else left - size


def read_checkpoints(connection: Connection, seq: int | None = None) -> tuple[Checkpoint, ...]:
    """Return all checkpoints in order, or the one of an event."""
    wanted = select(checkpoints).order_by(checkpoints.c.seq)
    if seq is not None:
        wanted = wanted.where(checkpoints.c.seq == seq)
    return tuple(Checkpoint(**row._mapping) for row in connection.execute(wanted))


def count_events(connection: Connection) -> int:
    """Return how many events there are."""
    return int(connection.execute(select(func.count()).select_from(events)).scalar_one())


def head(connection: Connection) -> str:
    """Return the hash of the newest event, or that of nothing."""
    last = last_event(connection)
    return last.hash if last else digest("")


def _event(row: Row[Any]) -> Event:
    return Event(**row._mapping)
