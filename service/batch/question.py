"""What a run asks of every record: the options, the day, the versions of the lists, the engine. It travels as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lists.embedded import embedded_versions
from lists.errors import NotStored
from lists.models import Snapshot
from lists.store import SnapshotStore
from service.articles.article import Columns, ReadOptions
from service.errors import DataError, NotFound
from service.holdings import Holding, Holdings, gone_before, store_of
from service.house_aliases import LIST_ID as HOUSE
from service.house_aliases import stored_house_aliases
from service.inputs import Reading
from service.recognizers import choose_recognizers
from service.runtime import Runtime, build_runtime
from service.schemas import EngineOut, MatchOptions, SnapshotOut
from service.status import open_past

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
    encoding: str | None = None
    """Of files of names, where it is not UTF-8."""
    known_as_of: date | None = None
    as_of: date | None = None
    models: tuple[str, ...] = ()
    """Models that find names in texts, as they were asked for."""

    @property
    def read_options(self) -> ReadOptions:
        """How articles are read."""
        return ReadOptions(format=self.input_format, columns=Columns(**self.columns))

    @property
    def reading(self) -> Reading:
        """How names are read."""
        return Reading(self.columns, self.encoding)


class Question(Frozen):
    """What is asked, of which versions, on which day, by which engine."""

    asked: Asked
    day: date = Field(description="The day that `now` speaks of.")
    engine: EngineOut
    snapshots: tuple[SnapshotOut, ...]
    past: dict[str, tuple[str, ...]] = Field(
        description="All versions of each list that were at hand: they decide who was listed when."
    )
    readers: dict[str, str]
    """Versions of the packages that read inputs."""

    @property
    def versions(self) -> dict[str, str]:
        """The SHA-256 of the asked version of each list."""
        return {snapshot.list_id: snapshot.sha256 for snapshot in self.snapshots}


def question_of(asked: Asked, runtime: Runtime, today: date, data: Path) -> Question:
    """Return the question against the versions of a runtime; all of them, whatever lists are asked."""
    store = store_of(data)
    versions = {one.list_id: store.versions(one.list_id) for one in runtime.snapshots if one.list_id != HOUSE}
    return Question(
        asked=asked,
        day=asked.as_of or today,
        engine=runtime.engine_out(),
        snapshots=tuple(runtime.snapshots_out(asked.as_of or today)),
        past={list_id: tuple(one.version for one in found) for list_id, found in versions.items()},
        readers={name: found for name in READERS if (found := _version(name))},
    )


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def pinned_runtime(question: Question, data: Path) -> Runtime:
    """Return a runtime over exactly the versions, and with exactly the models, of a question."""
    recognizers = choose_recognizers(question.asked.models, lambda _: None)
    holdings = pinned_holdings(question, data)
    runtime = build_runtime(holdings, data, known_as_of=question.asked.known_as_of, recognizers=recognizers)
    if runtime.engine_out() != question.engine:
        raise DataError(f"this worker's engine is {runtime.engine_out()}, the run's is {question.engine}")
    lists = tuple(part.snapshot.list_id for part in holdings.parts)
    past = open_past(_StoreThen(store_of(data).root, question.past), lists, question.asked.known_as_of)
    return replace(runtime, past=past)


class _StoreThen(SnapshotStore):
    """The store as it was when a run was begun: versions that came since are not seen."""

    def __init__(self, root: Path, known: Mapping[str, Collection[str]]) -> None:
        super().__init__(root)
        self._known = known

    def versions(self, list_id: str) -> tuple[Snapshot, ...]:
        """Return the versions of a list that were known then."""
        known = self._known.get(list_id, ())
        return tuple(one for one in super().versions(list_id) if one.version in known)


def pinned_holdings(question: Question, data: Path) -> Holdings:
    """Return exactly the versions of a question; `NotFound` names one that is not at hand."""
    store = _StoreThen(store_of(data).root, question.past)
    try:
        house = next((one for one in question.snapshots if one.list_id == HOUSE), None)
        aliases = stored_house_aliases(data, house.sha256, house.retrieved) if house else None
        parts = list(_parts(store, [one for one in question.snapshots if one.list_id != HOUSE]))
    except NotStored as error:
        raise NotFound(f"{error}; the run was begun with it: begin anew with --restart") from error
    return Holdings(
        parts, aliases, gone_before(store, [part.snapshot for part in parts], question.asked.known_as_of)
    )


def _parts(store: SnapshotStore, named: Sequence[SnapshotOut]) -> Iterator[Holding]:
    """Yield the named versions: from the sample, where it is the sample that was asked, else from the store."""
    stored = {one.sha256 for one in named if one.version in {v.version for v in store.versions(one.list_id)}}
    shipped = (
        {} if len(stored) == len(named) else {s.sha256: (s, entries) for s, entries in embedded_versions()}
    )
    for one in named:
        if one.sha256 in shipped:
            yield Holding(*shipped[one.sha256])
            continue
        snapshot = store.snapshot(one.list_id, one.version)
        if snapshot.sha256 != one.sha256:
            raise NotStored("another content under the same version", where=f"{one.list_id} {one.version}")
        yield Holding(snapshot, store.reader(snapshot))
