"""`sanctions-xref lists`: what is loaded, loading files, choosing versions; and the commands of two neighbours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from lists.importing import Import, Imported, formats, import_files
from service.cli.console import printable, results, say
from service.cli.given import settings_with
from service.cli.options import DataOption, FormatOption
from service.cli.output import Shape, Writer
from service.cli.publishers import REFRESH_EXAMPLES, refresh
from service.cli.publishers import export as export_bundle
from service.cli.publishers import import_ as import_bundle
from service.cli.versions import diff, history, verify
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
SHOWN_WARNINGS = 5
IMPORT_EXAMPLES = """Examples:

  sanctions-xref lists import --list internal_watchlist watchlist.csv

  sanctions-xref lists import --list us_ofac_sdn --published 2022-01-31 sdn.csv alt.csv add.csv

A folder stands for all files in it. A version that is older than the current one is kept for the past and
does not replace it. Rows with something unusual are loaded, counted, and shown.
"""
app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="What is loaded; load, choose and check lists."
)


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


@app.command("import", epilog=IMPORT_EXAMPLES)
def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files of one version of one list.")],
    list_id: Annotated[str, typer.Option("--list", "-l", metavar="LIST", help="Id of the list.")],
    file_format: Annotated[
        str | None,
        typer.Option("--format", "-f", help=f"Of the files: {', '.join(formats())}. Guessed otherwise."),
    ] = None,
    published: Annotated[
        datetime | None,
        typer.Option("--published", formats=["%Y-%m-%d"], help="The publisher's date of the list."),
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", help="Shown with every answer from this version.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Load files as a new version of a list."""
    day: date | None = published.date() if published else None
    request = Import(list_id, file_format, day, note)
    done = import_files(store_of(settings_with(data).data), paths, request, datetime.now(UTC))
    _tell_warnings(done)
    results().print(_summary(done), soft_wrap=True)


def _tell_warnings(done: Imported) -> None:
    for warning in done.warnings[:SHOWN_WARNINGS]:
        say(f"warning: {warning.place}: {warning.kind}: {warning.message}")
    if total := sum(done.warning_counts.values()):
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(done.warning_counts.items()))
        say(f"{total:,} warnings, nothing left out: {kinds}")


def _summary(done: Imported) -> str:
    snapshot = done.snapshot
    counts = f"{snapshot.counts.get('entries', 0):,} entries, {snapshot.counts.get('names', 0):,} names"
    new = "" if done.new else ", was stored already"
    active = (
        "answers now"
        if done.active
        else f"kept for the past; `lists use {snapshot.list_id} …` makes it answer"
    )
    return f"{snapshot.list_id} {snapshot.version}: {counts}{new}; {active}"


@app.command()
def use(
    list_id: Annotated[str, typer.Argument(metavar="LIST", help="Id of the list.")],
    version: Annotated[str, typer.Argument(metavar="VERSION", help="A stored version, or how it begins.")],
    data: DataOption = None,
) -> None:
    """Let a stored version of a list answer from now on."""
    store = store_of(settings_with(data).data)
    with store.writing():
        snapshot = store.use(list_id, version)
    results().print(f"{snapshot.list_id} {snapshot.version} answers now", soft_wrap=True)


app.command("refresh", epilog=REFRESH_EXAMPLES)(refresh)
app.command("history")(history)
app.command("diff")(diff)
app.command("verify")(verify)
app.command("export-bundle")(export_bundle)
app.command("import-bundle")(import_bundle)
