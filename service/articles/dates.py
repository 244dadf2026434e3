"""Dates of articles: an ISO date or its beginning, from the many ways in which records write it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})(?!\d))?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?$")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
    for name in (names,)
}
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+([A-Za-z]{3})[a-z]*\.?,?\s+(\d{4})")
_MONTH_DAY = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")


def read_date(value: object) -> str | None:
    """Return an ISO date (`2023-09-15`), month or year from a field, or None where it holds no date.

    Numbers are seconds, or milliseconds, since 1970. A day and month in figures alone ("03/04/2023") are
    ambiguous: only the year is taken.

    >>> read_date("Fri, 15 Sep 2023 10:00:00 +0000"), read_date("1987"), read_date(1694736000)
    ('2023-09-15', '1987', '2023-09-15')
    """
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:10]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(value)
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip()
    return _compact(text) or _iso(text) or _worded(text) or _mail_date(text) or _year(text)


def _from_number(value: float) -> str | None:
    if 1000 <= value <= 2100:
        return f"{int(value):04d}"
    seconds = value / 1000 if abs(value) > 1e11 else value
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def _compact(text: str) -> str | None:
    found = _COMPACT.match(text)
    return _checked(*map(int, found.groups())) if found else None


def _iso(text: str) -> str | None:
    found = _ISO.match(text)
    if not found:
        return None
    year, month, day = found.groups()
    if day:
        return _checked(int(year), int(month), int(day))
    if month and found.end() == len(text):
        return f"{year}-{int(month):02d}" if 1 <= int(month) <= 12 else None
    return year if found.end() == len(text) else None


def _checked(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _worded(text: str) -> str | None:
    for form, order in ((_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2))):
        found = form.search(text)
        if found:
            year, month, day = (found.group(number) for number in order)
            number = _MONTHS.get(month.lower())
            if number:
                return _checked(int(year), number, int(day))
    return None


def _mail_date(text: str) -> str | None:
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return None


def _year(text: str) -> str | None:
    found = re.search(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)", text)
    return found.group() if found else None
