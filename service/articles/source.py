"""An opened input on its way to a reader: its name, its stream, and what its beginning looks like."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

from service.articles.article import Article, Note, ReadOptions, Skipped

_PACKED = (".gz", ".bz2", ".xz", ".zst")


@dataclass(frozen=True, slots=True)
class Source:
    """One document or file of records. `place` says where it is: a path, or an archive and its member."""

    place: str
    stream: io.BufferedReader
    content_type: str | None = None
    depth: int = 0
    first_line: int = 1
    """Number of the first line in its file, where only a section of the file is read."""

    @property
    def name(self) -> str:
        """The last part of the place, in lower case, for its ending: that of what is packed, where it is packed."""
        name = PurePosixPath(self.place.replace("\\", "/").rsplit(": ", 1)[-1]).name.lower()
        return next((name.removesuffix(ending) for ending in _PACKED if name.endswith(ending)), name)

    def beginning(self, size: int = 4096) -> bytes:
        """Return the first bytes without reading them away."""
        return self.stream.peek(size)[:size]


class Reader(Protocol):
    """Reads one format. Broken records become `Skipped` with their place; the rest goes on."""

    def __call__(self, source: Source, options: ReadOptions, note: Note, /) -> Iterator[Article | Skipped]:
        """Yield the articles of a source."""
        ...
