"""Traces, received by a collector of this test and read with OpenTelemetry's own messages."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from starlette.testclient import TestClient

pytest.importorskip(
    "opentelemetry.sdk", reason="the extra otel is not installed: pip install 'sanctions-xref[otel]'"
)

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from service.app import create_app
from service.settings import Settings

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


@pytest.fixture
def collector():
    """A collector on the loopback; gives its address and what it has received."""
    received: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append(body)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1/traces", received
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_request_is_a_span_of_its_callers_trace_with_stages_and_without_names(data, collector):
    address, received = collector
    body = {"queries": [{"name": "United Aircraft Corporation"}]}
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "x-request-id": "mine-3"}
    app = create_app(Settings(data=data, otel_endpoint=address, review=False))
    with TestClient(app) as client:
        for _ in range(3_000):
            if client.get("/readyz").status_code == 200:
                break
            time.sleep(0.01)
        client.post("/v1/match", json=body, headers=headers, params={"api_key": "sxr_secret"})
    message = ExportTraceServiceRequest()
    for part in received:
        message.MergeFromString(part)
        assert b"United" not in part
        assert b"secret" not in part
    spans = {
        span.name: span for scope in message.resource_spans for one in scope.scope_spans for span in one.spans
    }
    assert spans.keys() == {"POST /v1/match", "wait", "compute"}
    request = spans["POST /v1/match"]
    assert (request.trace_id.hex(), request.parent_span_id.hex()) == (TRACE, PARENT)
    about = {one.key: one.value for one in request.attributes}
    assert about["http.response.status_code"].int_value == 200
    assert about["xref.request_id"].string_value == "mine-3"
    assert about["xref.queries"].int_value == 1
    compute = spans["compute"]
    assert compute.parent_span_id == request.span_id
    assert request.start_time_unix_nano <= compute.start_time_unix_nano
    assert compute.end_time_unix_nano <= request.end_time_unix_nano


def test_a_collector_that_is_not_there_costs_nothing(data):
    settings = Settings(data=data, otel_endpoint="http://127.0.0.1:9/v1/traces", review=False)
    with TestClient(create_app(settings)) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/nowhere").status_code == 404
