"""How a stream is taken in and answered: the body is set aside, then its items are answered a few at a time, in order.

The body is in memory while it is small and in an unnamed file beyond, which the operating system removes whatever
happens. A process holds so many bodies at a time and refuses more. Everything a stream holds is given back when its
answer ends, also where the caller goes away in the middle.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, Generic, TypeVar, cast

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from service.admission import Room
from service.errors import ServiceError, Unavailable
from service.notes import Notes
from service.routes.desk import Desk
from service.schemas.exchanges import Answered

KIND = "application/x-ndjson"
IN_MEMORY = 1_000_000
"""Bytes of a body that are kept in memory."""
Item = TypeVar("Item")
Ready = TypeVar("Ready")


class StreamEnd(BaseModel):
    """The last line of an answer."""

    answered: int = Field(description="Lines that were answered.")
    errors: int = Field(description="Lines of these that could not be read.")
    problem: str | None = Field(default=None, description="Why the rest was not answered.")


@dataclass(frozen=True, slots=True)
class Flow(Generic[Item, Ready]):
    """How the items are read from a body, how many are answered in a turn, what is got for them before, and how."""

    read: Callable[[BinaryIO], Iterator[Item]]
    together: int
    prepare: Callable[[Sequence[Item]], Awaitable[Sequence[Ready]]]
    answer: Callable[[Sequence[Ready]], Sequence[BaseModel]]
    note: Callable[[Notes, Sequence[BaseModel]], None]


async def as_it_is(items: Sequence[Item]) -> Sequence[Item]:
    """Get nothing for items before they are answered."""
    return items


class HoldingResponse(StreamingResponse):
    """A stream that gives back what it holds when it ends, however it ends."""

    def __init__(self, content: AsyncIterator[bytes], held: ExitStack) -> None:
        super().__init__(content, media_type=KIND)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        with self._held:
            await super().__call__(scope, receive, send)


async def answer_stream(
    request: Request, head: Answered, flow: Flow[Item, Ready], desk: Desk
) -> StreamingResponse:
    """Take a stream in and answer it.

    Its first items are answered before anything is sent, so that what is wrong with the whole is a status.
    """
    room: Room = request.app.state.streams
    with ExitStack() as stack:
        stack.enter_context(room.place())
        body = stack.enter_context(await _spooled(request))
        items = flow.read(body)
        first = await _next(items, flow, desk)
        lines = _lines(head, _all(first, items, flow, desk))
        return HoldingResponse(lines, stack.pop_all())


async def _spooled(request: Request) -> BinaryIO:
    """Return the body, set aside and rewound."""
    kept = cast("BinaryIO", tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 closed with the answer
    try:
        async for chunk in request.stream():
            await run_in_threadpool(kept.write, chunk)
    except OSError as error:
        with suppress(OSError):
            kept.close()
        raise Unavailable("there is no room to set the stream aside; try again", retry_after=30) from error
    except BaseException:
        kept.close()
        raise
    kept.seek(0)
    return kept


async def _lines(head: Answered, found: AsyncIterator[Sequence[BaseModel]]) -> AsyncIterator[bytes]:
    yield _line(head)
    answered = errors = 0
    problem = None
    try:
        async for answers in found:
            answered += len(answers)
            errors += sum(1 for one in answers if getattr(one, "error", None))
            yield b"".join(map(_line, answers))
    except ServiceError as error:
        problem = str(error)
    yield _line(StreamEnd(answered=answered, errors=errors, problem=problem))


async def _all(
    first: Sequence[BaseModel], items: Iterator[Item], flow: Flow[Item, Ready], desk: Desk
) -> AsyncIterator[Sequence[BaseModel]]:
    """Yield what was answered already, and then the rest, a few at a time."""
    answers = first
    while answers:
        yield answers
        answers = await _patiently(items, flow, desk)


async def _patiently(items: Iterator[Item], flow: Flow[Item, Ready], desk: Desk) -> Sequence[BaseModel]:
    """Answer the next items; where there is no room in the queue, wait for some instead of giving up."""
    some = await _some(items, flow)
    while some:
        try:
            return await _answered(some, flow, desk)
        except Unavailable as full:
            await asyncio.sleep(full.retry_after / 4)
    return ()


async def _next(items: Iterator[Item], flow: Flow[Item, Ready], desk: Desk) -> Sequence[BaseModel]:
    some = await _some(items, flow)
    return await _answered(some, flow, desk) if some else ()


async def _some(items: Iterator[Item], flow: Flow[Item, Ready]) -> Sequence[Ready]:
    return await flow.prepare(await run_in_threadpool(lambda: list(islice(items, flow.together))))


async def _answered(items: Sequence[Ready], flow: Flow[Item, Ready], desk: Desk) -> Sequence[BaseModel]:
    answers = await desk.compute(lambda: flow.answer(items))
    flow.note(desk.notes, answers)
    return answers


def _line(one: BaseModel) -> bytes:
    return one.model_dump_json(by_alias=True, exclude_none=isinstance(one, StreamEnd)).encode() + b"\n"
