"""Shapes as JSON, and arrays and objects of what is JSON already, so that what stays the same is written once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_json


def json_of(shape: BaseModel) -> bytes:
    """Return a shape as it is sent; it is not validated a second time."""
    return shape.__pydantic_serializer__.to_json(shape, by_alias=True)  # bytes, without a text between


def plain_json(value: object) -> bytes:
    """Return texts, numbers, lists, objects and shapes of ours, as another system prescribes them.

    What a caller sent and is echoed may hold what JSON in UTF-8 cannot: an infinite number becomes null, half
    characters stay escaped.

    >>> plain_json({"share": float("inf")})
    b'{"share":null}'
    """
    try:
        return to_json(value, inf_nan_mode="null")
    except PydanticSerializationError:
        return json.dumps(value, default=lambda shape: shape.model_dump(mode="json", by_alias=True)).encode()


def json_numbers(numbers: Sequence[float]) -> list[bytes]:
    """Return each number as it stands in JSON; all together, because one by one takes several times as long.

    >>> json_numbers([0.5, 1e-05])
    [b'0.5', b'0.00001']
    """
    return to_json(numbers)[1:-1].split(b",")


def json_array(items: Iterable[bytes]) -> bytes:
    """Return an array.

    >>> json_array([b"1", b"null"])
    b'[1,null]'
    """
    return b"[%b]" % b",".join(items)


def json_object(members: Mapping[str, bytes]) -> bytes:
    """Return an object.

    >>> json_object({"one": b"1", "all": b"[1]"})
    b'{"one":1,"all":[1]}'
    """
    return b"{%b}" % b",".join(b"%b:%b" % (plain_json(name), value) for name, value in members.items())
