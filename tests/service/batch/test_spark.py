"""PySpark's `mapInArrow` takes the same function: what comes out is what a run says."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from service.batch.arrow_batches import screen_batches, screener
from service.batch.question import Question

sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: it is in no lock")
MadeDump = Callable[..., Path]


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")
@pytest.mark.filterwarnings("ignore")
def test_map_in_arrow(desk, dump: MadeDump, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    dump(40)
    desk("screen", "dump.jsonl", "--output", "hits.jsonl")
    question = Question.model_validate(json.loads(desk.read("hits.jsonl.run/manifest.json"))["question"])
    data = desk.data

    def screen(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from screen_batches(screener(question, data), batches)

    session = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        rows = [
            (f"a{n}", json.loads(line)["text"]) for n, line in enumerate(desk.read("dump.jsonl").splitlines())
        ]
        articles = session.createDataFrame(rows, "id string, text string").coalesce(1)
        answered = articles.mapInArrow(screen, "outcome string, answer string").collect()
    finally:
        session.stop()
    outcomes = [json.loads(row.outcome) for row in answered]
    expected = [{k: v for k, v in one.items() if k != "place"} for one in desk.outcomes("hits.jsonl")]
    assert outcomes == expected
