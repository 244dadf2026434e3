"""Web pages: text, title, date, address and language.

Offsets count in the extracted text. trafilatura extracts where it is installed and keeps at least a quarter
of what the built-in extractor finds; the built-in one otherwise. The date is that of the page's own
metadata, or what htmldate finds where it is installed. Pages of very many or very deeply nested elements are left to
the built-in one: trafilatura would take minutes for the first, and read the second to no end.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lxml import html

from service.articles.article import Article, Note, ReadOptions, Skipped
from service.articles.dates import read_date
from service.articles.encoding import Undecodable, declared_encoding, decode
from service.articles.html_text import TooDeep, is_usual, page_text, parse_page
from service.articles.limits import LimitReached, read_limited
from service.articles.optional import found
from service.articles.records import finished
from service.articles.source import Source

_DATES = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//meta[@name='parsely-pub-date']/@content",
    "//meta[translate(@name,'ABCDEFGHIJKLMNOPQRSTUVWXYZ','abcdefghijklmnopqrstuvwxyz')='pubdate']/@content",
    "//meta[translate(@name,'ABCDEFGHIJKLMNOPQRSTUVWXYZ','abcdefghijklmnopqrstuvwxyz')='publishdate']/@content",
    "//meta[translate(@name,'ABCDEFGHIJKLMNOPQRSTUVWXYZ','abcdefghijklmnopqrstuvwxyz')='dc.date']/@content",
    "//meta[translate(@name,'ABCDEFGHIJKLMNOPQRSTUVWXYZ','abcdefghijklmnopqrstuvwxyz')='date']/@content",
    "//meta[@name='dcterms.created']/@content",
    "//article//time/@datetime",
    "//time[@pubdate]/@datetime",
)
_TITLES = ("//meta[@property='og:title']/@content", "//h1[normalize-space()]", "//title")
_ADDRESSES = ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")
KEPT = 0.25
"""Share of the built-in extractor's text that trafilatura must keep to be believed."""


def read_html(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield the one article of a web page."""
    try:
        content = read_limited(source.stream, options.limits.article_bytes)
        text, guessed = decode(content, declared_encoding(content))
    except (LimitReached, Undecodable) as error:
        yield Skipped(source.place, str(error))
        return
    if guessed:
        note(f"{source.place}: read as {guessed}")
    yield page_article(text, source.place, options)


def page_article(content: str, place: str, options: ReadOptions, url: str | None = None) -> Article | Skipped:
    """Return the article of a page's markup."""
    try:
        root = parse_page(content)
    except TooDeep as error:
        return Skipped(place, str(error))
    if root is None:
        return Skipped(place, "no markup that could be read")
    others = options if is_usual(root) else replace(options, html_extractor="lxml")
    published = _published(root) or _found_date(content, others)
    return finished(
        Article(
            id=place,
            text=_chosen_text(root, content, others),
            title=_first(root, _TITLES),
            published=published,
            published_basis="metadata" if published else "unknown",
            url=url or _first(root, _ADDRESSES),
            language=(root.get("lang") or "").split("-")[0].lower() or None,
            place=place,
        ),
        options,
    )


def _first(root: html.HtmlElement, paths: tuple[str, ...]) -> str | None:
    for path in paths:
        for node in root.xpath(path):
            text = node if isinstance(node, str) else node.text_content()
            if text.strip():
                return " ".join(text.split())
    return None


def _published(root: html.HtmlElement) -> str | None:
    for path in _DATES:
        for node in root.xpath(path):
            read = read_date(str(node))
            if read:
                return read
    for script in root.xpath("//script[@type='application/ld+json']/text()"):
        try:
            read = _linked_data_date(json.loads(script))
        except (ValueError, RecursionError):
            continue
        if read:
            return read
    return None


def _linked_data_date(value: Any, depth: int = 0) -> str | None:
    """Return the first `datePublished` of linked data, which may lie in lists and graphs."""
    if depth > 6:
        return None
    if isinstance(value, dict):
        if "datePublished" in value:
            return read_date(value["datePublished"])
        value = list(value.values())
    if isinstance(value, list):
        return next(filter(None, (_linked_data_date(inner, depth + 1) for inner in value)), None)
    return None


def _optional(module: str) -> Any:
    """Return an optional extractor, with its own log silenced: what goes wrong is said here."""
    logging.getLogger(module).setLevel(logging.CRITICAL)
    return found(module)


def _found_date(content: str, options: ReadOptions) -> str | None:
    htmldate = _optional("htmldate") if options.html_extractor != "lxml" else None
    if htmldate is None:
        return None
    try:
        return read_date(htmldate.find_date(content, extensive_search=False, original_date=True))
    except (ValueError, RecursionError):
        return None


def _chosen_text(root: html.HtmlElement, content: str, options: ReadOptions) -> str:
    own = page_text(root)
    trafilatura = _optional("trafilatura") if options.html_extractor != "lxml" else None
    if trafilatura is None:
        return own
    other = trafilatura.extract(content, favor_recall=True, include_comments=False, fast=True) or ""
    return other if len(other) >= KEPT * len(own) or options.html_extractor == "trafilatura" else own
