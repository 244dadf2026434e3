"""PDF with a text layer, read with pypdf. A page that cannot be read is noted; a scan without text is skipped."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

from service.articles.article import Article, Note, PublishedBasis, ReadOptions, Skipped
from service.articles.dates import read_date
from service.articles.limits import LimitReached, read_limited
from service.articles.optional import MissingPackage, needed
from service.articles.records import finished
from service.articles.source import Source

_PAGE_ERRORS = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
    NotImplementedError,
)


def read_pdf(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield the one article of a PDF file."""
    try:
        pypdf = needed("pypdf", "PDF")
        logging.getLogger("pypdf").setLevel(logging.CRITICAL)
        content = read_limited(source.stream, options.limits.article_bytes)
        document = pypdf.PdfReader(io.BytesIO(content))
        if document.is_encrypted and not document.decrypt(""):
            yield Skipped(source.place, "encrypted PDF")
            return
        text = _text(document, source.place, options, note)
        details = document.metadata or {}
    except (MissingPackage, LimitReached) as error:
        yield Skipped(source.place, str(error))
        return
    except (*_PAGE_ERRORS, OSError, needed("pypdf.errors", "PDF").PyPdfError) as error:
        yield Skipped(source.place, f"broken PDF: {error or type(error).__name__}")
        return
    if not text.strip():
        yield Skipped(source.place, "no text in this PDF; a scan needs text recognition first")
        return
    published = read_date(str(details.get("/CreationDate") or "").removeprefix("D:")[:8])
    basis: PublishedBasis = "metadata" if published else "unknown"
    title = str(details.get("/Title") or "").strip() or None
    yield finished(Article(source.place, text, title, published, basis, place=source.place), options)


def _text(document: Any, place: str, options: ReadOptions, note: Note) -> str:
    pages: list[str] = []
    for number, page in enumerate(document.pages, start=1):
        try:
            pages.append(page.extract_text() or "")
        except _PAGE_ERRORS as error:
            note(f"{place}: page {number} cannot be read: {error}")
        if sum(map(len, pages)) > options.limits.characters:
            break
    return "\n\n".join(pages)
