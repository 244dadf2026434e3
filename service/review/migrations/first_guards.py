"""The triggers of the first step, by which the database refuses to change what proves something; as they were.

They stop mistakes and ordinary accounts. Whoever owns the database can drop them: that is what the hash
chain and its signed checkpoints are for. An article may lose its text when its retention ends, and nothing
else of it.
"""

from __future__ import annotations

from collections.abc import Iterator

GUARDED = ("events", "checkpoints", "decisions", "hits", "entries", "register", "attachments")
"""Rows of these are never changed and never deleted."""

_SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

_SQLITE_ARTICLES = """CREATE TRIGGER articles_no_update BEFORE UPDATE ON articles WHEN NEW.text IS NOT NULL
AND OLD.text IS NOT NULL OR NEW.sha256 <> OLD.sha256 OR NEW.article_id <> OLD.article_id BEGIN SELECT
RAISE(ABORT, 'articles is append-only'); END"""

_POSTGRES_FUNCTION = """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""

_POSTGRES = """CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""

_POSTGRES_ARTICLES = """CREATE TRIGGER articles_no_update BEFORE UPDATE ON articles FOR EACH ROW WHEN
(NEW.text IS NOT NULL AND OLD.text IS NOT NULL OR NEW.sha256 <> OLD.sha256 OR NEW.article_id <>
OLD.article_id) EXECUTE FUNCTION refuse_change()"""

_POSTGRES_ARTICLES_DELETE = """CREATE TRIGGER articles_no_delete BEFORE DELETE OR TRUNCATE ON articles
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""


def guard_statements(dialect: str) -> Iterator[str]:
    """Yield the statements that put the guards up, for `sqlite` or `postgresql`."""
    if dialect == "sqlite":
        for name in GUARDED:
            yield _SQLITE.format(table=name, verb="update", VERB="UPDATE")
            yield _SQLITE.format(table=name, verb="delete", VERB="DELETE")
        yield _SQLITE_ARTICLES
        yield _SQLITE.format(table="articles", verb="delete", VERB="DELETE")
        return
    yield _POSTGRES_FUNCTION
    for name in GUARDED:
        yield _POSTGRES.format(table=name)
    yield _POSTGRES_ARTICLES
    yield _POSTGRES_ARTICLES_DELETE
