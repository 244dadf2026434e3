"""Webhooks: messages sent to other systems, signed, tried again until they arrive, safe to receive twice.

The form is that of the Standard Webhooks specification (standardwebhooks.com, version 1.0.0): `webhook-id` is the
same at every attempt, `webhook-timestamp` is that of the attempt, and `webhook-signature` is `v1,` and the
base64 HMAC-SHA256 of `id.timestamp.body` under the secret. A receiver refuses a signature that does not fit and a
timestamp more than five minutes off, and forgets what has an id that it has seen.

A message becomes a delivery in the same transaction in which the webhook moves on in the trail, so none is lost.
Each attempt is claimed first: of several processes one sends, and one that dies leaves the delivery to the next.
Redirects are not followed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy import Connection, Row, func, insert, select, update

from service.review.errors import Absent, Malformed
from service.review.ledger import Change, Ledger, last_event
from service.review.messages import TYPES, Message, message_of, read_messages
from service.review.tables import deliveries, events, webhooks
from service.review.trail import Event, iso

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3_600, 21_600, 43_200, 86_400))
"""How long to wait after the first, second … attempt that failed; after the last one it is given up."""
CLAIM = timedelta(seconds=60)
TIMEOUT = 15.0
AT_A_TIME = 50
LOOPBACK = ("localhost", "127.0.0.1", "::1")


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


def add_webhook(change: Change, url: str, types: Sequence[str]) -> tuple[int, str]:
    """Add a webhook that hears of what happens from now on; return its number and its secret."""
    _check(url, types)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    last = last_event(change.connection)
    row = {"url": url, "secret": secret, "actions": json.dumps(sorted(types)), "active": True}
    key = change.connection.execute(
        insert(webhooks).values(**row, after_seq=last.seq if last else 0)
    ).inserted_primary_key
    assert key is not None  # noqa: S101 an insert of one row has a key; for the type checker
    change.record("webhook added", f"webhook {key[0]}", {"url": url, "types": sorted(types)})
    return int(key[0]), secret


def set_webhook(change: Change, number: int, *, active: bool) -> None:
    """Stop a webhook or let it go on; what happened while it was stopped is not told."""
    last = last_event(change.connection)
    values = {"active": active, **({"after_seq": last.seq if last else 0} if active else {})}
    done = change.connection.execute(update(webhooks).where(webhooks.c.id == number).values(**values))
    if done.rowcount != 1:
        raise Absent(f"there is no webhook {number}")
    change.record("webhook started" if active else "webhook stopped", f"webhook {number}", {})


def send_again(change: Change, number: int) -> None:
    """Let a delivery be tried again at once."""
    fresh = {"status": "waiting", "attempts": 0, "next_attempt": iso(change.now)}
    done = change.connection.execute(update(deliveries).where(deliveries.c.id == number).values(**fresh))
    if done.rowcount != 1:
        raise Absent(f"there is no delivery {number}")
    change.record("delivery repeated", f"delivery {number}", {})


def all_webhooks(connection: Connection) -> Sequence[Row[Any]]:
    """Return every webhook."""
    return connection.execute(select(webhooks).order_by(webhooks.c.id)).all()


def newest_deliveries(connection: Connection, limit: int = 50) -> Sequence[Row[Any]]:
    """Return the newest deliveries with the address that they go to."""
    wanted = select(deliveries, webhooks.c.url).join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
    return connection.execute(wanted.order_by(deliveries.c.id.desc()).limit(limit)).all()


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
        newest = connection.execute(select(func.max(events.c.seq))).scalar() or 0
        behind = webhooks.c.active.is_(True) & (webhooks.c.after_seq < newest)
        if connection.execute(select(webhooks.c.id).where(behind).limit(1)).first() is None:
            return
    with ledger.database.writing() as connection:
        now = iso(ledger.clock())
        for hook in connection.execute(select(webhooks).where(behind)).all():
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
    due = (deliveries.c.status == "waiting") & (deliveries.c.next_attempt <= iso(now))
    with ledger.database.reading() as connection:
        if connection.execute(select(deliveries.c.id).where(due).limit(1)).first() is None:
            return []
    with ledger.database.writing() as connection:
        rows = connection.execute(
            select(deliveries, webhooks.c.url, webhooks.c.secret, events)
            .join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
            .join(events, events.c.seq == deliveries.c.seq)
            .where(due, webhooks.c.active.is_(True))
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


def _check(url: str, types: Sequence[str]) -> None:
    parts = urlsplit(url)
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or plain) or parts.username is not None:
        raise Malformed(
            f"{url!r}: give an address with https, or with http on this machine, without a password"
        )
    if not types or not set(types) <= set(TYPES):
        raise Malformed(f"choose what the webhook hears of: {', '.join(TYPES)}")
