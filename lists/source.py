"""What a list is and how it is read: `Source` describes a list, a `Reader` turns its files into entries.

A reader module offers two functions and their names:

    def recognizes(files: Files) -> bool: ...            # looks at names and first bytes only
    def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]: ...

    READER = Reader(format="un-xml", version="1", recognizes=recognizes, read=read)

`read` is pure over the files: the same bytes give the same entries in the same order, whatever the clock, the
network or the environment. It streams: no file is held in memory as a whole. It is strict: every field is
taken or is listed as deliberately ignored; an unknown field or value is a warning with its place
(`report.warn`), and the rest of the record and of the list goes on; a file that is not what the format
promises is a `ReadError`. Nothing is lost: a record with an unreadable part is kept with what is readable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import BinaryIO, Literal

from lists.models import ListEntry

Basis = Literal["in-file", "catalogue", "http-last-modified", "stated", "none"]
KEPT_WARNINGS = 1000
"""Warnings of one kind that a report keeps in full; all are counted."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """A publisher's file, uncompressed: its name, and how to open it again from its first byte."""

    name: str
    opener: Callable[[], BinaryIO]

    def open(self) -> BinaryIO:
        """Return a fresh binary stream, to be used as a context manager; a second pass calls it again."""
        return self.opener()

    def head(self, size: int = 4096) -> bytes:
        """Return the first bytes, without a UTF-8 byte order mark."""
        with self.open() as stream:
            return stream.read(size).removeprefix(b"\xef\xbb\xbf")


Files = tuple[RawFile, ...]
"""The files of one version of one list, sorted by name."""


@dataclass(frozen=True, slots=True)
class ReadWarning:
    """Something unusual that a reader met: its `kind` (a few words, counted), the message, and the place."""

    kind: str
    message: str
    place: str
    """File with line, row, or entry id: what a person needs to find it."""


class Report:
    """What a reader says besides entries: warnings, counted by kind, and the date that the file carries."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.warnings: list[ReadWarning] = []
        self.published: date | None = None
        self.published_basis: Basis = "none"
        self.facts: dict[str, str] = {}
        """Facts of the file as a whole that a snapshot should remember: namespace, record count, filters."""

    def warn(self, kind: str, message: str, place: str) -> str:
        """Count a warning and return it as one line, for `ListEntry.warnings`."""
        self.counts[kind] += 1
        if self.counts[kind] <= KEPT_WARNINGS:
            self.warnings.append(ReadWarning(kind, message, place))
        return f"{kind}: {message}"

    def dated(self, published: date, basis: Basis = "in-file") -> None:
        """Record when the publisher published this version."""
        self.published, self.published_basis = published, basis

    @property
    def total(self) -> int:
        """How many warnings there were."""
        return self.counts.total()


@dataclass(frozen=True, slots=True)
class Reader:
    """How one format is read. `version` grows when the same bytes would give other entries."""

    format: str
    version: str
    recognizes: Callable[[Files], bool]
    read: Callable[[Files, Source, Report], Iterator[ListEntry]]

    @property
    def label(self) -> str:
        """Format and version as a snapshot records them: `un-xml/1`."""
        return f"{self.format}/{self.version}"


@dataclass(frozen=True, slots=True)
class Download:
    """One file to fetch. `hosts` may answer or be redirected to; a leading dot allows every subdomain."""

    name: str
    url: str
    hosts: tuple[str, ...]
    max_bytes: int = 400_000_000
    """Limit on decoded bytes."""
    headers: tuple[tuple[str, str], ...] = ()
    catalogue_url: str | None = None
    """Where the publisher lists SHA-256 values of its files, by file name (OFAC's publication catalogue)."""


@dataclass(frozen=True, slots=True)
class Source:
    """One list: who publishes it, where, under which terms, and what a sound version looks like."""

    list_id: str
    title: str
    authority: str
    """Who designates, as `Designation.authority` says it."""
    country: str = ""
    """Two-letter code of the authority's jurisdiction, or `eu`, `un`; empty for an internal list."""
    page: str = ""
    """The publisher's page for people."""
    formats: tuple[str, ...] = ()
    """Formats that its files may have, the preferred one first; any where empty."""
    downloads: tuple[Download, ...] = ()
    """The files of one version; empty where a person has to supply them."""
    select: tuple[str, ...] = ()
    """Which records of a shared file belong to this list, in the publisher's own codes (`EL`, `SSI List`)."""
    licence: str = "unstated"
    attribution: str = ""
    stale_after_days: int = 14
    """A version older than this by its publisher's date is said to be stale."""
    blocking: bool | None = None
    """Whether being listed means an asset freeze; None where the list mixes both or does not say."""
    floors: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Fewest entries by schema (and `entries`) that a sound version has."""
    known_ids: tuple[str, ...] = ()
    """Entries of long standing that a sound version has."""
    enabled: bool = True
    """Whether a refresh without list names takes it."""

    @property
    def entry_url(self) -> str | None:
        """The page to cite where an entry has none of its own."""
        return self.page or None
