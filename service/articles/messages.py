"""E-mail: `.eml` files and mailboxes (`mbox`). The subject is the title; plain text is preferred to HTML.

Attachments are not opened; how many a message has is noted.
"""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from service.articles.article import Article, Note, PublishedBasis, ReadOptions, Skipped
from service.articles.dates import read_date
from service.articles.encoding import Undecodable, decode
from service.articles.html_text import TooDeep, page_text, parse_page
from service.articles.limits import LimitReached, read_limited
from service.articles.records import finished
from service.articles.source import Source


def read_email(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield the one article of a message."""
    try:
        content = read_limited(source.stream, options.limits.article_bytes)
    except LimitReached as error:
        yield Skipped(source.place, str(error))
        return
    yield _article(content, source.place, options, note)


def read_mailbox(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield an article a message of a mailbox; messages begin at lines with `From `."""
    lines: list[bytes] = []
    number = size = 0
    for line in source.stream:
        if line.startswith(b"From ") and lines and not lines[-1].strip():
            number += 1
            yield _message(lines, size, f"{source.place} message {number}", options, note)
            lines, size = [], 0
        size += len(line)
        if size <= options.limits.article_bytes:
            lines.append(line)
    if lines:
        yield _message(lines, size, f"{source.place} message {number + 1}", options, note)


def _message(
    lines: list[bytes], size: int, place: str, options: ReadOptions, note: Note
) -> Article | Skipped:
    if size > options.limits.article_bytes:
        return Skipped(
            place, f"larger than {options.limits.article_bytes:,} bytes, the limit for one article"
        )
    begin = 1 if lines[0].startswith(b"From ") else 0
    return _article(b"".join(lines[begin:]), place, options, note)


def _article(content: bytes, place: str, options: ReadOptions, note: Note) -> Article | Skipped:
    try:
        message = message_from_bytes(content, policy=policy.default)
        if not message.keys():
            return Skipped(place, "no message: it has no header fields")
        text = _text(message)
        title = str(message.get("Subject") or "").strip() or None
        date = read_date(str(message.get("Date") or ""))
        name = str(message.get("Message-ID") or "").strip("<> \r\n") or place
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, Undecodable) as error:
        return Skipped(place, f"broken message: {error}")
    attached = sum(1 for part in message.walk() if part.get_content_disposition() == "attachment")
    if attached:
        note(f"{place}: {attached} attachments were not opened")
    basis: PublishedBasis = "field" if date else "unknown"
    return finished(
        Article(id=name, text=text, title=title, published=date, published_basis=basis, place=place), options
    )


def _text(message: Message) -> str:
    if not isinstance(message, EmailMessage):
        return ""
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    content = body.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    text, _ = decode(content, body.get_content_charset())
    if body.get_content_type() != "text/html":
        return text
    try:
        root = parse_page(text)
    except TooDeep:
        return text
    return page_text(root) if root is not None else ""
