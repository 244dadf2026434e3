"""`GET /docs`: the OpenAPI document as one page to read, drawn here: no script, nothing loaded from elsewhere.

A page that loads its parts from other hosts is empty where there is no way out, and tells those hosts who reads it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import cast

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse, RedirectResponse

from service.routes.access import ANY, SCOPE

Node = Mapping[str, object]
"""A part of the document."""
STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; } h3 { margin-top: 2rem; } code, pre { font: 0.9em/1.4 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.75rem; background: #8881; } table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; border-top: 1px solid #8884; }
"""
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'; base-uri 'none'"
METHODS = ("get", "post", "put", "patch", "delete")
router = APIRouter()


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> HTMLResponse:
    """Return the page; it needs no key, as the document does not."""
    app: FastAPI = request.app
    return HTMLResponse(page(app.openapi()), headers={"content-security-policy": POLICY})


@router.get("/", include_in_schema=False)
async def root() -> RedirectResponse:
    """Lead whoever only knows the address to the documentation."""
    return RedirectResponse("docs")


def page(document: Node) -> str:
    """Return a document as HTML: routes by tag, then the shapes that they name."""
    info = _node(document, "info")
    body = "".join([*_routes(document), "<h2>Shapes</h2>", *_shapes(document)])
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{_text(info, "title")}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style><body>'
        f"<h1>{_text(info, 'title')} {_text(info, 'version')}</h1>{_prose(info)}"
        f'<p>For machines: <a href="openapi.json">openapi.json</a></p>{body}</body></html>'
    )


def _routes(document: Node) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for path, methods in _node(document, "paths").items():
        for method in METHODS:
            if operation := _node(cast(Node, methods), method):
                tag = str(next(iter(_list(operation, "tags")), "other"))
                found.setdefault(tag, []).append(_operation(f"{method.upper()} {path}", operation))
    for tag, operations in found.items():
        yield f"<h2>{escape(tag)}</h2>{''.join(operations)}"


def _operation(name: str, operation: Node) -> str:
    parameters = [
        (str(one["name"]), f"{one['in']}, {_kind(_node(one, 'schema'))}", _text(one, "description"))
        for one in map(_as_node, _list(operation, "parameters"))
    ]
    bodies = _node(_node(operation, "requestBody"), "content")
    sent = "".join(
        f"<p>Body, <code>{escape(kind)}</code>: {_kind(_node(cast(Node, about), 'schema'))}</p>"
        f"{_example(cast(Node, about))}"
        for kind, about in bodies.items()
    )
    return (
        f"<h3><code>{escape(name)}</code> {_text(operation, 'summary')}</h3>{_prose(operation)}{_scope(operation)}"
        f"{_table(parameters)}{sent}{_table(_responses(operation))}"
    )


def _scope(operation: Node) -> str:
    if SCOPE not in operation:
        return "<p>Needs no key.</p>"
    scope = _text(operation, SCOPE)
    return f"<p>Takes {'any good key' if scope == ANY else f'a key with the scope <code>{scope}</code>'}.</p>"


def _responses(operation: Node) -> Iterator[tuple[str, str, str]]:
    for status, about in _node(operation, "responses").items():
        response = cast(Node, about)
        kinds = [cast(Node, one) for one in _node(response, "content").values()]
        shape = ", ".join(_kind(_node(one, "schema")) for one in kinds)
        yield status, shape, f"{_text(response, 'description')}{''.join(map(_example, kinds))}"


def _shapes(document: Node) -> Iterator[str]:
    for name, about in _node(_node(document, "components"), "schemas").items():
        shape = cast(Node, about)
        needed = _list(shape, "required")
        fields = [
            (
                f"{field}{'' if field in needed else ' ?'}",
                _kind(node),
                f"{_text(node, 'description')}{_examples(node)}",
            )
            for field, node in ((key, cast(Node, value)) for key, value in _node(shape, "properties").items())
        ]
        shown = "".join(_example({"example": one}) for one in _list(shape, "examples"))
        yield f'<h3 id="{escape(name)}">{escape(name)}</h3>{_prose(shape)}{_table(fields)}{shown}'


def _kind(schema: Node) -> str:
    """Return the type of a value in words, shapes as links."""
    if "$ref" in schema:
        name = escape(str(schema["$ref"]).rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return " or ".join(_kind(_as_node(one)) for one in _list(schema, word))
    if "enum" in schema:
        return " or ".join(f"<code>{escape(json.dumps(one))}</code>" for one in _list(schema, "enum"))
    if schema.get("type") == "array":
        return f"list of {_kind(_node(schema, 'items'))}"
    return escape(str(schema.get("format") or schema.get("type") or "anything"))


def _example(about: Node) -> str:
    if "example" not in about:
        return ""
    shown = about["example"]
    text = shown if isinstance(shown, str) else json.dumps(shown, indent=1, ensure_ascii=False)
    return f"<pre>{escape(text)}</pre>"


def _examples(schema: Node) -> str:
    shown = [json.dumps(one, ensure_ascii=False) for one in _list(schema, "examples")]
    return "".join(f" <code>{escape(one)}</code>" for one in shown)


def _table(rows: Iterable[tuple[str, str, str]]) -> str:
    drawn = "".join(
        f"<tr><td><code>{escape(name)}</code><td>{kind}<td>{about}</tr>" for name, kind, about in rows
    )
    return f"<table>{drawn}</table>" if drawn else ""


def _prose(node: Node) -> str:
    parts = _text(node, "description").split("\n\n")
    return "".join(f"<p>{part}</p>" for part in parts if part.strip())


def _text(node: Node, key: str) -> str:
    return escape(str(node.get(key, "")))


def _node(node: Node, key: str) -> Node:
    return _as_node(node.get(key, {}))


def _as_node(value: object) -> Node:
    return cast(Node, value) if isinstance(value, Mapping) else {}


def _list(node: Node, key: str) -> list[object]:
    found = node.get(key, [])
    return found if isinstance(found, list) else []
