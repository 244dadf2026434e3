"""Processes of one machine that work on the shares of a run. A worker that dies is replaced and its share done again.

Each has a pipe to the parent: shares go in, counts and notes come out. What names can reach lies in memory that all
workers share, so that one learns what the others need not. A worker whose parent is gone ends by itself. Processes are
started anew (spawned), never forked: nothing of the parent's threads and locks comes along.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import cast

from lists.errors import ListsError
from matchers.prospects import Scores
from matchers.screening import Screener
from service.batch.affected import Affected, AffectedDesk
from service.batch.desk import Desk
from service.batch.garbage import seldom_collected
from service.batch.parts import Counts, Share, work
from service.batch.question import Question, pinned_runtime
from service.batch.shared_scores import SharedScores, shared_scores
from service.batch.storage import storage_at
from service.errors import DataError, ServiceError

CONTEXT = get_context("spawn")
ATTEMPTS = 3
"""How often a share is begun whose worker dies."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a worker needs to begin: the question, where the lists are, where the run keeps its parts."""

    question: Question
    data: Path
    place: str
    affected: Affected | None = None
    """What has to be looked at again, where a run is screened again."""

    def open_desk(self, scores: Scores | None = None) -> Desk:
        """Return a desk that answers the question; `scores` is what others at work on it have learned of names."""
        runtime = pinned_runtime(self.question, self.data)
        if scores is not None:
            one = runtime.screener
            shared = Screener(runtime.matcher, one.spotter, one.recognizers, scores)
            runtime = replace(runtime, screener=shared)
        return (
            AffectedDesk(self.question, runtime, self.affected)
            if self.affected
            else Desk(self.question, runtime)
        )


@dataclass(frozen=True, slots=True)
class Told:
    """Something that a worker says: a part that is committed (`size`: bytes of a unit that is done), or a note."""

    counts: Counts = field(default_factory=Counts)
    size: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a worker could not go on; the text is fit to be shown."""

    reason: str


def work_here(setting: Setting, shares: Iterable[Share]) -> Iterator[Told]:
    """Do all shares in this process."""
    desk, storage = setting.open_desk(), storage_at(setting.place)
    with seldom_collected():
        for share in shares:
            notes: list[str] = []
            for counts in work(share, desk, storage, notes.append):
                yield from (Told(note=note) for note in notes)
                notes.clear()
                yield Told(counts)
            yield Told(size=share.unit.size // share.turns)


def work_in_processes(setting: Setting, shares: Iterable[Share], count: int) -> Iterator[Told]:
    """Do all shares in `count` processes."""
    left = iter(shares)
    crew = _Crew(setting, shared_scores(CONTEXT))
    workers: dict[Connection, _Worker] = {}
    try:
        for _ in range(count):
            if (share := next(left, None)) is not None:
                worker = _start(crew, share)
                workers[worker.pipe] = worker
        while workers:
            for ready in wait(list(workers)):
                worker = workers.pop(cast(Connection, ready))
                yield from _hear(worker, crew, left, workers)
    finally:
        for worker in workers.values():
            worker.process.terminate()
        for worker in workers.values():
            worker.process.join()


@dataclass(frozen=True, slots=True)
class _Crew:
    """What every worker is given: the setting, and the memory of names that they share."""

    setting: Setting
    scores: SharedScores | None


@dataclass(frozen=True, slots=True)
class _Worker:
    """A process, the parent's end of its pipe, its share, and how often the share was begun."""

    process: BaseProcess
    pipe: Connection
    share: Share
    attempt: int = 1


def _start(crew: _Crew, share: Share, attempt: int = 1) -> _Worker:
    here, there = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_serve, args=(there, crew), daemon=True)
    with _held_back():
        process.start()
    there.close()
    _give(here, share)
    return _Worker(process, here, share, attempt)


def _give(pipe: Connection, share: Share | None) -> None:
    """Hand a share to a worker. If it died meanwhile, its pipe says so when it is heard next."""
    with suppress(ConnectionError):
        pipe.send(share)


@contextmanager
def _held_back() -> Iterator[None]:
    """Hold an interrupt back until a worker is started; the worker itself never sees one: its parent ends it."""
    held: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # handed on to the worker
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        signal.signal(signal.SIGINT, handler)
    if held:
        signal.raise_signal(signal.SIGINT)


def _hear(
    worker: _Worker, crew: _Crew, left: Iterator[Share], workers: dict[Connection, _Worker]
) -> Iterator[Told]:
    """Take what a worker says; keep it among the workers as long as there is something for it to do."""
    try:
        said = worker.pipe.recv()
    except (EOFError, OSError):  # also in the middle of a word
        again = _again(worker, crew)
        workers[again.pipe] = again
        yield Told(note=f"a worker died ({_cause(worker)}); its share is begun again")
        return
    if isinstance(said, Failure):
        workers[worker.pipe] = worker
        raise DataError(said.reason)
    if isinstance(said, Told):
        yield said
        workers[worker.pipe] = worker
        return
    yield Told(size=worker.share.unit.size // worker.share.turns)
    share = next(left, None)
    _give(worker.pipe, share)
    if share is None:
        worker.process.join()
        worker.pipe.close()
    else:
        workers[worker.pipe] = _Worker(worker.process, worker.pipe, share)


def _cause(worker: _Worker) -> str:
    worker.process.join()
    code = worker.process.exitcode or 0
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _again(worker: _Worker, crew: _Crew) -> _Worker:
    worker.process.join()
    worker.pipe.close()
    if worker.attempt == ATTEMPTS:
        first = worker.share.unit.files[0].place
        raise DataError(
            f"a worker died {ATTEMPTS} times ({_cause(worker)}) at {first} from byte {worker.share.unit.start:,} on; "
            "where memory is short, try fewer processes: --processes 1"
        )
    return _start(crew, worker.share, worker.attempt + 1)


def _end_with_parent() -> None:
    """End this process at once when its parent is gone: what it has not committed is done again."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _serve(pipe: Connection, crew: _Crew) -> None:
    """Work on shares until there are no more, or until the parent is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        desk, storage = crew.setting.open_desk(crew.scores), storage_at(crew.setting.place)
        with seldom_collected():
            while (share := pipe.recv()) is not None:
                for counts in work(share, desk, storage, lambda note: pipe.send(Told(note=note))):
                    pipe.send(Told(counts))
                pipe.send(None)
    except (EOFError, ConnectionError):
        return
    except (ServiceError, ListsError, OSError) as error:
        pipe.send(Failure(str(error)))
