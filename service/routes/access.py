"""Who may ask: the key of a request, its scope, and how often its bearer asks.

Without any key in the data folder, and outside of production, everybody may ask; the first key closes the
door. A key comes as `Authorization: ApiKey KEY` or `Bearer KEY`, as the user or password of `Basic`, as
`X-API-Key`, or, for old clients, as `?api_key=KEY`. It is never logged.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from service.errors import NoKey, NotAllowed, SettingsError, TooOften
from service.keys import Key, KeyRing, Scope
from service.limits import Buckets
from service.notes import notes_of
from service.settings import Settings

SCOPE = "x-scope"
"""Where the document says which scope the key of a request needs."""
ANY = "any"
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
SCHEMES: dict[str, dict[str, str]] = {
    "Bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "`Authorization: Bearer KEY`; `ApiKey KEY` and Basic work too.",
    },
    "Header": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "The key in a header of its own.",
    },
    "Query": {
        "type": "apiKey",
        "in": "query",
        "name": "api_key",
        "description": "For old clients; prefer a header.",
    },
}
"""What the documentation says; the key itself is read by `given_key`, once for all of them."""


class DocumentedApp(FastAPI):
    """An application whose document names the ways to carry a key."""

    def openapi(self) -> dict[str, Any]:
        """Return the document."""
        document = super().openapi()
        document.setdefault("components", {})["securitySchemes"] = SCHEMES
        return document


@dataclass(frozen=True, slots=True)
class Door:
    """What decides who may ask."""

    ring: KeyRing
    production: bool
    buckets: Buckets | None

    def is_open(self) -> bool:
        """Say whether everybody may ask."""
        return not self.production and self.ring.is_empty()


def door_of(settings: Settings) -> Door:
    """Return what decides who may ask; production without a good key is refused."""
    ring = KeyRing(settings.data)
    if settings.production and not ring.has_good():
        raise SettingsError(
            "SANCTIONS_XREF_PRODUCTION is on, but there is no API key; make one with `sanctions-xref keys create`"
        )
    buckets = Buckets(settings.rate_limit / settings.workers) if settings.rate_limit else None
    return Door(ring, settings.production, buckets)


def given_key(request: Request) -> str | None:
    """Return the key that a request carries, or None."""
    header = request.headers.get("authorization", "")
    kind, _, value = header.partition(" ")
    if kind.lower() in {"apikey", "bearer"} and value.strip():
        return value.strip()
    if kind.lower() == "basic":
        return _from_basic(value.strip())
    return request.headers.get("x-api-key") or request.query_params.get("api_key") or None


def _from_basic(value: str) -> str | None:
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password or user or None


def admit(request: Request, scope: Scope | None) -> None:
    """Let a request pass whose key has the scope; None takes any good key. Raises what says why not."""
    door: Door = request.app.state.door
    key = None if door.is_open() else _checked(door, request, scope)
    caller = key.id if key else (request.client.host if request.client else "unknown")
    notes_of(request).caller = caller
    if door.buckets is not None and (seconds := door.buckets.wait(caller)):
        raise TooOften(f"at most {door.buckets.rate * 60:g} requests a minute", retry_after=seconds)


def _checked(door: Door, request: Request, scope: Scope | None) -> Key:
    text = given_key(request)
    key = door.ring.find(text) if text else None
    if key is None:
        raise NoKey("this needs an API key that is good; `sanctions-xref keys create` makes one")
    if scope is not None and not key.allows(scope):
        raise NotAllowed(f"the key {key.id} may not {scope.value}; its scopes: {', '.join(key.scopes)}")
    return key


class GuardedRoute(APIRoute):
    """A route behind the door: who may not ask is told so before the body is read."""

    documented: ClassVar[dict[str, Any]] = {"security": [{name: []} for name in SCHEMES]}
    """What the document says of every such route."""

    def get_route_handler(self) -> Handler:
        """Return the handler, with the door before it."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            scope = (self.openapi_extra or {})[SCOPE]
            admit(request, None if scope == ANY else Scope(scope))
            return await self.answer(request, inner)

        return handle

    async def answer(self, request: Request, inner: Handler) -> Response:
        """Answer a request that was let pass."""
        return await inner(request)


def guarded(router: APIRouter, scope: Scope | None) -> APIRouter:
    """Put the routes of a router behind the door: they take keys with this scope, or any good key."""
    for route in router.routes:
        if not isinstance(route, GuardedRoute):
            raise TypeError(f"{route!r} has no door; make its router with `route_class=GuardedRoute`")
        needed = {SCOPE: scope.value if scope else ANY}
        route.openapi_extra = {**(route.openapi_extra or {}), **route.documented, **needed}
    return router
