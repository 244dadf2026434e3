"""Dumps, runs and outputs in an object store, here moto's server on the loopback."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

MadeDump = Callable[..., Path]


def unzipped(content: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in gzip.decompress(content).splitlines()]


@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
def test_the_same_bytes_as_in_a_folder(desk, dump: MadeDump, s3: str, ending: str) -> None:
    desk.upload(s3, "news/2024/dump.jsonl", dump(120))
    assert desk("screen", "dump.jsonl", "--output", f"local.{ending}").code == 1
    done = desk("screen", f"s3://bucket/news{s3}", "--output", f"s3://bucket/hits.{ending}{s3}")
    assert done.code == 1, done.err
    assert desk.download(s3, f"hits.{ending}") == desk.read(f"local.{ending}")
    run = sorted(name.rpartition("/")[2] for name in desk.listing(s3, f"hits.{ending}.run"))
    assert run == ["manifest.json", "outcomes.jsonl.gz", "summary.json"]
    again = desk("screen", f"s3://bucket/news{s3}", "--output", f"s3://bucket/hits.{ending}{s3}")
    assert "nothing to do" in again.err


def test_a_folder_of_parts_and_a_run_that_goes_on(desk, dump: MadeDump, s3: str) -> None:
    desk.upload(s3, "news/dump.jsonl", dump(600))
    place = f"s3://bucket/hits/{s3}"
    desk.killed(1, "screen", f"s3://bucket/news/dump.jsonl{s3}", "--output", place)
    assert len(desk.listing(s3, "hits.run/parts")) == 1
    done = desk("screen", f"s3://bucket/news/dump.jsonl{s3}", "--output", place)
    assert done.code == 1, done.err
    assert done.summary["resumed"]
    desk("screen", "dump.jsonl", "--output", "local/")
    assert desk.download(s3, "hits/part-00000.parquet") == desk.read("local/part-00000.parquet")


def test_a_bucket_that_is_not_there_is_said(desk, s3: str) -> None:
    done = desk("screen", f"s3://nowhere/news{s3}", "--output", "hits.csv")
    assert done.code == 2
    assert "no such object or prefix" in done.err


def test_a_run_in_an_object_store_is_screened_again(
    desk, dump: MadeDump, s3: str, rows: dict[str, str]
) -> None:
    desk.upload(s3, "again/dump.jsonl", dump(50))
    desk("screen", f"s3://bucket/again{s3}", "--output", f"s3://bucket/then.csv{s3}")
    desk("screen", "dump.jsonl", "--output", "then.csv")
    added = "9,Organization,SOMEBODY LTD,,,,zz,,2026-02-01,,,,https://example.org/9,\n"
    desk.load("1", "2", "9", day="2026-02-01", rows={**rows, "9": added})
    manifest = f"s3://bucket/then.csv.run/manifest.json{s3}"
    assert desk.download(s3, "then.csv").replace(b"s3://bucket/again/", b"") == desk.read("then.csv")
    outcomes = "then.csv.run/outcomes.jsonl.gz"
    assert [one["outcome"] for one in unzipped(desk.download(s3, outcomes))] == [
        one["outcome"] for one in desk.outcomes("then.csv")
    ]
    done = desk("rescreen", manifest)
    assert done.code == 0, done.err
    place = str(done.summary["output"]["place"])
    assert re.fullmatch(r"s3://bucket/then-changes-\d{4}-\d\d-\d\d\.csv", place)
    desk("rescreen", "then.csv", "--output", "changes.csv")
    assert desk.download(s3, place.removeprefix("s3://bucket/")) == desk.read("changes.csv")
    assert b"entry added" in desk.read("changes.csv")
    assert b"entry removed" in desk.read("changes.csv")
    assert desk("rescreen", f"s3://bucket/then.csv{s3}", "--output", "here.csv").code == 0
    assert desk.read("here.csv") == desk.read("changes.csv")
