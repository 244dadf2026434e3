"""`sanctions-xref lists`: what is loaded; loading, choosing, comparing and checking versions of lists."""

from __future__ import annotations

from types import MappingProxyType

import typer

from service.cli.laziness import lazy_group

COMMANDS = MappingProxyType(
    {
        "status": "service.cli.status",
        "import": "service.cli.importing",
        "use": "service.cli.importing",
        "refresh": "service.cli.publishers",
        "history": "service.cli.versions",
        "diff": "service.cli.versions",
        "check-deltas": "service.cli.cross_checking",
        "verify": "service.cli.versions",
        "export-bundle": "service.cli.bundles",
        "import-bundle": "service.cli.bundles",
        "export-deltas": "service.cli.deltas",
    }
)
"""Sub-commands in the order of the help, and the modules that hold them."""
app = typer.Typer(
    cls=lazy_group(COMMANDS),
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="What is loaded; load, choose and check lists.",
)


@app.callback()
def describe() -> None:
    """Hold the group together: its commands are found by name."""
