"""A run from its paths to its summary: begin or go on, work the shares, merge, and say what was found.

The files of a run stand beside its output, in `OUTPUT.run`. The same command goes on with an unfinished run, with the
versions of the lists that it was begun with; over inputs, lists and settings that have not changed since a finished
one it has nothing to do.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

from filelock import FileLock, Timeout

from service.articles.article import Article
from service.batch.inputs import STANDARD_INPUT, Cutting, InputFile, find_files, section_size, survey
from service.batch.manifest import MANIFEST, SUMMARY, Manifest, Summary, load_manifest, write_model
from service.batch.merging import answered_articles, finish, inputs_out, merge, merged
from service.batch.outputs import Output
from service.batch.parts import PARTS, Share, committed
from service.batch.plan import PLAN, Plan, load_plan, save_plan
from service.batch.pool import Setting, Told, work_here, work_in_processes
from service.batch.question import Question
from service.batch.rescreening import Rescreening
from service.batch.shares import Progress, done_parts, is_done, open_shares
from service.batch.storage import Folder, Storage, beside, is_url, shown, storage_at, written
from service.batch.tally import Tally
from service.errors import DataError, InputError

RUN = ".run"
SPOOL = "standard-input"
_TOGETHER = 1_000


class Engine(Protocol):
    """What does the work, wherever."""

    @property
    def workers(self) -> int:
        """How many processes work."""
        ...

    @property
    def readers(self) -> int:
        """How many processes read a large file that cannot be cut, each for its own parts of it."""
        ...

    def survey(self, files: Iterable[InputFile], cutting: Cutting | None) -> Iterator[InputFile]:
        """Yield the files surveyed, in their order."""
        ...

    def work(self, setting: Setting, shares: Iterable[Share]) -> Iterator[Told]:
        """Do shares and tell of each part that is committed."""
        ...


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Works in this process where one is enough, else in several of this machine."""

    workers: int

    @property
    def readers(self) -> int:
        """Every process reads for itself."""
        return self.workers

    def survey(self, files: Iterable[InputFile], cutting: Cutting | None) -> Iterator[InputFile]:
        """Yield the files surveyed; hashing lets other threads run."""
        left = iter(files)
        with ThreadPoolExecutor(self.workers) as threads:
            while some := list(islice(left, _TOGETHER)):
                yield from threads.map(partial(survey, cutting=cutting), some)

    def work(self, setting: Setting, shares: Iterable[Share]) -> Iterator[Told]:
        """Do shares."""
        return (
            work_here(setting, shares)
            if self.workers == 1
            else work_in_processes(setting, shares, self.workers)
        )


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


Taker = Callable[[Question, Iterable[tuple[Article, bytes]]], None]
"""Takes the hits of a run before it is done: each article with its answer in JSON; it may be given the same again."""


@dataclass(frozen=True, slots=True)
class Done:
    """A finished run: its summary, and whether there was nothing to do."""

    summary: Summary
    was_done: bool = False


def run(job: Job, watch: Watch, taker: Taker | None = None) -> Done:
    """Do a run, or what is left of it; `taker` is given its hits."""
    storage = storage_at(job.place)
    began = time.monotonic()
    with _alone(storage):
        _tidy(job)
        files = list(_files(job, storage))
        if not job.restart and (done := _done_before(job, storage, files)):
            return done
        plan, resumed = _plan(job, storage, files, watch)
        _work(job, plan, storage, watch)
        manifest, tally = _merge(job, plan, storage)
        if taker:
            taker(plan.question, answered_articles(plan, storage))
        summary = _summary(job, manifest, tally, (time.monotonic() - began, resumed))
        write_model(storage, SUMMARY, summary)
        finish(storage, manifest)
    return Done(summary)


def _tidy(job: Job) -> None:
    """Remove what a killed merging left beside the output."""
    storage = _output(job)
    if isinstance(storage, Folder):
        storage.remove_unfinished(job.output.name)


def _files(job: Job, storage: Storage) -> Iterator[InputFile]:
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


def _merge(job: Job, plan: Plan, storage: Storage) -> tuple[Manifest, Tally]:
    if job.rescreens is None:
        return merge(plan, storage, (job.output, plan.question.asked.kind), merged(storage))
    records = job.rescreens.joined(merged(storage), plan.question)
    return merge(plan, storage, (job.output, "changes"), records, job.rescreens.sha256)


@contextmanager
def _alone(storage: Storage) -> Iterator[None]:
    """Keep a second command away from the same run; in an object store nothing can."""
    if not isinstance(storage, Folder):
        yield
        return
    with written(storage.place):
        storage.root.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(storage.root / ".lock", timeout=0):
            storage.remove_unfinished()
            yield
    except Timeout as error:
        raise InputError(f"{storage.place}: another command is at work on this run") from error


