"""Imports the fifteen real lists, builds their index, screens an article cold; prints what each step took.

    python tests/benchmarks/list_imports.py [FOLDER_OF_ENTRY_TABLES]

Every step is the installed command in a process of its own, start included, as an operator runs it. Seconds are of
processor (user and system), which a busy machine does not change much; wall time stands beside them. Wanted on one
core: the imports under 30 s together, imports and index under 60 s and 1 GB, the cold screening under 3 s.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = Path(os.environ.get("SANCTIONS_XREF_SHARED", ROOT.parent / "shared")) / "data" / "import"
ARTICLE = ROOT / "examples" / "komsomolsk-visit.html"
COLD = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds of processor, seconds by the clock, peak memory in MB."""

    processor: float
    clock: float
    peak: float

    def __str__(self) -> str:
        return f"{self.processor:6.1f} s of processor, {self.clock:6.1f} s by the clock, peak {self.peak:5.0f} MB"


def run(data: str, *arguments: str) -> Cost:
    """Run the command against a data folder and return what it took."""
    command = [str(Path(sys.executable).with_name("sanctions-xref")), *arguments, "--data", data]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended {os.waitstatus_to_exitcode(status)}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - started, usage.ru_maxrss / unit)


def main() -> int:
    """Print a line a step."""
    tables = sorted((Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT).glob("*.csv"))
    if not tables:
        print("the real lists are needed; give the folder of their entry tables", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as data:
        costs = [run(data, "lists", "import", "--list", path.stem, str(path)) for path in tables]
        for path, cost in zip(tables, costs, strict=True):
            print(f"import {path.stem:20} {path.stat().st_size / 1e6:4.1f} MB  {cost}")
        total = Cost(sum(c.processor for c in costs), sum(c.clock for c in costs), max(c.peak for c in costs))
        print(f"import of {len(tables)} lists               {total}")
    with tempfile.TemporaryDirectory() as data:
        together = run(data, "lists", "import", "--each", *map(str, tables))
        print(f"the same by one command, --each      {together}")
        print(f"index, with one match                {run(data, 'match', 'KOMID')}")
        for number in range(1, COLD + 1):
            print(
                f"one article, cold, time {number}            {run(data, 'screen', str(ARTICLE))}", flush=True
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
