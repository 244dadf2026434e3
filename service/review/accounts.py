"""Who may log in, and what each role may do.

Passwords are kept as argon2id hashes only. Roles are separate on purpose: who administers does not decide,
who audits changes nothing, and a second reviewer is an `approver`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, delete, insert, select, update

from service.review.errors import Absent, Malformed, NotAllowed
from service.review.ledger import Change
from service.review.tables import sessions, users
from service.review.trail import iso

MIN_PASSWORD = 12
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,62}")
_HASHER = PasswordHasher()


class Role(StrEnum):
    """What a user is."""

    REVIEWER = "reviewer"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Right(StrEnum):
    """What a role may do."""

    READ = "read cases"
    DECIDE = "decide"
    APPROVE = "approve"
    AUDIT = "read the whole trail"
    ADMINISTER = "administer users and rules"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.REVIEWER: frozenset({Right.READ, Right.DECIDE}),
    Role.APPROVER: frozenset({Right.READ, Right.DECIDE, Right.APPROVE}),
    Role.AUDITOR: frozenset({Right.READ, Right.AUDIT}),
    Role.ADMIN: frozenset({Right.READ, Right.ADMINISTER}),
}


@dataclass(frozen=True, slots=True)
class User:
    """A person who may log in."""

    name: str
    display: str
    role: Role

    def may(self, right: Right) -> bool:
        """Say whether the user's role has a right."""
        return right in RIGHTS[self.role]

    def must(self, right: Right) -> None:
        """Raise `NotAllowed` unless the user's role has a right."""
        if not self.may(right):
            raise NotAllowed(f"the role {self.role} may not {right}")


def check_password(password: str) -> None:
    """Raise `Malformed` where a password is too short; length is the rule that helps."""
    if len(password) < MIN_PASSWORD:
        raise Malformed(f"a password has at least {MIN_PASSWORD} characters")


def add_user(change: Change, user: User, password: str | None = None) -> None:
    """Add a user; without a password only the identity provider can log the user in."""
    if not _NAME.fullmatch(user.name):
        raise Malformed(f"{user.name!r}: a user name has 2 to 63 of a-z, 0-9 and . _ @ -")
    if get_row(change.connection, user.name) is not None:
        raise Malformed(f"there is a user {user.name} already")
    change.connection.execute(
        insert(users).values(
            name=user.name,
            display=user.display or user.name,
            role=user.role.value,
            password=_hash(password),
            active=True,
            created=iso(change.now),
        )
    )
    change.record("user added", f"user {user.name}", {"role": user.role.value, "display": user.display})


def set_password(change: Change, name: str, password: str) -> None:
    """Set a user's password and end all of the user's sessions."""
    _must_exist(change.connection, name)
    change.connection.execute(update(users).where(users.c.name == name).values(password=_hash(password)))
    change.connection.execute(delete(sessions).where(sessions.c.user == name))
    change.record("password set", f"user {name}", {})


def set_role(change: Change, name: str, role: Role) -> None:
    """Change a user's role; it holds from the next request on."""
    _must_exist(change.connection, name)
    change.connection.execute(update(users).where(users.c.name == name).values(role=role.value))
    change.record("role set", f"user {name}", {"role": role.value})


def set_active(change: Change, name: str, *, active: bool) -> None:
    """Lock a user out, or let the user in again; users are never deleted, since the trail names them."""
    _must_exist(change.connection, name)
    change.connection.execute(update(users).where(users.c.name == name).values(active=active))
    change.connection.execute(delete(sessions).where(sessions.c.user == name))
    change.record("user unlocked" if active else "user locked", f"user {name}", {})


def verify_login(connection: Connection, name: str, password: str) -> User | None:
    """Return the user where name and password fit; takes as long where there is no such user."""
    row = get_row(connection, name)
    known = row is not None and row.active and row.password is not None
    try:
        _HASHER.verify(row.password if row is not None and known else _decoy(), password)
    except (VerificationError, InvalidHashError):
        return None
    return as_user(row) if row is not None and known else None


@cache
def _decoy() -> str:
    """Return the hash that the password of an unknown user is compared with; computed once, when there is one."""
    return _HASHER.hash("no user has this password")


def get_row(connection: Connection, name: str) -> Row[Any] | None:
    """Return a user's row."""
    return connection.execute(select(users).where(users.c.name == name)).first()


def all_users(connection: Connection) -> Sequence[Row[Any]]:
    """Return every user's row, by name."""
    return connection.execute(select(users).order_by(users.c.name)).all()


def as_user(row: Row[Any]) -> User:
    """Return the user of a row."""
    return User(row.name, row.display, Role(row.role))


def _hash(password: str | None) -> str | None:
    if password is None:
        return None
    check_password(password)
    return _HASHER.hash(password)


def _must_exist(connection: Connection, name: str) -> None:
    if get_row(connection, name) is None:
        raise Absent(f"there is no user {name}")
