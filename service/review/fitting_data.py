"""Decisions as data to fit and evaluate on.

A file that a person takes, never something that is read by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from service.review.hits import hit_data
from service.review.judgements import Judgement, Status
from service.review.tables import alerts, hits


def decided_pairs(connection: Connection) -> Iterator[dict[str, Any]]:
    """Yield a row for each decided alert.

    Both names, the schema, the label, and what the matcher had said.
    """
    wanted = (
        select(alerts, hits.c.body)
        .join(hits, hits.c.id == alerts.c.hit_id)
        .where(alerts.c.status == Status.DECIDED.value)
        .where(alerts.c.judgement.in_([Judgement.TRUE_MATCH.value, Judgement.FALSE_POSITIVE.value]))
        .order_by(alerts.c.id)
    )
    for row in connection.execute(wanted):
        hit = hit_data(row.body)
        found = [
            m
            for m in hit["organization"]["matches"]
            if (m["list"], m["entry_id"]) == (row.list_id, row.entry_id)
        ]
        yield {
            "name1": hit["organization"]["name"],
            "name2": found[0]["matched_name"]["text"],
            "schema": found[0]["schema"],
            "label": int(row.judgement == Judgement.TRUE_MATCH),
            "confidence": row.confidence,
            "list": row.list_id,
            "entry_id": row.entry_id,
            "matcher": hit["engine"]["matcher"],
            "calibration": hit["engine"]["calibration"],
        }
