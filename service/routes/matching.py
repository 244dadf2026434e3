"""`POST /v1/match` and `POST /v1/compare`: names in, potential matches out; two names compared."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from service.answering import answer_pair
from service.routes.desk import bytes_response, desk_of, json_response, today
from service.routes.direct import direct_router
from service.routes.problems import ASKING
from service.schemas.exchanges import CompareRequest, CompareResponse, MatchRequest, MatchResponse
from service.schemas.writing import json_array, json_object
from service.telling import tell_queries

BRIEF = 2
"""Queries up to which looking them up is faster than handing them to a thread."""
router = direct_router("/v1", "screening")


@router.post(
    "/match",
    response_model=MatchResponse,
    response_description="One result for each name, in order.",
    summary="Look names up",
    responses=ASKING,
)
async def match(asked: MatchRequest, request: Request) -> Response:
    """Return for each name the listed parties that it may mean, best first, with the evidence."""
    desk = desk_of(request)
    desk.check_batch(len(asked.queries))
    runtime = await desk.runtime_for(asked.known_as_of, asked.list_ids)
    day = asked.as_of or today()
    brief = len(asked.queries) <= BRIEF
    told = await desk.compute(lambda: tell_queries(runtime, asked.queries, asked, day), brief=brief)
    desk.notes.count(
        "queries", (one.name for one in told), (confidence for one in told for confidence in one.confidences)
    )
    named = runtime.named_in_json(day, frozenset(asked.list_ids))
    return bytes_response(json_object({**named, "results": json_array(one.json for one in told)}))


@router.post(
    "/compare",
    response_model=CompareResponse,
    response_description="The two names compared.",
    summary="Compare two names",
    responses=ASKING,
)
async def compare(asked: CompareRequest, request: Request) -> Response:
    """Return how probable it is that two names mean the same party, and what each comparison adds."""
    desk = desk_of(request)
    compared = await desk.compute(lambda: answer_pair(asked), brief=True)
    desk.notes.count("pairs", [f"{asked.name1}\n{asked.name2}"])
    return json_response(CompareResponse(**dict(compared), engine=desk.runtime().pair_engine_out()))
