"""Serving: the application of the settings, behind one process or several, until it is stopped.

Where several answer, they are forked from this one, which has opened the lists before: see `service.workers`. What
counts requests looks into the environment when it is loaded, so this module is imported only after `share_settings`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import uvicorn

from service.app import create_app
from service.listening import CAN_SPREAD
from service.logs import log_config
from service.reviewing import review_module
from service.settings import Settings
from service.workers import run_workers

APP = "service.app:create_app"


def serve(settings: Settings, tell: Callable[[str], None]) -> None:
    """Answer over HTTP until stopped; what was begun is finished first. `tell` is told where the review is."""
    if settings.workers > 1 and not CAN_SPREAD:
        uvicorn.run(APP, factory=True, **_server(settings))
        return
    app = create_app(settings)
    if (review := review_module(settings)) is not None:
        tell(review.invitation(settings))
    if settings.workers > 1:
        app.state.holder.preload()
        run_workers(uvicorn.Config(app, **_server(settings)))
    else:
        uvicorn.run(app, **_server(settings))


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
