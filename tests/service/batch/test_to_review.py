"""Into the reviewers' hands: alerts for the hits of a run, each once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="needs the extra review")
MadeDump = Callable[..., Path]


def told(err: str) -> dict[str, int]:
    """Return the counts that an intake tells."""
    (line,) = [line for line in err.splitlines() if "cases opened" in line]
    return {name: int(count.replace(",", "")) for count, name in re.findall(r"([\d,]+) ([a-z][a-z ]*)", line)}


def test_alerts_are_opened_once_with_the_texts(desk, dump: MadeDump) -> None:
    dump(100)
    first = told(desk("screen", "dump.jsonl", "--output", "hits.csv", "--to-review").err)
    assert first["alerts"] > 20
    assert first["known before"] == 0
    other = told(desk("screen", "dump.jsonl", "--output", "other.csv", "--to-review", "--processes", 2).err)
    assert other["alerts"] == 0
    assert other["known before"] == first["alerts"]
    desk("screen", "dump.jsonl", "--output", "hits.jsonl")
    imported = told(desk("review", "import", "hits.jsonl", "--articles", "dump.jsonl").err)
    assert imported["alerts"] == 0


def test_a_rescreening_opens_alerts_for_what_is_new(desk, dump: MadeDump, rows) -> None:
    dump(100)
    desk("screen", "dump.jsonl", "--output", "hits.csv", "--to-review")
    added = "9,Organization,SOMEBODY LTD,,,,zz,,2026-02-01,,,,https://example.org/9,\n"
    desk.load("1", "2", "3", "9", day="2026-02-01", rows={**rows, "9": added})
    counts = told(desk("rescreen", "hits.csv", "--output", "changes.csv", "--to-review").err)
    assert counts["alerts"] > 0
