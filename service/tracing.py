"""Traces for OpenTelemetry: a span a request, with its stages inside, sent to a collector over OTLP and HTTP.

A caller's `traceparent` is gone on with. Spans hold what the log holds: route, status, counts, the request's id; never
what was asked for. Needs the extra `otel`; without the setting nothing of it is loaded.
"""

from __future__ import annotations

import time
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.notes import QUIET, Notes

NANO = 1_000_000_000


class Tracing:
    """Where spans go; `stop` sends what is left."""

    def __init__(self, endpoint: str) -> None:
        about = {"service.name": "sanctions-xref", "service.version": version("sanctions-xref")}
        self._provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=False)
        self._endpoint = endpoint
        self.tracer = self._provider.get_tracer("sanctions-xref")

    def start(self) -> None:
        """Begin to send spans, from a thread of the process that answers."""
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=self._endpoint)))

    def stop(self) -> None:
        """Send what is left, and end."""
        self._provider.shutdown()


class Traced:
    """Makes a span of every request but those that only look after the service."""

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        self.app = app
        self._tracer = tracing.tracer
        self._carried = TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["path"] in QUIET:
            await self.app(scope, receive, send)
            return
        carrier = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        context = self._carried.extract(carrier)
        began, status = (time.time_ns(), time.perf_counter()), 500
        span = self._tracer.start_span("request", context, SpanKind.SERVER, start_time=began[0])

        async def send_seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_seen)
        finally:
            self._finish(span, scope, status, began)

    def _finish(self, span: Span, scope: Scope, status: int, began: tuple[int, float]) -> None:
        notes: Notes = scope["state"]["notes"]
        route = getattr(scope.get("route"), "path", "other")
        span.update_name(f"{scope['method']} {route}")
        span.set_attributes(
            {
                "http.request.method": scope["method"],
                "http.route": route,
                "http.response.status_code": status,
                "xref.request_id": scope["state"]["request_id"],
                "xref.matches": len(notes.confidences),
                **{f"xref.{kind}": number for kind, number in notes.items.items()},
            }
        )
        if status >= 500:
            span.set_status(StatusCode.ERROR)
        inside, (wall, clock) = set_span_in_context(span), began
        for stage, begun, ended in notes.spans:
            child = self._tracer.start_span(stage, inside, start_time=wall + int((begun - clock) * NANO))
            child.end(wall + int((ended - clock) * NANO))
        span.end()
