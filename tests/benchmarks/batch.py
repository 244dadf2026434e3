"""Measure runs over dumps: throughput beside its limits, one process beside two, memory while the dump grows.

    python tests/benchmarks/batch.py [SHARED_FOLDER] [--articles 1000] [--memory 10000,100000]
    python tests/benchmarks/batch.py --articles 0 --memory 10000,100000,1000000
    python tests/benchmarks/batch.py --cost 60 [--price 0.04]

Throughput: articles of 400 words, made of newswire of 1987, against the full lists; the first thousand are all
different, then the texts come again and their names are known. Beside the whole path stand, over the same file, `wc`,
reading alone, and the whole path with a screener that finds nothing: what a run adds around the screening. Wall time
is what a user waits; processor time says what it costs where other work goes on at the same time. What a second process
can bring at most on the machine is said by two runs of one process over the whole file, side by side: they share
nothing but the machine.

Memory: short articles, so that many of them fit into a few minutes; every eighth brings a name that was never seen,
the others one that was, the more often the earlier it came. The peak of each process is shown.

Costs: what 1 TB and 100 TB of the long articles take at the rate just measured, or at that of `--cost`, in articles
a second and processor; merging is measured here.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, repeat
from pathlib import Path

from matchers.models import Options, Organization
from matchers.screening import Screener
from service.articles.reading import read_articles
from service.batch.desk import Desk
from service.batch.inputs import Cutting, find_files, section_size, survey
from service.batch.merging import merge, merged
from service.batch.outputs import output_at
from service.batch.parts import PartName, commit, work
from service.batch.plan import RECORDS, Plan
from service.batch.question import Asked, question_of
from service.batch.records import HitOut, Outcome, Record
from service.batch.shares import open_shares
from service.batch.storage import Folder
from service.runtime import open_runtime
from service.schemas import MatchOptions

SHARED = Path(os.environ.get("SANCTIONS_XREF_SHARED", Path(__file__).parents[3] / "shared"))
COMMAND = Path(sys.executable).with_name("sanctions-xref")
WORDS = 400
BYTES = 3_440
"""Bytes of a line with an article of so many words."""
SHORT = "Officials of {} were seen in the valley on Friday, said report {} of the day at some length."
LISTED = "United Aircraft Corporation"
SYLLABLES = (
    "ba",
    "den",
    "for",
    "gal",
    "hin",
    "ko",
    "lem",
    "mar",
    "no",
    "pel",
    "ras",
    "sil",
    "tor",
    "ul",
    "ver",
    "zan",
)
KINDS = ("Trading", "Shipping", "Industries", "Bank", "Foundation", "Holding", "Motors", "Group")
EVERY = 0.05
"""Seconds between two looks at the processes of a run."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds on the clock, seconds of processors, the most bytes that each process held."""

    wall: float
    processor: float
    peaks: tuple[int, ...] = ()

    @property
    def memory(self) -> str:
        """The peaks in megabytes: of the command, then of its workers."""
        return ", ".join(f"{peak / 1e6:,.0f}" for peak in self.peaks)


def measure(command: Sequence[object], data: Path) -> Cost:
    """Run a command and return what it and its children took."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command],
        env={**os.environ, "SANCTIONS_XREF_DATA": str(data), "SANCTIONS_XREF_MODELS": "none"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peaks: dict[int, int] = {}
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        peaks |= {pid: peak for pid in family(process.pid) if (peak := peak_of(pid))}
        time.sleep(EVERY)
    wall = time.perf_counter() - begun
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"failed: {command}")
    return Cost(wall, used.ru_utime + used.ru_stime, tuple(peaks.values()))


def family(pid: int) -> list[int]:
    """Return a process and its workers."""
    children = [int(child) for child in read_of(pid, f"task/{pid}/children").split()]
    return [pid, *(child for child in children if "spawn_main" in read_of(child, "cmdline"))]


def peak_of(pid: int) -> int:
    """Return the most memory that a process has held so far, in bytes; 0 where it is gone."""
    lines = [line.split() for line in read_of(pid, "status").splitlines() if line.startswith("VmHWM")]
    return int(lines[0][1]) * 1024 if lines else 0


def read_of(pid: int, name: str) -> str:
    """Return what the system says of a process; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""


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
    """Yield short texts for ever; every eighth brings a new name, one in a hundred names a listed party."""
    chance, number = random.Random(7), 0
    while True:
        names = number // 8 + 1
        name = invented(names if number % 8 == 0 else int(names * chance.random() ** 4))
        yield SHORT.format(name if number % 100 else LISTED, number)
        number += 1


