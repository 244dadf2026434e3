"""The audit trail as values: an event holds the hash of the one before it, so no event can change unseen.

`hash = SHA-256(canonical JSON of seq, at, actor, action, subject, body, previous)`; the first event's
`previous` is 64 zeros. Pure: this module knows neither database nor file, and the same functions check
both. It proves that nothing inside the chain was changed, inserted, dropped or reordered; that nobody
rebuilt the whole chain is what the signed checkpoints prove (`checkpoints`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from lists.models import canonical_json
from service.review.errors import TrailBroken

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: who did what to which subject, when. `body` is canonical JSON."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    body: str
    previous: str
    hash: str

    def data(self) -> dict[str, Any]:
        """Return the body as a value."""
        value: dict[str, Any] = json.loads(self.body)
        return value


def iso(moment: datetime) -> str:
    """Return an instant as text in UTC with microseconds: texts sort as the instants do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def event_hash(event: Event) -> str:
    """Return what the event's `hash` must be."""
    content = asdict(event)
    del content["hash"]
    return digest(canonical_json(content))


def next_event(previous: Event | None, stamp: tuple[str, str], action: str, subject: str, body: str) -> Event:
    """Return the event that follows; `stamp` is (time, actor)."""
    bare = Event(
        seq=previous.seq + 1 if previous else 1,
        at=stamp[0],
        actor=stamp[1],
        action=action,
        subject=subject,
        body=body,
        previous=previous.hash if previous else GENESIS,
        hash="",
    )
    return Event(**{**asdict(bare), "hash": event_hash(bare)})


def verified(events: Iterable[Event]) -> Iterator[Event]:
    """Yield the events as long as the chain is whole; raise `TrailBroken` with the place where it is not."""
    previous = GENESIS
    for seq, event in enumerate(events, start=1):
        place = f"event {seq}"
        if event.seq != seq:
            raise TrailBroken(place, f"is missing; event {event.seq} stands in its place")
        if event.previous != previous:
            raise TrailBroken(place, "does not follow the event before it; one of the two was replaced")
        if event.hash != event_hash(event):
            raise TrailBroken(
                place, f"was changed ({event.action} of {event.subject} by {event.actor}, {event.at})"
            )
        previous = event.hash
        yield event
