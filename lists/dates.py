"""Dates as publishers write them → `PartialDate` texts, whose day or month may be unknown.

Two-digit years and day/month orders that a text leaves open are not guessed: the caller names the forms that
its publisher uses, in order, and gets None for everything else.
"""

from __future__ import annotations

import re
from datetime import date, datetime

ISO_FORMS = ("%Y-%m-%d", "%Y-%m", "%Y")
US_FORMS = ("%m/%d/%Y", "%d %b %Y", "%d %B %Y", "%b %Y", "%B %Y", "%Y")
"""As OFAC and BIS write: `09/13/2019`, `13 Sep 2019`, `Sep 2019`, `2019`."""
UK_FORMS = ("%d/%m/%Y", "%d-%b-%Y", "%d %B %Y", "%d %b %Y", "%Y")
"""As the UK and Australia write: `25/01/2001`, `08-Oct-2026`, `25 January 2001`."""

_EARLIEST, _LATEST = 1800, 2200
_ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*|Z|[+-]\d{2}:\d{2})?")
_MASKED = re.compile(r"'?(?:dd|00)/(?P<month>mm|\d{2})/(?P<year>\d{4})", re.IGNORECASE)


def iso_date(text: str) -> str | None:
    """Return an ISO date, month or year as it is, without time or time zone; None where it is none.

    >>> iso_date("2010-05-05-04:00"), iso_date("2022-06"), iso_date("June 2022")
    ('2010-05-05', '2022-06', None)
    """
    day = _ISO_DAY.fullmatch(text.strip())
    if day is None:
        return partial_date(text, ISO_FORMS)
    try:
        year = date.fromisoformat(day[1]).year
    except ValueError:
        return None
    return day[1] if _EARLIEST <= year <= _LATEST else None


def partial_date(text: str, forms: tuple[str, ...]) -> str | None:
    """Return the date in the first form that fits, with the precision of that form.

    >>> partial_date("13 Sep 2019", US_FORMS), partial_date("Sep 2019", US_FORMS), partial_date("?", US_FORMS)
    ('2019-09-13', '2019-09', None)
    """
    for form in forms:
        try:
            moment = datetime.strptime(text.strip(), form)
        except ValueError:
            continue
        if _EARLIEST <= moment.year <= _LATEST:
            return moment.strftime(_precision(form))
    return None


def masked_date(text: str) -> str | None:
    """Return month or year of a date whose unknown parts are masked, as the UK list writes them.

    >>> masked_date("dd/mm/1945"), masked_date("dd/03/1970"), masked_date("1/1/19yy")
    ('1945', '1970-03', None)
    """
    found = _MASKED.fullmatch(text.strip())
    if found is None:
        return None
    month = found["month"]
    return found["year"] if month.lower() in {"mm", "00"} else iso_date(f"{found['year']}-{month}")


def day_of(text: str | None) -> date | None:
    """Return a full ISO day as a date; None where day or month is unknown."""
    return date.fromisoformat(text) if text and len(text) == 10 else None


def _precision(form: str) -> str:
    if "%d" in form:
        return "%Y-%m-%d"
    return "%Y-%m" if "%m" in form or "%b" in form.lower() else "%Y"
