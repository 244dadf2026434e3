"""RSS, RSS 1.0 and Atom: an article an entry, its text the fullest of content and description, without tags.

The parser refuses document types and entities of its own. A feed that breaks off gives the entries before
the break.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from service.articles.article import Article, Note, ReadOptions, Skipped
from service.articles.dates import read_date
from service.articles.html_text import TooDeep, page_text, parse_page
from service.articles.limits import LimitReached, read_limited
from service.articles.records import finished
from service.articles.source import Source

_ENTRIES = ("{*}item", "{*}entry")
_TEXTS = ("encoded", "content", "fulltext", "description", "summary")
_DATES = ("pubdate", "published", "date", "issued", "updated", "modified")


def read_feed(source: Source, options: ReadOptions, _: Note) -> Iterator[Article | Skipped]:
    """Yield the articles of a feed."""
    number = 0
    parser = etree.XMLPullParser(
        events=("end",),
        tag=_ENTRIES,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        content = read_limited(source.stream, options.limits.article_bytes * 5)
        if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:4096]:
            yield Skipped(source.place, "a feed with a document type is refused")
            return
        for start in range(0, len(content), 1 << 16):
            parser.feed(content[start : start + (1 << 16)])
            for _event, element in parser.read_events():
                number += 1
                yield _article(element, options, f"{source.place} entry {number}")
                element.clear()
        parser.close()
    except (etree.XMLSyntaxError, LimitReached) as error:
        for _event, element in parser.read_events():
            number += 1
            yield _article(element, options, f"{source.place} entry {number}")
        yield Skipped(f"{source.place} after entry {number}", f"the rest of the feed cannot be read: {error}")


def _article(entry: etree._Element, options: ReadOptions, place: str) -> Article | Skipped:
    values = _values(entry)
    title = values.get("title")
    texts = [_plain(values[name]) for name in _TEXTS if values.get(name)]
    text = max(texts, key=len, default="") or title or ""
    published = next(filter(None, (read_date(values[name]) for name in _DATES if name in values)), None)
    url = values.get("link")
    return finished(
        Article(
            id=values.get("guid") or values.get("id") or url or place,
            text=text,
            title=_plain(title) if title else None,
            published=published,
            published_basis="field" if published else "unknown",
            url=url,
            language=(values.get("language") or "").split("-")[0].lower() or None,
            place=place,
        ),
        options,
    )


def _values(entry: etree._Element) -> dict[str, str]:
    """Return the text of each child by its local name; of links the address of the page itself."""
    values: dict[str, str] = {}
    for child in entry:
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child).localname.lower()
        text = _inner(child)
        if name == "link":
            if child.get("rel") not in (None, "alternate"):
                continue
            text = child.get("href") or text
        if text.strip() and len(text) > len(values.get(name, "")):
            values[name] = text.strip()
    return values


def _inner(element: etree._Element) -> str:
    if element.get("type") == "xhtml":
        return etree.tostring(element, encoding="unicode", method="xml", with_tail=False)
    return "".join(str(part) for part in element.itertext())


def _plain(markup: str) -> str:
    """Return markup as text; text without markup, and markup that cannot be read to its end, as it is."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    try:
        root = parse_page(markup)
    except TooDeep:
        return markup
    return page_text(root) if root is not None else markup
