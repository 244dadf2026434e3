"""The history of the tables: what it makes is what the code expects, whatever the code will expect later."""

from __future__ import annotations

import inspect as source
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text

from service.review.database import Database, is_current
from service.review.migrating import migrate
from service.review.migrations.versions import m0001_first_tables, m0002_facets
from service.review.tables import APPEND_ONLY, METADATA

ON_BOTH = "all"


def described(connection: Connection, schema: str | None = None) -> dict[str, list[str]]:
    """Return what a database says of its tables; a schema is left out of it."""
    found, own = inspect(connection), f'"{schema}".'
    return {
        name: [
            *(
                str(one | {"default": str(one["default"]).replace(own, "")})
                for one in _by_name(found.get_columns(name, schema))
            ),
            str(found.get_pk_constraint(name, schema)),
            *(str(one | {"referred_schema": None}) for one in _by_name(found.get_foreign_keys(name, schema))),
            *map(str, _by_name(found.get_unique_constraints(name, schema))),
            *map(str, _by_name(found.get_indexes(name, schema))),
        ]
        for name in METADATA.tables
    }


def _by_name(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return sorted(map(dict, found), key=lambda one: str(one["name"]))


@pytest.fixture
def made(database: Database, tmp_path: Path) -> dict[str, list[str]]:
    """The tables as the code has them now, made without the history."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect() as connection:
            connection.execute(text("CREATE SCHEMA made"))
            connection.execute(text("SET LOCAL search_path TO made"))
            METADATA.create_all(connection, checkfirst=False)
            return described(connection, "made")
    engine = create_engine(f"sqlite:///{tmp_path}/made.db")
    with engine.begin() as connection:
        METADATA.create_all(connection)
        found = described(connection)
    engine.dispose()
    return found


def test_the_history_makes_the_tables_that_the_code_has(
    database: Database, made: dict[str, list[str]]
) -> None:
    assert is_current(database)
    with database.reading() as connection:
        assert described(connection) == made
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        different = compare_metadata(context, METADATA)
    assert different == []


def test_rows_that_prove_something_are_guarded_in_every_table(database: Database) -> None:
    triggers = {
        "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT event_object_table FROM information_schema.triggers",
    }
    with database.reading() as connection:
        guarded = set(connection.execute(text(triggers[database.engine.dialect.name])).scalars())
    assert guarded == {"articles", *(table.name for table in APPEND_ONLY)}


@pytest.mark.parametrize("step", [m0001_first_tables, m0002_facets])
def test_no_step_reads_the_tables_of_today(step) -> None:
    assert "service.review.tables" not in [
        value.__module__ for value in vars(step).values() if hasattr(value, "__module__")
    ]
    assert "from service.review.tables" not in source.getsource(step)
    assert METADATA not in vars(step).values()


def test_migrating_twice_changes_nothing(database: Database) -> None:
    with database.reading() as connection:
        before = described(connection)
    migrate(database)
    with database.reading() as connection:
        assert described(connection) == before
