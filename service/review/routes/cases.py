"""One case: its page, its assignment and its files."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Query, Request, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import select

from service.review.accounts import Right, User
from service.review.cases import AlertView, CaseView, assign, attach, get_case, hold, read_case, record_view
from service.review.decisions import newest_standing
from service.review.errors import Absent
from service.review.hits import conflicts
from service.review.house_aliases import all_aliases
from service.review.judgements import Status, reasons
from service.review.pages.drawing import timeline, waterfall
from service.review.pages.five_steps import ANSWERS, five_steps
from service.review.pages.highlighting import coloured, segments
from service.review.queue import read_filter
from service.review.tables import attachments
from service.review.web import DeskGiven, Reading, Writing, go, page

router = APIRouter()


class CaseQuery(BaseModel):
    """How a case is shown: which candidate, from which queue one comes, which case was decided just now."""

    alert: str = ""
    queue: str = ""
    done: str = ""


class HoldForm(BaseModel):
    """The form for the legal hold."""

    on: bool = False
    reason: str = ""


@router.get("/cases/{case_id}")
def show_case(
    request: Request, desk: DeskGiven, session: Reading, case_id: int, seen: Annotated[CaseQuery, Query()]
) -> Response:
    """Show a case and write down who looked at it."""
    with desk.ledger.change(session.user.name) as change:
        get_case(change.connection, case_id)
        record_view(change, case_id)
    with desk.ledger.database.reading() as connection:
        case = read_case(connection, case_id)
        standing = newest_standing(connection, case_id)
        aliases = [row for row in all_aliases(connection) if row.status == "active"]
    context = _drawn(case, seen.alert) | {
        "aliases": [row for row in aliases if (row.list_id, row.entry_id) == listed_as(case, seen.alert)],
        "maker": standing.author if standing else None,
        "may": _rights(session.user, case, standing.author if standing else None),
        "shown": desk.ledger.clock().timestamp(),
        "queue": read_filter(dict(parse_qsl(seen.queue, keep_blank_values=True))).query()[1:],
        "done": int(seen.done) if re.fullmatch("[0-9]{1,9}", seen.done) else None,
    }
    return page(request, "case", session, context)


@router.post("/cases/{case_id}/assign")
def assign_case(
    request: Request, desk: DeskGiven, session: Writing, case_id: int, name: Annotated[str, Form()] = ""
) -> Response:
    """Give the case to a user, to oneself (`me`) or to nobody."""
    session.user.must(Right.DECIDE)
    with desk.ledger.change(session.user.name) as change:
        assign(change, case_id, session.user.name if name == "me" else name or None)
    return go(request, f"/cases/{case_id}")


@router.post("/cases/{case_id}/hold")
def hold_case(
    request: Request, desk: DeskGiven, session: Writing, case_id: int, given: Annotated[HoldForm, Form()]
) -> Response:
    """Set or lift the legal hold."""
    session.user.must(Right.APPROVE)
    with desk.ledger.change(session.user.name) as change:
        hold(change, case_id, on=given.on, reason=given.reason)
    return go(request, f"/cases/{case_id}")


@router.post("/cases/{case_id}/attachments")
def add_attachment(
    request: Request, desk: DeskGiven, session: Writing, case_id: int, file: UploadFile
) -> Response:
    """Keep a file with the case."""
    session.user.must(Right.DECIDE)
    content = file.file.read()
    with desk.ledger.change(session.user.name) as change:
        attach(change, case_id, file.filename or "", content)
    return go(request, f"/cases/{case_id}")


@router.get("/cases/{case_id}/attachments/{number}")
def get_attachment(desk: DeskGiven, session: Reading, case_id: int, number: int) -> Response:
    """Hand out a file of the case, never to be shown by the browser itself."""
    with desk.ledger.database.reading() as connection:
        row = connection.execute(
            select(attachments).where(attachments.c.id == number, attachments.c.case_id == case_id)
        ).first()
    if row is None:
        raise Absent(f"case {case_id} has no attachment {number}")
    with desk.ledger.change(session.user.name) as change:
        change.record("file read", f"case {case_id}", {"attachment": number})
    return Response(
        row.content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="attachment-{number}"',
            "Content-Security-Policy": "sandbox",
        },
    )


def listed_as(case: CaseView, alert_id: str) -> tuple[str, str]:
    """Return list and entry of the candidate that stands beside the article."""
    match = _chosen(case, alert_id).match
    return match.list_id, match.entry_id


def _chosen(case: CaseView, alert_id: str) -> AlertView:
    return next((alert for alert in case.alerts if str(alert.id) == alert_id), case.alerts[0])


def _drawn(case: CaseView, alert_id: str) -> dict[str, Any]:
    """Return what the page draws for the candidate that stands beside the article."""
    chosen = _chosen(case, alert_id)
    pairs = coloured(chosen.match.alignment)
    article = next(a for a in case.articles if a.row.sha256 == chosen.article_sha256)
    return {
        "case": case,
        "chosen": chosen,
        "article": article,
        "pairs": pairs,
        "segments": segments(article.row.text, article.mentions, pairs) if article.row.text else (),
        "waterfall": waterfall(chosen.match),
        "timeline": timeline(chosen.match, article.row.published),
        "conflicts": conflicts(chosen.match),
        "steps": five_steps(chosen.match),
        "answers": ANSWERS,
        "rulings": {row.id: json.loads(row.frozen).get("ruling") for row in case.decisions},
        "labels": {reason.key: reason.label for reason in reasons()},
        "reasons": reasons(),
    }


def _rights(user: User, case: CaseView, maker: str | None) -> dict[str, bool]:
    status = Status(case.row.status)
    open_ = status in (Status.OPEN, Status.ESCALATED)
    return {
        "decide": user.may(Right.DECIDE) and open_,
        "approve": user.may(Right.APPROVE) and status is Status.PROPOSED and maker != user.name,
        "undo": user.may(Right.DECIDE)
        and maker is not None
        and (maker == user.name or user.may(Right.APPROVE)),
        "work": user.may(Right.DECIDE),
        "hold": user.may(Right.APPROVE),
    }
