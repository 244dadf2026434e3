"""Webhooks for administrators, and the same messages for who asks: polling, by session or by API key."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from service.review.accounts import Right
from service.review.desk import Desk
from service.review.errors import Malformed
from service.review.ledger import read_events
from service.review.messages import TYPES, Message, message_of
from service.review.sessions import Session
from service.review.web import DeskGiven, Reading, Writing, go, machine, page
from service.review.webhooks import add_webhook, all_webhooks, newest_deliveries, send_again, set_webhook

router = APIRouter()


@router.get("/webhooks")
def show_webhooks(request: Request, desk: DeskGiven, session: Reading) -> Response:
    """Show the webhooks and their newest deliveries."""
    session.user.must(Right.ADMINISTER)
    return page(request, "webhooks", session, _shown(desk))


@router.post("/webhooks")
def add(
    request: Request,
    desk: DeskGiven,
    session: Writing,
    url: Annotated[str, Form()] = "",
    types: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Add a webhook and show its secret, this once."""
    session.user.must(Right.ADMINISTER)
    with desk.ledger.change(session.user.name) as change:
        _, secret = add_webhook(change, url.strip(), types or [])
    return page(request, "webhooks", session, {**_shown(desk), "secret": secret})


@router.post("/webhooks/{number}/{what}")
def change_webhook(request: Request, desk: DeskGiven, session: Writing, number: int, what: str) -> Response:
    """Stop a webhook, let it go on, or send one of the deliveries again."""
    session.user.must(Right.ADMINISTER)
    with desk.ledger.change(session.user.name) as change:
        if what in ("stop", "start"):
            set_webhook(change, number, active=what == "start")
        elif what == "again":
            send_again(change, number)
        else:
            raise Malformed(f"{what!r} is nothing that a webhook can do")
    return go(request, "/webhooks")


@router.get("/api/messages")
def poll(
    desk: DeskGiven, _who: Annotated[Session | None, Depends(machine)], after: int = 0, limit: int = 100
) -> list[Message]:
    """Return the messages of the next events after a number: how another system follows without webhooks."""
    looked = min(max(limit, 1), 1_000)
    with desk.ledger.database.reading() as connection:
        found = (message_of(event) for event in read_events(connection, after))
        return [
            message for message, _ in zip((m for m in found if m is not None), range(looked), strict=False)
        ]


def _shown(desk: Desk) -> dict[str, Any]:
    with desk.ledger.database.reading() as connection:
        hooks = [dict(row._mapping) | {"types": json.loads(row.actions)} for row in all_webhooks(connection)]
        return {"webhooks": hooks, "deliveries": newest_deliveries(connection), "types": TYPES, "secret": ""}
