"""The first tables, and the triggers that keep the append-only ones as they are."""

from __future__ import annotations

from alembic import op

from service.review.guards import guard_statements
from service.review.tables import METADATA

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table and its guards."""
    connection = op.get_bind()
    METADATA.create_all(connection)
    for statement in guard_statements(connection.dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: an audit trail is not taken down by a tool."""
    raise RuntimeError(
        "the first migration holds the audit trail and cannot be undone; restore a backup instead"
    )
