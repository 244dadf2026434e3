"""Logging in and staying so: sessions on the server, and the throttle.

The browser holds a random token, the database its SHA-256. A login always makes a new session (none that
existed before is ever raised to a logged-in one), a session ends after `IDLE` without a request and after
`LONGEST` in any case. Failed logins are counted by name and by address; above the limit nothing is tried
until the window is over.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from service.review.accounts import User, as_user, verify_login
from service.review.database import Database
from service.review.errors import NotAllowed, NotLoggedIn, TooManyAttempts
from service.review.ledger import Change, Ledger
from service.review.tables import login_failures, sessions, users
from service.review.trail import iso

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
WINDOW = timedelta(minutes=15)
MOST_BY_NAME = 5
MOST_BY_ADDRESS = 30
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """A logged-in user with the token that his or her forms must carry."""

    user: User
    csrf: str
    token_sha256: str


def log_in(ledger: Ledger, name: str, password: str, address: str) -> str:
    """Return a new session's token; raise `NotLoggedIn` or `TooManyAttempts`."""
    now = ledger.clock()
    with ledger.database.reading() as connection:
        _throttle(connection, name, address, now)
        user = verify_login(connection, name, password)
    if user is None:
        with ledger.change(name[:200] or "?") as change:
            change.connection.execute(
                insert(login_failures).values(name=name[:200], address=address, at=iso(now))
            )
            change.record("login failed", f"user {name[:100]}", {"address": address})
        raise NotLoggedIn("name or password is wrong")
    with ledger.change(user.name) as change:
        return open_session(change, user, address)


def open_session(change: Change, user: User, address: str, by: str = "password") -> str:
    """Open a session for a user who has proved who he or she is; return its token."""
    token = secrets.token_urlsafe(32)
    change.connection.execute(delete(sessions).where(sessions.c.expires < iso(change.now)))
    change.connection.execute(delete(login_failures).where(login_failures.c.name == user.name))
    change.connection.execute(
        insert(sessions).values(
            token_sha256=_hash(token),
            user=user.name,
            csrf=secrets.token_urlsafe(32),
            created=iso(change.now),
            last_seen=iso(change.now),
            expires=iso(change.now + LONGEST),
        )
    )
    change.record("logged in", f"user {user.name}", {"address": address, "by": by})
    return token


def find_session(database: Database, token: str | None, now: datetime) -> Session:
    """Return the session of a token; raise `NotLoggedIn` where it has none or it has ended."""
    if not token:
        raise NotLoggedIn("log in first")
    with database.reading() as connection:
        row = connection.execute(
            select(sessions, users)
            .join(users, users.c.name == sessions.c.user)
            .where(sessions.c.token_sha256 == _hash(token), users.c.active.is_(True))
            .where(sessions.c.expires > iso(now), sessions.c.last_seen > iso(now - IDLE))
        ).first()
    if row is None:
        raise NotLoggedIn("the session has ended; log in again")
    if row.last_seen < iso(now - TOUCH_EVERY):
        with database.writing() as connection:
            touched = update(sessions).where(sessions.c.token_sha256 == row.token_sha256)
            connection.execute(touched.values(last_seen=iso(now)))
    return Session(as_user(row), row.csrf, row.token_sha256)


def log_out(ledger: Ledger, session: Session) -> None:
    """End a session."""
    with ledger.change(session.user.name) as change:
        change.connection.execute(delete(sessions).where(sessions.c.token_sha256 == session.token_sha256))
        change.record("logged out", f"user {session.user.name}", {})


def check_csrf(session: Session, token: str | None) -> None:
    """Raise `NotAllowed` unless the token that came with a change is the session's own."""
    if token is None or not hmac.compare_digest(token.encode(), session.csrf.encode()):
        raise NotAllowed("the form did not come from this session; load the page again and repeat")


def _throttle(connection: Connection, name: str, address: str, now: datetime) -> None:
    since = select(func.count()).select_from(login_failures).where(login_failures.c.at > iso(now - WINDOW))
    by_name = connection.execute(since.where(login_failures.c.name == name[:200])).scalar_one()
    by_address = connection.execute(since.where(login_failures.c.address == address)).scalar_one()
    if by_name >= MOST_BY_NAME or by_address >= MOST_BY_ADDRESS:
        wait = int(WINDOW.total_seconds())
        raise TooManyAttempts(f"too many failed logins; try again in {wait // 60} minutes", wait)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
