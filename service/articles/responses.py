"""What a web server sent, as an article: of a page the text that was read from it, plain text as it is.

The encoding is that of a byte order mark or UTF-8, else what the header says, else what the page says, else guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.articles.article import Article, Note, ReadOptions, Skipped
from service.articles.encoding import Undecodable, declared_encoding, decode
from service.articles.html_pages import page_article
from service.articles.records import finished

PAGES = ("text/html", "application/xhtml+xml")
KINDS = (*PAGES, "text/plain")
"""Media types that are articles."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """A header `Content-Type`: its kind in small letters, and the encoding that it names, if any."""

    kind: str
    charset: str | None = None


def media_type(header: str) -> MediaType:
    """Read a header.

    >>> media_type('Text/HTML; charset="windows-1251"')
    MediaType(kind='text/html', charset='windows-1251')
    """
    kind, _, rest = header.partition(";")
    charset = rest.partition("charset=")[2].strip(" \"'") or None
    return MediaType(kind.strip().lower(), charset)


@dataclass(frozen=True, slots=True)
class Response:
    """The body of a response, without its compression, and what was said of it; `url` is where it came from."""

    content: bytes
    media_type: MediaType
    url: str | None = None

    def article(self, place: str, options: ReadOptions, note: Note) -> Article | Skipped:
        """Return the article that it holds, or why there is none."""
        if len(self.content) > options.limits.article_bytes:
            return Skipped(
                place, f"larger than {options.limits.article_bytes:,} bytes, the limit for one article"
            )
        try:
            text, guessed = decode(self.content, self.media_type.charset or declared_encoding(self.content))
        except Undecodable as error:
            return Skipped(place, str(error))
        if guessed:
            note(f"{place}: read as {guessed}")
        if self.media_type.kind in PAGES:
            return page_article(text, place, options, self.url)
        return finished(Article(id=place, text=text, url=self.url, place=place), options)
