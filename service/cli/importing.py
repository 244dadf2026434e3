"""`sanctions-xref lists import|use`: loading files as a version of a list, and choosing which version answers."""

from __future__ import annotations

import difflib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from lists.errors import BadListId, ReadError
from lists.importing import Import, Imported, formats, import_files
from lists.sources.catalogue import SOURCES
from lists.store import SnapshotStore
from service.cli.console import results, say
from service.cli.given import settings_with
from service.cli.options import DataOption
from service.errors import BadRequest
from service.holdings import store_of

SHOWN_WARNINGS = 5
IMPORT_EXAMPLES = """Examples:

  sanctions-xref lists import --list internal_watchlist watchlist.csv

  sanctions-xref lists import --list us_ofac_sdn --published 2022-01-31 sdn.csv alt.csv add.csv

  sanctions-xref lists import --each lists/*.csv

A folder stands for all files in it. A version that is older than the current one is kept for the past and
does not replace it. Rows with something unusual are loaded, counted, and shown.
"""
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("import", epilog=IMPORT_EXAMPLES)
def import_(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files of one version of one list; or see --each.")
    ],
    list_id: Annotated[
        str | None, typer.Option("--list", "-l", metavar="LIST", help="Id of the list.")
    ] = None,
    each: Annotated[
        bool, typer.Option("--each", help="Every file is a list of its own, named as the file.")
    ] = False,
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
    if (list_id is None) is not each:
        raise BadRequest("name the list with --list, or say with --each that every file is one")
    store = store_of(settings_with(data).data)
    day: date | None = published.date() if published else None
    if list_id is not None:
        _import(store, paths, Import(list_id, file_format, day, note))
    elif failed := [
        path for path in paths if not _tried(store, path, Import(path.stem, file_format, day, note))
    ]:
        say(f"{len(failed)} of {len(paths)} files were not loaded")
        raise typer.Exit(1)


def _import(store: SnapshotStore, paths: list[Path], request: Import) -> None:
    done = import_files(store, paths, request, datetime.now(UTC))
    _tell(done)
    _tell_own(request.list_id)
    results().print(_summary(done), soft_wrap=True)


def _tried(store: SnapshotStore, path: Path, request: Import) -> bool:
    """Load one of several lists; one that cannot be loaded is said and does not keep the others out."""
    try:
        _import(store, [path], request)
    except (ReadError, BadListId) as error:
        say(f"not loaded: {error}")
        return False
    return True


def _tell(done: Imported) -> None:
    for warning in done.warnings[:SHOWN_WARNINGS]:
        say(f"warning: {warning.place}: {warning.kind}: {warning.message}")
    if total := sum(done.warning_counts.values()):
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(done.warning_counts.items()))
        say(f"{total:,} warnings, nothing left out: {kinds}")
    if done.snapshot.published is None:
        say("the files carry no date: their age counts from today; --published DAY states it")


def _tell_own(list_id: str) -> None:
    """Say that a list is the user's own where its id is nearly that of a publisher's."""
    known = [source.list_id for source in SOURCES]
    near = difflib.get_close_matches(list_id, known, n=1, cutoff=0.8) if list_id not in known else []
    if near:
        say(f"{list_id} is a list of your own; did you mean {near[0]}?")


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
