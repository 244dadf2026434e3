"""Measure runs over dumps: throughput beside its limits, one process beside two, memory while the dump grows.

    python tests/benchmarks/batch.py [SHARED_FOLDER] [--articles 800] [--memory 10000,100000]
    python tests/benchmarks/batch.py --cost 60 [--price 0.04]

Throughput: articles of 400 words, made of newswire of 1987, against the full lists. Beside the whole path stand `wc`
and reading alone, over the same file. Wall time is what a user waits; processor time says what it costs where other
work goes on at the same time. Memory: short articles, so that many of them fit into a few minutes; the largest process
of a run counts, whichever it is. `--cost` takes the articles that a processor screens in a second and prints what 1 TB
and 100 TB of such articles take, merging measured here.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from service.articles.reading import read_articles
from service.batch.merging import merge, merged
from service.batch.outputs import output_at
from service.batch.parts import PartName, commit
from service.batch.plan import RECORDS, Plan
from service.batch.question import Asked, question_of
from service.batch.records import HitOut, Outcome, Record
from service.batch.storage import Folder
from service.runtime import open_runtime
from service.schemas import MatchOptions

SHARED = Path(os.environ.get("SANCTIONS_XREF_SHARED", Path(__file__).parents[3] / "shared"))
COMMAND = Path(sys.executable).with_name("sanctions-xref")
WORDS = 400
BYTES = 3_440
"""Bytes of a line with an article of so many words."""
SHORT = (
    "The weather in the valley was fair, and report {} of the day said so at some length and with some care."
)
NAMED = "Officials visited United Aircraft Corporation on Friday, said report {} of the day."


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds on the clock, seconds of processors, bytes of its largest process."""

    wall: float
    processor: float
    memory: int


