"""Where a case stands, computed from its alerts: after every change of them, in the same transaction."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, update

from service.review.judgements import Status, band, case_status
from service.review.tables import alerts, cases


def refresh_case(connection: Connection, case_id: int) -> None:
    """Compute a case's status, counts and confidence from its alerts, and raise its version."""
    mine = alerts.c.case_id == case_id
    standing = [Status(row.status) for row in connection.execute(select(alerts.c.status).where(mine))]
    best = connection.execute(
        select(alerts)
        .where(mine)
        .order_by(alerts.c.confidence.desc(), alerts.c.list_id, alerts.c.entry_id)
        .limit(1)
    ).one()
    count = connection.execute(
        select(func.count(alerts.c.article_sha256.distinct())).where(mine)
    ).scalar_one()
    connection.execute(
        update(cases)
        .where(cases.c.id == case_id)
        .values(
            status=case_status(standing).value,
            alert_count=len(standing),
            article_count=count,
            confidence=best.confidence,
            band=band(best.confidence),
            list_id=best.list_id,
            entry_id=best.entry_id,
            entry_name=best.entry_name,
            version=cases.c.version + 1,
        )
    )
