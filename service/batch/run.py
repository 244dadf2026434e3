"""A run from its paths to its summary: begin or go on, work the shares, merge, and say what was found.

The files of a run stand beside its output, in `OUTPUT.run`. The same command goes on with an unfinished run, with the
versions of the lists that it was begun with; over inputs, lists and settings that have not changed since a finished
one it has nothing to do.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from filelock import FileLock, Timeout

from service.batch.job import RUN, Done, Job, Taker, Watch, files_of
from service.batch.manifest import MANIFEST, SUMMARY, Manifest, Summary, write_model
from service.batch.merging import answered_articles, finish, merge, merged
from service.batch.parts import committed
from service.batch.plan import Plan
from service.batch.pool import Setting, Told
from service.batch.resumption import done_before, plan_of
from service.batch.shares import Progress, done_parts, is_done, open_shares
from service.batch.storage import Folder, Storage, beside, shown, storage_at, written
from service.batch.tally import Tally
from service.errors import DataError, InputError


def run(job: Job, watch: Watch, taker: Taker | None = None) -> Done:
    """Do a run, or what is left of it; `taker` is given its hits."""
    storage = storage_at(job.place)
    began = time.monotonic()
    with _alone(storage):
        _tidy(job)
        files = list(files_of(job, storage))
        if not job.restart and (done := done_before(job, storage, files)):
            return done
        plan, resumed = plan_of(job, storage, files, watch)
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
    storage = job.parent
    if isinstance(storage, Folder):
        storage.remove_unfinished(job.output.name)


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


def _merge(job: Job, plan: Plan, storage: Storage) -> tuple[Manifest, Tally]:
    if job.rescreens is None:
        return merge(plan, storage, (job.output, plan.question.asked.kind), merged(storage))
    records = job.rescreens.joined(merged(storage), plan.question)
    return merge(plan, storage, (job.output, "changes"), records, job.rescreens.sha256)


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