def invented(number: int) -> str:
    """Return the name with a number; two numbers have two names."""
    words = []
    for base in (number, number * 7_919 + number // 65_536):
        parts = [SYLLABLES[base // size % 16] for size in (1, 16, 256, 4_096)]
        words.append("".join(parts).capitalize())
    return f"{' '.join(words)} {KINDS[number % len(KINDS)]}"


def write_dump(path: Path, texts: Iterator[str], count: int) -> Path:
    """Write JSON lines."""
    with path.open("w", encoding="utf-8") as stream:
        for number, text in enumerate(islice(texts, count)):
            stream.write(json.dumps({"id": f"a{number}", "published": "1987-03-01", "text": text}) + "\n")
    return path


def load_lists(shared: Path, data: Path) -> Path:
    """Load all lists of the shared folder, build the index, and return the data folder."""
    for table in sorted((shared / "data" / "import").glob("*.csv")):
        day = ("--published", "2026-07-31")
        measure([COMMAND, "lists", "import", "--list", table.stem, table, *day], data)
    measure([COMMAND, "match", "KOMID"], data)
    return data


def report_throughput(folder: Path, dump: Path, count: int, data: Path) -> float:
    """Print rates over the same file: counted, read, carried through, screened by one process, by two.

    Return how many articles two processes screen in a second of a processor.
    """
    starts = [start_of(folder, processes, data) for processes in (1, 2)]
    rows = {"wc": measure(["wc", dump], data), "reading alone": read_alone(dump, count)}
    rows["all but screening"] = carried_through(folder, dump, data)
    for processes, name in ((1, "whole path, 1 process"), (2, "whole path, 2 processes")):
        rows[name] = measure(screening(dump, folder / f"hits-{processes}.parquet", processes), data)
    beside = side_by_side([screening(dump, folder / f"beside-{run}.parquet", 1) for run in (1, 2)], data)
    rows["whole path twice, side by side"] = beside
    same = (folder / "hits-1.parquet").read_bytes() == (folder / "hits-2.parquet").read_bytes()
    size = dump.stat().st_size / 1e6
    first, second = starts
    print(f"{count:,} articles of {WORDS} words, {size:.1f} MB; to start takes one process {first.wall:.1f} s, two "
          f"{second.wall:.1f} s; of a processor {first.processor:.1f} and {second.processor:.1f} s")  # fmt: skip
    print(f"{'':31}{'wall s':>9}{'cpu s':>9}{'articles/s':>12}{'per cpu s':>11}{'MB/s':>8}  peaks, MB")
    for name, cost in rows.items():
        times = 1 + (cost is beside)
        per_second, per_processor = times * count / cost.wall, times * count / cost.processor
        rates = f"{per_second:>12,.0f}{per_processor:>11,.0f}{times * size / cost.wall:>8,.1f}"
        print(f"{name:31}{cost.wall:>9.2f}{cost.processor:>9.2f}{rates}  {cost.memory}")
    report_scaling(list(rows.values())[-3:], starts, count)
    print(f"same bytes: {same}; load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    return count / rows["whole path, 2 processes"].processor


def screening(dump: Path, place: Path, processes: int) -> list[object]:
    """Return the command that screens a dump."""
    return [COMMAND, "screen", dump, "--output", place, "--processes", processes, "--restart"]


def read_alone(dump: Path, count: int) -> Cost:
    """Read the articles of a dump and do nothing with them."""
    begun, spent = time.perf_counter(), time.process_time()
    assert sum(1 for _ in read_articles([dump])) == count
    return Cost(time.perf_counter() - begun, time.process_time() - spent)


class Blind(Screener):
    """Finds nothing in any text."""

    def screen_many(
        self, texts: Sequence[str], options: Options | None = None
    ) -> list[tuple[Organization, ...]]:
        """Return no organization for each text."""
        return [() for _ in texts]


def carried_through(folder: Path, dump: Path, data: Path) -> Cost:
    """Do all that a run does around the screening: survey, read, answer, commit, merge."""
    runtime = open_runtime(data)
    question = question_of(Asked(kind="articles", options=MatchOptions()), runtime, date(2026, 1, 1), data)
    desk = Desk(question, replace(runtime, screener=Blind(runtime.matcher)))
    output = output_at(str(folder / "none.csv"))
    storage = Folder(folder / "none.csv.run")
    begun, spent = time.perf_counter(), time.process_time()
    cutting = Cutting(question.asked.read_options, section_size(dump.stat().st_size))
    plan = Plan(question, tuple(survey(file, cutting) for file in find_files([str(dump)])))
    for share in open_shares(plan, (), 1):
        list(work(share, desk, storage, lambda _: None))
    merge(plan, storage, (output, "articles"), merged(storage))
    return Cost(time.perf_counter() - begun, time.process_time() - spent)


def side_by_side(commands: Sequence[Sequence[object]], data: Path) -> Cost:
    """Run commands at the same time and return what they took together."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(len(commands)) as threads:
        costs = list(threads.map(measure, commands, repeat(data)))
    wall = time.perf_counter() - begun
    return Cost(wall, sum(cost.processor for cost in costs), tuple(p for cost in costs for p in cost.peaks))


def start_of(folder: Path, processes: int, data: Path) -> Cost:
    """Return what a run takes in which each process has one short article to screen."""
    dump = folder / f"start-{processes}"
    dump.mkdir()
    for number in range(processes):
        write_dump(dump / f"{number}.jsonl", short_articles(), 1)
    return measure(screening(dump, folder / f"start-{processes}.csv", processes), data)


def report_scaling(costs: Sequence[Cost], starts: Sequence[Cost], count: int) -> None:
    """Print what a second process brings: on the clock, without what a run takes to start, and beside the most."""
    one, two, beside = costs
    most = 2 * one.wall / beside.wall
    started = (one.wall - starts[0].wall) / max(two.wall - starts[1].wall, 1e-9)
    work = one.processor - starts[0].processor, two.processor - starts[1].processor
    print(
        f"two processes over one: {one.wall / two.wall:.2f}× on the clock, without the start {started:.2f}×"
    )
    print(f"two runs side by side over one: {most:.2f}×, the most that the machine gives now; each takes "
          f"{beside.processor / 2 / one.processor:.2f}× the processor time of one alone")  # fmt: skip
    print(f"processor time without the starts: {work[0]:.1f} s by one, {work[1]:.1f} s by two, so on two free "
          f"processors {2 * work[0] / work[1]:.2f}× and {2 * count / work[1]:,.0f} articles/s")  # fmt: skip


def report_memory(folder: Path, counts: Sequence[int], data: Path) -> None:
    """Print the peak of each process of a run while the dump grows."""
    print(f"\n{'articles':>12}{'MB':>8}{'articles/s':>12}{'per cpu s':>11}  peaks, MB: command, workers")
    for count in counts:
        dump = write_dump(folder / "short.jsonl", short_articles(), count)
        cost = measure(screening(dump, folder / "short.parquet", 2), data)
        rates = f"{count / cost.wall:>12,.0f}{count / cost.processor:>11,.0f}"
        print(f"{count:>12,}{dump.stat().st_size / 1e6:>8,.0f}{rates}  {cost.memory}", flush=True)


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
    print(f"\n{rate:,.0f} articles a second and processor, {price} a processor and hour, "
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
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--memory", default="10000,100000")
    parser.add_argument(
        "--data", type=Path, help="A data folder with the lists; else they are imported first."
    )
    parser.add_argument("--cost", type=float)
    parser.add_argument("--price", type=float, default=0.04)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="batch-benchmark-"))
    try:
        if chosen.cost:
            report_costs(chosen.cost, chosen.price, merging_rate(folder))
            return
        data = chosen.data or load_lists(chosen.shared, folder / "data")
        texts = long_articles(chosen.shared / "eval" / "articles_newswire_1987.jsonl")
        if chosen.articles:
            dump = write_dump(folder / "long.jsonl", texts, chosen.articles)
            rate = report_throughput(folder, dump, chosen.articles, data)
            report_costs(rate, chosen.price, merging_rate(folder))
        report_memory(folder, [int(count) for count in chosen.memory.split(",") if count], data)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
