"""`sanctions-xref replay`: compute again what a decision was about, from the versions that it names."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.console import printable, say
from service.cli.given import settings_with
from service.cli.options import DataOption
from service.cli.review import open_review
from service.review.replay import Replayed, replay
from service.review.screening import pinned_to
from service.review.trail import digest

app = typer.Typer(rich_markup_mode=None)


@app.command("replay")
def run(
    number: Annotated[int, typer.Argument(metavar="ID", help="Number of the decision.")],
    show: Annotated[bool, typer.Option("--show", help="Write the bytes that come out now.")] = False,
    data: DataOption = None,
) -> None:
    """Say whether the same bytes come out again.

    Else what is missing or what is different, with exit code 1.
    """
    ledger, _ = open_review(data)
    folder = settings_with(data).data
    with ledger.database.reading() as connection:
        results = replay(connection, number, lambda versions, models: pinned_to(folder, versions, models))
    for result in results:
        _tell(result)
        if show and result.now is not None:
            typer.echo(result.now)
    if not results:
        say(f"decision {number} judges nothing by itself; replay the decision that it answers or undoes")
    if not results or not all(result.is_same for result in results):
        raise typer.Exit(1)


def _tell(result: Replayed) -> None:
    hit = result.hit[:12]
    if result.is_same:
        say(f"hit {hit}: the same {len(result.then.encode()):,} bytes, SHA-256 {digest(result.then)}")
    elif result.missing:
        say(f"hit {hit}: cannot be computed again; missing: {', '.join(result.missing)}")
    else:
        say(f"hit {hit}: {len(result.differences):,} differences between then and now")
        for difference in result.differences[:50]:
            say(f"  {printable(difference)}")
