"""`Idempotency-Key`: a request that is sent again, because its answer was lost, gets the answer of the first.

The key belongs to its caller, and to a method, path and body. Only good answers are kept; after a refusal or a
failure the same key may be tried again. An answer that was given before has the header `Idempotency-Replayed`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.errors import BadRequest
from service.notes import notes_of
from service.repeats import Kept, Repeats, key_of

KEY = re.compile(r"[\x21-\x7e]{1,255}")
HEADER = "idempotency-replayed"


class AnsweredBefore(Exception):
    """The question was answered before; carries the answer."""

    def __init__(self, answer: Kept) -> None:
        super().__init__(answer.status)
        self.answer = answer


async def claim(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="A text of your own, new for each question; the same text with the same question gets "
            "the same answer again, for a day.",
            examples=["order-2026-07-31-0815"],
        ),
    ] = None,
) -> None:
    """Look a request's key up; raises `AnsweredBefore` where its answer is kept."""
    if idempotency_key is None or request.method != "POST":
        return
    if not KEY.fullmatch(idempotency_key):
        raise BadRequest("an Idempotency-Key has 1 to 255 visible characters of ASCII")
    repeats: Repeats = request.app.state.repeats
    key = key_of(notes_of(request).caller, request.method, request.url.path, idempotency_key)
    body = await request.body()
    query = sorted((name, value) for name, value in request.query_params.multi_items() if name != "api_key")
    question = key_of(str(query), body.decode("latin-1"))
    answer = await run_in_threadpool(repeats.claim, key, question)
    if answer is not None:
        raise AnsweredBefore(answer)
    request.state.claimed = key


class RepeatableRoute(APIRoute):
    """A route that keeps its answer where the request has a key."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with the keeping around it."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                response = await inner(request)
            except AnsweredBefore as before:
                kept = before.answer
                return Response(kept.body, kept.status, {HEADER: "true"}, kept.kind)
            except BaseException:
                await _settle(request, None)
                raise
            await _settle(request, response)
            return response

        return handle


async def _settle(request: Request, response: Response | None) -> None:
    """Keep a good answer to a question that was claimed; give the claim up otherwise."""
    key: str | None = getattr(request.state, "claimed", None)
    if key is None:
        return
    repeats: Repeats = request.app.state.repeats
    if response is None or response.status_code != 200:
        await run_in_threadpool(repeats.release, key)
        return
    kept = Kept(200, response.media_type or "application/json", bytes(response.body))
    await run_in_threadpool(repeats.keep, key, kept)


def repeatable_router(prefix: str, tag: str) -> APIRouter:
    """Return a router whose questions may be sent again with an `Idempotency-Key`."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=RepeatableRoute, dependencies=[Depends(claim)])
