"""`Idempotency-Key`: a request that is sent again, because its answer was lost, gets the answer of the first.

The key belongs to its caller, and to a method, path and body. Only good answers are kept; after a refusal or a
failure the same key may be tried again. An answer that was given before has the header `Idempotency-Replayed`.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.errors import BadRequest
from service.notes import notes_of
from service.repeats import Kept, Repeats, key_of
from service.routes.access import GuardedRoute, Handler

KEY = re.compile(r"[\x21-\x7e]{1,255}")
HEADER = "Idempotency-Key"
REPLAYED = "idempotency-replayed"
PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A text of your own, new for each question; the same text with the same question gets the same "
    "answer again, for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "example": "order-2026-07-31-0815",
}


class RepeatableRoute(GuardedRoute):
    """A route that keeps its answer where the request has a key."""

    documented: ClassVar[dict[str, Any]] = {**GuardedRoute.documented, "parameters": [PARAMETER]}

    async def answer(self, request: Request, inner: Handler) -> Response:
        """Answer a request, or give the answer of the first one with its key."""
        given = request.headers.get(HEADER)
        if given is None:
            return await inner(request)
        repeats: Repeats = request.app.state.repeats
        key, question = await _asked(request, given)
        kept = await run_in_threadpool(repeats.claim, key, question)
        if kept is not None:
            return Response(kept.body, kept.status, {REPLAYED: "true"}, kept.kind)
        try:
            response = await inner(request)
        except BaseException:
            await run_in_threadpool(repeats.release, key)
            raise
        await run_in_threadpool(_settle, repeats, key, response)
        return response


async def _asked(request: Request, given: str) -> tuple[str, str]:
    """Return what stands for the caller's key, and for the question that came with it."""
    if not KEY.fullmatch(given):
        raise BadRequest("an Idempotency-Key has 1 to 255 visible characters of ASCII")
    body = await request.body()
    query = sorted((name, value) for name, value in request.query_params.multi_items() if name != "api_key")
    key = key_of(notes_of(request).caller, request.method, request.url.path, given)
    return key, key_of(str(query), body.decode("latin-1"))


def _settle(repeats: Repeats, key: str, response: Response) -> None:
    """Keep a good answer to a question that was claimed; give the claim up otherwise."""
    if response.status_code == 200:
        repeats.keep(key, Kept(200, response.media_type or "application/json", bytes(response.body)))
    else:
        repeats.release(key)


def repeatable_router(prefix: str, tag: str) -> APIRouter:
    """Return a router whose questions may be sent again with an `Idempotency-Key`."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=RepeatableRoute)
