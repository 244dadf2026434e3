"""Sending the messages of webhooks; imported only where one is due: most reviews have no webhook.

A message becomes a delivery in the same transaction in which the webhook moves on in the trail, so none is lost.
Each attempt is claimed first: of several processes one sends, and one that dies leaves the delivery to the next.
Redirects are not followed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import Row, insert, select, update

from service.review.ledger import Ledger
from service.review.messages import Message, message_of, read_messages
from service.review.tables import deliveries, events, webhooks
from service.review.trail import Event, iso
from service.review.webhooks import behind, due, is_behind, is_waiting, newest_event

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3_600, 21_600, 43_200, 86_400))
"""How long to wait after the first, second … attempt that failed; after the last one it is given up."""
CLAIM = timedelta(seconds=60)
TIMEOUT = 15.0
AT_A_TIME = 50


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed attempt to send one message to one webhook."""

    id: int
    webhook_id: int
    url: str
    secret: str
    message: Message
    attempts: int
    """Attempts including this one."""

    @property
    def key(self) -> str:
        """The `webhook-id`: the same at every attempt."""
        return f"msg_{self.webhook_id}_{self.message.id}"


def send(ledger: Ledger) -> None:
    """Send what is due over connections that end with this round."""
    with httpx.Client(follow_redirects=False, trust_env=False) as client:
        deliver(ledger, client)


def deliver(ledger: Ledger, client: httpx.Client) -> int:
    """Send what is due and return how many messages arrived."""
    enqueue(ledger)
    claimed = _claim(ledger)
    arrived = 0
    for delivery in claimed:
        error = _send(client, delivery, ledger.clock())
        _keep_result(ledger, delivery, error)
        arrived += error is None
    return arrived


def enqueue(ledger: Ledger) -> None:
    """Make a delivery of every message that a webhook has not been told of."""
    with ledger.database.reading() as connection:
        newest = newest_event(connection)
        if not is_behind(connection, newest):
            return
    with ledger.database.writing() as connection:
        now = iso(ledger.clock())
        for hook in connection.execute(select(webhooks).where(behind(newest))).all():
            wanted = set(json.loads(hook.actions))
            found = [m.id for m in read_messages(connection, hook.after_seq) if m.type in wanted]
            rows = [{"webhook_id": hook.id, "seq": seq, "next_attempt": now, **_FRESH} for seq in found]
            if rows:
                connection.execute(insert(deliveries), rows)
            connection.execute(
                update(webhooks).where(webhooks.c.id == hook.id).values(after_seq=max([newest, *found]))
            )


def signature(secret: str, key: str, timestamp: int, body: bytes) -> str:
    """Return the value of `webhook-signature`."""
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(raw, f"{key}.{timestamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(signed.digest()).decode()


_FRESH = {"status": "waiting", "attempts": 0, "last_error": ""}


def _claim(ledger: Ledger) -> list[Delivery]:
    now = ledger.clock()
    with ledger.database.reading() as connection:
        if not is_waiting(connection, now):
            return []
    with ledger.database.writing() as connection:
        rows = connection.execute(
            select(deliveries, webhooks.c.url, webhooks.c.secret, events)
            .join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
            .join(events, events.c.seq == deliveries.c.seq)
            .where(due(now), webhooks.c.active.is_(True))
            .order_by(deliveries.c.seq, deliveries.c.id)
            .limit(AT_A_TIME)
        ).all()
        claimed = [one for row in rows if (one := _delivery(row)) is not None]
        held = {"attempts": deliveries.c.attempts + 1, "next_attempt": iso(now + CLAIM)}
        ids = [one.id for one in claimed]
        connection.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(**held))
    return claimed


def _delivery(row: Row[Any]) -> Delivery | None:
    event = Event(**{name: getattr(row, name) for name in Event.__dataclass_fields__})
    message = message_of(event)
    if message is None:
        return None
    return Delivery(row.id, row.webhook_id, row.url, row.secret, message, row.attempts + 1)


def _send(client: httpx.Client, delivery: Delivery, now: datetime) -> str | None:
    """Send a message; return what went wrong, or None."""
    body = delivery.message.model_dump_json().encode()
    timestamp = int(now.timestamp())
    headers = {
        "content-type": "application/json",
        "webhook-id": delivery.key,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(delivery.secret, delivery.key, timestamp, body),
    }
    try:
        answer = client.post(delivery.url, content=body, headers=headers, timeout=TIMEOUT)
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: {error}"[:300]
    return None if answer.is_success else f"answered {answer.status_code}"


def _keep_result(ledger: Ledger, delivery: Delivery, error: str | None) -> None:
    given_up = error is not None and delivery.attempts > len(PAUSES)
    status = "delivered" if error is None else "given up" if given_up else "waiting"
    values: dict[str, Any] = {"status": status, "last_error": error or ""}
    if status == "waiting":
        values["next_attempt"] = iso(ledger.clock() + PAUSES[delivery.attempts - 1])
    kept = update(deliveries).where(deliveries.c.id == delivery.id).values(**values)
    if not given_up:
        with ledger.database.writing() as connection:
            connection.execute(kept)
        return
    with ledger.change("webhooks") as change:
        change.connection.execute(kept)
        change.record("delivery given up", f"delivery {delivery.id}", {"key": delivery.key, "error": error})
