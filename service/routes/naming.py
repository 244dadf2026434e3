"""Answers in the shape of another system name what they come from in headers, as ours do in their bodies.

`X-Engine: sanctions-xref/0.1.0 matcher/… calibration/…`
`X-Snapshots: us_ofac_sdn=2026-07-31-…, eu_fsf=…`    every version that was asked, its date and the start of its hash
"""

from __future__ import annotations

from typing import Any, ClassVar

from fastapi import Request
from starlette.responses import Response

from service.notes import notes_of
from service.routes.access import GuardedRoute, Handler
from service.runtime import Runtime
from service.schemas.conversion import engine_line

ENGINE, SNAPSHOTS = "X-Engine", "X-Snapshots"
HEADERS = {
    ENGINE: {
        "description": "Versions of the software, of the matcher and of its calibration.",
        "schema": {"type": "string"},
    },
    SNAPSHOTS: {
        "description": "The versions of the lists that were asked, as `list=version`.",
        "schema": {"type": "string"},
    },
}


class NamingRoute(GuardedRoute):
    """A route that says in headers which engine and which versions answered."""

    documented: ClassVar[dict[str, Any]] = {
        **GuardedRoute.documented,
        "responses": {"200": {"headers": HEADERS}},
    }

    async def answer(self, request: Request, inner: Handler) -> Response:
        """Answer a request that was let pass."""
        response = await inner(request)
        runtime = notes_of(request).answered_by or request.app.state.holder.current
        if runtime is not None:
            response.headers.update(names_of(runtime))
        return response


def names_of(runtime: Runtime) -> dict[str, str]:
    """Return the headers that name a runtime."""
    versions = (f"{snapshot.list_id}={snapshot.version}" for snapshot in runtime.snapshots)
    return {ENGINE: engine_line(runtime.engine), SNAPSHOTS: ", ".join(versions)}
