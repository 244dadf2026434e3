"""Questions that are read by their own shape, without what FastAPI does for routes of every kind.

Only a body that is JSON and is good is read so. Any other goes FastAPI's way, which says what is wrong with it, so that
an error looks like that of every other route.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, cast

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel
from pydantic_core import from_json
from starlette.responses import Response

from service.routes.access import Handler
from service.routes.repeating import RepeatableRoute

Endpoint = Callable[[BaseModel, Request], Coroutine[Any, Any, Response]]
"""What such a route does: it takes the body and the request, and nothing else."""


class DirectRoute(RepeatableRoute):
    """A repeatable route that takes a body and the request."""

    async def answer(self, request: Request, inner: Handler) -> Response:
        """Answer a request, or give the answer of the first one with its key."""
        return await super().answer(request, partial(self._direct, inner=inner))

    async def _direct(self, request: Request, inner: Handler) -> Response:
        asked = await self._read(request)
        endpoint = cast(Endpoint, self.endpoint)
        return await (inner(request) if asked is None else endpoint(asked, request))

    async def _read(self, request: Request) -> BaseModel | None:
        """Return the body in the shape of the route; None where it is not JSON, or not good."""
        if self.body_field is None or not _is_json(request):
            return None
        shape = cast(type[BaseModel], self.body_field.field_info.annotation)
        try:
            return shape.model_validate(
                from_json(await _body(request)), from_attributes=True
            )  # as FastAPI does
        except ValueError:  # no JSON, or a `ValidationError`
            return None


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


async def _body(request: Request) -> bytes:
    try:
        return await request.body()
    except Exception as error:  # it broke off, or was refused on its way; FastAPI says the same
        raise HTTPException(400, "There was an error parsing the body") from error


def direct_router(prefix: str, tag: str) -> APIRouter:
    """Return a router of such routes."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=DirectRoute)
