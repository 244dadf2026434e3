"""`sanctions-xref serve`: the HTTP service."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
import uvicorn

from service.cli.console import say
from service.cli.given import settings_with
from service.cli.options import DataOption
from service.listening import CAN_SPREAD, run_workers
from service.logs import log_config
from service.reviewing import review_module
from service.routes.access import door_of
from service.settings import Settings, share_settings

EXAMPLES = """Examples:

  sanctions-xref serve --port 8000

  curl -s localhost:8000/v1/match -H 'content-type: application/json' -d '{"queries": [{"name": "KOMID"}]}'

The documentation of every route is at /docs. Every setting is a variable SANCTIONS_XREF_…; docs/operating
lists them.
"""
APP = "service.app:create_app"
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
        door_of(settings)  # before any process starts: without keys there is no production
        if (review := review_module(settings)) is not None:
            say(review.invitation(settings))
        if settings.workers > 1 and CAN_SPREAD:
            run_workers(uvicorn.Config(APP, factory=True, **_server(settings)))
        else:
            uvicorn.run(APP, factory=True, **_server(settings))


def _server(settings: Settings) -> dict[str, Any]:
    """Return how the server runs; requests are logged by the service itself, without what they ask."""
    return {
        "host": settings.host,
        "port": settings.port,
        "workers": settings.workers,
        "root_path": settings.root_path,
        "server_header": False,
        "access_log": False,
        "log_config": log_config(settings.log_format),
        "timeout_graceful_shutdown": settings.shutdown_seconds,
        "forwarded_allow_ips": ",".join(settings.trusted_proxies) or None,
        "proxy_headers": bool(settings.trusted_proxies),
    }
