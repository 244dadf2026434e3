"""What a run asks of every record: the options, the day, the versions of the lists, the engine. It travels as JSON."""

from __future__ import annotations

from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lists.embedded import embedded_versions
from lists.errors import NotStored
from service.articles.article import Columns, ReadOptions
from service.errors import NotFound
from service.holdings import Holding, Holdings, store_of
from service.runtime import Runtime, build_runtime
from service.schemas import EngineOut, MatchOptions, SnapshotOut

READERS = ("trafilatura", "fastwarc", "pypdf", "htmldate", "pyarrow")
"""Packages whose version may change what is read."""


class Frozen(BaseModel):
    """A value that travels between processes and is kept in a run's files."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")


class Asked(Frozen):
    """What the caller chose: two runs with equal choices over equal inputs are one run."""

    kind: Literal["articles", "names"]
    options: MatchOptions
    input_format: str | None = None
    columns: dict[str, str] = {}
    """Which field of the input holds what."""
    known_as_of: date | None = None
    as_of: date | None = None

    @property
    def read_options(self) -> ReadOptions:
        """How articles are read."""
        return ReadOptions(format=self.input_format, columns=Columns(**self.columns))


class Question(Frozen):
    """What is asked, of which versions, on which day, by which engine."""

    asked: Asked
    day: date = Field(description="The day that `now` speaks of.")
    engine: EngineOut
    snapshots: tuple[SnapshotOut, ...]
    readers: dict[str, str]
    """Versions of the packages that read inputs."""

    @property
    def versions(self) -> dict[str, str]:
        """The SHA-256 of the asked version of each list."""
        return {snapshot.list_id: snapshot.sha256 for snapshot in self.snapshots}


def question_of(asked: Asked, runtime: Runtime, today: date) -> Question:
    """Return the question against the versions of a runtime; all of them, whatever lists are asked."""
    return Question(
        asked=asked,
        day=asked.as_of or today,
        engine=runtime.engine_out(),
        snapshots=tuple(runtime.snapshots_out(asked.as_of or today)),
        readers={name: found for name in READERS if (found := _version(name))},
    )


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def pinned_runtime(question: Question, data: Path) -> Runtime:
    """Return a runtime over exactly the versions of a question."""
    return build_runtime(pinned_holdings(question, data), data, known_as_of=question.asked.known_as_of)


def pinned_holdings(question: Question, data: Path) -> Holdings:
    """Return exactly the versions of a question; `NotFound` names one that is not at hand."""
    shipped = {snapshot.sha256: Holding(snapshot, entries) for snapshot, entries in embedded_versions()}
    store = store_of(data)
    parts = []
    for named in question.snapshots:
        if named.sha256 in shipped:
            parts.append(shipped[named.sha256])
            continue
        try:
            snapshot = store.snapshot(named.list_id, named.version)
        except NotStored as error:
            raise NotFound(f"{error}; the run was begun with it: begin anew with --restart") from error
        parts.append(Holding(snapshot, store.reader(snapshot)))
    return Holdings(parts)
