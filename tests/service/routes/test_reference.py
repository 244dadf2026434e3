"""The documentation page: whole, safe, and without anything from elsewhere."""

import re

from lxml import html

from service.routes.reference import page


def test_every_route_shape_and_error_is_on_the_page(client):
    document = client.get("/openapi.json").json()
    answer = client.get("/docs")
    tree = html.fromstring(answer.text)
    shown = {" ".join(heading.text_content().split()[:2]) for heading in tree.findall(".//h3")}
    routes = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert routes <= shown
    assert set(document["components"]["schemas"]) == {one.get("id") for one in tree.findall(".//h3[@id]")}
    text = tree.text_content()
    assert "too much to do at the moment" in text
    assert "a key with the scope match" in text
    assert '"United Aircraft Corp"' in text
    assert text.count("Retry-After") > 5
    links = {one.get("href") for one in tree.findall(".//a[@href]")}
    ids = {f"#{one.get('id')}" for one in tree.findall(".//h3[@id]")}
    assert {link for link in links if link.startswith("#")} <= ids


def test_the_address_alone_leads_there(client):
    answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "docs")


def test_nothing_is_loaded_and_nothing_can_run(client):
    answer = client.get("/docs")
    assert "<script" not in answer.text
    assert not re.search(r"(src|href)=.?(https?:)?//", answer.text)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_what_stands_in_the_document_cannot_become_markup():
    hostile = "<script>alert(1)</script>"
    parameter = {"name": hostile, "in": "query", "schema": {"enum": [hostile]}}
    operation = {"tags": [hostile], "summary": hostile, "parameters": [parameter]}
    shape = {"properties": {hostile: {"type": hostile, "examples": [hostile]}}}
    document = {
        "info": {"title": hostile, "version": "1", "description": hostile},
        "paths": {f"/{hostile}": {"get": operation}},
        "components": {"schemas": {hostile: shape}},
    }
    assert "<script" not in page(document)
