"""The queue of cases, with saved views."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from service.review.judgements import BANDS, Status
from service.review.queue import ORDERS, read_filter, read_queue
from service.review.trail import iso
from service.review.views import delete_view, save_view, saved_views
from service.review.web import DeskGiven, Reading, Writing, go, page

router = APIRouter()


@router.get("/")
def show_queue(request: Request, desk: DeskGiven, session: Reading, done: str = "") -> Response:
    """Show the cases that the filter in the address asks for."""
    asked = read_filter(request.query_params)
    with desk.ledger.database.reading() as connection:
        queue = read_queue(connection, asked)
        views = saved_views(connection, session.user.name)
    context = {
        "queue": queue,
        "asked": asked,
        "views": views,
        "orders": list(ORDERS),
        "bands": [name for _, name in BANDS],
        "statuses": [status.value for status in Status],
        "done": done if re.fullmatch("[0-9]{1,9}", done) else "",
        "now": iso(desk.ledger.clock()),
    }
    name = "queue_rows" if request.headers.get("HX-Target", "").endswith("queue") else "queue"
    return page(request, name, session, context)


@router.post("/views")
def add_view(
    request: Request,
    desk: DeskGiven,
    session: Writing,
    name: Annotated[str, Form()] = "",
    query: Annotated[str, Form()] = "",
) -> Response:
    """Keep the current filter under a name."""
    with desk.ledger.change(session.user.name) as change:
        kept = save_view(change, name, query)
    return go(request, "/" + kept)


@router.post("/views/{number}/delete")
def drop_view(request: Request, desk: DeskGiven, session: Writing, number: int) -> Response:
    """Forget a saved view; only its owner can."""
    with desk.ledger.change(session.user.name) as change:
        delete_view(change, number)
    return go(request, "/")
