"""Putting the review into the service: called by `create_app` where the setting `review` is on."""

from __future__ import annotations

from datetime import UTC, date, datetime

from fastapi import FastAPI

from matchers.models import Options
from service.articles.article import Article
from service.errors import Unavailable
from service.review.desk import Desk, Screener, open_ledger, places_in
from service.review.routes import review_router
from service.review.screening import draw_samples, find_entry, screen_article
from service.review.web import attach_review
from service.runtime import RuntimeHolder
from service.schemas import ScreenAnswer
from service.settings import Settings


def install(app: FastAPI, settings: Settings, holder: RuntimeHolder) -> None:
    """Open the review's database and serve its pages under `/review`."""
    places = places_in(settings.data, settings.review_database)
    desk = Desk(
        ledger=open_ledger(places),
        places=places,
        screen=_screener(holder),
        lookup=lambda list_id, version, entry_id: find_entry(holder.current, list_id, version, entry_id),
        samples=lambda: draw_samples(holder.current, datetime.now(UTC).toordinal()),
        secure=settings.review_secure,
    )
    attach_review(app, desk)
    app.include_router(review_router())


def _screener(holder: RuntimeHolder) -> Screener:
    def screen(article: Article, options: Options, day: date) -> ScreenAnswer:
        if holder.current is None:
            raise Unavailable("the lists are being loaded; try again in a moment")
        return screen_article(holder.current, article, options, day)

    return screen
