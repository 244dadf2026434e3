"""`sanctions-xref lists history|diff|verify`: what changed, who was listed when, whether the store is whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from lists.differences import difference
from lists.errors import NotStored
from lists.history import History
from lists.verifying import verify as verify_store
from service.cli.console import Progress, printable, results
from service.cli.given import settings_with
from service.cli.options import AsOfOption, DataOption, FormatOption, KnownAsOfOption
from service.cli.output import Shape, Writer
from service.holdings import store_of
from service.schemas.versions import (
    ChangeOut,
    FieldOut,
    PointOut,
    RowOut,
    VerifiedOut,
    difference_out,
    point_out,
    row_out,
    verified_out,
)

SHOWN = 50
app = typer.Typer(add_completion=False, rich_markup_mode=None)
ListArgument = Annotated[str, typer.Argument(metavar="LIST", help="Id of the list.")]


@app.command()
def history(
    list_id: ListArgument,
    entry_id: Annotated[str | None, typer.Argument(metavar="[ENTRY]", help="Id of one entry.")] = None,
    as_of: AsOfOption = None,
    known_as_of: KnownAsOfOption = None,
    chosen: FormatOption = None,
    data: DataOption = None,
) -> None:
    """Show what each version of a list changed, oldest first; or when one entry was on it.

    With `--as-of DAY`: whether the entry was listed on that day, and on what basis.
    """
    past = History(store_of(settings_with(data).data), list_id)
    if as_of is not None or known_as_of is not None:
        _point(past, entry_id, _day(as_of) or date.today(), _day(known_as_of), chosen)
        return
    if entry_id is not None and not any(past.entry(entry_id, snapshot) for snapshot in past.snapshots):
        raise NotStored(f"no version has an entry {entry_id}", where=list_id)
    table = _table("version", "published", "change", "fields")
    shape: Shape[RowOut] = Shape(
        ("version", "published", "change", "fields"),
        lambda row: [(row.version, str(row.published), row.change, _fields(row.fields))],
        lambda row: table.add_row(row.version, str(row.published), row.change, Text(_fields(row.fields))),
        lambda: results().print(table),
    )
    with Writer(shape, chosen) as writer:
        for row in past.timeline(entry_id):
            writer.write(row_out(row))


@app.command()
def diff(
    list_id: ListArgument,
    old: Annotated[str, typer.Argument(metavar="OLD", help="A stored version, or how it begins.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="A later one.")],
    chosen: FormatOption = None,
    data: DataOption = None,
) -> None:
    """Show what changed from one version to another: added, removed, changed by field, renumbered.

    A version that was refused can be compared, too: that is how to look at it before it is accepted.
    """
    store = store_of(settings_with(data).data)
    found = difference_out(
        difference(store, store.any_snapshot(list_id, old), store.any_snapshot(list_id, new))
    )
    table = _table("change", "entry", "name", "fields")
    counts = ", ".join(f"{number:,} {kind}" for kind, number in sorted(found.counts.items())) or "no change"

    def show(change: ChangeOut) -> None:
        if table.row_count < SHOWN:
            name = Text(printable(change.name))
            table.add_row(change.change, change.entry_id, name, Text(_fields(change.fields)))

    def finish() -> None:
        results().print(table)
        if len(found.changes) > SHOWN:
            results().print(f"… and {len(found.changes) - SHOWN:,} more; --format jsonl shows all")

    shape: Shape[ChangeOut] = Shape(
        ("change", "entry_id", "former_id", "name", "fields"),
        lambda change: [
            (change.change, change.entry_id, change.former_id, change.name, _fields(change.fields))
        ],
        show,
        finish,
    )
    with Writer(shape, chosen) as writer:
        for change in found.changes:
            writer.write(change)
    if writer.is_table:
        results().print(f"{list_id} {found.old} → {found.new}: {counts}", soft_wrap=True)


@app.command()
def verify(
    list_ids: Annotated[list[str] | None, typer.Argument(metavar="[LIST]...", help="All where none.")] = None,
    chosen: FormatOption = None,
    data: DataOption = None,
) -> None:
    """Compute every hash again and read every kept file again; exit code 1 where a version is damaged."""
    table = _table("list", "version", "verdict", "detail")
    shape: Shape[VerifiedOut] = Shape(
        ("list", "version", "verdict", "detail"),
        lambda found: [(found.list_id, found.version, found.verdict, found.detail)],
        lambda found: table.add_row(
            found.list_id, found.version, _verdict(found.verdict), Text(printable(found.detail))
        ),
        lambda: results().print(table),
    )
    damaged = 0
    progress = Progress()
    with Writer(shape, chosen) as writer:
        for found in verify_store(store_of(settings_with(data).data), tuple(list_ids or ())):
            progress(f"{found.list_id} {found.version}: {found.verdict}")
            damaged += found.verdict == "damaged"
            writer.write(verified_out(found))
    progress.stop()
    if damaged:
        raise typer.Exit(1)


def _point(
    past: History, entry_id: str | None, as_of: date, known_as_of: date | None, chosen: FormatOption
) -> None:
    if entry_id is None:
        raise NotStored(
            "--as-of needs the id of an entry", where=past.list_id, hint="lists history LIST ENTRY"
        )
    said = point_out((past.list_id, entry_id), past.status(entry_id, as_of, known_as_of), as_of, known_as_of)
    shape: Shape[PointOut] = Shape(
        ("list", "entry_id", "as_of", "known_as_of", "state", "basis", "detail"),
        lambda one: [
            (
                one.list_id,
                one.entry_id,
                str(one.as_of),
                str(one.known_as_of or ""),
                one.state,
                one.basis,
                one.detail,
            )
        ],
        lambda one: results().print(
            Text(f"{one.list_id} {one.entry_id} on {one.as_of}: {one.state} ({one.basis}: {one.detail})")
        ),
    )
    with Writer(shape, chosen) as writer:
        writer.write(said)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _fields(fields: Iterable[FieldOut]) -> str:
    return ", ".join(f"{field.field} +{len(field.added)} -{len(field.removed)}" for field in fields)


def _verdict(verdict: str) -> Text:
    return Text(verdict, {"whole": "green", "damaged": "bold red"}.get(verdict, "yellow"))


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
