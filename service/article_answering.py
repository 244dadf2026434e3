"""Answering about articles: articles go in, their organizations with their matches come out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from matchers.models import Organization
from service.answering import options_of
from service.articles.article import Article, Fetched, text_sha256
from service.runtime import Runtime
from service.schemas import ArticleOut, FetchedOut, MatchOptions, ScreenAnswer
from service.schemas.conversion import organization_out
from service.schemas.matches import When


def answer_article(runtime: Runtime, article: Article, options: MatchOptions, today: date) -> ScreenAnswer:
    """Return the organizations of an article with their matches, for its own date and for today."""
    return answer_articles(runtime, [article], options, today)[0]


def answer_articles(
    runtime: Runtime, articles: Sequence[Article], options: MatchOptions, today: date
) -> list[ScreenAnswer]:
    """Return one answer an article, in their order; dozens together are faster than one by one."""
    found = runtime.screener.screen_many([article.text for article in articles], options_of(options))
    return [
        _answer(runtime, article, organizations, (options, today))
        for article, organizations in zip(articles, found, strict=True)
    ]


def _answer(
    runtime: Runtime,
    article: Article,
    organizations: Sequence[Organization],
    asked: tuple[MatchOptions, date],
) -> ScreenAnswer:
    options, today = asked
    when = When(runtime.past, today, article.published, runtime.relations)
    return ScreenAnswer(
        article=ArticleOut(
            id=article.id,
            title=article.title,
            published=article.published,
            language=article.language,
            sha256=article.sha256 or text_sha256(article.text),
            fetched=_fetched_out(article.fetched) if article.fetched else None,
        ),
        engine=runtime.engine_out(),
        snapshots=runtime.snapshots_out(today, frozenset(options.list_ids)),
        organizations=[organization_out(one, when, article.text) for one in organizations],
        text=article.text if article.fetched else None,
    )


def _fetched_out(page: Fetched) -> FetchedOut:
    return FetchedOut(url=page.url, sha256=page.sha256, retrieved=page.retrieved)
