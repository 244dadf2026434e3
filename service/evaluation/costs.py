"""Costs by size: builds and asks generated indexes, each step in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from service.evaluation.growth import Cost
from service.evaluation.tables import table

SIZES = (10_000, 100_000, 1_000_000, 3_000_000)
"""Names in the generated indexes."""


def _step(tables: Path, folder: Path, names: int, step: str) -> dict[str, float]:
    command = (sys.executable, "-m", "service.evaluation.growth", str(tables), str(folder), str(names), step)
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- this module's own command
    if done.returncode:
        raise RuntimeError(f"{step} of {names:,} names ended with {done.returncode}: {done.stderr[-800:]}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(tables: Path, sizes: Sequence[int] = SIZES) -> Iterator[Cost]:
    """Yield the cost of every size, the smallest first."""
    for names in sizes:
        with tempfile.TemporaryDirectory() as directory:
            folder = Path(directory, "index")
            built, asked = (_step(tables, folder, names, step) for step in ("build", "ask"))
        yield Cost(names=names, **{**built, **asked})  # type: ignore[arg-type]  # the counts among them are whole


def cost_table(costs: Sequence[Cost]) -> str:
    """Return the costs in Markdown."""
    head = [
        "names",
        "entries",
        "build",
        "peak memory of the build",
        "index",
        "open",
        "p50",
        "p99",
        "names/s",
        "private memory",
    ]
    rows = [
        [
            f"{cost.names:,}",
            f"{cost.entries:,}",
            f"{cost.build_seconds:,.1f} s",
            f"{cost.build_peak_bytes / 1e6:,.0f} MB",
            f"{cost.index_bytes / 1e6:,.0f} MB",
            f"{1000 * cost.open_seconds:,.0f} ms",
            f"{cost.p50_ms:.2f} ms",
            f"{cost.p99_ms:.2f} ms",
            f"{cost.names_per_second:,.0f}",
            f"{cost.private_bytes / 1e6:,.0f} MB",
        ]
        for cost in costs
    ]
    return table(head, rows)
