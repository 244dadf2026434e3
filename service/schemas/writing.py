"""Shapes as JSON, and arrays and objects of what is JSON already, so that what stays the same is written once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel


def json_of(shape: BaseModel) -> bytes:
    """Return a shape as it is sent; it is not validated a second time."""
    return shape.__pydantic_serializer__.to_json(shape, by_alias=True)  # bytes, without a text between


def json_array(items: Iterable[bytes]) -> bytes:
    """Return an array.

    >>> json_array([b"1", b"null"])
    b'[1,null]'
    """
    return b"[%b]" % b",".join(items)


def json_object(members: Mapping[str, bytes]) -> bytes:
    """Return an object; its names are plain letters.

    >>> json_object({"one": b"1", "all": b"[1]"})
    b'{"one":1,"all":[1]}'
    """
    return b"{%b}" % b",".join(b'"%b":%b' % (name.encode(), value) for name, value in members.items())
