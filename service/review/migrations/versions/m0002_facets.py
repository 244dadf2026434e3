"""What the queue counts and searches stands in the case itself: its lists, and the text that a search looks in."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text, inspect, select, update

from service.review.projection import list_ids, searched
from service.review.tables import alerts, cases

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
OLD = ("ix_cases_queue", "ix_cases_facets")
NEW = ("ix_cases_facets_2", "ix_cases_best", "ix_alerts_judged")


def upgrade() -> None:
    """Add the columns, fill them, and change the indexes; a database that was made with them has them."""
    connection = op.get_bind()
    if "search" in {column["name"] for column in inspect(connection).get_columns("cases")}:
        return
    for name in ("list_ids", "search"):
        op.add_column("cases", Column(name, Text, nullable=False, server_default=""))
    for name in OLD:
        op.drop_index(name, "cases")
    for case_id in connection.execute(select(cases.c.id)).scalars().all():
        rows = connection.execute(select(alerts).where(alerts.c.case_id == case_id)).all()
        found = cases.c.organization_key + "\n" + searched(rows)
        values = {"list_ids": list_ids(row.list_id for row in rows), "search": found}
        connection.execute(update(cases).where(cases.c.id == case_id).values(**values))
    for index in sorted((*cases.indexes, *alerts.indexes), key=lambda index: str(index.name)):
        if index.name in NEW:
            index.create(connection)


def downgrade() -> None:
    """Refuse, as the first step does."""
    raise RuntimeError("the tables are not taken back; restore a backup instead")
