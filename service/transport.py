"""What goes around every request and response: a request id, headers for safety, and the limits of a body.

These are plain ASGI, outside of routing, so that they hold for errors and unknown paths too.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,64}")
"""A request id from outside that is taken over; any other is replaced."""
SAFETY = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
"""Headers of every response that does not set them itself."""


def header(scope: Scope, name: bytes) -> bytes | None:
    """Return the first value of a request header, or None; the name is in small letters."""
    return next((value for key, value in scope["headers"] if key == name), None)


def request_id(scope: Scope) -> str:
    """Return the id of a request: the caller's own where it is harmless, else a new one."""
    given = header(scope, b"x-request-id") or b""
    return given.decode() if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


class Envelope:
    """Gives every request an id, and every response the id and the headers for safety."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        identity = request_id(scope)
        scope.setdefault("state", {})["request_id"] = identity

        async def send_enveloped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                present = {key.lower() for key, _ in headers}
                headers = [*headers, *(pair for pair in SAFETY if pair[0] not in present)]
                message["headers"] = [*headers, (b"x-request-id", identity.encode())]
            await send(message)

        await self.app(scope, receive, send_enveloped)


class BodyRefused(Exception):
    """The body is too large or too slow; raised where it is read."""


@dataclass(slots=True)
class _Reading:
    """How much of a body has arrived, and why no more of it is taken."""

    size: int = 0
    refusal: tuple[int, str] | None = None
    is_answered: bool = False


class BodyLimit:
    """Refuses bodies above a size with 413, and those that arrive too slowly with 408; holds neither."""

    def __init__(self, app: ASGIApp, limit: int, seconds: float) -> None:
        self.app = app
        self.limit = limit
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = header(scope, b"content-length") or b"0"
        if declared.isdigit() and int(declared) > self.limit:
            await _refuse(send, 413, self._too_large())
            return
        reading = _Reading()

        async def send_checked(message: Message) -> None:
            """Answer a refused body with the refusal, whatever the inside makes of a body that breaks off."""
            if reading.refusal is None:
                reading.is_answered = True
                await send(message)
            elif not reading.is_answered:
                reading.is_answered = True
                await _refuse(send, *reading.refusal)

        try:
            await self.app(scope, self._limited(receive, reading), send_checked)
        except BodyRefused:
            await send_checked({"type": "http.response.start", "status": 400})

    def _too_large(self) -> str:
        return f"the body is larger than {self.limit:,} bytes; send fewer items or a shorter text at a time"

    def _limited(self, receive: Receive, reading: _Reading) -> Receive:
        deadline = asyncio.get_running_loop().time() + self.seconds

        async def limited() -> Message:
            if reading.size < 0:  # the whole body is there: what comes now is the end of the connection
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                reading.refusal = (408, f"the body did not arrive within {self.seconds:g} seconds")
                raise BodyRefused from error
            reading.size += len(message.get("body", b""))
            if reading.size > self.limit:
                reading.refusal = (413, self._too_large())
                raise BodyRefused
            if not message.get("more_body", False):
                reading.size = -1
            return message

        return limited


async def _refuse(send: Send, status: int, detail: str) -> None:
    body = json.dumps({"detail": detail}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
