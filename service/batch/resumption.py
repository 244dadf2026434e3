"""Whether a run is done, was begun, or is new: told by its manifest and its plan, never by what its output holds."""

from __future__ import annotations

from collections.abc import Sequence

from service.batch.inputs import Cutting, InputFile, section_size, survey
from service.batch.job import Done, Job, Watch
from service.batch.manifest import SUMMARY, Summary, load_manifest
from service.batch.merging import inputs_out
from service.batch.parts import PARTS
from service.batch.plan import PLAN, Plan, load_plan, save_plan
from service.batch.question import Question
from service.batch.storage import Storage, written
from service.errors import InputError


def done_before(job: Job, storage: Storage, files: list[InputFile]) -> Done | None:
    """Return the summary of a finished run of the same question over the same files, if that is what is there."""
    manifest = load_manifest(storage)
    if manifest is None or storage.exists(PLAN) or not job.parent.exists(job.output.name):
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


def _cutting(question: Question, files: Sequence[InputFile]) -> Cutting | None:
    size = section_size(sum(file.size for file in files))
    return Cutting(question.asked.read_options, size) if question.asked.kind == "articles" else None


def plan_of(job: Job, storage: Storage, files: list[InputFile], watch: Watch) -> tuple[Plan, bool]:
    """Return the plan to go on with, and whether it was begun before."""
    begun = None if job.restart else load_plan(storage)
    if begun is None:
        return _new_plan(job, storage, files), False
    if begun.question.asked != job.question.asked:
        raise InputError(f"{job.place} is an unfinished run of another question; --restart begins anew")
    then, now = begun.question.engine, job.question.engine
    if then != now:
        raise InputError(
            f"{job.place} was begun by version {then.version} with matcher {then.matcher}, and this is {now.version} "
            f"with matcher {now.matcher} or other models; go on with that one, or --restart begins anew"
        )
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
    if not known and not job.restart and job.parent.exists(job.output.name):
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
