"""Tables of knowledge beside the readers (`data/*.csv`): comments first, then a header, then rows."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table by column name."""
    text = resources.files("lists.sources").joinpath(f"data/{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#")))


@cache
def lookup(name: str) -> dict[str, dict[str, str]]:
    """Return the rows of a table by the folded text of their first column."""
    return {fold(next(iter(row.values()))): row for row in table(name)}


def fold(label: str) -> str:
    """Return a publisher's label as tables compare it: no case, single spaces, no trailing colon or dash.

    >>> fold("Secondary sanctions risk:"), fold("CAATSA Section 235  Information -")
    ('secondary sanctions risk', 'caatsa section 235 information')
    """
    return " ".join(label.casefold().split()).rstrip(" :-–")
