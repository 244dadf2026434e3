"""Trying: anyone types a name or pastes an article and sees what comes out; a reviewer opens cases from it.

Who is not logged in may try as long as the service answers everybody, that is without keys and production.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from matchers.models import Options
from service.articles.article import Article, text_sha256
from service.errors import Unavailable
from service.pages import is_address
from service.review.accounts import Right
from service.review.desk import Desk
from service.review.errors import Malformed
from service.review.hits import Screening
from service.review.intake import Counts, Intake, take_all
from service.review.pages.drawing import waterfall
from service.review.pages.highlighting import coloured
from service.review.register import policy_in_force
from service.review.web import DeskGiven, Visiting, Writing, check_origin, go, page

router = APIRouter()
MAX_TEXT = 200_000


@router.get("/try")
def show_try(request: Request, session: Visiting) -> Response:
    """Show the empty form."""
    return page(
        request, "try", session, {"text": "", "answer": None, "coloured": coloured, "waterfall": waterfall}
    )


@router.post("/try")
def do_try(
    request: Request, desk: DeskGiven, session: Visiting, text: Annotated[str, Form()] = ""
) -> Response:
    """Show what a name or an article yields; nothing is kept, so no token is asked for."""
    check_origin(request)
    screening = _screened(desk, text)
    context = {
        "text": screening.text,
        "answer": screening.answer,
        "coloured": coloured,
        "waterfall": waterfall,
    }
    name = "try_result" if request.headers.get("HX-Request") == "true" else "try"
    return page(request, name, session, context)


@router.post("/try/open")
def open_cases(
    request: Request, desk: DeskGiven, session: Writing, text: Annotated[str, Form()] = ""
) -> Response:
    """Open cases from a pasted article."""
    session.user.must(Right.DECIDE)
    screening = _screened(desk, text)
    with desk.ledger.change(session.user.name) as change:
        policy = policy_in_force(change.connection)
        counts = take_all(Intake(change, policy, desk.lookup, Counts()), [screening])
    first = counts.case_ids[0] if counts.case_ids else None
    return go(request, f"/cases/{first}" if first else "/?status=")


def _screened(desk: Desk, text: str) -> Screening:
    plain = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not plain:
        raise Malformed("type a name or paste an article")
    if is_address(plain):
        raise Malformed("this is the address of a page; paste the text of the page")
    if len(plain) > MAX_TEXT:
        raise Malformed(f"the text has {len(plain):,} characters; the limit of this page is {MAX_TEXT:,}")
    if desk.screen is None:
        raise Unavailable("no lists are loaded here; screening is not possible")
    options, day = Options(), desk.ledger.clock().date()
    pasted = Article(id=f"pasted {day.isoformat()}", text=plain, sha256=text_sha256(plain))
    return Screening(desk.screen(pasted, options, day), plain, options, day)
