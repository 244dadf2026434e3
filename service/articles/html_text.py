"""The text of a web page: every block that a reader sees, without navigation, forms and lists of links.

Recall comes first, since a mention that is not found is seen by nobody: a block is left out only where its
element or role says that it is no content, or where it is short and nearly all links. If the page marks its
article, that is taken, unless most of the page's text stands outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from lxml import etree, html

_DROPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "nav", "footer", "form", "button",
    "select", "option", "textarea", "iframe", "object", "embed", "canvas", "video", "audio", "map",
    "dialog", "input", "label", "head", "link", "meta", "menu",
))  # fmt: skip
_DROPPED_ROLES = frozenset((
    "navigation", "banner", "contentinfo", "search", "menu", "menubar", "dialog", "alertdialog",
    "complementary",
))  # fmt: skip
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul", "br",
))  # fmt: skip
_BOILERPLATE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|footer|sidebar|breadcrumbs?|cookie|cookies|consent|newsletter|"
    r"subscribe|share|sharing|social|related|recommended|promo|advert|advertisement|ads?|sponsored|comments?|"
    r"skip-link|pagination|paywall|popup|modal)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ARTICLE = (
    ".//*[@itemprop='articleBody']",
    ".//article",
    ".//main",
    ".//*[@role='main']",
)
_SPACE = re.compile(r"[^\S\n]+")
MIN_ARTICLE = 200
"""Characters that a marked article must have to be taken."""
MAX_LINKED = 0.7
"""A short block with a larger share of linked characters is navigation."""
SHORT = 160
_USUAL = "count(//*) <= 20000 and not(//*[count(ancestor::*) > 200])"


class TooDeep(Exception):
    """The elements of a page are nested deeper than the parser goes: what comes after would be lost."""

    def __init__(self) -> None:
        super().__init__("its elements are nested too deeply to be read to the end; give its text")


def parse_page(content: str) -> html.HtmlElement | None:
    """Return the root of a page, or None where there is nothing to parse. Broken markup is repaired.

    Raises `TooDeep` beyond some two thousand elements within each other, as tags make that are never closed.
    """
    parser = html.HTMLParser(
        encoding="utf-8",
        recover=True,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,  # without it, what is more than 256 deep is lost without a word
    )
    try:
        root = html.document_fromstring(content.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        raise TooDeep
    return root


def is_usual(root: html.HtmlElement) -> bool:
    """Say whether a page has as many elements as pages have, and none as deep as only broken ones have."""
    return bool(root.xpath(_USUAL))


def page_text(root: html.HtmlElement) -> str:
    """Return the text of a page, a line a block."""
    bodies = root.xpath("//body")
    body = bodies[0] if bodies else root
    whole = _text(body)
    for path in _ARTICLE:
        text = "\n".join(filter(None, map(_text, body.xpath(path))))
        if len(text) >= MIN_ARTICLE and len(text) * 3 >= len(whole):
            return text
    return whole


def _text(root: html.HtmlElement) -> str:
    lines = []
    for block, linked in _blocks(root):
        text = _SPACE.sub(" ", block.replace("\n", " ").replace("\r", " ")).strip()
        if text and not (len(text) < SHORT and linked > MAX_LINKED * len(text) and not _is_sentence(text)):
            lines.append(text)
    return "\n".join(lines)


def _is_sentence(text: str) -> bool:
    """Say whether a linked block reads as a sentence: it ends like one and has a few words."""
    return text[-1] in ".!?…" and text.count(" ") > 5


def _blocks(root: html.HtmlElement) -> Iterator[tuple[str, int]]:
    """Yield the text of each block, and how many of its characters are linked."""
    walk = _Walk()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            yield from walk.enter(element, tag, is_root=element is root)
        else:
            yield from walk.leave(element, tag, is_root=element is root)
    yield walk.block()


class _Walk:
    """Gathers text on the way through a page; `skipped` is the dropped element that it is inside of."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._linked = 0
        self._links = 0
        self._skipped: html.HtmlElement | None = None

    def block(self) -> tuple[str, int]:
        """Return what was gathered since the last block, and begin anew."""
        found = "".join(self._parts), self._linked
        self._parts, self._linked = [], 0
        return found

    def _add(self, text: str | None) -> None:
        if text:
            self._parts.append(text)
            self._linked += len(text.strip()) * bool(self._links)

    def enter(self, element: html.HtmlElement, tag: str, *, is_root: bool) -> Iterator[tuple[str, int]]:
        if self._skipped is not None:
            return
        if not is_root and _is_dropped(element, tag):
            self._skipped = element
            return
        if tag in _BLOCKS:
            yield self.block()
        self._links += tag == "a"
        self._add(element.text)

    def leave(self, element: html.HtmlElement, tag: str, *, is_root: bool) -> Iterator[tuple[str, int]]:
        if self._skipped is None:
            self._links -= tag == "a"
        elif element is self._skipped:
            self._skipped = None
        else:
            return
        if tag in _BLOCKS:
            yield self.block()
        if not is_root:
            self._add(element.tail)


def _is_dropped(element: html.HtmlElement, tag: str) -> bool:
    if tag in _DROPPED:
        return True
    get = element.get
    if get("hidden") is not None or get("aria-hidden") == "true" or get("role") in _DROPPED_ROLES:
        return True
    style = get("style")
    if style and "display:none" in style.replace(" ", "").lower():
        return True
    marks = f"{get('class') or ''} {get('id') or ''}"
    return tag not in ("body", "article", "main") and bool(_BOILERPLATE.search(marks)) and _is_small(element)


def _is_small(element: html.HtmlElement) -> bool:
    """Say whether an element has little running text: a class name alone must not hide an article."""
    lengths = (len("".join(paragraph.itertext())) for paragraph in element.iter("p"))
    return all(total < 1_000 for total in accumulate(lengths))
