"""Dumps, runs and outputs in an object store, here moto's server on the loopback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

MadeDump = Callable[..., Path]


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
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
    process = desk.start("screen", f"s3://bucket/news/dump.jsonl{s3}", "--output", place, "--processes", 1)
    while not desk.listing(s3, "hits.run/parts") and process.poll() is None:
        pass
    process.kill()
    process.wait()
    done = desk("screen", f"s3://bucket/news/dump.jsonl{s3}", "--output", place)
    assert done.code == 1, done.err
    assert done.summary["resumed"]
    desk("screen", "dump.jsonl", "--output", "local/")
    assert desk.download(s3, "hits/part-00000.parquet") == desk.read("local/part-00000.parquet")


def test_a_bucket_that_is_not_there_is_said(desk, s3: str) -> None:
    done = desk("screen", f"s3://nowhere/news{s3}", "--output", "hits.csv")
    assert done.code == 2
    assert "no such object or prefix" in done.err
