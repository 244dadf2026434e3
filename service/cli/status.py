"""`sanctions-xref lists status`: every list with its version, its age and what waits for a person."""

from __future__ import annotations

from datetime import UTC, datetime

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from service.cli.console import printable, results
from service.cli.given import settings_with
from service.cli.options import DataOption, FormatOption
from service.cli.output import Shape, Writer
from service.dashboard import list_states
from service.holdings import active_holdings, store_of
from service.schemas import ListOut

STATUS_COLUMNS = (
    "list",
    "version",
    "published",
    "retrieved",
    "age_days",
    "stale",
    "entries",
    "names",
    "warnings",
    "versions",
    "refused",
    "sha256",
    "note",
)
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def status(chosen: FormatOption = None, data: DataOption = None) -> None:
    """Show every list with its version, age and counts."""
    store = store_of(settings_with(data).data)
    states = list_states(active_holdings(store), store, datetime.now(UTC).date())
    table = _status_table()
    shape = Shape(
        STATUS_COLUMNS, _status_rows, lambda state: _add_status(table, state), lambda: _finish(table, states)
    )
    with Writer(shape, chosen) as writer:
        for state in states:
            writer.write(state)


def _status_rows(state: ListOut) -> list[tuple[str | int | None, ...]]:
    values = {**state.model_dump(mode="json", by_alias=True), **state.counts}
    return [tuple(values.get(column, 0) for column in STATUS_COLUMNS)]


def _status_table() -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("list", "version", "published", "age", "entries", "names", "warnings", "versions", "state"):
        right = name in {"age", "entries", "names", "warnings", "versions"}
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    return table


def _add_status(table: Table, state: ListOut) -> None:
    said = Text("stale", "bold red") if state.stale else Text("current", "green")
    if state.refused:
        said.append(f", {state.refused} refused: {printable(state.refused_reason or '')}", "red")
    table.add_row(
        Text(state.list_id, "bold"),
        state.version,
        str(state.published or "not stated"),
        f"{state.age_days} d",
        f"{state.counts.get('entries', 0):,}",
        f"{state.counts.get('names', 0):,}",
        f"{state.counts.get('warnings', 0):,}",
        str(state.versions),
        said,
    )


def _finish(table: Table, states: list[ListOut]) -> None:
    console = results()
    console.print(table)
    entries = sum(state.counts.get("entries", 0) for state in states)
    stale = sum(state.stale for state in states)
    console.print(f"{len(states)} lists, {entries:,} entries, {stale} stale")
    for note in dict.fromkeys(state.note for state in states if state.note):
        console.print(Text(f"Note: {note}.", "yellow"))
