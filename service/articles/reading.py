"""Read articles from paths: files, directories, standard input; the one door to all formats.

The order for each input: open → decompress → open archives → tell the format by name and content → its
reader. Whatever cannot be read is yielded as `Skipped` with its place, and the next input is read.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from service.articles.article import Article, Note, ReadOptions, Skipped
from service.articles.containers import opened
from service.articles.formats import READERS, format_of
from service.articles.limits import LimitReached
from service.articles.source import Source

STANDARD_INPUT = "-"
WEB = ("http://", "https://")
NOT_FETCHED = "an address of the web is not fetched here; as in curl -sL ADDRESS | sanctions-xref screen -"
"""What is said of an address in place of a path: who runs the command fetches with the rights that are meant for it."""


def _ignore(_: str) -> None:
    """Take no notes."""


def read_articles(
    paths: Iterable[str | Path],
    options: ReadOptions | None = None,
    *,
    stdin: BinaryIO | None = None,
    note: Note = _ignore,
) -> Iterator[Article | Skipped]:
    """Yield the articles of all paths in order; directories are read in the order of their names.

    `-` reads `stdin`. `note` is told what was guessed. Nothing is raised for bad input.
    """
    chosen = options or ReadOptions()
    for path in paths:
        if str(path) == STANDARD_INPUT:
            yield from _read_standard_input(stdin, chosen, note)
        elif str(path).startswith(WEB):
            yield Skipped(str(path), NOT_FETCHED)
        else:
            yield from _read_path(Path(path), chosen, note)


def _read_standard_input(
    stdin: BinaryIO | None, options: ReadOptions, note: Note
) -> Iterator[Article | Skipped]:
    if stdin is None:
        yield Skipped("standard input", "not open")
        return
    stream = stdin if isinstance(stdin, io.BufferedReader) else io.BufferedReader(_Raw(stdin))
    yield from read_source(Source("standard input", stream), options, note)


class _Raw(io.RawIOBase):
    """A binary stream without `peek`, made fit for a buffer."""

    def __init__(self, inner: BinaryIO) -> None:
        super().__init__()
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        chunk = self._inner.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _read_path(path: Path, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    try:
        if path.is_dir():
            for member in sorted(path.iterdir()):
                if not member.name.startswith("."):
                    yield from _read_path(member, options, note)
            return
        with path.open("rb") as stream:
            yield from read_source(Source(str(path), stream), options, note)
    except OSError as error:
        yield Skipped(str(path), f"cannot be opened: {error.strerror or error}")


def _refusal(name: str, options: ReadOptions) -> str:
    return f"unknown format '{name}'; known are {', '.join(READERS)}" if options.format else name


def read_source(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield the articles of one opened input, through all its containers."""
    try:
        for inner in opened(source, options.limits):
            yield from [inner] if isinstance(inner, Skipped) else _read_member(inner, options, note)
    except (LimitReached, OSError, EOFError, ValueError) as error:
        yield Skipped(source.place, f"cannot be read further: {error}")


def _read_member(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield the articles of what a container holds; where it breaks, the next member is read all the same."""
    try:
        name = options.format or format_of(source)
        if reader := READERS.get(name):
            yield from reader(source, options, note)
        else:
            yield Skipped(source.place, _refusal(name, options))
    except (LimitReached, OSError, EOFError, ValueError) as error:
        yield Skipped(source.place, f"cannot be read further: {error}")
