"""The first sheet of a spreadsheet as rows of texts: dates in ISO form, whole numbers without a point.

Formulas are not computed: their stored result counts. Whoever calls this has checked the archive for bombs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import BinaryIO, cast

from openpyxl import load_workbook

from lists.errors import ReadError
from lists.texts import clean


def read_rows(stream: BinaryIO, where: str) -> Iterator[list[str]]:
    """Yield every row, empty ones too. Raises `ReadError` where the file is no spreadsheet."""
    try:
        book = load_workbook(stream, read_only=True, data_only=True)
        lines = cast(Iterable[tuple[object, ...]], book.worksheets[0].iter_rows(values_only=True))
        yield from ([_text(cell) for cell in line] for line in lines)
    except Exception as error:  # the library was not written for damaged files, and raises anything
        raise ReadError(f"not a readable spreadsheet: {error}", where=where, hint="fetch it again") from error


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return clean(str(cell)) if cell is not None else ""
