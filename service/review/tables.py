"""The tables of the review, in the order in which a case comes to be.

Policy: everything that proves something is append-only (`APPEND_ONLY`), the database itself refuses to
change it; `cases` and `alerts` are projections of the trail that can be computed again. Times are ISO 8601
in UTC with microseconds, as text, so that they sort, read the same on every database and hash the same;
JSON is canonical text for the same reason.
"""

from __future__ import annotations

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

METADATA = MetaData(
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

articles = Table(
    "articles",
    METADATA,
    Column("sha256", DIGEST, primary_key=True),
    Column("article_id", Text, nullable=False),
    Column("title", Text),
    Column("published", String(40)),
    Column("language", String(20)),
    Column("url", Text),
    Column("text", Text),  # None where only the hits were supplied, or after its retention ended
    Column("first_seen", TIME, nullable=False),
)

entries = Table(  # a listed entry as it was when an alert about it was opened
    "entries",
    METADATA,
    Column("record_sha256", DIGEST, primary_key=True),
    Column("list_id", String(100), nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("body", Text, nullable=False),
)

hits = Table(  # one organization of one screened article, with all its candidates and what computed them
    "hits",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("sha256", DIGEST, nullable=False, unique=True),
    Column("article_sha256", DIGEST, ForeignKey("articles.sha256"), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("created", TIME, nullable=False),
)

cases = Table(
    "cases",
    METADATA,
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
    Column("list_ids", Text, nullable=False, server_default=""),  # of all alerts: sorted, each between spaces
    Column("search", Text, nullable=False, server_default=""),  # folded names and ids: what a search looks in
    Index("ix_cases_facets_2", "status", "band", "list_ids", "assignee", "sampled"),
    Index("ix_cases_status_due", "status", "due"),
    Index("ix_cases_list_id_entry_id", "list_id", "entry_id"),
)

Index("ix_cases_best", cases.c.status, cases.c.confidence.desc(), cases.c.id)

alerts = Table(
    "alerts",
    METADATA,
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
    Index("ix_alerts_judged", "status", "judgement", "confidence"),
)

decisions = Table(
    "decisions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),  # decide, approve, reject, undo, reopen
    Column("about", Integer, ForeignKey("decisions.id")),  # the decision that is approved, rejected or undone
    Column("judgement", String(30)),
    Column("reason", String(60)),
    Column("comment", Text, nullable=False),
    Column("needs_second", Boolean, nullable=False),
    Column("alert_ids", Text, nullable=False),
    Column("author", NAME, nullable=False),
    Column("at", TIME, nullable=False, index=True),
    Column("seconds", Float),  # between showing the case and the decision, as the page measured it
    Column("frozen", Text, nullable=False),
    Column("frozen_sha256", DIGEST, nullable=False),
)

attachments = Table(
    "attachments",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("sha256", DIGEST, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("author", NAME, nullable=False),
    Column("at", TIME, nullable=False),
)

events = Table(
    "events",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", TIME, nullable=False),
    Column("actor", NAME, nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(200), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("previous", DIGEST, nullable=False),
    Column("hash", DIGEST, nullable=False, unique=True),
)

checkpoints = Table(
    "checkpoints",
    METADATA,
    Column("seq", Integer, ForeignKey("events.seq"), primary_key=True, autoincrement=False),
    Column("at", TIME, nullable=False),
    Column("hash", DIGEST, nullable=False),
    Column("key", DIGEST, nullable=False),  # the Ed25519 public key, in hexadecimal
    Column("signature", String(128), nullable=False),
)

users = Table(
    "users",
    METADATA,
    Column("name", NAME, primary_key=True),
    Column("display", NAME, nullable=False),
    Column("role", String(20), nullable=False),
    Column("password", Text),  # an argon2id hash; None where only the identity provider logs the user in
    Column("issuer", Text),
    Column("external_id", Text),  # the provider's `sub`
    Column("active", Boolean, nullable=False),
    Column("created", TIME, nullable=False),
    UniqueConstraint("issuer", "external_id"),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("token_sha256", DIGEST, primary_key=True),  # the token itself is only in the browser
    Column("user", NAME, ForeignKey("users.name"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created", TIME, nullable=False),
    Column("last_seen", TIME, nullable=False),
    Column("expires", TIME, nullable=False),
)

login_failures = Table(
    "login_failures",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", NAME, nullable=False, index=True),
    Column("address", String(100), nullable=False, index=True),
    Column("at", TIME, nullable=False),
)

good_guys = Table(
    "good_guys",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("organization", Text, nullable=False),
    Column("organization_key", Text, nullable=False),
    Column("list_id", String(100), nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("entry_name", Text, nullable=False),
    Column("fingerprint", DIGEST, nullable=False),  # of the entry's chosen fields
    Column("fields", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", NAME, nullable=False),
    Column("approver", NAME),
    Column("status", String(20), nullable=False),  # proposed, active, ended
    Column("created", TIME, nullable=False),
    Column("expires", TIME, nullable=False),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Index("ix_good_guys_organization_key_status", "organization_key", "status"),
)

house_aliases = Table(
    "house_aliases",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("list_id", String(100), nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("entry_name", Text, nullable=False),
    Column("alias", Text, nullable=False),
    Column("author", NAME, nullable=False),
    Column("approver", NAME),
    Column("status", String(20), nullable=False),  # proposed, active, ended
    Column("created", TIME, nullable=False),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    UniqueConstraint("list_id", "entry_id", "alias"),
)

register = (
    Table(  # every threshold and policy with its owner and rationale; the newest row of a key is in force
        "register",
        METADATA,
        Column("id", Integer, primary_key=True),
        Column("key", String(60), nullable=False, index=True),
        Column("value", Text, nullable=False),
        Column("owner", NAME, nullable=False),
        Column("rationale", Text, nullable=False),
        Column("author", NAME, nullable=False),
        Column("at", TIME, nullable=False),
    )
)

saved_views = Table(
    "saved_views",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("user", NAME, ForeignKey("users.name"), nullable=False),
    Column("name", NAME, nullable=False),
    Column("query", Text, nullable=False),
    UniqueConstraint("user", "name"),
)

webhooks = Table(
    "webhooks",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("actions", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("after_seq", Integer, nullable=False),
)

deliveries = Table(
    "deliveries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("webhook_id", Integer, ForeignKey("webhooks.id"), nullable=False),
    Column("seq", Integer, ForeignKey("events.seq"), nullable=False),
    Column("status", String(20), nullable=False, index=True),  # waiting, delivered, given up
    Column("attempts", Integer, nullable=False),
    Column("next_attempt", TIME, nullable=False),
    Column("last_error", Text, nullable=False),
    UniqueConstraint("webhook_id", "seq"),
)

APPEND_ONLY = (events, checkpoints, decisions, hits, entries, register, attachments)
"""Rows of these are never changed and never deleted; triggers of the database refuse it."""
