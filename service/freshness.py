"""Every HTTP response says which lists are past their limit, also in shapes that clients of other systems prescribe.

`X-Stale-Lists: us_ofac_sdn, eu_fsf` speaks of the versions that answer now; there is no such header where none is
older than its list's limit. Our own shapes say the same, and more, in their bodies.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.routes.desk import today
from service.runtime import RuntimeHolder

HEADER = b"x-stale-lists"


class Freshness:
    """Puts the lists that are past their limit into a header of each response."""

    def __init__(self, app: ASGIApp, holder: RuntimeHolder) -> None:
        self.app = app
        self.holder = holder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        stale = self._stale() if scope["type"] == "http" else b""

        async def send_with_header(message: Message) -> None:
            if message["type"] == "http.response.start" and stale:
                message["headers"] = [*message.get("headers", ()), (HEADER, stale)]
            await send(message)

        await self.app(scope, receive, send_with_header)

    def _stale(self) -> bytes:
        runtime = self.holder.current
        return ", ".join(runtime.stale_lists(today())).encode() if runtime else b""
