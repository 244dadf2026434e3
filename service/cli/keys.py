"""`sanctions-xref keys`: API keys of the service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from service.cli.console import printable, results, say
from service.cli.given import settings_with
from service.cli.options import DataOption, FormatOption
from service.cli.output import Shape, Writer
from service.keys import KeyInfo, KeyRing, Scope

COLUMNS = ("id", "name", "scopes", "created", "expires", "revoked")
EXAMPLES = """Example:

  sanctions-xref keys create "case system" --scope screen --scope match --days 365

  curl -H "Authorization: Bearer sxr_…" …
"""
app = typer.Typer(
    add_completion=False, rich_markup_mode=None, no_args_is_help=True, help="API keys of the service."
)


@app.command(epilog=EXAMPLES)
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who uses the key.")],
    scopes: Annotated[
        list[Scope] | None, typer.Option("--scope", "-s", help="What it may do; screen and match otherwise.")
    ] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, help="After how many days it expires.")] = None,
    data: DataOption = None,
) -> None:
    """Make a key and show it, once: only its hash is kept."""
    ring = KeyRing(settings_with(data).data)
    expires = datetime.now(UTC) + timedelta(days=days) if days else None
    key, text = ring.create(name, scopes or [Scope.SCREEN, Scope.MATCH], expires)
    say(f"key {key.id} for {key.name}; may: {', '.join(key.scopes)}; it is shown this once:")
    typer.echo(text)


@app.command("list")
def list_(chosen: FormatOption = None, data: DataOption = None) -> None:
    """Show every key without its secret."""
    table = Table(*COLUMNS, box=box.SIMPLE_HEAD, pad_edge=False)
    shape: Shape[KeyInfo] = Shape(
        COLUMNS,
        lambda key: [_cells(key)],
        lambda key: table.add_row(*_cells(key)),
        lambda: results().print(table, markup=False),
    )
    with Writer(shape, chosen) as writer:
        for key in KeyRing(settings_with(data).data).known():
            writer.write(key.info)


def _cells(key: KeyInfo) -> tuple[str, ...]:
    days = (key.created, key.expires, key.revoked)
    return (
        key.id,
        printable(key.name),
        " ".join(key.scopes),
        *(day.isoformat(timespec="seconds") if day else "" for day in days),
    )


@app.command()
def revoke(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The key's id, as `keys list` shows it.")],
    data: DataOption = None,
) -> None:
    """Make a key useless from now on."""
    key = KeyRing(settings_with(data).data).revoke(identity)
    results().print(f"key {key.id} ({printable(key.name)}) is revoked", soft_wrap=True, markup=False)