def _done_before(job: Job, storage: Storage, files: list[InputFile]) -> Done | None:
    """Return the summary of a finished run of the same question over the same files, if that is what is there."""
    manifest = load_manifest(storage)
    if manifest is None or storage.exists(PLAN) or not _output(job).exists(job.output.name):
        return None
    if manifest.rescreens != (job.rescreens.sha256 if job.rescreens else None):
        return None
    if manifest.question != job.question or [one.place for one in manifest.inputs] != [
        f.place for f in files
    ]:
        return None
    if any(one.bytes != file.size for one, file in zip(manifest.inputs, files, strict=True)):
        return None
    surveyed = job.engine.survey(files, None)
    same = all(f.sha256 == one.sha256 for one, f in zip(manifest.inputs, surveyed, strict=True))
    if not same or not storage.exists(SUMMARY):
        return None
    storage.remove(PARTS)
    with storage.reading(SUMMARY) as stream:
        return Done(Summary.model_validate_json(stream.read()), was_done=True)


def _output(job: Job) -> Storage:
    return storage_at(job.output.parent)


def _cutting(question: Question, files: Sequence[InputFile]) -> Cutting | None:
    size = section_size(sum(file.size for file in files))
    return Cutting(question.asked.read_options, size) if question.asked.kind == "articles" else None


def _plan(job: Job, storage: Storage, files: list[InputFile], watch: Watch) -> tuple[Plan, bool]:
    """Return the plan to go on with, and whether it was begun before."""
    begun = None if job.restart else load_plan(storage)
    if begun is None:
        return _new_plan(job, storage, files), False
    if begun.question.asked != job.question.asked or begun.question.engine != job.question.engine:
        raise InputError(f"{job.place} is an unfinished run of another question; --restart begins anew")
    if changed := _changed(begun.inputs, files):
        raise InputError(f"{changed} has changed since this run was begun; --restart begins anew")
    if begun.question != job.question:
        watch.note("going on with the lists and the day that the run was begun with; --restart begins anew")
    return begun, True


def _changed(then: tuple[InputFile, ...], now: list[InputFile]) -> str | None:
    for one, file in zip(then, now, strict=False):
        if one.stamp != file.stamp and (one.place != file.place or one.sha256 != survey(file, None).sha256):
            return file.place
    if len(then) != len(now):
        return "the number of files"
    return None


def _new_plan(job: Job, storage: Storage, files: list[InputFile]) -> Plan:
    known = load_manifest(storage) is not None or storage.exists(PLAN)
    if not known and not job.restart and _output(job).exists(job.output.name):
        raise InputError(
            f"{job.output.place} is there and no run made it; take another name, or --restart to replace it"
        )
    storage.remove(PLAN)
    storage.remove(PARTS)
    plan = Plan(job.question, tuple(job.engine.survey(files, _cutting(job.question, files))))
    if job.rescreens:
        job.rescreens.check(inputs_out(plan))
    with written(f"{storage.place}/{PLAN}"):
        save_plan(plan, storage)
    return plan


def _work(job: Job, plan: Plan, storage: Storage, watch: Watch) -> None:
    names = list(committed(storage))
    done = done_parts(names)
    sizes = sum(unit.size for unit in plan.units() if is_done(done.get(unit.number, {})))
    progress = Progress(plan.size, sizes)
    told: set[str] = set()
    affected = job.rescreens.affected(plan.question) if job.rescreens else None
    setting = Setting(plan.question, job.data.absolute(), job.place, affected)
    for said in job.engine.work(setting, open_shares(plan, names, job.engine.readers)):
        if said.note and said.note not in told:
            told.add(said.note)
            watch.note(said.note)
        progress = _onward(progress, said)
        watch.progress(progress)
    if missing := next(open_shares(plan, committed(storage), 1), None):
        raise DataError(
            f"parts of unit {missing.unit.number} are missing in {storage.place}; run the command again"
        )


def _onward(progress: Progress, said: Told) -> Progress:
    counts = said.counts
    return replace(
        progress,
        done=progress.done + said.size,
        records=progress.records + counts.records,
        skipped=progress.skipped + counts.skipped,
        hits=progress.hits + counts.hits,
    )


def _summary(job: Job, manifest: Manifest, tally: Tally, how: tuple[float, bool]) -> Summary:
    seconds, resumed = how
    question = manifest.question
    return Summary(
        totals=manifest.totals,
        output=manifest.output,
        manifest=f"{shown(beside(job.output.place, RUN))}/{MANIFEST}",
        engine=question.engine,
        snapshots={snapshot.list_id: snapshot.version for snapshot in question.snapshots},
        seconds=round(seconds, 3),
        records_per_second=round(manifest.totals.records / max(seconds, 1e-9), 1),
        processes=job.engine.workers,
        resumed=resumed,
        top=tally.top,
    )
