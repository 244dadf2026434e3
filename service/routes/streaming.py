"""`POST /v1/match/stream` and `POST /v1/screen/stream`: as many lines as wanted go in, a line for each comes out.

The whole body is taken in first, so that a client that sends everything before it reads anything is not locked out;
then lines are answered a few at a time, in order, between the other requests. The first line of the answer names
engine and versions, the last says how many were answered: an answer without it was cut off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, BinaryIO, cast

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.responses import StreamingResponse

from service.answering import answer_queries
from service.given_articles import Arrived, all_fetched
from service.inputs import SHOWN, BadLine, explain, read_queries
from service.notes import Notes
from service.routes.access import GuardedRoute
from service.routes.desk import AtDesk, Desk, today
from service.routes.flows import KIND, Flow, answer_stream, as_it_is
from service.routes.problems import ASKING, Documented
from service.routes.screening import answers_or_failures, note_articles
from service.runtime import Runtime
from service.schemas import ArticleIn, MatchAnswer, QueryIn
from service.schemas.exchanges import Answered, TimedOptions

TOGETHER = 64
"""Names that are looked up in one turn."""
ARTICLES = 4
"""Articles that are screened in one turn."""
screening = APIRouter(prefix="/v1", tags=["screening"], route_class=GuardedRoute)
matching = APIRouter(prefix="/v1", tags=["screening"], route_class=GuardedRoute)


class StreamOptions(TimedOptions):
    """How all lines are asked, as parameters of the address; what is not known is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


def _streamed(what: str, example: str) -> dict[str, object]:
    content = {kind: {"schema": {"type": "string"}, "example": example} for kind in (KIND, "text/plain")}
    return {"requestBody": {"required": True, "description": what, "content": content}}


def _documented(model: str) -> Documented:
    about = f"A line with engine and versions, one `{model}` a line, and a last line with `answered` and `errors`."
    return {200: {"description": about, "content": {KIND: {"schema": {"type": "string"}}}}, **ASKING}


@matching.post(
    "/match/stream",
    summary="Look many names up",
    response_class=StreamingResponse,
    responses=_documented("MatchAnswer"),
    openapi_extra=_streamed(
        "JSON lines with the fields of a query, CSV with a column `name`, or one name a line.",
        '{"name": "United Aircraft Corp", "id": "1"}\n{"name": "Mahan Air", "id": "2"}\n',
    ),
)
async def match_stream(
    request: Request, asked: Annotated[StreamOptions, Query()], desk: AtDesk
) -> StreamingResponse:
    """Return a line for each name, in order; a line that cannot be read is answered with an error."""
    runtime, day, head = await _begun(asked, desk)
    flow: Flow[QueryIn | BadLine, QueryIn | BadLine] = Flow(
        lambda body: read_queries(body, "body", lambda _: None),
        TOGETHER,
        as_it_is,
        lambda items: answer_queries(runtime, items, asked, day),
        _note_matches,
    )
    return await answer_stream(request, head, flow, desk)


@screening.post(
    "/screen/stream",
    summary="Screen many articles",
    response_class=StreamingResponse,
    responses=_documented("ScreenAnswer"),
    openapi_extra=_streamed(
        "JSON lines with the fields of an article; one without a text has its page fetched, as for a single one.",
        '{"id": "a1", "text": "Officials met KOMID on Friday."}\n',
    ),
)
async def screen_stream(
    request: Request, asked: Annotated[StreamOptions, Query()], desk: AtDesk
) -> StreamingResponse:
    """Return a line for each article, in order; one that cannot be read is answered with an error."""
    runtime, day, head = await _begun(asked, desk)
    flow: Flow[ArticleIn | BadLine, Arrived | BadLine] = Flow(
        article_lines,
        ARTICLES,
        lambda items: all_fetched(items, desk.pages),
        lambda items: answers_or_failures(runtime, items, asked, day, desk),
        note_articles,
    )
    return await answer_stream(request, head, flow, desk)


async def _begun(asked: StreamOptions, desk: Desk) -> tuple[Runtime, date, Answered]:
    """Return what answers, for which day, and what is said of it in the first line."""
    runtime, day = await desk.runtime_for(asked.known_as_of, asked.list_ids), asked.as_of or today()
    versions = runtime.snapshots_out(day, frozenset(asked.list_ids))
    return runtime, day, Answered(engine=runtime.engine_out(), snapshots=versions)


def article_lines(body: BinaryIO) -> Iterator[ArticleIn | BadLine]:
    """Yield the article of every line that is not blank."""
    for number, line in enumerate(body, 1):
        if line.strip():
            try:
                yield ArticleIn.model_validate_json(line)
            except ValidationError as error:
                yield BadLine(f"body, line {number}", line[:SHOWN].decode("utf-8", "replace"), explain(error))


def _note_matches(notes: Notes, answers: Sequence[BaseModel]) -> None:
    found = cast("Sequence[MatchAnswer]", answers)
    confidences = (match.confidence for one in found for match in one.matches)
    notes.count("queries", (one.query.name for one in found), confidences)
