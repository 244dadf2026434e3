"""Exchanges of Marble and OpenRefine as golden files; golden/README.md says how they are written."""

import base64
import json
import re
from pathlib import Path

import pytest

from service.keys import KeyRing, Scope

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
VALUES = {
    "<any>": lambda value: True,
    "<text>": lambda value: isinstance(value, str) and value != "",
    "<score>": lambda value: isinstance(value, float) and 0 <= value <= 1,
    "<version>": lambda value: re.fullmatch(r"\d{14}-.+", value) is not None,
}


def difference(wanted: object, found: object, place: str = "$") -> list[str]:
    """Return where an answer is not as it is written."""
    if isinstance(wanted, str) and wanted in VALUES:
        return [] if VALUES[wanted](found) else [f"{place}: {found!r} is no {wanted}"]
    if isinstance(wanted, dict) and isinstance(found, dict):
        open_, named = "..." in wanted, wanted.keys() - {"..."}
        unlike = [f"{place}: no {key}" for key in sorted(named - found.keys())]
        unlike += [] if open_ else [f"{place}: also {key}" for key in sorted(found.keys() - named)]
        pairs = [(wanted[key], found[key], f"{place}.{key}") for key in sorted(named & found.keys())]
        return unlike + [line for pair in pairs for line in difference(*pair)]
    if isinstance(wanted, list) and isinstance(found, list):
        open_ = wanted[-1:] == ["..."]
        named = wanted[:-1] if open_ else wanted
        if len(found) < len(named) or (len(found) > len(named) and not open_):
            return [f"{place}: {len(found)} items for {len(named)}"]
        pairs = [
            (one, other, f"{place}[{i}]") for i, (one, other) in enumerate(zip(named, found, strict=False))
        ]
        return [line for pair in pairs for line in difference(*pair)]
    return [] if wanted == found else [f"{place}: {found!r} is not {wanted!r}"]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_the_exchange_is_as_it_is_written(path, serving, data):
    client = serving()
    _, key = KeyRing(data).create("client", [Scope.MATCH])
    basic = base64.b64encode(f"marble:{key}".encode()).decode()
    text = path.read_text(encoding="utf-8").replace("Basic <key>", f"Basic {basic}").replace("<key>", key)
    exchange = json.loads(text.replace("<base>", str(client.base_url).rstrip("/")))
    asked, wanted = exchange["request"], exchange["answer"]
    form = {name: json.dumps(value) for name, value in asked.get("form", {}).items()}
    answer = client.request(
        asked["method"],
        asked["path"],
        params=[tuple(pair) for pair in asked.get("params", [])],
        headers=asked.get("headers"),
        json=asked.get("json"),
        data=form or None,
    )
    assert answer.status_code == wanted["status"], answer.text
    assert difference(wanted["body"], answer.json()) == []
    for name, value in wanted.get("headers", {}).items():
        assert answer.headers[name] == value


def test_a_difference_is_seen():
    assert difference({"a": ["<score>", "..."]}, {"a": [0.5, 1]}) == []
    assert difference({"a": ["<score>"]}, {"a": [0.5, 1]}) == ["$.a: 2 items for 1"]
    assert difference({"a": 1, "...": "..."}, {"a": 2, "b": 3}) == ["$.a: 2 is not 1"]
    assert difference({"a": 1}, {"b": 3}) == ["$: no a", "$: also b"]
