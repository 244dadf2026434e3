"""Articles as callers give them: a text, an HTML page, or the address of one.

The order: pages that have to be fetched are, a few at a time and in nobody's turn; then each is read. What the caller
says of an article goes before what its page says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from service.articles.article import Article, Limits, ReadOptions, Skipped, text_sha256
from service.articles.html_pages import page_article
from service.errors import InputError, TooLarge, Unavailable
from service.inputs import BadLine
from service.pages import Page, Pages
from service.schemas import ArticleIn
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Arrived:
    """An article as it was given, with its page where that was fetched, or why it could not be."""

    given: ArticleIn
    page: Page | None = None
    problem: str | None = None


async def fetched(given: ArticleIn, pages: Pages) -> Arrived:
    """Return an article with its page, where it is given by its address; `NotFetched` where there is none."""
    return Arrived(given, await pages.fetch(given.address) if given.address else None)


async def all_fetched(given: Sequence[ArticleIn | BadLine], pages: Pages) -> list[Arrived | BadLine]:
    """Return articles with their pages, in order; one that cannot be fetched does not fail the others."""
    return list(await asyncio.gather(*(_fetched_or_not(one, pages) for one in given)))


async def _fetched_or_not(given: ArticleIn | BadLine, pages: Pages) -> Arrived | BadLine:
    if isinstance(given, BadLine):
        return given
    try:
        return await fetched(given, pages)
    except (InputError, Unavailable) as error:
        return Arrived(given, problem=str(error))


def article_of(arrived: Arrived, settings: Settings) -> Article:
    """Return the article; of a page its text, with offsets into that text. `TooLarge` where it is too long."""
    given = arrived.given
    if arrived.problem is not None:
        raise InputError(arrived.problem)
    what, longest = ("page", settings.max_page) if given.html else ("text", settings.max_text)
    if len(given.text) > longest:
        raise TooLarge(f"the {what} has {len(given.text):,} characters; at most {longest:,}")
    read = _read(arrived, settings.max_text)
    text = read.text if read else given.text
    published = given.published.isoformat() if given.published else read.published if read else None
    return Article(
        id=given.id or "",
        text=text,
        title=given.title or (read.title if read else None),
        published=published,
        url=given.url,
        language=given.language or (read.language if read else None),
        sha256=text_sha256(text),
        fetched=arrived.page.fetched if arrived.page else None,
    )


def _read(arrived: Arrived, longest: int) -> Article | None:
    """Return what the page says, None where there is none."""
    options = ReadOptions(limits=Limits(characters=longest))
    if arrived.page:
        return arrived.page.article(options)
    return _from_html(arrived.given.text, options) if arrived.given.html else None


def _from_html(page: str, options: ReadOptions) -> Article:
    found = page_article(page, "", options)
    if isinstance(found, Skipped):
        raise InputError(f"the HTML page cannot be read: {found.reason}")
    return found
