"""A job: what a run is about, which files that are, who is told, and what comes of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from service.articles.article import Article
from service.batch.engines import Engine
from service.batch.inputs import STANDARD_INPUT, InputFile, find_files
from service.batch.manifest import Summary
from service.batch.outputs import Output
from service.batch.question import Question
from service.batch.rescreening import Rescreening
from service.batch.shares import Progress
from service.batch.storage import Folder, Storage, beside, is_url, storage_at, written
from service.errors import InputError

RUN = ".run"
SPOOL = "standard-input"


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how a run goes: notes, each once; progress after each part."""

    note: Callable[[str], None]
    progress: Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What a run is about: the question, the paths, the output, where the lists are, who works on it."""

    question: Question
    paths: tuple[str, ...]
    output: Output
    data: Path
    engine: Engine
    restart: bool = False
    standard_input: BinaryIO | None = None
    rescreens: Rescreening | None = None

    @property
    def place(self) -> str:
        """Where the files of the run are."""
        place = beside(self.output.place, RUN)
        return place if is_url(place) else str(Path(place).absolute())

    @property
    def parent(self) -> Storage:
        """The storage that holds the output."""
        return storage_at(self.output.parent)


Taker = Callable[[Question, Iterable[tuple[Article, bytes]]], None]
"""Takes the hits of a run before it is done: each article with its answer in JSON; it may be given the same again."""


@dataclass(frozen=True, slots=True)
class Done:
    """A finished run: its summary, and whether there was nothing to do."""

    summary: Summary
    was_done: bool = False


def files_of(job: Job, storage: Storage) -> Iterator[InputFile]:
    """Yield the files of all paths; standard input is kept beside the run, so that it can be read again."""
    if job.rescreens is not None:
        yield from job.rescreens.files()
        return
    for path in job.paths:
        if path == "-":
            yield _spooled(job, storage)
        else:
            yield from find_files((path,), (job.output.place, job.place))


def _spooled(job: Job, storage: Storage) -> InputFile:
    if job.standard_input is None or not isinstance(storage, Folder):
        raise InputError("standard input needs an --output of this machine")
    with written(f"{storage.place}/{SPOOL}"), storage.writing(SPOOL) as stream:
        shutil.copyfileobj(job.standard_input, stream, 1 << 20)
    (file,) = find_files((str(storage.root / SPOOL),))
    return replace(file, place=STANDARD_INPUT)
