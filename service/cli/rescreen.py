"""`sanctions-xref rescreen`: what changes with today's lists for the records of a finished run."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Annotated

import typer

from service.batch.job import Job
from service.batch.outputs import output_at
from service.batch.question import question_of
from service.batch.rescreening import Rescreening, open_rescreening
from service.batch.storage import is_url
from service.cli.batch import (
    ActorOption,
    AddressOption,
    EngineName,
    EngineOption,
    OutputOption,
    ProcessesOption,
    RestartOption,
    Running,
    ToReviewOption,
    end_of,
    engine_of,
    run_job,
    taker_for,
)
from service.cli.console import say
from service.cli.given import settings_with
from service.cli.opening import opened
from service.cli.options import DataOption, FormatOption
from service.recognizers import choose_recognizers

EXAMPLES = """Examples:

  sanctions-xref rescreen hits.parquet.run/manifest.json

  sanctions-xref rescreen hits.parquet.run/manifest.json --output changes.csv --to-review

  sanctions-xref rescreen s3://bucket/hits.parquet.run/manifest.json

Only records that could match an entry that came or changed, or had a hit on one that changed or went, are screened
again. The output has a row a difference: new, gone, confidence, or entry (the same hit, its entry changed). A
confidence that moves only because a list grew is no difference. Without --output it stands beside the output of the
run, with the day in its name. Its own manifest can be screened again in turn.
"""
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EXAMPLES)
def rescreen(
    manifest: Annotated[str, typer.Argument(metavar="MANIFEST", help="Manifest of a finished run.")],
    output: OutputOption = None,
    chosen: FormatOption = None,
    processes: ProcessesOption = None,
    restart: RestartOption = False,
    engine: EngineOption = EngineName.LOCAL,
    address: AddressOption = None,
    to_review: ToReviewOption = False,
    actor: ActorOption = "operator",
    data: DataOption = None,
) -> None:
    """Screen again what the changes of the lists may affect, and write the differences."""
    folder = settings_with(data).data
    then = open_rescreening(manifest, folder)
    today = datetime.now(UTC).date()
    place = output or changes_beside(then, manifest, today.isoformat())
    running = Running(place, processes, restart, engine, address, chosen)
    recognizers = choose_recognizers(then.manifest.question.asked.models, say)
    with opened(data, recognizers=recognizers) as desk:
        taker = taker_for(desk, data, actor) if to_review else None
        question = question_of(then.manifest.question.asked, desk.runtime, today, folder)
        target, workers = output_at(running.output), engine_of(running)
        job = Job(question, (), target, folder, workers, restart, sys.stdin.buffer, then)
        if question.engine != then.manifest.question.engine:
            say("the engine is another one than that of the run: every record is screened again")
        desk.progress.stop()
        done = run_job(job, running, taker)
    end_of(done)


def changes_beside(then: Rescreening, manifest: str, day: str) -> str:
    """Return the place for the differences: beside the output of the run, with the day in its name.

    In an object store it is reached with the parameters by which the manifest was.
    """
    path = then.manifest.output.place.rstrip("/")
    parameters = "".join(manifest.partition("?")[1:]) if is_url(path) and is_url(manifest) else ""
    return path.removesuffix(PurePosixPath(path).suffix) + f"-changes-{day}.csv{parameters}"
