"""`sanctions-xref serve`: the HTTP service."""

from __future__ import annotations

from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from service.cli.console import say
from service.cli.given import settings_with
from service.cli.options import DataOption
from service.settings import share_settings

EXAMPLES = """Examples:

  sanctions-xref serve --port 8000

  curl -s localhost:8000/v1/match -H 'content-type: application/json' -d '{"queries": [{"name": "KOMID"}]}'

The documentation of every route is at /docs. Every setting is a variable SANCTIONS_XREF_…;
docs/operators-guide.md lists them.
"""
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EXAMPLES)
def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", "-p", min=0, max=65_535, help="Port; 0 picks one.")
    ] = None,
    workers: Annotated[int | None, typer.Option("--workers", "-w", min=1, help="Processes.")] = None,
    data: DataOption = None,
) -> None:
    """Answer over HTTP until stopped; what was begun is finished first."""
    given = {"host": host, "port": port, "workers": workers}
    update = {name: value for name, value in given.items() if value is not None}
    with ExitStack() as stack:
        settings = settings_with(data).model_copy(update=update)
        if settings.workers > 1 and settings.metrics_folder is None:
            folder = stack.enter_context(TemporaryDirectory(prefix="sanctions-xref-metrics-"))
            settings = settings.model_copy(update={"metrics_folder": Path(folder)})
        share_settings(settings)
        import_module("service.serving").serve(settings, say)
