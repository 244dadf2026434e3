"""JSON lines, a JSON array, one JSON object, or objects one after another; told apart by the first line.

JSON lines recover at the next line. In an array or a stream of objects nothing says where the next record
starts after a broken one, so the rest of that file is reported as not read.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from typing import Any

from service.articles.article import Article, Note, ReadOptions, Skipped
from service.articles.limits import LimitReached, read_limited
from service.articles.records import FieldMap, article_of
from service.articles.source import Source

_WRAPPERS = ("articles", "items", "data", "results", "docs", "documents", "hits", "entries", "news")


def read_json(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield the articles of a JSON or JSON lines file, in order."""
    if is_lines(source):
        yield from read_json_lines(source, options, note)
    else:
        yield from _read_whole(source, options, FieldMap(options.columns, source.place, note))


def is_lines(source: Source) -> bool:
    """Whether each line of a JSON file is a record by itself."""
    return _first_line(source) is not None


def read_json_lines(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield the articles of JSON lines, or of a section of them that begins where a line does."""
    yield from _read_lines(source, options, FieldMap(options.columns, source.place, note))


def _first_line(source: Source) -> bytes | None:
    """Return the first line where it is a JSON object by itself, or cannot be told."""
    beginning = source.beginning(65_536).removeprefix(codecs.BOM_UTF8).lstrip()
    line, ended, _ = beginning.partition(b"\n")
    if beginning.startswith(b"["):
        return None
    if not ended:
        return line
    line = line.strip()
    return (
        line
        if line.endswith(b"}") or (len(line) > 2 and not line.startswith(b"{")) or len(line) > 200
        else None
    )


def _read_lines(source: Source, options: ReadOptions, fields: FieldMap) -> Iterator[Article | Skipped]:
    limit = options.limits.article_bytes
    number = source.first_line - 1
    while line := source.stream.readline(limit + 1):
        number += 1
        place = f"{source.place} line {number}"
        if len(line) > limit:
            _drop_rest(source, line)
            yield Skipped(place, f"larger than {limit:,} bytes, the limit for one article")
            continue
        content = line.removeprefix(codecs.BOM_UTF8).strip()
        if content:
            yield _read_line(content, options, fields, place)


def _drop_rest(source: Source, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = source.stream.readline(1 << 20)


def _read_line(content: bytes, options: ReadOptions, fields: FieldMap, place: str) -> Article | Skipped:
    try:
        record = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Skipped(place, f"not UTF-8: byte {error.start + 1}; save the file as UTF-8")
    except ValueError as error:
        return Skipped(place, f"not JSON: {error}")
    except RecursionError:
        return Skipped(place, "not readable: nested too deeply")
    if isinstance(record, str):
        record = {"text": record}
    if not isinstance(record, Mapping):
        return Skipped(place, f"a JSON object is needed, not {type(record).__name__}")
    return article_of(record, fields, options, place)


def _read_whole(source: Source, options: ReadOptions, fields: FieldMap) -> Iterator[Article | Skipped]:
    try:
        text = read_limited(source.stream, options.limits.article_bytes * 10).decode("utf-8-sig")
    except LimitReached as error:
        yield Skipped(source.place, f"{error}, or write JSON lines")
        return
    except UnicodeDecodeError as error:
        yield Skipped(source.place, f"not UTF-8: byte {error.start + 1}; save the file as UTF-8")
        return
    number = 0
    for found in _values(text):
        if isinstance(found, str):
            yield Skipped(f"{source.place} after record {number}", found)
            return
        for record in found:
            number += 1
            place = f"{source.place} record {number}"
            if isinstance(record, Mapping):
                yield article_of(record, fields, options, place)
            else:
                yield Skipped(place, f"a JSON object is needed, not {type(record).__name__}")


def _values(text: str) -> Iterator[list[Any] | str]:
    """Yield the records of each JSON value of a text, or last what is wrong."""
    decoder = json.JSONDecoder()
    at = len(text) - len(text.lstrip())
    in_array = text[at : at + 1] == "["
    at += in_array
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if at >= len(text) or (in_array and text[at] == "]"):
            if in_array and at >= len(text):
                yield "the JSON array does not end; the file may be cut off"
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield f"not JSON, the rest of the file was not read: {error}"
            return
        yield _unwrapped(value)


def _unwrapped(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        for name in _WRAPPERS:
            inner: Any = value.get(name)
            if isinstance(inner, list) and inner and isinstance(inner[0], Mapping):
                return inner
    return [value]
