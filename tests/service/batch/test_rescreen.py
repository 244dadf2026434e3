"""Screening again: what a full run finds with today's lists, by looking at the affected records only."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

MadeDump = Callable[..., Path]
ADDED = "9,Organization,SOMEBODY LTD,,,,zz,,2026-02-01,,,,https://example.org/9,\n"
CHANGED = (
    "2,Organization,KOREA MINING DEVELOPMENT TRADING CORPORATION,KOMID | KMDTC,,,kp,NPWMD,2005-06-28,,,,"
    "https://example.org/2,\n"
)


def hits(desk, output: str) -> dict[str, set[tuple[str, str]]]:
    """Return the entries of each record that has hits."""
    return {
        str(one["id"]): {(hit["list"], hit["entry_id"]) for hit in one["hits"]}
        for one in desk.outcomes(output)
        if one.get("hits")
    }


def rows_of(desk, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(desk.read(name).decode())))


def load_changed(desk, rows: dict[str, str]) -> None:
    """Load a version where 9 came, 2 changed, and 3 went."""
    desk.load("1", "2", "9", day="2026-02-01", rows={**rows, "2": CHANGED, "9": ADDED})


def test_the_differences_are_those_of_a_full_run(desk, dump: MadeDump, rows) -> None:
    dump(400)
    desk("screen", "dump.jsonl", "--output", "then.csv")
    load_changed(desk, rows)
    done = desk("rescreen", "then.csv.run/manifest.json", "--output", "changes.csv", "--processes", 2)
    assert done.code == 1, done.err
    desk("screen", "dump.jsonl", "--output", "now.csv")
    then, now, again = hits(desk, "then.csv"), hits(desk, "now.csv"), hits(desk, "changes.csv")
    assert again == now
    found = rows_of(desk, "changes.csv")
    new = {(row["record"], row["entry_id"]) for row in found if row["change"] == "new"}
    gone = {(row["record"], row["entry_id"]) for row in found if row["change"] == "gone"}
    flat_then = {(record, entry) for record, refs in then.items() for _, entry in refs}
    flat_now = {(record, entry) for record, refs in now.items() for _, entry in refs}
    assert new == flat_now - flat_then
    assert gone == flat_then - flat_now
    assert {row["because"] for row in found if row["change"] == "new" and row["entry_id"] == "9"} == {
        "entry added"
    }
    assert {row["because"] for row in found if row["entry_id"] == "3"} == {"entry removed"}
    assert {row["entry_id"] for row in found} == {"2", "3", "9"}
    assert new


def test_only_what_is_affected_is_screened_again(desk, dump: MadeDump, rows) -> None:
    dump(400)
    desk("screen", "dump.jsonl", "--output", "then.csv")
    desk.load("1", "2", "3", "9", day="2026-02-01", rows={**rows, "9": ADDED})
    done = desk("rescreen", "then.csv", "--output", "changes.jsonl")
    before, after = desk.outcomes("then.csv"), desk.outcomes("changes.jsonl")
    touched = [one for one, old in zip(after, before, strict=True) if one != old]
    assert touched
    assert {hit["entry_id"] for one in touched for hit in one["hits"]} >= {"9"}
    assert len(touched) < len(after) / 2
    assert done.summary["totals"]["records"] == 400


def test_a_rescreening_can_be_screened_again_and_nothing_has_changed(desk, dump: MadeDump, rows) -> None:
    dump(200)
    desk("screen", "dump.jsonl", "--output", "then.csv")
    load_changed(desk, rows)
    desk("rescreen", "then.csv", "--output", "one.csv")
    done = desk("rescreen", "one.csv", "--output", "two.csv")
    assert rows_of(desk, "one.csv")
    assert rows_of(desk, "two.csv") == []
    assert done.summary["output"]["rows"] == 0
    assert desk.outcomes("one.csv") == desk.outcomes("two.csv")


def test_an_input_that_changed_is_said(desk, dump: MadeDump) -> None:
    path = dump(20)
    desk("screen", "dump.jsonl", "--output", "then.csv")
    path.write_text(path.read_text() + '{"text": "KOMID"}\n')
    done = desk("rescreen", "then.csv")
    assert done.code == 2
    assert "dump.jsonl has changed since the run" in done.err


def test_names_are_screened_again_too(desk, rows) -> None:
    (desk.folder / "names.txt").write_text("Somebody Ltd\nKOMID\nBakery of Nowhere\n")
    desk("match", "--input", "names.txt", "--output", "then.csv")
    desk.load("1", "2", "3", "9", day="2026-02-01", rows={**rows, "9": ADDED})
    done = desk("rescreen", "then.csv", "--output", "changes.csv")
    assert done.code == 0, done.err
    assert [(row["change"], row["record"], row["entry_id"]) for row in rows_of(desk, "changes.csv")] == [
        ("new", "Somebody Ltd", "9")
    ]


def test_what_is_no_manifest_is_wrong_use(desk) -> None:
    done = desk("rescreen", "nothing.csv")
    assert done.code == 2
    assert "no manifest of a finished run" in done.err
