"""Putting the review into the service: called by `create_app` and `serve` through `service.reviewing`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module
from importlib.util import find_spec

from fastapi import FastAPI

from matchers.models import Options
from service.admission import Turns
from service.articles.article import Article
from service.errors import SettingsError, Unavailable
from service.house_aliases import put_in_force
from service.keys import KeyRing
from service.review.desk import Desk, Screener, open_ledger, places_in
from service.review.errors import ReviewError
from service.review.first_user import setup_code
from service.review.routes import review_router
from service.review.routes.record import RECORD
from service.review.screening import current_entry, draw_samples, find_entry, screen_article
from service.review.upkeep import Upkeep
from service.review.web import PREFIX, attach_review
from service.routes.access import Door
from service.runtime import RuntimeHolder
from service.schemas import ScreenAnswer
from service.settings import Settings

REPLAYS_WAITING = 4
"""Decisions that may wait to be computed again; above it 503."""
TEND_SECONDS = 5.0
"""How often a running service tends the review."""


class OpenedOnce:
    """The desk, opened at the first request that needs it: matching goes on where its database is down."""

    def __init__(self, open_it: Callable[[], Desk]) -> None:
        self._open_it = open_it
        self._lock = threading.Lock()
        self._desk: Desk | None = None

    def __call__(self) -> Desk:
        """Return the desk; `ReviewError` where it cannot be opened, and the next request tries again."""
        with self._lock:
            if self._desk is None:
                self._desk = self._open_it()
            return self._desk


def install(app: FastAPI, settings: Settings, holder: RuntimeHolder) -> None:
    """Serve the review's pages under `/review`."""
    door: Door = app.state.door
    desk = OpenedOnce(lambda: open_desk(settings, holder, door.is_open))
    provider = _provider(settings)
    attach_review(app, desk, provider)
    app.include_router(review_router())
    app.state.replays = Turns(1, REPLAYS_WAITING)
    app.router.routes.extend(RECORD.routes)
    if provider is not None:
        app.include_router(
            import_module("service.review.routes.oidc").router, prefix=PREFIX, include_in_schema=False
        )
    app.state.background.append(Upkeep(desk, TEND_SECONDS))


def open_desk(settings: Settings, holder: RuntimeHolder, is_open: Callable[[], bool]) -> Desk:
    """Open the review's database and return the desk over it."""
    places = places_in(settings.data, settings.review_database)
    return Desk(
        ledger=open_ledger(places),
        places=places,
        screen=_screener(holder),
        lookup=lambda list_id, version, entry_id: find_entry(holder.current, list_id, version, entry_id),
        current=lambda list_id, entry_id: current_entry(holder.current, list_id, entry_id),
        versions=lambda: holder.current.holdings.key if holder.current else "",
        publish=lambda aliases: put_in_force(settings.data, aliases),
        is_open=is_open,
        keys=KeyRing(settings.data),
        samples=lambda: draw_samples(holder.current, datetime.now(UTC).toordinal()),
        secure=settings.review_secure,
    )


def invitation(settings: Settings) -> str:
    """Return where the review is, and the link that makes the first user while there is none."""
    host = "localhost" if settings.host in ("127.0.0.1", "0.0.0.0", "::", "::1") else settings.host  # noqa: S104 compared, not bound
    address = f"http://{host}:{settings.port or 'PORT'}{settings.root_path}{PREFIX}"
    places = places_in(settings.data, settings.review_database)
    try:
        ledger = open_ledger(places)
        code = setup_code(ledger.database, places.setup)
        ledger.database.close()
    except ReviewError as error:
        return f"review: not at hand: {error}"
    if code is None:
        return f"review: {address}"
    return f"review: nobody can log in yet; make the first user at {address}/setup?code={code}"


def _provider(settings: Settings) -> object:
    """Return the identity provider of the settings, or None; `SettingsError` where its extra is missing."""
    if not settings.review_oidc_issuer:
        return None
    if find_spec("authlib") is None:
        raise SettingsError(
            "SANCTIONS_XREF_REVIEW_OIDC_ISSUER needs the extra `oidc`: pip install 'sanctions-xref[oidc]'"
        )
    oidc = import_module("service.review.oidc")
    given = (settings.review_oidc_issuer, settings.review_oidc_client_id, settings.review_oidc_client_secret)
    provider: object = oidc.IdentityProvider(oidc.Client(*given, settings.review_oidc_claim))
    return provider


def _screener(holder: RuntimeHolder) -> Screener:
    def screen(article: Article, options: Options, day: date) -> ScreenAnswer:
        if holder.current is None:
            raise Unavailable("the lists are being loaded; try again in a moment")
        return screen_article(holder.current, article, options, day)

    return screen
