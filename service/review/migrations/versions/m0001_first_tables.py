"""The first tables as they were, with the triggers that keep the append-only ones as they are.

`service.review.tables` has the tables as they are now; this step does not read it.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from service.review.migrations.first_guards import guard_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

DIGEST = String(64)
TIME = String(32)
NAME = String(200)

Table(
    "articles",
    TABLES,
    Column("sha256", DIGEST, primary_key=True),
    Column("article_id", Text, nullable=False),
    Column("title", Text),
    Column("published", String(40)),
    Column("language", String(20)),
    Column("url", Text),
    Column("text", Text),
    Column("first_seen", TIME, nullable=False),
)

Table(
    "entries",
    TABLES,
    Column("record_sha256", DIGEST, primary_key=True),
    Column("list_id", String(100), nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("body", Text, nullable=False),
)

Table(
    "hits",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("sha256", DIGEST, nullable=False, unique=True),
    Column("article_sha256", DIGEST, ForeignKey("articles.sha256"), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("created", TIME, nullable=False),
)

Table(
    "cases",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("organization", Text, nullable=False),
    Column("organization_key", Text, nullable=False, index=True),
    Column("status", String(20), nullable=False),
    Column("judgement", String(30)),
    Column("confidence", Float, nullable=False),
    Column("band", String(20), nullable=False),
    Column("list_id", String(100), nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("entry_name", Text, nullable=False),
    Column("conflicts", Text, nullable=False, server_default=""),
    Column("sampled", Boolean, nullable=False, default=False),
    Column("assignee", NAME),
    Column("opened", TIME, nullable=False),
    Column("due", TIME, nullable=False),
    Column("decided", TIME),
    Column("alert_count", Integer, nullable=False),
    Column("article_count", Integer, nullable=False),
    Column("legal_hold", Boolean, nullable=False, default=False),
    Column("version", Integer, nullable=False),
    Index("ix_cases_queue", "status", "confidence", "id"),
    Index("ix_cases_facets", "status", "band", "assignee"),
    Index("ix_cases_status_due", "status", "due"),
    Index("ix_cases_list_id_entry_id", "list_id", "entry_id"),
)

Table(
    "alerts",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("hit_id", Integer, ForeignKey("hits.id"), nullable=False, index=True),
    Column("article_sha256", DIGEST, nullable=False),
    Column("organization_key", Text, nullable=False),
    Column("list_id", String(100), nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("entry_name", Text, nullable=False),
    Column("record_sha256", DIGEST, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("status", String(20), nullable=False),
    Column("judgement", String(30)),
    UniqueConstraint("article_sha256", "organization_key", "list_id", "entry_id", "record_sha256"),
    Index("ix_alerts_case_id_status", "case_id", "status"),
    Index("ix_alerts_status_list_id_case_id", "status", "list_id", "case_id"),
    Index("ix_alerts_list_id_entry_id", "list_id", "entry_id"),
)

Table(
    "decisions",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("about", Integer, ForeignKey("decisions.id")),
    Column("judgement", String(30)),
    Column("reason", String(60)),
    Column("comment", Text, nullable=False),
    Column("needs_second", Boolean, nullable=False),
    Column("alert_ids", Text, nullable=False),
    Column("author", NAME, nullable=False),
    Column("at", TIME, nullable=False, index=True),
    Column("seconds", Float),
    Column("frozen", Text, nullable=False),
    Column("frozen_sha256", DIGEST, nullable=False),
)

Table(
    "attachments",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("sha256", DIGEST, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("author", NAME, nullable=False),
    Column("at", TIME, nullable=False),
)

Table(
    "events",
    TABLES,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", TIME, nullable=False),
    Column("actor", NAME, nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(200), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("previous", DIGEST, nullable=False),
    Column("hash", DIGEST, nullable=False, unique=True),
)

Table(
    "checkpoints",
    TABLES,
    Column("seq", Integer, ForeignKey("events.seq"), primary_key=True, autoincrement=False),
    Column("at", TIME, nullable=False),
    Column("hash", DIGEST, nullable=False),
    Column("key", DIGEST, nullable=False),
    Column("signature", String(128), nullable=False),
)

Table(
    "users",
    TABLES,
    Column("name", NAME, primary_key=True),
    Column("display", NAME, nullable=False),
    Column("role", String(20), nullable=False),
    Column("password", Text),
    Column("issuer", Text),
    Column("external_id", Text),
    Column("active", Boolean, nullable=False),
    Column("created", TIME, nullable=False),
    UniqueConstraint("issuer", "external_id"),
)

Table(
    "sessions",
    TABLES,
    Column("token_sha256", DIGEST, primary_key=True),
    Column("user", NAME, ForeignKey("users.name"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created", TIME, nullable=False),
    Column("last_seen", TIME, nullable=False),
    Column("expires", TIME, nullable=False),
)

Table(
    "login_failures",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("name", NAME, nullable=False, index=True),
    Column("address", String(100), nullable=False, index=True),
    Column("at", TIME, nullable=False),
)

Table(
    "good_guys",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("organization", Text, nullable=False),
    Column("organization_key", Text, nullable=False),
    Column("list_id", String(100), nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("entry_name", Text, nullable=False),
    Column("fingerprint", DIGEST, nullable=False),
    Column("fields", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", NAME, nullable=False),
    Column("approver", NAME),
    Column("status", String(20), nullable=False),
    Column("created", TIME, nullable=False),
    Column("expires", TIME, nullable=False),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Index("ix_good_guys_organization_key_status", "organization_key", "status"),
)

Table(
    "house_aliases",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("list_id", String(100), nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("entry_name", Text, nullable=False),
    Column("alias", Text, nullable=False),
    Column("author", NAME, nullable=False),
    Column("approver", NAME),
    Column("status", String(20), nullable=False),
    Column("created", TIME, nullable=False),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    UniqueConstraint("list_id", "entry_id", "alias"),
)

Table(
    "register",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("key", String(60), nullable=False, index=True),
    Column("value", Text, nullable=False),
    Column("owner", NAME, nullable=False),
    Column("rationale", Text, nullable=False),
    Column("author", NAME, nullable=False),
    Column("at", TIME, nullable=False),
)

Table(
    "saved_views",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("user", NAME, ForeignKey("users.name"), nullable=False),
    Column("name", NAME, nullable=False),
    Column("query", Text, nullable=False),
    UniqueConstraint("user", "name"),
)

Table(
    "webhooks",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("actions", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("after_seq", Integer, nullable=False),
)

Table(
    "deliveries",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("webhook_id", Integer, ForeignKey("webhooks.id"), nullable=False),
    Column("seq", Integer, ForeignKey("events.seq"), nullable=False),
    Column("status", String(20), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt", TIME, nullable=False),
    Column("last_error", Text, nullable=False),
    UniqueConstraint("webhook_id", "seq"),
)


def upgrade() -> None:
    """Create every table and its guards."""
    connection = op.get_bind()
    TABLES.create_all(connection)
    for statement in guard_statements(connection.dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: an audit trail is not taken down by a tool."""
    raise RuntimeError(
        "the first migration holds the audit trail and cannot be undone; restore a backup instead"
    )
