"""The HTTP service: `create_app(settings)` puts routes, limits and errors together.

A request passes, from outside to inside: request id, headers and log; limit of the body; routing; the key;
the turn (at most so many computed at a time); the route. The runtime is built before the first answer and
replaced while requests run; each request keeps the one it began with.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING

from fastapi import FastAPI

from service.admission import Room, Turns
from service.errors import SettingsError
from service.holdings import store_of
from service.indexing import ApartBuilder
from service.logs import RequestLog
from service.memory import return_memory
from service.metrics import Metrics
from service.origins import Origins
from service.pages import pages_of
from service.recognizers import choose_recognizers
from service.repeats import Repeats
from service.reviewing import absent, review_module
from service.routes import ROUTERS
from service.routes.access import DocumentedApp, door_of
from service.routes.problems import install_problems
from service.runtime import RuntimeHolder
from service.settings import Settings, read_settings
from service.transport import BodyLimit, Envelope, body_limits

if TYPE_CHECKING:
    from service.upkeep import Upkeep

PATIENCE = 10.0
"""Seconds that a process waits for its lists before it listens all the same, and answers 503."""
COLLECT_AFTER = 50_000
"""Objects made beyond those that went before garbage is looked for: an answer holds some hundred, and no cycles."""
TIDY_AFTER = 30.0
"""Seconds after which free memory is given back once more: it takes some ten milliseconds of a busy process."""
DESCRIPTION = """
Cross-reference organizations named in news articles against public sanctions lists.

Every answer names the list, the entry, the version (SHA-256) and why, with a calibrated confidence. A match
is a **potential** match: a lead for a person to check. No match is said of the named versions only and
clears nobody.

Errors are `{"detail": …}`. In a batch, a bad item is answered with an `error` in its place; the others are
answered.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the service; its settings come from the environment where none are given."""
    settings = settings or read_settings()
    app = DocumentedApp(
        title="sanctions-xref",
        version=version("sanctions-xref"),
        description=DESCRIPTION,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.settings = settings
    recognizers = choose_recognizers(settings.models, logging.getLogger(__name__).warning)
    app.state.holder = RuntimeHolder(settings.data, recognizers, builder := ApartBuilder())
    app.state.background = [builder]
    app.state.door = door_of(settings)
    app.state.repeats = Repeats(settings.data, settings.repeat_hours)
    app.state.turns = Turns(settings.max_concurrent, settings.max_waiting)
    app.state.pages = pages_of(settings)
    app.state.streams = Room(settings.max_streams)
    for router in ROUTERS:
        app.router.routes.extend(router.routes)  # a router within a router is looked through at every request
    install_problems(app)
    if (review := review_module(settings)) is not None:
        review.install(app, settings, app.state.holder)
    else:
        app.router.routes.extend(absent.routes)
    app.add_middleware(BodyLimit, limits=body_limits(settings))
    app.add_middleware(Origins, everywhere=settings.cors_origins, reconciling=settings.refine_origins)
    if settings.otel_endpoint:
        _install_tracing(app, settings.otel_endpoint)
    log = RequestLog(settings.log_format, names=settings.log_names)
    app.state.metrics = Metrics(app.state.holder, shared=settings.metrics_folder is not None)
    app.add_middleware(Envelope, log=log, metrics=app.state.metrics, holder=app.state.holder)
    return app


def _install_tracing(app: FastAPI, endpoint: str) -> None:
    if find_spec("opentelemetry") is None:
        raise SettingsError(
            'SANCTIONS_XREF_OTEL_ENDPOINT needs a package: pip install "sanctions-xref[otel]"'
        )
    module = import_module("service.tracing")
    tracing = module.Tracing(endpoint)
    app.state.background.append(tracing)
    app.add_middleware(module.Traced, tracing=tracing)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    gc.set_threshold(COLLECT_AFTER)
    holder: RuntimeHolder = app.state.holder
    looked = asyncio.Event()
    watching = asyncio.create_task(_watch(holder, app.state.settings, looked))
    for worker in app.state.background:
        worker.start()
    with suppress(TimeoutError):  # a process listens when it can answer; while it builds for long, it says so
        await asyncio.wait_for(looked.wait(), PATIENCE)
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        for worker in app.state.background:
            await asyncio.to_thread(worker.stop)


async def _watch(holder: RuntimeHolder, settings: Settings, looked: asyncio.Event) -> None:
    """Take over newer versions as they come; publishers are asked from a thread of its own, once it answers."""
    await asyncio.to_thread(_refresh, holder)
    looked.set()
    upkeep = await asyncio.to_thread(_upkeep, settings) if settings.refresh_hours else None
    due = time.monotonic() + TIDY_AFTER
    try:
        while True:
            await asyncio.sleep(settings.watch_seconds)
            await asyncio.to_thread(_refresh, holder)
            if time.monotonic() >= due:
                await asyncio.to_thread(return_memory)
                due = time.monotonic() + TIDY_AFTER
    finally:
        if upkeep is not None:
            upkeep.stop()


def _refresh(holder: RuntimeHolder) -> None:
    """Take newer versions over; what stays until the next is left alone by the collector of garbage meanwhile."""
    if holder.refresh_quietly():
        gc.unfreeze()
        gc.collect()
        gc.freeze()


def _upkeep(settings: Settings) -> Upkeep:
    """Start what keeps lists fresh; what it needs to download is loaded only now, when questions are answered."""
    module = import_module("service.upkeep")
    upkeep: Upkeep = module.Upkeep(store_of(settings.data), settings.refresh_hours)
    upkeep.start()
    return upkeep
