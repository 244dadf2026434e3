"""`POST /v1/match/stream` and `POST /v1/screen/stream`: as many lines as wanted go in, a line for each comes out.

The body is kept aside first, in memory while it is small and in an unnamed file beyond, so that a client that sends
everything before it reads anything is not locked out; then lines are answered a few at a time, in order, between the
other requests. The first line of the answer names engine and versions, the last says how many were answered: an
answer without it was cut off.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, BinaryIO, Generic, TypeVar, cast

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from service.answering import answer_queries
from service.errors import ServiceError, Unavailable
from service.inputs import SHOWN, BadLine, explain, read_queries
from service.notes import Notes
from service.routes.access import GuardedRoute
from service.routes.desk import AtDesk, Desk, today
from service.routes.problems import ASKING, Documented
from service.routes.screening import answer_or_failure, note_articles
from service.schemas import ArticleIn, MatchAnswer, QueryIn
from service.schemas.exchanges import Answered, TimedOptions

KIND = "application/x-ndjson"
TOGETHER = 64
"""Names that are looked up in one turn."""
IN_MEMORY = 1_000_000
Item = TypeVar("Item")
screening = APIRouter(prefix="/v1", tags=["screening"], route_class=GuardedRoute)
matching = APIRouter(prefix="/v1", tags=["screening"], route_class=GuardedRoute)


class StreamOptions(TimedOptions):
    """How all lines are asked, as parameters of the address; what is not known is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class StreamEnd(BaseModel):
    """The last line of an answer."""

    answered: int = Field(description="Lines that were answered.")
    errors: int = Field(description="Lines of these that could not be read.")
    problem: str | None = Field(default=None, description="Why the rest was not answered.")


@dataclass(frozen=True, slots=True)
class Flow(Generic[Item]):
    """Items that come in, how many are answered in a turn, and how."""

    items: Iterator[Item]
    together: int
    answer: Callable[[Sequence[Item]], Sequence[BaseModel]]
    note: Callable[[Notes, Sequence[BaseModel]], None]


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
    runtime = await desk.runtime_for(asked.known_as_of, asked.list_ids)
    day = asked.as_of or today()
    head = Answered(
        engine=runtime.engine_out(), snapshots=runtime.snapshots_out(day, frozenset(asked.list_ids))
    )
    with ExitStack() as stack:
        body = stack.enter_context(await _spooled(request))
        flow: Flow[QueryIn | BadLine] = Flow(
            read_queries(body, "body", lambda _: None),
            TOGETHER,
            lambda items: answer_queries(runtime, items, asked, day),
            _note_matches,
        )
        return await _streaming(head, flow, desk, stack.pop_all())


@screening.post(
    "/screen/stream",
    summary="Screen many articles",
    response_class=StreamingResponse,
    responses=_documented("ScreenAnswer"),
    openapi_extra=_streamed(
        "JSON lines with the fields of an article.",
        '{"id": "a1", "text": "Officials met KOMID on Friday."}\n',
    ),
)
async def screen_stream(
    request: Request, asked: Annotated[StreamOptions, Query()], desk: AtDesk
) -> StreamingResponse:
    """Return a line for each article, in order; one that cannot be read is answered with an error."""
    runtime = await desk.runtime_for(asked.known_as_of, asked.list_ids)
    day = asked.as_of or today()
    head = Answered(
        engine=runtime.engine_out(), snapshots=runtime.snapshots_out(day, frozenset(asked.list_ids))
    )
    with ExitStack() as stack:
        body = stack.enter_context(await _spooled(request))
        flow: Flow[ArticleIn | BadLine] = Flow(
            article_lines(body),
            1,
            lambda items: [answer_or_failure(runtime, item, asked, day, desk) for item in items],
            note_articles,
        )
        return await _streaming(head, flow, desk, stack.pop_all())


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


async def _spooled(request: Request) -> BinaryIO:
    """Return the body, set aside and rewound."""
    kept = cast("BinaryIO", tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 closed with the answer
    try:
        async for chunk in request.stream():
            await run_in_threadpool(kept.write, chunk)
    except BaseException:
        kept.close()
        raise
    kept.seek(0)
    return kept


async def _streaming(head: Answered, flow: Flow[Item], desk: Desk, open_: ExitStack) -> StreamingResponse:
    """Answer the first lines, so that what is wrong with the whole is a status, and stream the rest."""
    try:
        first = await _next(flow, desk)
    except BaseException:
        open_.close()
        raise

    async def lines() -> AsyncIterator[bytes]:
        with open_:
            yield _line(head)
            answered = errors = 0
            problem = None
            try:
                async for answers in _all(first, flow, desk):
                    answered += len(answers)
                    errors += sum(1 for one in answers if getattr(one, "error", None))
                    yield b"".join(map(_line, answers))
            except ServiceError as error:
                problem = str(error)
            yield _line(StreamEnd(answered=answered, errors=errors, problem=problem))

    return StreamingResponse(lines(), media_type=KIND)


async def _all(
    first: Sequence[BaseModel], flow: Flow[Item], desk: Desk
) -> AsyncIterator[Sequence[BaseModel]]:
    """Yield what was answered already, and then the rest, a few at a time."""
    answers = first
    while answers:
        yield answers
        answers = await _patiently(flow, desk)


async def _patiently(flow: Flow[Item], desk: Desk) -> Sequence[BaseModel]:
    """Answer the next items; where there is no room in the queue, wait for some instead of giving up."""
    items = await run_in_threadpool(lambda: list(islice(flow.items, flow.together)))
    while items:
        try:
            return await _answered(items, flow, desk)
        except Unavailable as full:
            await asyncio.sleep(full.retry_after / 4)
    return ()


async def _next(flow: Flow[Item], desk: Desk) -> Sequence[BaseModel]:
    items = await run_in_threadpool(lambda: list(islice(flow.items, flow.together)))
    return await _answered(items, flow, desk) if items else ()


async def _answered(items: list[Item], flow: Flow[Item], desk: Desk) -> Sequence[BaseModel]:
    answers = await desk.compute(lambda: flow.answer(items))
    flow.note(desk.notes, answers)
    return answers


def _line(one: BaseModel) -> bytes:
    return one.model_dump_json(by_alias=True, exclude_none=isinstance(one, StreamEnd)).encode() + b"\n"
