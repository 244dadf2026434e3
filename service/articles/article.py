"""What reading yields: an `Article`, or a `Skipped` record with its place and the reason. Nothing gets lost.

Offsets of everything that is found later count code points of `Article.text`. For plain text and for fields
of records that is the text as given; for HTML, e-mail, PDF and feeds it is the text that was extracted,
which `sha256` identifies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

Note: TypeAlias = Callable[[str], None]
"""Is told what is worth knowing and no error: a guessed column, a guessed encoding."""

PublishedBasis = Literal["field", "metadata", "unknown"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where a page was fetched: its last address, the SHA-256 of its bytes, and when."""

    url: str
    sha256: str
    retrieved: datetime


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `published` is an ISO date or its beginning (`2023-09-15`, `1987`), None where unknown."""

    id: str
    text: str
    title: str | None = None
    published: str | None = None
    published_basis: PublishedBasis = "unknown"
    url: str | None = None
    language: str | None = None
    sha256: str = ""
    """SHA-256 of `text` in UTF-8."""
    place: str = ""
    """Where it was read: `dump.jsonl line 3`, `news.zip: page.html`."""
    fetched: Fetched | None = None
    """The page that it was read from, where the caller gave an address only."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record, file or archive member that was not read: where it is and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Which fields of a record hold what; None is guessed from the usual names. Dots go into objects."""

    text: str | None = None
    title: str | None = None
    id: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one record and one archive may cost; what is larger is skipped with a message."""

    article_bytes: int = 20_000_000
    """Bytes of one record or document before its text is read."""
    characters: int = 2_000_000
    """Code points of one article's text."""
    ratio: int = 200
    """Times that compressed data may grow, once more than `ratio_floor` bytes came out."""
    ratio_floor: int = 10_000_000
    members: int = 1_000_000
    """Members of one archive."""
    depth: int = 3
    """Archives inside archives."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How articles are read."""

    format: str | None = None
    """The format of every input; None: told from name and content."""
    columns: Columns = field(default_factory=Columns)
    limits: Limits = field(default_factory=Limits)
    html_extractor: Literal["auto", "lxml", "trafilatura"] = "auto"
    """`auto`: trafilatura where it is installed and keeps the page's substance, else the built-in one."""


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8; half characters count as the replacement character."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
