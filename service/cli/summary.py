"""The summary of a run: a table for people, JSON for machines."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from service.batch.manifest import Shown, Summary, Totals
from service.batch.tally import Tally
from service.cli.console import printable, results
from service.cli.options import Format
from service.cli.tables import READ_IT_SO, confidence_style


def show_summary(summary: Summary, chosen: Format | None) -> None:
    """Write a summary to standard output: a table on a terminal, JSON in a pipe, or what was chosen."""
    is_table = sys.stdout.isatty() if chosen is None else chosen is Format.TABLE
    if is_table:
        print_summary(summary, results())
    else:
        sys.stdout.write(summary.model_dump_json(by_alias=True) + "\n")


def print_totals(tally: Tally) -> None:
    """Print on standard error what passed by."""
    console = Console(stderr=True, highlight=False)
    if tally.top:
        console.print(_top(tally.top))
    console.print(_table(_of_totals(tally.totals())))


def print_summary(summary: Summary, console: Console) -> None:
    """Print the most confident hits, then the figures."""
    if summary.top:
        console.print(_top(summary.top))
    console.print(_figures(summary))
    console.print(Text(READ_IT_SO, "dim"))


def _top(top: tuple[Shown, ...]) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, title="most confident hits, one an entry", title_justify="left"
    )
    table.add_column("confidence", justify="right")
    table.add_column("list", no_wrap=True)
    table.add_column("entry", overflow="fold")
    table.add_column("name", overflow="fold")
    table.add_column("where", overflow="fold")
    for shown in top:
        confidence = float(shown.hit["confidence"])
        where = f"{shown.record} ({shown.place})" if shown.place else shown.record
        rest = (str(shown.hit["list"]), str(shown.hit["entry_id"]), str(shown.hit["name"]), where)
        table.add_row(Text(f"{confidence:.2f}", confidence_style(confidence)), *map(printable, rest))
    return table


def _figures(summary: Summary) -> Table:
    engine = summary.engine
    rows = _of_totals(summary.totals) | {
        "lists": ", ".join(f"{list_id} {version}" for list_id, version in summary.snapshots.items()),
        "engine": f"{engine.version}, matcher {engine.matcher}, calibration {engine.calibration}"
        + "".join(f", model {name}" for name in engine.recognizers),
        "took": f"{summary.seconds:,.1f} s, {summary.records_per_second:,.0f} records/s, "
        f"{summary.processes} processes{', went on with an earlier run' if summary.resumed else ''}",
        "output": f"{summary.output.place} ({summary.output.rows:,} rows)",
        "manifest": summary.manifest,
    }
    return _table(rows)


def _of_totals(totals: Totals) -> dict[str, str]:
    return {
        "records": f"{totals.records:,}: {totals.screened:,} screened, {totals.skipped:,} skipped",
        "with hits": f"{totals.with_hits:,}",
        "organizations": f"{totals.organizations:,}" if totals.organizations else "",
        "hits": f"{totals.hits:,}",
        "hits by list": _counts(totals.by_list),
        "hits by confidence": _counts(totals.by_band),
        "skipped because": "\n".join(map(partial(_skipped, totals), totals.skipped_because)),
    }


def _skipped(totals: Totals, why: str) -> str:
    return (
        f"{totals.skipped_because[why]:,} × {why}, first at {totals.skipped_at.get(why, 'a place not kept')}"
    )


def _table(rows: Mapping[str, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in rows.items():
        if value:
            table.add_row(Text(name, "dim"), Text("\n".join(map(printable, value.split("\n")))))
    return table


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
