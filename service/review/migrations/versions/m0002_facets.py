"""What the queue counts and searches stands in the case itself: its lists, and the text that a search looks in."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text, column, inspect, select, table, text, update

from service.review.projection import list_ids, searched

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
OLD = ("ix_cases_queue", "ix_cases_facets")
NEW = (
    ("ix_cases_facets_2", "cases", ("status", "band", "list_ids", "assignee", "sampled")),
    ("ix_cases_best", "cases", ("status", text("confidence DESC"), "id")),
    ("ix_alerts_judged", "alerts", ("status", "judgement", "confidence")),
)
CASES = table("cases", *map(column, ("id", "organization_key", "list_ids", "search")))
ALERTS = table("alerts", *map(column, ("case_id", "list_id", "entry_id", "entry_name")))


def upgrade() -> None:
    """Add the columns, fill them, and change the indexes; a database that was made with them has them."""
    connection = op.get_bind()
    if "search" in {found["name"] for found in inspect(connection).get_columns("cases")}:
        return
    for name in ("list_ids", "search"):
        op.add_column("cases", Column(name, Text, nullable=False, server_default=""))
    for name in OLD:
        op.drop_index(name, "cases")
    for case_id in connection.execute(select(CASES.c.id)).scalars().all():
        rows = connection.execute(select(ALERTS).where(ALERTS.c.case_id == case_id)).all()
        found = CASES.c.organization_key + "\n" + searched(rows)
        values = {"list_ids": list_ids(row.list_id for row in rows), "search": found}
        connection.execute(update(CASES).where(CASES.c.id == case_id).values(**values))
    for name, of, columns in NEW:
        op.create_index(name, of, list(columns))


def downgrade() -> None:
    """Refuse, as the first step does."""
    raise RuntimeError("the tables are not taken back; restore a backup instead")