def measure(command: Sequence[object], data: Path) -> Cost:
    """Run a command and return what it and its children took."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command],
        env={**os.environ, "SANCTIONS_XREF_DATA": str(data), "SANCTIONS_XREF_MODELS": "none"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"failed: {command}")
    return Cost(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def long_articles(source: Path) -> Iterator[str]:
    """Yield texts of about 400 words for ever, each another one."""
    texts = [json.loads(line)["text"] for line in source.read_text(encoding="utf-8").splitlines()]
    number, words = 0, list[str]()
    while True:
        for text in texts:
            words += text.split(" ")
            if len(" ".join(words).split()) >= WORDS:
                yield f"{' '.join(words)} Report {number}."
                number, words = number + 1, []


def short_articles() -> Iterator[str]:
    """Yield short texts for ever; one in a hundred names a listed party."""
    number = 0
    while True:
        yield (SHORT if number % 100 else NAMED).format(number)
        number += 1


def write_dump(path: Path, texts: Iterator[str], count: int) -> Path:
    """Write JSON lines."""
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            stream.write(
                json.dumps({"id": f"a{number}", "published": "1987-03-01", "text": next(texts)}) + "\n"
            )
    return path


def load_lists(shared: Path, data: Path) -> None:
    """Load all lists of the shared folder, and build the index."""
    for table in sorted((shared / "data" / "import").glob("*.csv")):
        day = ("--published", "2026-07-31")
        measure([COMMAND, "lists", "import", "--list", table.stem, table, *day], data)
    measure([COMMAND, "match", "KOMID"], data)


def report_throughput(folder: Path, dump: Path, count: int, data: Path) -> None:
    """Print rates over the same file: counted, read, screened by one process, by two."""
    counted = measure(["wc", dump], data)
    begun, spent = time.perf_counter(), time.process_time()
    assert sum(1 for _ in read_articles([dump])) == count
    read = Cost(time.perf_counter() - begun, time.process_time() - spent, 0)
    nothing = measure([COMMAND, "screen", write_dump(folder / "one.jsonl", short_articles(), 1), "--output",
                       folder / "one.csv", "--processes", 1], data)  # fmt: skip
    rows = [("wc", counted), ("reading alone", read)]
    for processes in (1, 2):
        place = folder / f"hits-{processes}.parquet"
        command = [COMMAND, "screen", dump, "--output", place, "--processes", processes]
        rows.append((f"whole path, {processes} process{'es'[: 2 * (processes - 1)]}", measure(command, data)))
    same = (folder / "hits-1.parquet").read_bytes() == (folder / "hits-2.parquet").read_bytes()
    size = dump.stat().st_size / 1e6
    print(f"{count:,} articles of {WORDS} words, {size:.1f} MB; a run of one article takes {nothing.wall:.1f} s, "
          f"{nothing.processor:.1f} s of a processor")  # fmt: skip
    print(
        f"{'':26}{'wall s':>9}{'cpu s':>9}{'articles/s':>12}{'per cpu s':>11}{'MB/s':>8}{'largest process':>17}"
    )
    for name, cost in rows:
        rates = f"{count / cost.wall:>12,.0f}{count / cost.processor:>11,.0f}{size / cost.wall:>8,.1f}"
        print(f"{name:26}{cost.wall:>9.2f}{cost.processor:>9.2f}{rates}{cost.memory / 1e6:>14,.0f} MB")
    one, two = rows[-2][1], rows[-1][1]
    print(f"two processes over one: {one.wall / two.wall:.2f}× on the clock, {one.processor / two.processor:.2f}× the "
          f"processor time; without the start {_scaling(one, two, nothing):.2f}×; same bytes: {same}")  # fmt: skip
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


def _scaling(one: Cost, two: Cost, nothing: Cost) -> float:
    return (one.wall - nothing.wall) / max(two.wall - nothing.wall, 1e-9)


def report_memory(folder: Path, counts: Sequence[int], data: Path) -> None:
    """Print the largest process of a run while the dump grows."""
    print(f"\n{'articles':>12}{'MB':>8}{'largest process':>17}{'articles/s':>12}{'per cpu s':>11}")
    for count in counts:
        dump = write_dump(folder / "short.jsonl", short_articles(), count)
        place = folder / "short.parquet"
        cost = measure([COMMAND, "screen", dump, "--output", place, "--processes", 2, "--restart"], data)
        rates = f"{count / cost.wall:>12,.0f}{count / cost.processor:>11,.0f}"
        print(
            f"{count:>12,}{dump.stat().st_size / 1e6:>8,.0f}{cost.memory / 1e6:>14,.0f} MB{rates}", flush=True
        )


def merging_rate(folder: Path, parts: int = 100) -> float:
    """Return how many outcomes a second a run's end takes."""
    storage = Folder(folder / "merged.jsonl.run")
    hit = Outcome(
        id="a", sha256="0" * 64, outcome="hit", hits=(HitOut(list="l", entry_id="1", name="N", confidence=1),)
    )
    none = Record(Outcome(id="a12345678", sha256="0" * 64, outcome="no hit").model_dump_json().encode())
    found = Record(hit.model_dump_json(by_alias=True).encode(), b"{" + b" " * 9_000 + b"}")
    for number in range(parts):
        commit(PartName(number, 0, is_last=True), [none] * 450 + [found] * 50, storage)
    runtime = open_runtime(folder / "none")
    asked = Asked(kind="articles", options=MatchOptions())
    plan = Plan(question_of(asked, runtime, date(2026, 1, 1), folder / "none"), ())
    begun = time.process_time()
    merge(plan, storage, (output_at(str(folder / "merged.jsonl")), "articles"), merged(storage))
    return 500 * parts / (time.process_time() - begun)


def report_costs(rate: float, price: float, merging: float) -> None:
    """Print what large dumps take at a rate (articles a processor and second) and a price (a processor and hour)."""
    print(f"{rate:,.0f} articles a second and processor, {price} a processor and hour, "
          f"{merging:,.0f} outcomes merged a second")  # fmt: skip
    heads = ("dump", "articles", "processor hours", "bill", "processors for a day", "parts", "merging, hours")
    print(" | ".join(heads))
    for name, size in (("1 TB", 1e12), ("100 TB", 1e14)):
        articles = size / BYTES
        hours = articles / rate / 3_600
        cells = (
            f"{articles / 1e6:,.0f} million",
            f"{hours:,.0f}",
            f"{hours * price:,.0f}",
            f"{hours / 24:,.0f}",
        )
        print(
            " | ".join((name, *cells, f"{articles / RECORDS[1]:,.0f}", f"{articles / merging / 3_600:,.1f}"))
        )


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--articles", type=int, default=800)
    parser.add_argument("--memory", default="10000,100000")
    parser.add_argument("--cost", type=float)
    parser.add_argument("--price", type=float, default=0.04)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="batch-benchmark-"))
    try:
        if chosen.cost:
            report_costs(chosen.cost, chosen.price, merging_rate(folder))
            return
        load_lists(chosen.shared, folder / "data")
        texts = long_articles(chosen.shared / "eval" / "articles_newswire_1987.jsonl")
        if chosen.articles:
            dump = write_dump(folder / "long.jsonl", texts, chosen.articles)
            report_throughput(folder, dump, chosen.articles, folder / "data")
        report_memory(folder, [int(count) for count in chosen.memory.split(",") if count], folder / "data")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
