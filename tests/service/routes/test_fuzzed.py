"""Every route of the OpenAPI document, asked what its schema allows and what it does not: no crash, no surprise.

The same requests each time; SANCTIONS_XREF_FUZZ_EXAMPLES=200 asks more of each route, and others each time.
"""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.app import create_app
from service.settings import Settings


@schemathesis.serializer("application/x-ndjson")
def lines(_context: object, value: object) -> bytes:
    """Send lines as they are."""
    return str(value).encode("utf-8", "replace")


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = int(os.environ.get("SANCTIONS_XREF_FUZZ_EXAMPLES", "0"))
schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi())


@schema.parametrize()
@settings(
    max_examples=EXAMPLES or 12,
    deadline=None,
    derandomize=not EXAMPLES,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@pytest.mark.usefixtures("client")
def test_every_route_keeps_to_its_document(case, client):
    case.call_and_validate(base_url=str(client.base_url), checks=CHECKS, timeout=30)
