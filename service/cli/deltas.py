"""`sanctions-xref lists export-deltas`: what changed in each list, as files for systems that re-screen on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lists.deltas import write_deltas
from service.cli.console import Progress, results
from service.cli.given import settings_with
from service.cli.options import DataOption
from service.errors import BadRequest
from service.ftm.entities import entity_of
from service.holdings import store_of

EXAMPLES = """Examples:

  sanctions-xref lists export-deltas /var/www/deltas --base-url https://lists.example/deltas/

Writes LIST/delta.json, which names LIST/RELEASE/entities.delta.json, in the form of OpenSanctions. Files that are there
already are left as they are; run it after each refresh.
"""
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("export-deltas", epilog=EXAMPLES)
def export(
    target: Annotated[Path, typer.Argument(metavar="FOLDER", file_okay=False, help="Where the files go.")],
    list_ids: Annotated[
        list[str] | None, typer.Option("--list", "-l", metavar="LIST", help="Only this list.")
    ] = None,
    base_url: Annotated[
        str, typer.Option("--base-url", help="Address of the folder, before the paths in the index.")
    ] = "",
    data: DataOption = None,
) -> None:
    """Write the changes of every release of the lists, with an index."""
    store = store_of(settings_with(data).data)
    known, progress = store.list_ids(), Progress()
    if missing := sorted(set(list_ids or ()) - set(known)):
        raise BadRequest(f"not loaded: {', '.join(missing)}")
    for list_id in list_ids or known:
        progress(f"comparing versions of {list_id}")
        count = write_deltas(store, list_id, target, entity_of, base_url)
        results().print(
            f"{list_id}: {count} deltas, named by {target / list_id / 'delta.json'}", soft_wrap=True
        )
    progress.stop()
