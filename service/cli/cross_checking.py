"""`sanctions-xref lists check-deltas`: our difference held against the delta files that OFAC publishes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lists.cross_check import cross_check
from lists.differences import difference
from lists.errors import ReadError
from lists.source import RawFile, Report
from lists.sources.catalogue import source_for
from lists.sources.ofac_delta import Delta, read_delta
from service.cli.console import results, say
from service.cli.given import settings_with
from service.cli.options import DataOption
from service.holdings import store_of

SHOWN = 20
EXAMPLES = """Examples:

  sanctions-xref lists check-deltas us_ofac_sdn 2026-01-10 2026-01-20 2026-01-15_delta.xml 2026-01-16_delta.xml

Exit code 1 where the two do not agree: a publication was missed, a file is lacking, or a reader lost an entry.
"""
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("check-deltas", epilog=EXAMPLES)
def check(
    list_id: Annotated[str, typer.Argument(metavar="LIST", help="Id of the list.")],
    old: Annotated[str, typer.Argument(metavar="OLD", help="A stored version, or how it begins.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="A later one.")],
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", exists=True, dir_okay=False, help="OFAC's delta files."),
    ],
    data: DataOption = None,
) -> None:
    """Hold what changed between two versions against the publisher's own delta files."""
    store = store_of(settings_with(data).data)
    older = store.any_snapshot(list_id, old)
    found = difference(store, older, store.any_snapshot(list_id, new))
    checked = cross_check(found, store.reader(older), [_read(path, list_id) for path in files])
    about = f"{checked.publications} publications between {found.old.version} and {found.new.version}"
    results().print(f"{about}: {'both agree' if checked.agrees else 'they differ'}", soft_wrap=True)
    if checked.outside:
        say(f"{checked.outside} files are of another time, and were left out")
    for words, ids in (
        ("added by our difference only", checked.added_by_us_only),
        ("added by the deltas only", checked.added_by_them_only),
        ("removed by our difference only", checked.removed_by_us_only),
        ("removed by the deltas only", checked.removed_by_them_only),
    ):
        if ids:
            more = f" and {len(ids) - SHOWN:,} more" if len(ids) > SHOWN else ""
            results().print(f"{words}: {', '.join(ids[:SHOWN])}{more}", soft_wrap=True)
    if not checked.agrees:
        raise typer.Exit(1)


def _read(path: Path, list_id: str) -> Delta:
    try:
        return read_delta(RawFile(path.name, lambda: path.open("rb")), source_for(list_id), Report())
    except OSError as error:
        raise ReadError(error.strerror or str(error), where=str(path)) from error
