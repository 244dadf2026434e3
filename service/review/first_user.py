"""The first user: made by whoever can read the data folder, with a code that works once.

While there is no user, a random code lies in the data folder (readable by its owner only) and `serve` shows it
as a link. Who opens the link chooses a name and a password and becomes the administrator; the code is gone
then. Without the code nothing can be set up, so a port that is reachable too early gives nothing away.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from sqlalchemy import Connection, select

from service.review.accounts import Role, User, add_user
from service.review.database import Database
from service.review.errors import NotAllowed
from service.review.ledger import Change
from service.review.tables import users


def has_users(connection: Connection) -> bool:
    """Return whether anybody can log in."""
    return connection.execute(select(users.c.name).limit(1)).first() is not None


def setup_code(database: Database, path: Path) -> str | None:
    """Return the code that makes the first user, made where there is none; None where there is a user."""
    with database.reading() as connection:
        if has_users(connection):
            path.unlink(missing_ok=True)
            return None
    if not path.exists():
        _write(path, secrets.token_urlsafe(24))
    return path.read_text(encoding="ascii").strip()


def make_first_user(change: Change, path: Path, code: str, user: tuple[str, str], password: str) -> User:
    """Add the administrator; `user` is (name, how it is shown). `NotAllowed` where the code is not the one."""
    known = path.read_text(encoding="ascii").strip() if path.exists() else ""
    if has_users(change.connection) or not known or not hmac.compare_digest(known.encode(), code.encode()):
        raise NotAllowed(
            "the setup code is not the one that `serve` showed, or the first user is there already"
        )
    first = User(user[0], user[1] or user[0], Role.ADMIN)
    add_user(change, first, password)
    return first


def _write(path: Path, code: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".new{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(code)
    try:
        os.link(fresh, path)  # where two processes start at once, the first code wins
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
