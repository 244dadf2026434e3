"""The `sanctions-xref` command: its sub-commands, each in a module that is loaded when it is called.

Exit codes: 0 done, 1 something was skipped or could not be done (said on standard error), 2 wrong use,
130 interrupted. Nothing but results goes to standard output.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from types import MappingProxyType

import typer

from lists.errors import BadListId, ListsError, NotStored, ReadError
from service.cli.console import open_streams, say
from service.cli.laziness import lazy_group
from service.errors import InputError, NotFound, ServiceError, SettingsError

COMMANDS = MappingProxyType(
    {
        "screen": "service.cli.screen",
        "rescreen": "service.cli.rescreen",
        "match": "service.cli.match",
        "compare": "service.cli.compare",
        "lists": "service.cli.snapshots",
        "serve": "service.cli.serve",
        "mcp": "service.cli.mcp",
        "keys": "service.cli.keys",
        "evaluate": "service.cli.evaluate",
        "review": "service.cli.review",
        "users": "service.cli.users",
        "audit": "service.cli.audit",
        "replay": "service.cli.replay",
    }
)
"""Sub-commands in the order of the help, and the modules that hold them."""
WRONG_USE = (InputError, NotFound, NotStored, BadListId, SettingsError, ReadError)
ABOUT = """Cross-reference organizations named in news articles against public sanctions lists.

Every result names the list, the entry, the version and why, with a calibrated confidence. A potential match
is a lead for a person to check; no match is said of the loaded versions only and clears nobody.

Examples:

  sanctions-xref match "United Aircraft Corp"

  sanctions-xref screen article.html --explain

  cat names.csv | sanctions-xref match - --format csv > matches.csv

  sanctions-xref lists import --list us_ofac_sdn sdn.csv
"""


app = typer.Typer(
    cls=lazy_group(COMMANDS), no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("sanctions-xref"))
        raise typer.Exit


@app.callback(help=ABOUT)
def describe(
    _version: bool = typer.Option(
        False, "--version", is_eager=True, callback=_print_version, help="Say which."
    ),
) -> None:
    """Hold the options of the group itself."""


def main() -> None:
    """Run the command line; every foreseen error becomes one line on standard error and an exit code."""
    open_streams()
    try:
        app()
    except (ServiceError, ListsError) as error:
        say(f"error: {error}")
        sys.exit(2 if isinstance(error, WRONG_USE) else 1)
    except BrokenPipeError:  # the reader of the pipe has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit(130)
    except OSError as error:
        say(f"error: {error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        sys.exit(1)
