"""Records: what is read from a unit, and what came of each: an outcome always, an answer where there is one.

Every record has an outcome, also one that could not be read and one without a hit: auditors ask for these.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from pydantic import Field

from service.articles.article import Article, Skipped
from service.articles.json_records import read_json_lines
from service.articles.limits import buffered
from service.articles.reading import read_source
from service.articles.source import Source
from service.batch.inputs import InputFile, open_file
from service.batch.plan import Unit
from service.batch.question import Frozen, Question
from service.errors import InputError, Unreadable
from service.input_files import read_file
from service.inputs import BadLine, read_queries
from service.schemas import QueryIn

Item = Article | Skipped | QueryIn | BadLine
Note = Callable[[str], None]


class HitOut(Frozen):
    """A hit in short: which entry, for which name, how probable."""

    list_id: str = Field(alias="list")
    entry_id: str
    name: str = Field(description="The organization of the article, or the name asked for.")
    confidence: float


class Outcome(Frozen):
    """What came of one record. `sha256` is that of the article's text."""

    id: str | None = None
    place: str | None = Field(default=None, description="Where it was read, where that is not its id.")
    sha256: str | None = None
    outcome: Literal["hit", "no hit", "skipped", "as before"]
    reason: str | None = Field(default=None, description="Why it was skipped.")
    organizations: int = 0
    hits: tuple[HitOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """An outcome and the answer, both as JSON; no answer where it is not worth a line of the output."""

    outcome: bytes
    answer: bytes = b""


class Section(io.RawIOBase):
    """The bytes of a stream from one place to another."""

    def __init__(self, inner: BinaryIO, start: int, end: int) -> None:
        super().__init__()
        self._inner = inner
        self._left = end - start
        inner.seek(start)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # any writable buffer
        """Read up to the end of the section."""
        chunk = self._inner.read(min(len(buffer), self._left))
        buffer[: len(chunk)] = chunk
        self._left -= len(chunk)
        return len(chunk)


def read_unit(unit: Unit, question: Question, note: Note) -> Iterator[Item]:
    """Yield the records of a unit in order; what cannot be read is among them, with its place and the reason."""
    for file in unit.files:
        if file.problem is not None:
            yield Skipped(file.place, file.problem)
            continue
        try:
            with open_file(file) as stream:
                yield from _read_file(unit, file, stream, (question, note))
        except OSError as error:
            yield Skipped(file.place, f"cannot be read further: {error.strerror or error}")


def _read_file(
    unit: Unit, file: InputFile, stream: io.BufferedReader, how: tuple[Question, Note]
) -> Iterator[Item]:
    question, note = how
    if question.asked.kind == "names":
        yield from _read_names(file, stream, how)
    elif unit.end is not None:
        section = buffered(Section(stream, unit.start, unit.end))
        source = Source(file.place, section, first_line=unit.first_line)
        yield from read_json_lines(source, question.asked.read_options, note)
    else:
        yield from read_source(Source(file.place, stream), question.asked.read_options, note)


def _read_names(file: InputFile, stream: BinaryIO, how: tuple[Question, Note]) -> Iterator[Item]:
    question, note = how
    try:
        yield from read_file(
            lambda found: read_queries(found, file.place, note, question.asked.reading),
            stream,
            file.place,
            note,
        )
    except Unreadable as error:
        yield Skipped(error.place, error.reason)
    except InputError as error:
        yield Skipped(file.place, str(error))
