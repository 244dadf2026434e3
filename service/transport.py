"""What goes around every request and response: a request id, headers for safety, log, metrics, limits of a body.

These are plain ASGI, outside of routing, so that they hold for errors and unknown paths too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.freshness import freshness
from service.logs import RequestLog
from service.metrics import Metrics
from service.notes import CURRENT, Notes
from service.runtime import RuntimeHolder
from service.settings import Settings

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
GONE = 499
"""What the log and the metrics call a request whose caller went away before its answer; nobody is sent it."""
LINGER = 2.0
"""Seconds for which the rest of a refused body is taken in, and thrown away, before its connection is closed."""
UNFORESEEN = "this should not have happened; the log has the request id"
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
    """Gives every request an id, and every response the id and the headers for safety and freshness; logs both.

    What nobody foresaw ends here, as a 500 that says the id, and a record of where it happened.
    """

    def __init__(self, app: ASGIApp, log: RequestLog, metrics: Metrics, holder: RuntimeHolder) -> None:
        self.app = app
        self.log = log
        self.metrics = metrics
        self.holder = holder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        identity = request_id(scope)
        notes = Notes(identity)
        scope["state"] = {**scope.get("state", {}), "request_id": identity, "notes": notes}
        CURRENT.set(notes)  # in the context of this request: the server gives each its own
        status = 0

        async def send_enveloped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                inside = message.get("headers", ())
                message["headers"] = [*_enveloped(inside, identity), *freshness(self.holder)]
            await send(message)

        try:
            await self.app(scope, receive, send_enveloped)
        except ClientDisconnect:
            status = GONE
        except Exception as error:  # the outermost place: nothing goes on from here
            self.log.failed(error)
            self.metrics.failed()
            if not status:
                await _refuse(send_enveloped, 500, UNFORESEEN)
        self._record(scope, status, time.perf_counter() - begun, notes)

    def _record(self, scope: Scope, status: int, seconds: float, notes: Notes) -> None:
        route = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.metrics.answered(method, route, status, seconds, notes)
        about = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 2)}
        self.log.answered(about, notes, f"{scope['path']}?{scope['query_string'].decode('latin-1')}")


def _enveloped(given: Iterable[tuple[bytes, bytes]], identity: str) -> list[tuple[bytes, bytes]]:
    headers = list(given)
    present = {key.lower() for key, _ in headers}
    missing = (pair for pair in SAFETY if pair[0] not in present)
    return [*headers, *missing, (b"x-request-id", identity.encode())]


class BodyRefused(Exception):
    """The body is too large or too slow; raised where it is read."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a body may be, and how long it may take: as a whole, or from each piece to the next."""

    size: int
    seconds: float
    is_stream: bool = False

    def too_large(self) -> str:
        """Return what is said of a body that is larger."""
        return f"the body is larger than {self.size:,} bytes; send fewer items or a shorter text at a time"


def body_limits(settings: Settings) -> Callable[[str], Limits]:
    """Return what gives the limits for a path: streams may be larger, and take as long as something arrives."""
    plain = Limits(settings.max_body, settings.request_timeout)
    stream = Limits(settings.max_stream, settings.request_timeout, is_stream=True)
    return lambda path: stream if path.endswith("/stream") else plain


@dataclass(slots=True)
class _Reading:
    """How much of a body has arrived, and why no more of it is taken."""

    limits: Limits
    size: int = 0
    refusal: tuple[int, str] | None = None
    is_answered: bool = False


class BodyLimit:
    """Refuses bodies above a size with 413, and those that arrive too slowly with 408; holds neither."""

    def __init__(self, app: ASGIApp, limits: Callable[[str], Limits]) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = header(scope, b"content-length") or b"0"
        limits = self.limits(scope["path"])
        if declared.isdigit() and int(declared) > limits.size:
            await _refuse_body(send, receive, 413, limits.too_large())
            return
        reading = _Reading(limits)

        async def send_checked(message: Message) -> None:
            """Answer a refused body with the refusal, whatever the inside makes of a body that breaks off."""
            if reading.refusal is None:
                reading.is_answered = True
                await send(message)
            elif not reading.is_answered:
                reading.is_answered = True
                await _refuse_body(send, receive, *reading.refusal)

        try:
            await self.app(scope, _limited(receive, reading), send_checked)
        except BodyRefused:
            await send_checked({"type": "http.response.start", "status": 400})


def _limited(receive: Receive, reading: _Reading) -> Receive:
    limits, now = reading.limits, asyncio.get_running_loop().time
    deadline = now() + limits.seconds

    async def limited() -> Message:
        nonlocal deadline
        if reading.size < 0:  # the whole body is there: what comes now is the end of the connection
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError as error:
            reading.refusal = (408, f"the body did not arrive within {limits.seconds:g} seconds")
            raise BodyRefused from error
        reading.size += len(message.get("body", b""))
        if reading.size > limits.size:
            reading.refusal = (413, limits.too_large())
            raise BodyRefused
        if limits.is_stream:
            deadline = now() + limits.seconds
        if not message.get("more_body", False):
            reading.size = -1
        return message

    return limited


async def _refuse_body(send: Send, receive: Receive, status: int, detail: str) -> None:
    """Refuse, and take in what is still on its way before closing: a connection closed on it loses the answer."""
    await _refuse(send, status, detail, is_last=False)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER):
            while (await receive()).get("more_body", False):
                pass
    await send({"type": "http.response.body"})


async def _refuse(send: Send, status: int, detail: str, *, is_last: bool = True) -> None:
    body = json.dumps({"detail": detail}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": not is_last})
