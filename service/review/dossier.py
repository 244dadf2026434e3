"""A case written out for machines and tables: as JSON and as CSV; `printing` has it for people."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from service.review.cases import CaseView

SCHEMA_VERSION = "1"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(case: CaseView, history: Sequence[Row[Any]]) -> bytes:
    """Return the case as JSON: its row, articles, alerts with their matches, decisions and events."""
    value = {
        "schema_version": SCHEMA_VERSION,
        "case": dict(case.row._mapping),
        "articles": [
            dict(a.row._mapping) | {"mentions": a.mentions, "engine": a.engine, "snapshots": a.snapshots}
            for a in case.articles
        ],
        "alerts": [
            {
                "id": alert.id,
                "status": alert.status,
                "judgement": alert.judgement,
                "article": alert.article_sha256,
                "match": alert.match.model_dump(mode="json", by_alias=True),
                "entry": alert.entry.model_dump(mode="json", by_alias=True) if alert.entry else None,
            }
            for alert in case.alerts
        ],
        "decisions": [_decision(row) for row in case.decisions],
        "events": [dict(row._mapping) | {"body": json.loads(row.body)} for row in history],
    }
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def as_csv(case: CaseView, history: Sequence[Row[Any]]) -> bytes:
    """Return the case's events as CSV; a cell that a spreadsheet would compute is written as text."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(
        ["case", "organization", "event", "at", "actor", "action", "judgement", "reason", "comment", "hash"]
    )
    for row in history:
        body = json.loads(row.body)
        said = [body.get(key) or "" for key in ("judgement", "reason", "comment")]
        plain = [case.row.id, case.row.organization, row.seq, row.at, row.actor, row.action, *said, row.hash]
        rows.writerow([_cell(value) for value in plain])
    return ("\ufeff" + out.getvalue()).encode()


def _decision(row: Row[Any]) -> dict[str, Any]:
    plain = dict(row._mapping)
    return plain | {"frozen": json.loads(row.frozen), "alert_ids": json.loads(row.alert_ids)}


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
