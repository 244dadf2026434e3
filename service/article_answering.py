"""Answering about articles: an article goes in, its organizations with their matches come out."""

from __future__ import annotations

from datetime import date

from matchers.screening import screen
from service.answering import options_of
from service.articles.article import Article, text_sha256
from service.runtime import Runtime
from service.schemas import ArticleOut, MatchOptions, ScreenAnswer
from service.schemas.conversion import When, organization_out


def answer_article(runtime: Runtime, article: Article, options: MatchOptions, today: date) -> ScreenAnswer:
    """Return the organizations of an article with their matches, for its own date and for today."""
    when = When(runtime.past, today, article.published)
    found = screen(article.text, runtime.matcher, runtime.spotter, options_of(options))
    return ScreenAnswer(
        article=ArticleOut(
            id=article.id,
            title=article.title,
            published=article.published,
            language=article.language,
            sha256=article.sha256 or text_sha256(article.text),
        ),
        engine=runtime.engine_out(),
        snapshots=runtime.snapshots_out(today, frozenset(options.list_ids)),
        organizations=[organization_out(one, when) for one in found],
    )
