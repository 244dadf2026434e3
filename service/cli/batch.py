"""Runs over many records from the command line: the options that `screen` and `match` share, and how a run is shown."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from service.batch.engines import Engine, LocalEngine
from service.batch.job import Done, Job, Taker, Watch
from service.batch.manifest import MANIFEST, OUTCOMES
from service.batch.outputs import output_at
from service.batch.question import Asked, Question, question_of
from service.batch.run import run
from service.cli.console import say
from service.cli.given import settings_with
from service.cli.opening import Opened
from service.cli.options import Format
from service.cli.run_progress import RunProgress
from service.cli.summary import show_summary
from service.errors import InputError
from service.settings import processors


class EngineName(StrEnum):
    """Who does the work of a run."""

    LOCAL = "local"
    RAY = "ray"


OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="PLACE",
        help="Write hits to a .parquet, .csv or .jsonl file, a folder of parts (ends with /), or s3://…",
    ),
]
ProcessesOption = Annotated[
    int | None,
    typer.Option(
        "--processes", min=1, max=1024, help="Processes that work on it; all cores where not given."
    ),
]
RestartOption = Annotated[
    bool,
    typer.Option("--restart", help="Begin anew and replace the output, whatever was begun or done before."),
]
EngineOption = Annotated[
    EngineName, typer.Option("--engine", help="`local`: processes of this machine; `ray`: a Ray cluster.")
]
ToReviewOption = Annotated[
    bool, typer.Option("--to-review", help="Open alerts for the hits, each once; see `review import`.")
]
ActorOption = Annotated[str, typer.Option("--as", metavar="NAME", help="Who opens alerts, for the trail.")]
AddressOption = Annotated[
    str | None,
    typer.Option("--address", metavar="ADDRESS", help="Ray cluster to work on; else one is started here."),
]


@dataclass(frozen=True, slots=True)
class Running:
    """How a run is to be done: where to, by whom, and how its summary is written."""

    output: str
    processes: int | None = None
    restart: bool = False
    engine: EngineName = EngineName.LOCAL
    address: str | None = None
    chosen: Format | None = None


def run_to_output(
    asked: Asked, paths: list[str], desk: Opened, running: Running, where: tuple[Path | None, Taker | None]
) -> Done:
    """Do a run, tell how it goes, and show what came of it; `where` has the data folder and who takes the hits."""
    data, taker = where
    question = question_of(asked, desk.runtime, datetime.now(UTC).date(), settings_with(data).data)
    desk.progress.stop()
    return run_job(job_of(question, paths, running, data), running, taker)


def run_job(job: Job, running: Running, taker: Taker | None = None) -> Done:
    """Do a job, tell how it goes, and show what came of it."""
    progress = RunProgress()
    try:
        done = run(job, Watch(progress.note, progress), taker)
    except KeyboardInterrupt:
        progress.note("stopped; the same command goes on from here")
        raise
    finally:
        progress.stop()
    show_done(done, running)
    return done


def job_of(question: Question, paths: list[str], running: Running, data: Path | None) -> Job:
    """Return the job of a run."""
    return Job(
        question,
        tuple(paths),
        output_at(running.output),
        settings_with(data).data,
        engine_of(running),
        running.restart,
        sys.stdin.buffer,
    )


def engine_of(running: Running) -> Engine:
    """Return who works; what belongs to the other engine is refused."""
    count = running.processes or processors()
    if running.engine is EngineName.LOCAL:
        if running.address:
            raise InputError("--address belongs to --engine ray")
        return LocalEngine(count)
    engine: Engine = _loaded("service.batch.cluster", "cluster").RayEngine(running.processes, running.address)
    return engine


def taker_for(desk: Opened, data: Path | None, actor: str) -> Taker:
    """Return what opens alerts from the hits of a run."""
    taker: Taker = _loaded("service.cli.review_intake", "review").review_taker(desk, data, actor)
    return taker


def _loaded(module: str, extra: str) -> Any:
    """Return a module that needs packages of an extra."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise InputError(
            f'this needs a package: pip install "sanctions-xref[{extra}]" ({error.name})'
        ) from None


def check_local(running: Running) -> None:
    """Refuse options that mean something for a run with an output only."""
    if running.engine is not EngineName.LOCAL or running.address or running.restart or running.processes:
        raise InputError("--engine, --address, --processes and --restart belong to a run with --output")


def show_done(done: Done, running: Running) -> None:
    """Write the summary to standard output, and where everything is to standard error."""
    show_summary(done.summary, running.chosen)
    if done.was_done:
        say(
            "nothing to do: the inputs, the lists and the question are those of the run that made this output"
        )
    output = done.summary.output
    outcomes = f"{done.summary.manifest.removesuffix(MANIFEST)}{OUTCOMES}"
    say(f"hits: {output.place} ({output.rows:,} rows); what came of every record: {outcomes}")


def end_of(done: Done) -> None:
    """End the command with exit code 1 where something was skipped."""
    skipped = done.summary.totals.skipped
    if skipped:
        say(f"{skipped:,} skipped, {done.summary.totals.screened:,} screened")
        raise typer.Exit(1)
