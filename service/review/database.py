"""The database: one engine, two kinds of transaction, brought up to date when it is opened.

`reading()` sees one consistent state. `writing()` takes the writers' lock at its start (SQLite `BEGIN
IMMEDIATE`, PostgreSQL an advisory lock), because every change appends to one hash chain: writers go one
after the other, readers never wait for them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.resources import files
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from service.review.errors import ReviewError

WRITERS_LOCK = 0x5A5C7ED  # one number for all processes that share a PostgreSQL database
BUSY_MILLISECONDS = 20_000


class Database:
    """An opened database of the review."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state and changes nothing."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that no other writer shares.

        It commits where nothing was raised.
        """
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            if self.dialect == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITERS_LOCK})
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open the database at a URL (`sqlite:///FILE`, `postgresql+psycopg://…`) with its tables up to date."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
        _prepare_sqlite(engine)
    else:
        engine = create_engine(parsed, pool_size=10, max_overflow=20, pool_pre_ping=True)
    database = Database(engine)
    try:
        if not is_current(database):  # what migrates is loaded only where there is something to do
            import_module("service.review.migrating").migrate(database)
    except OperationalError as error:
        engine.dispose()
        place = parsed.render_as_string(hide_password=True)
        raise ReviewError(f"the review's database {place} cannot be opened: {error.orig}") from error
    return database


def is_current(database: Database) -> bool:
    """Say whether every migration has run; their files are named `m`, the number, and what they are about."""
    names = [path.name for path in (files("service.review") / "migrations" / "versions").iterdir()]
    newest = max(name[1:5] for name in names if name.startswith("m"))
    with database.reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == newest


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver would begin too late; `_begin` does it
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",  # what was answered is on the disk
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
