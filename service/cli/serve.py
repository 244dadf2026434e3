"""`sanctions-xref serve`: the HTTP service."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from service.cli.given import settings_with
from service.cli.options import DataOption
from service.settings import share_settings

EXAMPLES = """Examples:

  sanctions-xref serve --port 8000

  curl -s localhost:8000/v1/match -H 'content-type: application/json' -d '{"queries": [{"name": "KOMID"}]}'

The documentation of every route is at /docs. Every setting is a variable SANCTIONS_XREF_…; docs/operating
lists them.
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
    settings = settings_with(data).model_copy(update=update)
    share_settings(settings)
    uvicorn.run(
        "service.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        root_path=settings.root_path,
        server_header=False,
    )
