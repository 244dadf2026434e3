"""Plain text: a file is an article, its name the id. The date is unknown."""

from __future__ import annotations

from collections.abc import Iterator

from service.articles.article import Article, Note, ReadOptions, Skipped
from service.articles.encoding import Undecodable, decode
from service.articles.limits import LimitReached, read_limited
from service.articles.records import finished
from service.articles.source import Source


def read_plain(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield the one article of a text file."""
    try:
        content = read_limited(source.stream, options.limits.article_bytes)
        text, guessed = decode(content)
    except (LimitReached, Undecodable) as error:
        yield Skipped(source.place, str(error))
        return
    if guessed:
        note(f"{source.place}: read as {guessed}")
    yield finished(Article(id=source.place, text=text, place=source.place), options)
