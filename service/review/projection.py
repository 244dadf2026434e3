"""Where a case stands, computed from its alerts: after every change of them, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from matchers.names.folding import fold
from service.review.judgements import Status, band, case_status
from service.review.tables import alerts, cases


def refresh_case(connection: Connection, case_id: int) -> None:
    """Compute a case's status, counts, confidence and what a search finds from its alerts; raise its version."""
    rows = connection.execute(select(alerts).where(alerts.c.case_id == case_id)).all()
    best = min(rows, key=lambda row: (-row.confidence, row.list_id, row.entry_id))
    connection.execute(
        update(cases)
        .where(cases.c.id == case_id)
        .values(
            status=case_status([Status(row.status) for row in rows]).value,
            alert_count=len(rows),
            article_count=len({row.article_sha256 for row in rows}),
            confidence=best.confidence,
            band=band(best.confidence),
            list_id=best.list_id,
            entry_id=best.entry_id,
            entry_name=best.entry_name,
            list_ids=list_ids(row.list_id for row in rows),
            search=cases.c.organization_key + "\n" + searched(rows),
            version=cases.c.version + 1,
        )
    )


def list_ids(found: Iterable[str]) -> str:
    """Return the lists of a case as one text that can be grouped by and looked in.

    >>> list_ids(["us_ofac_sdn", "eu_fsf", "eu_fsf"])
    ' eu_fsf us_ofac_sdn '
    """
    return f" {' '.join(sorted(set(found)))} "


def searched(rows: Sequence[Row[Any]]) -> str:
    """Return what a search finds alerts by: the folded names of their entries, and the entries' ids."""
    names = {fold(row.entry_name) for row in rows}
    return "\n".join(sorted(names | {row.entry_id.casefold() for row in rows}))
