"""From a record with fields to an article: which field holds what is stated, or guessed and said.

A record without text is skipped with its place. The date comes from the record's own field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from service.articles.article import Article, Columns, Note, ReadOptions, Skipped, text_sha256
from service.articles.dates import read_date
from service.articles.encoding import without_surrogates

Record = Mapping[str, Any]
_USUAL = {
    "text": (
        "text", "body", "content", "article_text", "articlebody", "article", "maintext", "full_text",
        "fulltext", "plain_text", "raw_text", "story", "news", "document", "paragraph", "description",
        "summary", "abstract",
    ),
    "title": ("title", "headline", "head", "heading", "subject", "name"),
    "id": ("id", "article_id", "doc_id", "docid", "document_id", "uuid", "guid", "_id", "key"),
    "published": (
        "published", "date", "published_at", "publishedat", "pubdate", "pub_date", "publish_date",
        "date_publish", "datepublished", "date_published", "publication_date", "published_date", "datetime",
        "timestamp", "time", "created_at", "crawl_date", "seendate",
    ),
    "url": ("url", "link", "source_url", "uri", "canonical_url", "permalink", "weburl", "href"),
    "language": ("language", "lang", "language_code"),
}  # fmt: skip
"""The usual names of each role's field, in lower case, the likeliest first."""
MIN_GUESSED_TEXT = 40
"""Characters that the longest field must have to be taken for the text."""


class FieldMap:
    """Which fields of the records of one file hold what. What is guessed is told once."""

    def __init__(self, columns: Columns, place: str, note: Note) -> None:
        self._columns = columns
        self._place = place
        self._note = note
        self._guessed: dict[str, str | None] = {}

    def value(self, record: Record, role: str) -> Any:
        """Return the value of a role (`text`, `title`, …) in a record, or None."""
        stated = getattr(self._columns, role)
        if stated is not None:
            return _reach(record, stated)
        field = self._guessed.get(role)
        if field is None or field not in record:
            field = self._guess(record, role)
        return record.get(field) if field is not None else None

    def _guess(self, record: Record, role: str) -> str | None:
        by_name = {str(name).strip().lower(): name for name in record}
        for usual in _USUAL[role]:
            name = by_name.get(usual)
            if name is not None and record[name] not in (None, ""):
                self._tell(role, name, usual)
                return str(name)
        return self._longest(record) if role == "text" else None

    def _longest(self, record: Record) -> str | None:
        texts = {name: value for name, value in record.items() if isinstance(value, str)}
        name = max(texts, key=lambda found: len(texts[found]), default=None)
        if name is None or len(texts[name]) < MIN_GUESSED_TEXT:
            return None
        self._tell("text", name, "")
        return name

    def _tell(self, role: str, name: str, usual: str) -> None:
        if self._guessed.get(role) != name:
            self._guessed[role] = name
            if name != role and role in ("text", "published", "title", "id"):
                why = "" if usual else ", the longest field"
                self._note(f"{self._place}: {role} is read from the field '{name}'{why}")


def _reach(record: Record, path: str) -> Any:
    if path in record:
        return record[path]
    value: Any = record
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def article_of(record: Record, fields: FieldMap, options: ReadOptions, place: str) -> Article | Skipped:
    """Return the article that a record holds, or why there is none."""
    text = fields.value(record, "text")
    if not isinstance(text, str) or not text.strip():
        known = ", ".join(list(map(str, record))[:8]) or "none"
        more = ", or give the page: a url is not fetched here" if fields.value(record, "url") else ""
        return Skipped(
            place, f"no text; its fields: {known}; name the one with the text (--text-field){more}"
        )
    published = read_date(fields.value(record, "published"))
    return finished(
        Article(
            id=_string(fields.value(record, "id")) or place,
            text=text,
            title=_string(fields.value(record, "title")),
            published=published,
            published_basis="field" if published else "unknown",
            url=_string(fields.value(record, "url")),
            language=_string(fields.value(record, "language")),
            place=place,
        ),
        options,
    )


def _string(value: object) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def finished(article: Article, options: ReadOptions) -> Article | Skipped:
    """Return the article with its SHA-256, or why it is not taken: no text, or too much."""
    if not article.text.strip():
        return Skipped(article.place, "no text")
    if len(article.text) > options.limits.characters:
        reason = (
            f"{len(article.text):,} characters; one article may have {options.limits.characters:,}: split it"
        )
        return Skipped(article.place, reason)
    text = without_surrogates(article.text)
    title = article.title and without_surrogates(article.title)
    return replace(
        article, id=without_surrogates(article.id), text=text, title=title, sha256=text_sha256(text)
    )
