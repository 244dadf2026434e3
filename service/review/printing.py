"""A case written out for people: as PDF. Imported when the first is asked for: what draws it is large."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from anyascii import anyascii
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from sqlalchemy import Row

from service.review.cases import CaseView
from service.review.dossier import as_json


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
