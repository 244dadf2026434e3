"""A run: the same bytes whoever works on it, a manifest that has every record, and nothing lost on the way."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from service.articles.article import ReadOptions, Skipped
from service.batch.arrow_batches import screen_batches, screener
from service.batch.desk import Desk
from service.batch.inputs import Cutting, InputFile, find_files, survey
from service.batch.parts import PartName, Share, committed, work
from service.batch.plan import Plan, Unit
from service.batch.question import Asked, Question, question_of
from service.batch.records import read_unit
from service.batch.shares import LARGE, open_shares
from service.batch.storage import Folder
from service.runtime import open_runtime
from service.schemas import MatchOptions

MadeDump = Callable[..., Path]


def test_one_process_and_three_write_the_same_bytes(desk, dump: MadeDump) -> None:
    dump(600)
    for ending in ("csv", "parquet"):
        for processes in (1, 3):
            done = desk("screen", "dump.jsonl", "--output", f"{processes}.{ending}", "--processes", processes)
            assert done.code == 1, done.err
            assert "6 skipped, 594 screened" in done.err
        assert desk.read(f"1.{ending}") == desk.read(f"3.{ending}")
        one, three = (f"{processes}.{ending}.run/outcomes.jsonl.gz" for processes in (1, 3))
        assert desk.read(one) == desk.read(three)
        assert desk.manifest(f"1.{ending}") == desk.manifest(f"3.{ending}")


def test_the_rows_are_those_of_a_plain_screening(desk, dump: MadeDump) -> None:
    dump(300)
    desk("screen", "dump.jsonl", "--output", "hits.csv", "--processes", 2)
    plain = desk("screen", "dump.jsonl", "--format", "csv")
    assert plain.out.encode() == desk.read("hits.csv")
    rows = list(csv.DictReader(plain.out.splitlines()))
    assert {row["entry_id"] for row in rows} == {"1", "2", "3"}
    desk("screen", "dump.jsonl", "--output", "hits.parquet")
    columnar = pq.read_table(desk.folder / "hits.parquet").to_pylist()
    assert [row["article"] for row in columnar] == [row["article"] for row in rows]
    assert [row["confidence"] for row in columnar] == [float(row["confidence"]) for row in rows]
    assert all(json.loads(row["spans"])[0]["text"] for row in columnar)
    desk("screen", "dump.jsonl", "--output", "hits.jsonl")
    lines = [json.loads(line) for line in desk.read("hits.jsonl").splitlines()]
    every = [json.loads(line) for line in desk("screen", "dump.jsonl", "--format", "jsonl").out.splitlines()]
    assert lines == [answer for answer in every if answer["organizations"]]


def test_every_record_has_an_outcome_and_the_manifest_says_what_was_asked(desk, dump: MadeDump) -> None:
    dump(300)
    done = desk("screen", "dump.jsonl", "--output", "hits.csv", "--min-confidence", "0.7")
    found = desk.outcomes("hits.csv")
    assert [one.get("id") for one in found] == [None if n % 100 == 57 else f"a{n}" for n in range(300)]
    assert [one["place"] for one in found if one["outcome"] == "skipped"] == [
        f"dump.jsonl line {n}" for n in (58, 158, 258)
    ]
    assert {one["outcome"] for one in found} == {"hit", "no hit", "skipped"}
    kept = desk.manifest("hits.csv")
    assert kept["question"]["asked"]["options"]["min_confidence"] == 0.7
    assert [one["list"] for one in kept["question"]["snapshots"]] == ["test_list"]
    assert kept["question"]["engine"]["calibration"]
    assert len(kept["inputs"][0]["sha256"]) == 64
    totals = done.summary["totals"]
    assert totals == kept["totals"]
    assert totals["records"] == 300
    assert totals["skipped"] == 3
    assert totals["with_hits"] == sum(one["outcome"] == "hit" for one in found)
    assert sum(totals["by_list"].values()) == totals["hits"] == sum(totals["by_band"].values())
    assert sum(totals["skipped_because"].values()) == 3


def test_sections_of_a_file_are_its_lines_with_their_numbers(tmp_path: Path, dump: MadeDump) -> None:
    path = dump(2_000)
    (file,) = find_files([str(path)])
    cutting = Cutting(ReadOptions(), 10_000)
    cut = survey(file, cutting)
    assert len(cut.cuts) > 20
    question = Question.model_construct(asked=Asked(kind="articles", options=MatchOptions()))
    whole = list(read_unit(Unit(0, (file,), file.size), question, lambda _: None))
    units = list(Plan(question, (cut,)).units())
    parts = [list(read_unit(unit, question, lambda _: None)) for unit in units]
    assert len(parts) == len(cut.cuts)
    assert all(parts)
    assert [item for part in parts for item in part] == whole
    assert sum(isinstance(item, Skipped) for item in whole) == 20
    assert sum(unit.size for unit in units) == file.size
    assert cut.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_large_file_that_cannot_be_cut_is_shared_by_all_processes() -> None:
    plan = Plan(Question.model_construct(), (InputFile("dump.jsonl.gz", "dump.jsonl.gz", LARGE, 0),))
    shares = list(open_shares(plan, [PartName(0, 1)], 3))
    assert [(share.turn, share.turns, share.done) for share in shares] == [
        (turn, 3, frozenset({1})) for turn in range(3)
    ]
    few = Plan(plan.question, plan.inputs * 9)
    assert {share.turns for share in open_shares(few, [], 3)} == {1}


def test_shares_of_a_file_make_the_parts_that_one_worker_makes(tmp_path: Path, dump: MadeDump) -> None:
    path = tmp_path / "dump.jsonl.gz"
    path.write_bytes(gzip.compress(dump(300).read_bytes()))
    runtime = open_runtime(tmp_path / "none")
    asked = Asked(kind="articles", options=MatchOptions())
    desk = Desk(question_of(asked, runtime, date(2026, 1, 1), tmp_path / "none"), runtime)
    unit = Unit(0, (InputFile("dump", str(path), path.stat().st_size, 0),), 0)
    for turns in (1, 3):
        for turn in range(turns):
            list(work(Share(unit, 40, turn, turns), desk, Folder(tmp_path / str(turns)), lambda _: None))
    one, three = Folder(tmp_path / "1"), Folder(tmp_path / "3")
    names = list(committed(one))
    assert names == list(committed(three))
    assert [name.is_last for name in names] == [False] * 7 + [True]
    for name in names:
        assert (one.root / name.file).read_bytes() == (three.root / name.file).read_bytes()


def test_the_same_command_again_has_nothing_to_do_until_something_changes(desk, dump: MadeDump) -> None:
    dump(200)
    first = desk("screen", "dump.jsonl", "--output", "hits.csv")
    again = desk("screen", "dump.jsonl", "--output", "hits.csv")
    assert "nothing to do" in again.err
    assert again.summary == first.summary
    before = desk.read("hits.csv")
    desk.load("1", "2", day="2026-02-01")
    changed = desk("screen", "dump.jsonl", "--output", "hits.csv")
    assert "nothing to do" not in changed.err
    gone = [row for row in csv.DictReader(before.decode().splitlines()) if row["entry_id"] == "3"]
    now = [
        row for row in csv.DictReader(desk.read("hits.csv").decode().splitlines()) if row["entry_id"] == "3"
    ]
    assert {row["status_now"] for row in gone} == {"listed"}
    assert {row["status_now"] for row in now} <= {"not_listed", "unknown"}


def test_what_is_not_ours_is_not_replaced(desk, dump: MadeDump) -> None:
    dump(10)
    (desk.folder / "mine.csv").write_text("precious")
    done = desk("screen", "dump.jsonl", "--output", "mine.csv")
    assert done.code == 2
    assert "--restart" in done.err
    assert (desk.folder / "mine.csv").read_text() == "precious"
    assert desk("screen", "dump.jsonl", "--output", "mine.csv", "--restart").code == 0
    assert (desk.folder / "mine.csv").read_text().startswith("article,")


def test_a_folder_of_parts(desk, dump: MadeDump) -> None:
    dump(300)
    desk("screen", "dump.jsonl", "--output", "hits.csv/")
    desk("screen", "dump.jsonl", "--output", "one.csv")
    assert [path.name for path in sorted((desk.folder / "hits.csv").iterdir())] == ["part-00000.csv"]
    assert desk.read("hits.csv/part-00000.csv") == desk.read("one.csv")
    desk("screen", "dump.jsonl", "--output", "hits/")
    assert pq.read_table(desk.folder / "hits").num_rows == desk.read("one.csv").count(b"\n") - 1


def test_an_output_whose_form_cannot_be_told_is_wrong_use(desk, dump: MadeDump) -> None:
    dump(3)
    done = desk("screen", "dump.jsonl", "--output", "hits.xml")
    assert done.code == 2
    assert ".parquet, .csv or .jsonl" in done.err
    assert not (desk.folder / "hits.xml.run").exists()


def test_a_path_that_is_not_there_is_wrong_use(desk) -> None:
    done = desk("screen", "nowhere", "--output", "hits.csv")
    assert done.code == 2
    assert "nowhere" in done.err


def test_standard_input_is_kept_so_that_the_run_can_go_on(desk, dump: MadeDump) -> None:
    content = dump(50).read_bytes()
    done = desk("screen", "-", "--output", "hits.csv", given=content)
    assert done.summary["totals"]["records"] == 50
    assert "nothing to do" in desk("screen", "-", "--output", "hits.csv", given=content).err


def test_options_of_a_run_without_an_output_are_wrong_use(desk, dump: MadeDump) -> None:
    dump(3)
    done = desk("screen", "dump.jsonl", "--processes", 2)
    assert done.code == 2
    assert "--output" in done.err


def test_a_record_that_breaks_the_screening_is_skipped_and_the_others_are_not(desk) -> None:
    texts = ["KOMID is here.", "\ud800 KOMID", "A" * 300_000, "(" * 50_000 + "KOMID", "KOMID was there."]
    lines = [json.dumps({"id": str(number), "text": text}) for number, text in enumerate(texts)]
    (desk.folder / "odd.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = desk("screen", "odd.jsonl", "--output", "hits.csv")
    assert done.summary["totals"]["records"] == 5
    assert [one["outcome"] for one in desk.outcomes("hits.csv")][::4] == ["hit", "hit"]


def test_arrow_batches_are_answered_as_in_a_run(desk, dump: MadeDump) -> None:
    dump(50)
    desk("screen", "dump.jsonl", "--output", "hits.jsonl")
    lines = [json.loads(line) for line in desk.read("dump.jsonl").splitlines()]
    kept = json.loads(desk.read("hits.jsonl.run/manifest.json"))["question"]
    answerer = screener(Question.model_validate(kept), desk.data)
    halves = [pa.RecordBatch.from_pylist(lines[:20]), pa.RecordBatch.from_pylist(lines[20:])]
    answered = pa.Table.from_batches(screen_batches(answerer, halves)).to_pylist()
    outcomes = [json.loads(row["outcome"]) for row in answered]
    expected = desk.outcomes("hits.jsonl")
    for one in expected:
        one.pop("place", None)
    assert outcomes == expected
    assert [row["answer"] for row in answered if row["answer"]] == desk.read(
        "hits.jsonl"
    ).decode().splitlines()
