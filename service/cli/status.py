"""`sanctions-xref lists status`: every list with its version, its age, and what waits for a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from service.cli.console import printable, results
from service.cli.given import settings_with
from service.cli.options import DataOption, FormatOption
from service.cli.output import Shape, Writer
from service.dashboard import duties, list_states
from service.holdings import active_snapshots, store_of
from service.schemas import ListOut

STATUS_COLUMNS = (
    "list",
    "version",
    "published",
    "retrieved",
    "age_days",
    "stale_after_days",
    "stale",
    "entries",
    "names",
    "warnings",
    "versions",
    "refused",
    "checked",
    "check_result",
    "size",
    "sha256",
    "note",
)
SHOWN = (
    "list",
    "of",
    "days",
    "limit",
    "entries",
    "warnings",
    "versions",
    "size",
    "publisher asked",
    "state",
)
SHOWN_NARROW = ("list", "of", "days", "limit", "entries", "state")
WIDE = 120
"""Characters of a line that all columns need."""
CheckOption = Annotated[
    bool, typer.Option("--check", help="Exit code 1 where a list is stale, refused or could not be fetched.")
]
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def status(check: CheckOption = False, chosen: FormatOption = None, data: DataOption = None) -> None:
    """Show every list with its version, age, counts and last check, and what waits for a person."""
    store = store_of(settings_with(data).data)
    states = list_states(active_snapshots(store), store, datetime.now(UTC).date())
    shown = SHOWN if results().width >= WIDE else SHOWN_NARROW
    table = _status_table(shown)

    def add(state: ListOut) -> None:
        cells = _cells(state)
        table.add_row(*(cells[name] for name in shown))

    shape = Shape(STATUS_COLUMNS, _status_rows, add, lambda: _finish(table, states))
    with Writer(shape, chosen) as writer:
        for state in states:
            writer.write(state)
    if check and any(is_bad(state) for state in states):
        raise typer.Exit(1)


def is_bad(state: ListOut) -> bool:
    """Tell whether a list needs a person: too old, refused, or not to be had."""
    return state.stale or state.refused > 0 or state.check_result == "failed"


def _status_rows(state: ListOut) -> list[tuple[str | int | None, ...]]:
    values = {**state.model_dump(mode="json", by_alias=True), **state.counts}
    return [tuple(values.get(column, 0) for column in STATUS_COLUMNS)]


def _cells(state: ListOut) -> dict[str, Text]:
    """Return what the table says of a list, by column."""
    counted = {name: f"{state.counts.get(name, 0):,}" for name in ("entries", "warnings")}
    plain = {
        "of": str(state.published or "no date"),
        "days": str(state.age_days),
        "limit": str(state.stale_after_days),
        **counted,
        "versions": str(state.versions),
        "size": f"{state.size / 1e6:.1f} MB",
    }
    texts = {name: Text(value) for name, value in plain.items()}
    named = {"list": Text(state.list_id, "bold"), "publisher asked": _checked(state), "state": _said(state)}
    return texts | named


def _status_table(columns: tuple[str, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        left = name in {"list", "of", "publisher asked", "state"}
        table.add_column(name, justify="left" if left else "right", no_wrap=True)
    return table


def _checked(state: ListOut) -> Text:
    if state.checked is None:
        return Text("never", "dim")
    good = state.check_result not in {"refused", "failed"}
    return Text(f"{state.checked:%m-%d} {state.check_result}", "" if good else "red")


def _said(state: ListOut) -> Text:
    if state.stale:
        return Text("stale", "bold red")
    if is_bad(state):
        return Text(str(state.check_result or "refused"), "bold red")
    return Text("undated", "yellow") if state.published is None else Text("current", "green")


def _finish(table: Table, states: list[ListOut]) -> None:
    console = results()
    console.print(table)
    entries = sum(state.counts.get("entries", 0) for state in states)
    stale = sum(state.stale for state in states)
    console.print(f"{len(states)} lists, {entries:,} entries, {stale} stale")
    for duty in duties(states):
        console.print(Text(f"- {printable(duty)}", "yellow"), soft_wrap=True)
    for note in dict.fromkeys(state.note for state in states if state.note):
        console.print(Text(f"Note: {note}.", "yellow"))
