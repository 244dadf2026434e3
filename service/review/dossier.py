"""A case written out: as JSON, as CSV and as PDF, from the same view of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from anyascii import anyascii
from fpdf import FPDF
from fpdf.enums import XPos, YPos
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


def as_pdf(case: CaseView, history: Sequence[Row[Any]]) -> bytes:
    """Return the case as PDF, for people.

    Letters that its font lacks are transliterated; the same case as JSON, with every letter, lies in the file.
    """
    pdf = FPDF()
    pdf.embed_file(basename=f"case-{case.row.id}.json", bytes=as_json(case, history), desc="the case as JSON")
    pdf.set_title(f"Case {case.row.id}")
    pdf.add_page()
    _line(pdf, f"Case {case.row.id}: {case.row.organization}", size=15)
    _line(
        pdf,
        f"{case.row.status}{', ' + case.row.judgement if case.row.judgement else ''}, opened {case.row.opened}",
    )
    _line(pdf, "A potential match is not proof; no statement here says that a party is cleared.")
    for alert in case.alerts:
        match = alert.match
        _line(pdf, f"{match.name} ({match.list_id} {match.entry_id}, {match.schema_})", size=12)
        _line(
            pdf,
            f"confidence {match.confidence:.3f}, score {match.score:.2f}, alert {alert.id} {alert.status}",
        )
        for feature in match.features:
            _line(pdf, f"   {feature.contribution:+.2f}  {feature.name}: {feature.detail}")
        _line(
            pdf, f"   list version {match.provenance.list_version}, record {match.provenance.record_sha256}"
        )
    for article in case.articles:
        _line(pdf, f"Article {article.row.article_id}: {article.row.title or 'without a title'}", size=12)
        _line(pdf, f"published {article.row.published or 'on an unknown day'}, SHA-256 {article.row.sha256}")
        _line(
            pdf, "mentions: " + "; ".join(f"{text} ({start}-{end})" for start, end, text in article.mentions)
        )
    _line(pdf, "History", size=12)
    for row in history:
        body = json.loads(row.body)
        said = "; ".join(str(body[key]) for key in ("judgement", "reason", "comment") if body.get(key))
        _line(pdf, f"{row.seq}  {row.at}  {row.actor}  {row.action}  {said}")
        _line(pdf, f"   {row.hash}", size=7)
    return bytes(pdf.output())


def _decision(row: Row[Any]) -> dict[str, Any]:
    plain = dict(row._mapping)
    return plain | {"frozen": json.loads(row.frozen), "alert_ids": json.loads(row.alert_ids)}


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _line(pdf: FPDF, text: str, size: int = 9) -> None:
    pdf.set_font("helvetica", size=size)
    shown = anyascii_where_needed(text)
    pdf.multi_cell(0, size * 0.5, shown, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def anyascii_where_needed(text: str) -> str:
    """Return a text in the letters that the PDF's built-in font has.

    >>> anyascii_where_needed("Société Яковлев")
    'Société Yakovlev'
    """
    return "".join(c if c.encode("latin-1", "ignore") else anyascii(c) for c in text)
