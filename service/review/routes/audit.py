"""The auditor's pages: the whole trail, whether it is whole, and its export."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from service.review.accounts import Right
from service.review.desk import Desk
from service.review.errors import TrailBroken
from service.review.export import export_lines
from service.review.ledger import count_events, read_checkpoints, read_events
from service.review.sessions import Session
from service.review.trail import iso
from service.review.verification import read_witnesses, verify_database, write_witness
from service.review.web import DeskGiven, Reading, Writing, page

router = APIRouter()
PAGE = 100


@router.get("/audit")
def show_audit(request: Request, desk: DeskGiven, session: Reading, after: int | None = None) -> Response:
    """Show the trail, newest page first, without judging whether it is whole."""
    session.user.must(Right.AUDIT)
    return _trail(request, desk, session, after)


@router.post("/audit/verify")
def verify(request: Request, desk: DeskGiven, session: Writing) -> Response:
    """Verify the trail with its checkpoints and the rows it tells of, and sign its end."""
    session.user.must(Right.AUDIT)
    result, broken = None, None
    try:
        result = verify_database(
            desk.ledger.database, desk.ledger.signer.public, read_witnesses(desk.places.witness)
        )
    except TrailBroken as error:
        broken = error
    else:
        _seal(desk, session)
    return _trail(request, desk, session, None, (result, broken))


@router.post("/audit/export")
def export(desk: DeskGiven, session: Writing) -> Response:
    """Hand out the whole trail as JSON lines that prove themselves."""
    session.user.must(Right.AUDIT)
    with desk.ledger.change(session.user.name) as change:
        change.record("trail exported", "trail", {})
    _seal(desk, session)
    return StreamingResponse(
        _lines(desk),
        media_type="application/jsonl",
        headers={"Content-Disposition": 'attachment; filename="trail.jsonl"'},
    )


def _lines(desk: Desk) -> Iterator[str]:
    with desk.ledger.database.reading() as connection:
        yield from export_lines(connection, desk.ledger.signer, iso(desk.ledger.clock()))


def _seal(desk: Desk, session: Session) -> None:
    checkpoint = desk.ledger.seal(session.user.name)
    if checkpoint is not None:
        write_witness(desk.places.witness, checkpoint)


def _trail(
    request: Request,
    desk: Desk,
    session: Session,
    after: int | None,
    verdict: tuple[object, object] = (None, None),
) -> Response:
    with desk.ledger.database.reading() as connection:
        total = count_events(connection)
        first = max(total - PAGE, 0) if after is None else max(after, 0)
        events = list(read_events(connection, first, PAGE))
        checkpoints = read_checkpoints(connection)[-10:]
    context = {
        "events": events[::-1],
        "total": total,
        "first": first,
        "size": PAGE,
        "checkpoints": checkpoints[::-1],
        "key": desk.ledger.signer.public,
        "result": verdict[0],
        "broken": verdict[1],
    }
    return page(request, "audit", session, context)
