"""`sanctions-xref lists refresh`: lists from their publishers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from lists.refresh import accept as accept_refused
from service.cli.console import Progress, printable, results
from service.cli.given import settings_with
from service.cli.options import DataOption, FormatOption
from service.cli.output import Shape, Writer
from service.errors import BadRequest
from service.holdings import store_of
from service.refreshing import refresh_lists
from service.schemas.versions import OutcomeOut, outcome_out

GOOD = frozenset({"published", "unchanged", "not modified"})
REFRESH_EXAMPLES = """Examples:

  sanctions-xref lists refresh

  sanctions-xref lists refresh un_sc --accept --reason "mass delisting, see SC/16000"

A version that fails a gate is kept beside and does not answer until a person accepts it. Exit code 1 where a
list was refused or could not be fetched; the last good version goes on answering.
"""
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=REFRESH_EXAMPLES)
def refresh(
    list_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[LIST]...", help="All enabled lists where none is named.")
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Let refused versions answer; --reason.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why; recorded with the version.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Download also what has not changed.")] = False,
    chosen: FormatOption = None,
    data: DataOption = None,
) -> None:
    """Fetch lists from their publishers; publish what passes the gates."""
    store = store_of(settings_with(data).data)
    if accept:
        if not list_ids or not reason.strip():
            raise BadRequest("--accept needs the lists' ids and --reason")
        for list_id in list_ids:
            snapshot = accept_refused(store, list_id, reason)
            results().print(f"{list_id} {snapshot.version} answers now, accepted: {reason}", soft_wrap=True)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("list", "result", "version", "detail"):
        table.add_column(column, overflow="fold")
    shape: Shape[OutcomeOut] = Shape(
        ("list", "result", "version", "detail"),
        lambda outcome: [(outcome.list_id, outcome.result, outcome.version, outcome.detail)],
        lambda outcome: table.add_row(
            outcome.list_id,
            Text(outcome.result, "green" if outcome.result in GOOD else "bold red"),
            outcome.version or "",
            Text(printable(outcome.detail)),
        ),
        lambda: results().print(table),
    )
    bad, progress = 0, Progress()
    with Writer(shape, chosen) as writer:
        for outcome in refresh_lists(store, list_ids or (), datetime.now(UTC), force=force):
            progress(f"{outcome.list_id}: {outcome.result}")
            bad += not outcome.is_good
            writer.write(outcome_out(outcome))
    progress.stop()
    if bad:
        raise typer.Exit(1)
