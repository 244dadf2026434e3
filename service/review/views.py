"""Saved views: a filter of the queue under a name, each user's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import Connection, Row, delete, insert, select

from service.review.errors import Absent, Malformed
from service.review.ledger import Change
from service.review.queue import read_filter
from service.review.tables import saved_views as table


def saved_views(connection: Connection, user: str) -> Sequence[Row[Any]]:
    """Return a user's views, by name."""
    return connection.execute(select(table).where(table.c.user == user).order_by(table.c.name)).all()


def save_view(change: Change, name: str, query: str) -> str:
    """Keep a filter under a name, in place of one of the same name; return its query string."""
    shown = name.strip()[:80]
    if not shown:
        raise Malformed("give the view a name")
    kept = read_filter(dict(parse_qsl(query.lstrip("?"), keep_blank_values=True))).query()
    change.connection.execute(delete(table).where(table.c.user == change.actor, table.c.name == shown))
    change.connection.execute(insert(table).values(user=change.actor, name=shown, query=kept))
    return kept


def delete_view(change: Change, number: int) -> None:
    """Forget one of one's own views."""
    gone = change.connection.execute(delete(table).where(table.c.id == number, table.c.user == change.actor))
    if gone.rowcount != 1:
        raise Absent(f"you have no saved view {number}")
