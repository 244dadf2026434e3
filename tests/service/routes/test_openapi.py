"""The OpenAPI document, as a whole: everything in it is described, and what it shows is true."""

import json
from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator

from service.app import create_app
from service.keys import Scope
from service.settings import Settings

DOCUMENT = create_app(Settings()).openapi()
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = {
    f"{method} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
WITH_JSON = [
    name
    for name, operation in OPERATIONS.items()
    if "application/json" in operation.get("requestBody", {}).get("content", {})
]


def schemas_in(node: object, place: str = "") -> Iterator[tuple[str, dict]]:
    """Yield every schema of an object with properties, wherever it stands, with its place."""
    if isinstance(node, dict):
        if node.get("type") == "object" and isinstance(node.get("properties"), dict):
            yield place, node
        for key, value in node.items():
            if key not in {"example", "examples"}:
                yield from schemas_in(value, f"{place}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from schemas_in(value, f"{place}/{number}")


def check(schema: dict, value: object) -> None:
    """Hold a value to a schema of the document."""
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(value)


def test_the_whole_document_is_looked_through():
    assert len(OPERATIONS) > 25
    assert len(list(schemas_in(DOCUMENT))) > 50


def test_every_field_of_every_shape_is_described():
    bare = [
        f"{place}.{name}"
        for place, schema in schemas_in(DOCUMENT)
        for name, field in schema["properties"].items()
        if not (field.get("description") or "$ref" in field)
    ]
    assert bare == []


def test_every_shape_is_described():
    assert [name for name, schema in SCHEMAS.items() if not schema.get("description")] in ([], ["JsonValue"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_route_says_what_it_does_takes_and_gives(name):
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    assert [one["name"] for one in operation.get("parameters", []) if not one.get("description")] == []
    good = {status: one for status, one in operation["responses"].items() if int(status) < 300}
    assert list(good) == ["200"]
    assert good["200"]["description"] != "Successful Response"
    assert all(one["schema"] for one in good["200"]["content"].values())


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_error_of_a_route_has_an_example_of_its_own_shape(name):
    errors = {status: one for status, one in OPERATIONS[name]["responses"].items() if int(status) >= 400}
    for status, response in errors.items():
        content = response["content"]["application/json"]
        assert response["description"], status
        check(content["schema"], content["example"])
        assert content["example"]["detail"], status


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_route_that_takes_a_key_says_which_and_what_happens_without(name):
    operation = OPERATIONS[name]
    if "security" in operation:
        assert operation["x-scope"] in {"any", *Scope}
        assert {"401", "403", "429"} <= operation["responses"].keys()
    else:
        assert name in {"get /healthz", "get /readyz"}
        assert "x-scope" not in operation


@pytest.mark.parametrize("name", WITH_JSON)
def test_the_example_of_a_body_is_answered_as_the_document_says(name, client):
    operation = OPERATIONS[name]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    examples = SCHEMAS[body["$ref"].rpartition("/")[2]]["examples"]
    assert examples
    for example in examples:
        check(body, example)
        answer = client.post(name.split()[1].replace("{dataset}", "default"), json=example)
        assert answer.status_code == 200, answer.text
        check(operation["responses"]["200"]["content"]["application/json"]["schema"], answer.json())


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/v1/lists", "/v1/lists"),
        ("/v1/entries/us_ofac_sdn/36431?history=true", "/v1/entries/{list_id}/{entry_id}"),
        ("/search/default?q=aircraft", "/search/{dataset}"),
        ("/entities/us-ofac-sdn-36431", "/entities/{entity_id}"),
        ("/entities/us-ofac-sdn-36431/adjacent", "/entities/{entity_id}/adjacent"),
        ("/entities/us-ofac-sdn-36431/adjacent/sanctions", "/entities/{entity_id}/adjacent/{prop}"),
        ("/catalog", "/catalog"),
        ("/algorithms", "/algorithms"),
        ("/deltas/us_ofac_sdn/delta.json", "/deltas/{list_id}/delta.json"),
        ("/reconcile/default", "/reconcile/{dataset}"),
        ('/reconcile/default?queries={"q0":{"query":"KOMID"}}', "/reconcile/{dataset}"),
        (
            '/reconcile/default?extend={"ids":["us-ofac-sdn-36431"],"properties":[{"id":"sanctions"}]}',
            "/reconcile/{dataset}",
        ),
        ("/reconcile/default/suggest/entity?prefix=komid", "/reconcile/{dataset}/suggest/entity"),
        ("/reconcile/default/suggest/type?prefix=comp", "/reconcile/{dataset}/suggest/type"),
        ("/reconcile/default/suggest/property?prefix=na", "/reconcile/{dataset}/suggest/property"),
        ("/reconcile/default/extend/property?type=Company", "/reconcile/{dataset}/extend/property"),
        ("/healthz", "/healthz"),
        ("/readyz", "/readyz"),
    ],
)
def test_an_answer_has_its_documented_shape_and_nothing_else(path, template, client):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    schema = DOCUMENT["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    check(json.loads(json.dumps(schema)), answer.json())
