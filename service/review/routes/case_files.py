"""A case as a file: JSON for machines, CSV for tables, PDF for people."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Row

from service.review.cases import CaseView, case_events, read_case
from service.review.dossier import as_csv, as_json
from service.review.errors import Absent
from service.review.web import DeskGiven, Reading

router = APIRouter()


def _as_pdf(case: CaseView, history: Sequence[Row[Any]]) -> bytes:
    printed: bytes = import_module("service.review.printing").as_pdf(case, history)
    return printed


KINDS = {
    "json": ("application/json", as_json),
    "csv": ("text/csv", as_csv),
    "pdf": ("application/pdf", _as_pdf),
}


@router.get("/cases/{case_id}/export.{kind}")
def export_case(desk: DeskGiven, session: Reading, case_id: int, kind: str) -> Response:
    """Hand out a case with everything that is known about it, and write down who took it."""
    if kind not in KINDS:
        raise Absent(f"a case is handed out as {', '.join(KINDS)}, not as {kind}")
    with desk.ledger.change(session.user.name) as change:
        change.record("case exported", f"case {case_id}", {"kind": kind})
    with desk.ledger.database.reading() as connection:
        case, history = read_case(connection, case_id), case_events(connection, case_id)
    media_type, write = KINDS[kind]
    return Response(
        write(case, history),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="case-{case_id}.{kind}"'},
    )
