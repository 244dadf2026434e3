"""CSV files row by row, none lost: a broken row is given as well as it can be read, and counted.

What is repaired: a line that is not UTF-8 is read as Windows-1252; a quotation mark that is never closed
ends with its line (a plain CSV parser would swallow the rest of the file); characters after a closing
quotation mark belong to their cell; lines that end as on old Macs (CR alone) are lines; a cell longer than
any text of a list is cut. Empty lines are skipped.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from lists.source import RawFile, Report

_MAX_LINES = 200
"""A quoted cell with more lines than this was never closed."""
_MAX_CELL = 1 << 24
_LONGEST = 1 << 16
"""Characters of a cell that are kept."""
_CHUNK = 1 << 20

Row = tuple[str, list[str]]
"""The place of a row (`sdn.csv, line 7`) and its cells."""


def csv_rows(raw: RawFile, report: Report, delimiter: str = ",") -> Iterator[Row]:
    """Yield the rows of a file with their places."""
    csv.field_size_limit(_MAX_CELL)
    with raw.open() as stream:
        for place, record, closed in _records(stream, raw.name, report):
            if not closed:
                report.warn("open quotation mark", "the row ends with its line", place)
            cells = [_cut(cell, place, report) for cell in _cells(record, delimiter, place, report)]
            if any(cell.strip() for cell in cells):
                yield place, cells


def _records(stream: BinaryIO, name: str, report: Report) -> Iterator[tuple[str, str, bool]]:
    """Yield each record with its place, and whether its quotation marks are closed."""
    waiting: list[tuple[str, str]] = []
    for number, line in enumerate(_lines(stream), start=1):
        place = f"{name}, line {number}"
        waiting.append((place, _decoded(line.removeprefix(b"\xef\xbb\xbf"), place, report)))
        if sum(text.count('"') for _, text in waiting) % 2 == 0:
            yield waiting[0][0], "".join(text for _, text in waiting), True
            waiting.clear()
        elif len(waiting) > _MAX_LINES:
            yield from _settled(waiting)
    while waiting:
        yield from _settled(waiting)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines with their ends; of a file whose first stretch has no LF, those that end with CR."""
    first = stream.read(_CHUNK)
    end = b"\r" if b"\r" in first and b"\n" not in first else b"\n"
    rest = b""
    for chunk in chain([first], iter(lambda: stream.read(_CHUNK), b"")):
        *lines, rest = (rest + chunk).split(end)
        yield from (line + b"\n" for line in lines)
    if rest:
        yield rest


def _cut(cell: str, place: str, report: Report) -> str:
    if len(cell) <= _LONGEST:
        return cell
    report.warn("long cell", f"{len(cell):,} characters are cut to {_LONGEST:,}: {cell[:60]}…", place)
    return cell[:_LONGEST]


def _settled(waiting: list[tuple[str, str]]) -> Iterator[tuple[str, str, bool]]:
    """Give up on the first line's open quotation mark, and take from `waiting` what can now be read."""
    place, text = waiting.pop(0)
    yield place, text, text.count('"') % 2 == 0
    held: list[tuple[str, str]] = []
    rest = waiting.copy()
    waiting.clear()
    for item in rest:
        held.append(item)
        if sum(line.count('"') for _, line in held) % 2 == 0:
            yield held[0][0], "".join(line for _, line in held), True
            held.clear()
    waiting.extend(held)


def _cells(record: str, delimiter: str, place: str, report: Report) -> list[str]:
    try:
        return next(csv.reader([record], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        report.warn("csv", f"{error}; the row is read as well as it can be", place)
        bare = record.rstrip("\r\n").replace("\r", " ").replace("\n", " ")
        return next(csv.reader([bare], delimiter=delimiter, strict=False), [])


def _decoded(line: bytes, place: str, report: Report) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        report.warn("encoding", "not UTF-8; the line is read as Windows-1252", place)
        return line.decode("cp1252", errors="replace")
