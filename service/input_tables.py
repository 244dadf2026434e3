"""Rows of a table in text: which delimiter its header has, and its rows one by one.

A quote that is not closed costs its own line and no other: reading goes on with the line after it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator

from service.input_lines import SHOWN, BadLine, Line

DELIMITERS = ",;\t|"
_SEP = re.compile(r"sep=([,;\t|])$", re.IGNORECASE)
"""The line by which spreadsheets say their delimiter, before the header."""

Row = tuple[str, list[str]] | BadLine
"""The place of a row and its cells, or what is wrong with it."""


def said_delimiter(text: str) -> str | None:
    """Return the delimiter of a line that says nothing else.

    >>> said_delimiter("sep=;"), said_delimiter("id;name")
    (';', None)
    """
    found = _SEP.match(text.strip(" "))
    return found[1] if found else None


def header_cells(header: str, delimiter: str) -> list[str]:
    """Return the cells of a header; none where it cannot be read with this delimiter."""
    try:
        return next(csv.reader(io.StringIO(header), delimiter=delimiter), [])
    except csv.Error:
        return []


def table_rows(lines: Iterator[Line], delimiter: str, name: str) -> Iterator[Row]:
    """Yield each row of a table with its place; a cell may go over several lines."""
    waiting: deque[Line] = deque()
    while (line := _next(waiting, lines)) is not None:
        number, text = line
        if isinstance(text, BadLine):
            yield text
            continue
        place = f"{name}, line {number}"
        taken: list[Line] = []
        try:
            yield (
                place,
                next(csv.reader(_texts(text, (waiting, lines), taken), delimiter=delimiter, strict=True)),
            )
        except csv.Error as error:
            waiting.extendleft(reversed(taken))
            yield BadLine(place, text[:SHOWN], f"{error}; look for a quote that is not closed")


def _next(waiting: deque[Line], lines: Iterator[Line]) -> Line | None:
    return waiting.popleft() if waiting else next(lines, None)


def _texts(first: str, rest: tuple[deque[Line], Iterator[Line]], taken: list[Line]) -> Iterator[str]:
    """Yield the first line, then those after it up to one that cannot be read; keep what was taken."""
    yield first + "\n"
    while (line := _next(*rest)) is not None:
        taken.append(line)
        if isinstance(line[1], BadLine):
            return
        yield line[1] + "\n"
