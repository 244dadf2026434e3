"""`GET /v1/decisions`: the record for programs, and whether what was decided about still comes out the same.

It takes a key with the scope `review`, also where the service answers everybody else without one.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field, JsonValue
from sqlalchemy import Connection, Row, select
from starlette.responses import Response

from service.errors import NoKey
from service.keys import Scope
from service.review.decisions import get_decision
from service.review.replay import Replayed, replay
from service.review.screening import pinned_to
from service.review.tables import decisions
from service.review.web import DeskGiven
from service.routes.access import Door, GuardedRoute, guarded
from service.routes.desk import AtDesk, json_response
from service.routes.problems import LOOKING
from service.schemas.answers import SCHEMA_VERSION, Wire

MOST = 1_000
Number = Annotated[int, Path(description="Number of the decision.", ge=1, le=2**31 - 1)]


class DecisionOut(Wire):
    """A step in a case."""

    number: int = Field(description="Number of the decision; they grow.")
    case: int = Field(description="Number of the case.")
    kind: str = Field(description="`decide`, `approve`, `reject`, `undo` or `reopen`.")
    about: int | None = Field(description="The decision that is approved, rejected or undone.")
    judgement: str | None = Field(description="What was judged.")
    reason: str | None = Field(description="Why, in a word of the rules.")
    comment: str = Field(description="Why, in words.")
    needs_second: bool = Field(description="It waits, or waited, for a second reviewer.")
    author: str = Field(description="Who took it.")
    at: str = Field(description="When.")
    record_sha256: str = Field(description="SHA-256 of the record of what it was about.")


class DecisionsResponse(Wire):
    """Decisions in their order."""

    schema_version: str = Field(default=SCHEMA_VERSION, description="Version of this shape.")
    decisions: list[DecisionOut] = Field(description="The decisions, oldest first.")


class DecisionResponse(Wire):
    """A decision, with everything that it was about."""

    schema_version: str = Field(default=SCHEMA_VERSION, description="Version of this shape.")
    decision: DecisionOut = Field(description="The decision.")
    record: dict[str, JsonValue] = Field(
        description="What it was about: hits with article, engine, versions and settings, and the rules in force."
    )


class ReplayedOut(Wire):
    """A hit computed again."""

    hit: str = Field(description="SHA-256 of the hit.")
    same: bool = Field(description="The same bytes came out.")
    missing: list[str] = Field(description="Versions, models or texts that are needed and not at hand.")
    differences: list[str] = Field(description="What is different, as `place: then → now`.")


class ReplayResponse(Wire):
    """A decision computed again."""

    schema_version: str = Field(default=SCHEMA_VERSION, description="Version of this shape.")
    decision: DecisionOut = Field(description="The decision.")
    hits: list[ReplayedOut] = Field(
        description="Its hits; none where it judges nothing itself, but answers or undoes another."
    )


def needs_key(request: Request) -> None:
    """Refuse where nobody needs a key, and so nobody has shown one."""
    door: Door = request.app.state.door
    if door.is_open():
        raise NoKey("this needs a key with the scope review; `sanctions-xref keys create` makes one")


router = APIRouter(
    prefix="/v1",
    tags=["review"],
    route_class=GuardedRoute,
    responses=LOOKING,
    dependencies=[Depends(needs_key)],
)


@router.get(
    "/decisions",
    response_model=DecisionsResponse,
    response_description="The decisions.",
    summary="Decisions of the review",
)
def get_decisions(
    desk: DeskGiven,
    after: Annotated[int, Query(description="Only decisions with a larger number.", ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(description="Most decisions.", ge=1, le=MOST)] = 100,
) -> Response:
    """Return decisions, a page at a time: the last number of one is `after` of the next."""
    with desk.ledger.database.reading() as connection:
        asked = select(decisions).where(decisions.c.id > after).order_by(decisions.c.id).limit(limit)
        rows = connection.execute(asked).all()
    return json_response(DecisionsResponse(decisions=[_decision(row) for row in rows]))


@router.get(
    "/decisions/{number}",
    response_model=DecisionResponse,
    response_description="The decision.",
    summary="One decision, with what it was about",
)
def get_one(desk: DeskGiven, number: Number) -> Response:
    """Return a decision and its record, as it was frozen then."""
    with desk.ledger.database.reading() as connection:
        row = get_decision(connection, number)
    return json_response(DecisionResponse(decision=_decision(row), record=json.loads(row.frozen)))


@router.get(
    "/decisions/{number}/replay",
    response_model=ReplayResponse,
    response_description="What came out.",
    summary="Compute a decision's hits again",
)
async def get_replay(request: Request, desk: DeskGiven, at: AtDesk, number: Number) -> Response:
    """Say whether the same bytes come out of the versions that a decision names, and else why not.

    One is computed at a time in a process, since versions that are not current have to be opened for it.
    """

    def work() -> ReplayResponse:
        with desk.ledger.database.reading() as connection:
            return _replayed(connection, number, at)

    async with request.app.state.replays:
        return json_response(await at.compute(work))


def _replayed(connection: Connection, number: int, at: AtDesk) -> ReplayResponse:
    row, data = get_decision(connection, number), at.settings.data
    found = replay(connection, number, lambda versions, models: pinned_to(data, versions, models))
    return ReplayResponse(decision=_decision(row), hits=[_hit(one) for one in found])


def _hit(found: Replayed) -> ReplayedOut:
    return ReplayedOut(
        hit=found.hit, same=found.is_same, missing=list(found.missing), differences=list(found.differences)
    )


def _decision(row: Row[Any]) -> DecisionOut:
    return DecisionOut(
        number=row.id,
        case=row.case_id,
        kind=row.kind,
        about=row.about,
        judgement=row.judgement,
        reason=row.reason,
        comment=row.comment,
        needs_second=row.needs_second,
        author=row.author,
        at=row.at,
        record_sha256=row.frozen_sha256,
    )


RECORD = guarded(router, Scope.REVIEW)
"""The routes, behind the door."""
