"""What is remembered: false positives that suppress later alerts, and aliases of the house."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy import select

from service.review import good_guys, house_aliases
from service.review.accounts import Right
from service.review.good_guys import Remembering
from service.review.register import policy_in_force
from service.review.tables import good_guys as good_guy_table
from service.review.upkeep import publish_aliases
from service.review.web import DeskGiven, Reading, Writing, go, page

router = APIRouter()


@router.get("/memory")
def show_memory(request: Request, desk: DeskGiven, session: Reading) -> Response:
    """Show remembered false positives and house aliases."""
    with desk.ledger.database.reading() as connection:
        remembered = connection.execute(select(good_guy_table).order_by(good_guy_table.c.id.desc())).all()
        aliases = house_aliases.all_aliases(connection)
    return page(request, "memory", session, {"remembered": remembered, "aliases": aliases})


@router.post("/cases/{case_id}/remember")
def remember(
    request: Request, desk: DeskGiven, session: Writing, case_id: int, reason: Annotated[str, Form()] = ""
) -> Response:
    """Propose to remember the case's false positives."""
    session.user.must(Right.DECIDE)
    with desk.ledger.change(session.user.name) as change:
        good_guys.propose(change, policy_in_force(change.connection), Remembering(case_id, reason))
    return go(request, "/memory")


@router.post("/cases/{case_id}/alias")
def propose_alias(
    request: Request,
    desk: DeskGiven,
    session: Writing,
    case_id: int,
    alert: Annotated[int, Form()] = 0,
    alias: Annotated[str, Form()] = "",
) -> Response:
    """Propose a mention as an alias of the entry."""
    session.user.must(Right.DECIDE)
    with desk.ledger.change(session.user.name) as change:
        house_aliases.propose(change, case_id, alert, alias)
    return go(request, "/memory")


@router.post("/memory/good-guys/{number}/{step}")
def good_guy_step(
    request: Request,
    desk: DeskGiven,
    session: Writing,
    number: int,
    step: str,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Approve a remembered false positive, or end it."""
    session.user.must(Right.APPROVE)
    with desk.ledger.change(session.user.name) as change:
        if step == "approve":
            good_guys.approve(change, number)
        else:
            good_guys.end(change, number, reason)
    return go(request, "/memory")


@router.post("/memory/aliases/{number}/{step}")
def alias_step(
    request: Request,
    desk: DeskGiven,
    session: Writing,
    number: int,
    step: str,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Approve an alias, or take it out of use."""
    session.user.must(Right.APPROVE)
    with desk.ledger.change(session.user.name) as change:
        if step == "approve":
            house_aliases.approve(change, number)
        else:
            house_aliases.end(change, number, reason)
    publish_aliases(desk)
    return go(request, "/memory")
