"""Webhooks: messages sent to other systems, signed, tried again until they arrive, safe to receive twice.

The form is that of the Standard Webhooks specification (standardwebhooks.com, version 1.0.0): `webhook-id` is the
same at every attempt, `webhook-timestamp` is that of the attempt, and `webhook-signature` is `v1,` and the
base64 HMAC-SHA256 of `id.timestamp.body` under the secret. A receiver refuses a signature that does not fit and a
timestamp more than five minutes off, and forgets what has an id that it has seen.

Here is who is told, and whether anything is due; `delivering` sends it.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from service.review.errors import Absent, Malformed
from service.review.ledger import Change, last_event
from service.review.messages import TYPES
from service.review.tables import deliveries, events, webhooks
from service.review.trail import iso

LOOPBACK = ("localhost", "127.0.0.1", "::1")


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


def is_due(connection: Connection, now: datetime) -> bool:
    """Say whether a webhook is to be told of something, or an attempt is to be made."""
    return is_behind(connection, newest_event(connection)) or is_waiting(connection, now)


def newest_event(connection: Connection) -> int:
    """Return the number of the newest event, 0 where there is none."""
    return connection.execute(select(func.max(events.c.seq))).scalar() or 0


def behind(newest: int) -> ColumnElement[bool]:
    """Return which webhooks have not been told of everything up to an event."""
    return webhooks.c.active.is_(True) & (webhooks.c.after_seq < newest)


def due(now: datetime) -> ColumnElement[bool]:
    """Return which deliveries are to be tried at this time."""
    return (deliveries.c.status == "waiting") & (deliveries.c.next_attempt <= iso(now))


def is_behind(connection: Connection, newest: int) -> bool:
    """Say whether a webhook has not been told of everything up to an event."""
    return connection.execute(select(webhooks.c.id).where(behind(newest)).limit(1)).first() is not None


def is_waiting(connection: Connection, now: datetime) -> bool:
    """Say whether a delivery is to be tried at this time."""
    return connection.execute(select(deliveries.c.id).where(due(now)).limit(1)).first() is not None


def _check(url: str, types: Sequence[str]) -> None:
    parts = urlsplit(url)
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or plain) or parts.username is not None:
        raise Malformed(
            f"{url!r}: give an address with https, or with http on this machine, without a password"
        )
    if not types or not set(types) <= set(TYPES):
        raise Malformed(f"choose what the webhook hears of: {', '.join(TYPES)}")
