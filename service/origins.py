"""Whose pages may call: the origins that were named, and on `/reconcile` OpenRefine's too; nobody else's.

Without this a page that somebody visits could ask a service on the same machine, and read lists of the house.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

RECONCILE = "/reconcile/"


class Origins:
    """Answers a page of a named origin with the headers that let it read the answer."""

    def __init__(self, app: ASGIApp, everywhere: Iterable[str], reconciling: Iterable[str]) -> None:
        self._plain = _allowing(app, everywhere)
        self._reconcile = _allowing(app, {*everywhere, *reconciling})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        chosen = self._reconcile if path.startswith(RECONCILE) else self._plain
        await chosen(scope, receive, send)


def _allowing(app: ASGIApp, origins: Iterable[str]) -> ASGIApp:
    named = sorted(origins)
    if not named:
        return app
    return CORSMiddleware(app, allow_origins=named, allow_methods=["GET", "POST"], allow_headers=["*"])
