"""WARC files, read with FastWARC: an article a response with HTML or text. The address is the record's own.

Other records and media are not articles and are left out without a word. The date is the page's own; the
date of the crawl is not that of the article.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from service.articles.article import Article, Note, ReadOptions, Skipped
from service.articles.limits import LimitReached
from service.articles.optional import MissingPackage, needed
from service.articles.responses import KINDS, Response, media_type
from service.articles.source import Source

_CHUNK = 1 << 16


class _Forward:
    """A stream as FastWARC needs it: it asks where it is and moves forward, and must not see an exception."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner
        self._position = 0
        self.error: LimitReached | None = None

    def read(self, size: int = -1) -> bytes:
        """Return bytes; none after an error, which is kept."""
        try:
            content = self._inner.read(size)
        except LimitReached as error:
            self.error = error
            return b""
        self._position += len(content)
        return content

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        """Read on to a place ahead."""
        target = offset + (self._position if whence == 1 else 0)
        while self._position < target and self.read(min(_CHUNK, target - self._position)):
            pass
        return self._position


def read_warc(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield the articles of a WARC file."""
    number = 0
    try:
        warc = needed("fastwarc.warc", "WARC")
        kinds = warc.WarcRecordType.response | warc.WarcRecordType.resource | warc.WarcRecordType.conversion
        stream = _Forward(source.stream)
        for record in warc.ArchiveIterator(stream, record_types=kinds):
            number += 1
            place = f"{source.place} record {number}"
            found = _article(record, place, options, note)
            if found is not None:
                yield found
        if stream.error is not None:
            raise stream.error
    except MissingPackage as error:
        yield Skipped(source.place, str(error))
        return
    except (ValueError, OSError, EOFError, LimitReached) as error:
        yield Skipped(f"{source.place} after record {number}", f"cannot be read further: {error}")
        return
    if not number:
        yield Skipped(source.place, "no pages in this WARC file")


def _article(record: Any, place: str, options: ReadOptions, note: Note) -> Article | Skipped | None:
    headers = record.http_headers
    header = headers.get("Content-Type") if headers else record.headers.get("Content-Type")
    kind = media_type(header or "")
    if kind.kind not in KINDS:
        return None
    content = record.reader.read(options.limits.article_bytes + 1)
    return Response(content, kind, record.headers.get("WARC-Target-URI")).article(place, options, note)
