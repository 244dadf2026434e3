"""The report: a page of tables and charts, written from results; every number on it comes from one run."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np

from service.evaluation import tables
from service.evaluation.curves import Axis, Series, line_chart, recall_chart
from service.evaluation.growth import Cost
from service.evaluation.results import Result
from service.evaluation.speed import Speed
from service.evaluation.trials import Material, Trial

MOST_POINTS = 400
"""Points that a curve is drawn with."""


@dataclass(slots=True)
class Page:
    """A Markdown page and the charts that it shows, by file name."""

    parts: list[str] = field(default_factory=list)
    charts: dict[str, str] = field(default_factory=dict)

    def add(self, *parts: str) -> None:
        """Append paragraphs or tables."""
        self.parts += [part.rstrip("\n") + "\n" for part in parts if part]

    def chart(self, name: str, svg: str, words: str) -> None:
        """Append a chart."""
        self.charts[f"{name}.svg"] = svg
        self.add(f"![{words}]({name}.svg)")

    def write(self, folder: Path) -> Path:
        """Write the page and its charts; return the path of the page."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, svg in self.charts.items():
            (folder / name).write_text(svg, encoding="utf-8")
        page = folder / "report.md"
        page.write_text("\n".join(self.parts), encoding="utf-8")
        return page


def opening(page: Page, material: Material) -> None:
    """Say what was measured, on what."""
    corpus, entries = material.corpus, material.corpus.entries
    names = sum(len(entry.names) for entry in entries)
    loaded = sorted({entry.list_id for entry in entries})
    page.add(
        "# Benchmark report",
        "Written by `sanctions-xref evaluate`; how it is measured, and what it can't tell, is in "
        "[the benchmark's description](../benchmark.md). Small figures are 95% intervals.",
        f"- corpus `{corpus.sha256[:16]}`: {len(loaded)} lists, {len(entries):,} entries, {names:,} names "
        f"({', '.join(f'`{list_id}`' for list_id in loaded)})\n"
        f"- {len(material.parties.parties):,} parties that are organizations; questions are about the "
        f"{material.side} side of them\n"
        f"- {len(material.negatives.questions):,} names that are on no list\n"
        f"- sanctions-xref {version('sanctions-xref')}, rapidfuzz {version('rapidfuzz')}, "
        f"numpy {version('numpy')}, Python {platform.python_version()}, {platform.machine()}",
    )


def _points(result: Result) -> list[tuple[float, float]]:
    alarms, recall = result.ranking().curve()
    places = np.unique(np.linspace(0, len(alarms) - 1, min(MOST_POINTS, len(alarms))).astype(int))
    return [(float(alarms[place]), float(recall[place])) for place in places if alarms[place] > 0]


def alias_trial(page: Page, results: Sequence[Result]) -> None:
    """Add a trial of held-out aliases or cross-list names, with everything that is counted of it."""
    trial = results[0].trial
    page.add(f"## {trial.title}", _asked(trial))
    page.add(
        "A hit is the right party in the first five and above the threshold at which that share of negatives "
        "raises an alarm. Only questions that share string evidence with the index are counted.",
        tables.headline(results),
    )
    page.chart(
        f"recall-{trial.key}",
        recall_chart(trial.title, [Series(one.subject, _points(one)) for one in results]),
        "recall over false alarms",
    )
    page.add(
        "Recall at 3% false alarms, by how the name differs from those in the index:",
        tables.by_difference(results),
    )
    page.add("At each matcher's own default threshold:", tables.at_default(results))
    page.add("False alarms at the default threshold, by length of the name:", tables.by_length(results))
    page.add("Names that share no string evidence with the party's other names:", tables.unreachable(results))


def _asked(trial: Trial) -> str:
    left = "; ".join(f"{count:,} {reason}" for reason, count in sorted(trial.left_out.items()) if count)
    asked = f"{len(trial.positives):,} questions and {len(trial.negatives):,} negatives"
    return f"{asked} against {len(trial.entries):,} entries. Left out: {left or 'nothing'}."


def change_trial(page: Page, results: Sequence[Result]) -> None:
    """Add the trial of changed names."""
    trial = results[0].trial
    page.add(f"## {trial.title}", _asked(trial), tables.headline(results))
    page.add("Recall at 3% false alarms, by how the name was changed:", tables.by_change(results))


def speeds(page: Page, title: str, found: Sequence[Speed]) -> None:
    """Add how long every matcher takes for one name."""
    rows = []
    for speed in found:
        p50, p95, p99 = (f"{value:,.2f} ms" for value in np.percentile(speed.milliseconds, (50, 95, 99)))
        rate = f"{1_000 / float(np.mean(speed.milliseconds)):,.0f}"
        rows.append([speed.subject, f"{speed.prepare_seconds:,.1f} s", p50, p95, p99, rate])
    page.add(
        f"## Speed: {title}",
        f"{len(found[0].milliseconds)} names asked one by one, one process on one core, after a warm-up over "
        "other names; all matchers in the same run, asked as users ask them.",
        tables.table(["matcher", "index", "p50", "p95", "p99", "names/s"], rows),
    )


def costs(page: Page, found: Sequence[Cost], table: str) -> None:
    """Add how cost grows with the size of the index."""
    marks = ((10_000, "10k"), (100_000, "100k"), (1_000_000, "1M"), (3_000_000, "3M"))
    across = Axis("names in the index (logarithmic)", marks, 10_000, 3_000_000, is_log=True)
    up = Axis(
        "milliseconds for one name (logarithmic)",
        tuple((value, f"{value:g}") for value in (0.1, 0.3, 1, 3, 10, 30, 100)),
        0.1,
        100.0,
        is_log=True,
    )
    series = [
        Series("p50", [(cost.names, cost.p50_ms) for cost in found]),
        Series("p99", [(cost.names, cost.p99_ms) for cost in found]),
    ]
    page.add(
        "## Cost of one name as the lists grow",
        "Names generated from the real ones; one process, one core.",
        table,
    )
    page.chart("cost", line_chart("Cost of one name", across, up, series), "milliseconds over names")
