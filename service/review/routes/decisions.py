"""Deciding, over forms and over JSON: both call the same functions, and the rules are in those."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import FormData

from service.review.accounts import Right, User
from service.review.cases import get_case, read_case
from service.review.decisions import CaseRef, approve, decide, newest_standing, reject, undo
from service.review.errors import Malformed, NotAllowed
from service.review.judgements import Judgement, Ruling
from service.review.ledger import Change, read_events
from service.review.queue import next_case, read_filter
from service.review.register import policy_in_force
from service.review.sessions import Session
from service.review.trail import Event
from service.review.web import DeskGiven, Reading, Writing, go, machine

router = APIRouter()
ACTIONS = ("decide", "approve", "reject", "undo")


class DecisionIn(BaseModel):
    """A step in a case, as a program sends it."""

    model_config = ConfigDict(extra="forbid")

    action: str = Field(pattern=f"^({'|'.join(ACTIONS)})$")
    version: int
    judgement: str = ""
    reason: str = ""
    comment: str = ""
    steps: list[tuple[str, str]] = Field(default=[], max_length=20)
    alerts: list[int] = Field(default=[], max_length=10_000)
    seconds: float | None = Field(default=None, ge=0, le=1e7)


class CaseOut(BaseModel):
    """Where a case stands, for a program."""

    id: int
    version: int
    status: str
    judgement: str | None
    organization: str
    confidence: float
    alerts: list[int]


async def read_form(request: Request) -> FormData:
    """Return the fields of the form that was sent."""
    return await request.form()


@router.post("/cases/{case_id}/decisions")
def decide_by_form(
    request: Request,
    desk: DeskGiven,
    session: Writing,
    case_id: int,
    form: Annotated[FormData, Depends(read_form)],
) -> Response:
    """Take a step by form; after a decision the next case of the queue is shown."""
    words = {key: value.replace("\x00", "") for key, value in form.multi_items() if isinstance(value, str)}
    chosen = [value for value in form.getlist("alerts") if isinstance(value, str)]
    action, version = words.get("action", ""), words.get("version", "")
    if action not in ACTIONS or not (version.isascii() and version.isdigit() and len(version) < 10):
        raise Malformed("the form is not complete; load the case again")
    given = DecisionIn(
        action=action,
        version=int(version),
        judgement=words.get("judgement", ""),
        reason=words.get("reason", ""),
        comment=words.get("comment", ""),
        steps=[(key.removeprefix("step"), value) for key, value in words.items() if key.startswith("step")],
        alerts=[int(value) for value in chosen if value.isascii() and value.isdigit() and len(value) < 10],
        seconds=_elapsed(words.get("shown", ""), desk.ledger.clock().timestamp()),
    )
    with desk.ledger.change(session.user.name) as change:
        take_step(change, session.user, case_id, given)
    if action != "decide":
        return go(request, f"/cases/{case_id}")
    with desk.ledger.database.reading() as connection:
        asked = read_filter(dict(parse_qsl(words.get("queue", ""), keep_blank_values=True)))
        following = next_case(connection, asked, case_id, session.user.name)
    come_from = asked.query()[1:]
    if following is None:
        return go(request, f"/?{come_from}&done={case_id}" if come_from else f"/?done={case_id}")
    back = f"&queue={quote(come_from)}" if come_from else ""
    return go(request, f"/cases/{following}?done={case_id}{back}")


@router.post("/api/cases/{case_id}/decisions", status_code=201)
def decide_by_api(desk: DeskGiven, session: Writing, case_id: int, given: DecisionIn) -> CaseOut:
    """Take a step by JSON."""
    with desk.ledger.change(session.user.name) as change:
        take_step(change, session.user, case_id, given)
    return _case_out(desk, case_id)


@router.get("/api/cases/{case_id}")
def get_case_by_api(desk: DeskGiven, session: Reading, case_id: int) -> CaseOut:
    """Say where a case stands, and write down who asked."""
    with desk.ledger.change(session.user.name) as change:
        get_case(change.connection, case_id)
        change.record("case viewed", f"case {case_id}", {"by": "api"})
    return _case_out(desk, case_id)


@router.get("/api/events")
def poll_events(
    desk: DeskGiven, _who: Annotated[Session | None, Depends(machine)], after: int = 0, limit: int = 100
) -> list[Event]:
    """Return the events of the trail after a number, whole: to keep a copy elsewhere."""
    with desk.ledger.database.reading() as connection:
        return list(read_events(connection, after, min(max(limit, 1), 1_000)))


def take_step(change: Change, user: User, case_id: int, given: DecisionIn) -> int:
    """Check the right to a step and take it; returns the decision's number."""
    case = CaseRef(case_id, given.version)
    if given.action == "decide":
        user.must(Right.DECIDE)
        policy = policy_in_force(change.connection)
        return decide(change, policy, case, _ruling(given), only=given.alerts, seconds=given.seconds)
    if given.action == "undo":
        user.must(Right.DECIDE)
        _check_undo(change, user, case_id)
        return undo(change, case, given.comment)
    user.must(Right.APPROVE)
    return (approve if given.action == "approve" else reject)(change, case, given.comment)


def _check_undo(change: Change, user: User, case_id: int) -> None:
    last = newest_standing(change.connection, case_id)
    if last is not None and last.author != user.name and not user.may(Right.APPROVE):
        raise NotAllowed("only its author or an approver can undo a decision")


def _ruling(given: DecisionIn) -> Ruling:
    try:
        judgement = Judgement(given.judgement)
    except ValueError:
        raise Malformed(f"{given.judgement!r} is not a judgement; known: {', '.join(Judgement)}") from None
    return Ruling(judgement, given.reason, given.comment, tuple(given.steps))


def _elapsed(shown: str, now: float) -> float | None:
    try:
        seconds = now - float(shown)
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None


def _case_out(desk: DeskGiven, case_id: int) -> CaseOut:
    with desk.ledger.database.reading() as connection:
        case = read_case(connection, case_id)
    row = case.row
    return CaseOut(
        id=row.id,
        version=row.version,
        status=row.status,
        judgement=row.judgement,
        organization=row.organization,
        confidence=row.confidence,
        alerts=[alert.id for alert in case.alerts],
    )
