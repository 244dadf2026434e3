"""The small aids of readers: their documented examples hold, and no CSV row is ever lost."""

from __future__ import annotations

import csv
import doctest
import importlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.csv_rows import csv_rows
from lists.source import RawFile, Report

CELL = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1, max_size=20)
MODULES = (
    "countries",
    "dates",
    "identifiers",
    "texts",
    "sources.ofac_csv",
    "sources.tables",
    "sources.party",
)


@pytest.mark.parametrize("name", MODULES)
def test_documented_examples_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"lists.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


def rows_of(data: bytes) -> list[list[str]]:
    return [cells for _, cells in csv_rows(RawFile("x.csv", lambda: io.BytesIO(data)), Report())]


@given(st.lists(st.lists(CELL.filter(str.strip), min_size=2, max_size=4), min_size=1, max_size=12))
def test_what_python_writes_is_read_back(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    assert rows_of(text.getvalue().encode()) == rows


@given(st.lists(CELL.filter(lambda text: bool(text.strip()) and '"' not in text), min_size=1, max_size=20))
def test_an_open_quotation_mark_costs_no_later_row(names: list[str]) -> None:
    lines = ['first,"open', *(f"row,{name}" for name in names)]
    found = rows_of("\n".join(lines).encode())
    assert found[0][0] == "first"
    assert len(found) == len(lines)
