"""`sanctions-xref audit`: is the trail of the review whole, and its export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.console import say
from service.cli.given import settings_with
from service.cli.options import DataOption
from service.cli.review import open_review
from service.review.checkpoints import load_signer
from service.review.desk import places_in
from service.review.errors import Malformed, TrailBroken
from service.review.export import Verified, export_lines, verify_export
from service.review.importing import check_actor
from service.review.trail import iso
from service.review.verification import read_witnesses, verify_database, write_witness

EXAMPLES = """Examples:

  sanctions-xref audit verify

  sanctions-xref audit export trail.jsonl

  sanctions-xref audit verify trail.jsonl --key 3f5a…

The exit code is 0 where the trail is whole, and 1 where it is not; then the first change is named.
"""
KeyOption = Annotated[
    str | None,
    typer.Option("--key", metavar="HEX", help="Public key that the checkpoints must be signed with."),
]
app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="The audit trail of the review.")


@app.command(epilog=EXAMPLES)
def verify(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="An export; else the database.")
    ] = None,
    key: KeyOption = None,
    data: DataOption = None,
) -> None:
    """Verify an export, without any database, or the database with all that its trail tells of."""
    try:
        result = _verify_file(file, key) if file is not None else _verify_database(data, key)
    except TrailBroken as error:
        say(f"NOT WHOLE. First change: {error.place}: {error.reason}")
        raise typer.Exit(1) from None
    typer.echo(
        f"whole: {result.events:,} events, {result.checkpoints:,} signed checkpoints, head {result.head}"
    )
    typer.echo(f"signed with {result.key or 'no key yet'}" + ("" if key else "; give --key to insist on one"))
    if result.unsigned:
        typer.echo(f"{result.unsigned:,} events after the last checkpoint are protected by the chain only")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write; it must not exist.")],
    actor: Annotated[
        str, typer.Option("--as", metavar="NAME", help="Who exports, for the trail.")
    ] = "operator",
    data: DataOption = None,
) -> None:
    """Write the whole trail as JSON lines that prove themselves."""
    ledger, places = open_review(data)
    with ledger.change(check_actor(actor)) as change:
        change.record("trail exported", "trail", {})
    checkpoint = ledger.seal(check_actor(actor))
    if checkpoint is not None:
        write_witness(places.witness, checkpoint)
    with ledger.database.reading() as connection, file.open("x", encoding="utf-8", newline="\n") as out:
        out.writelines(export_lines(connection, ledger.signer, iso(ledger.clock())))
    say(f"wrote {file}; public key {ledger.signer.public}")


def _verify_file(file: Path, key: str | None) -> Verified:
    if not file.is_file():
        raise Malformed(f"{file}: there is no such file")
    with file.open("rb") as lines:
        return verify_export(lines, key)


def _verify_database(data: Path | None, key: str | None) -> Verified:
    ledger, places = open_review(data)
    own = load_signer(places_in(settings_with(data).data).key).public
    return verify_database(ledger.database, key or own, read_witnesses(places.witness))
