"""Running a command over its items: in batches, written as they are answered, counted, told about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import typer
from pydantic import BaseModel

from service.cli.console import Progress, say
from service.cli.output import Writer, in_batches

Item = TypeVar("Item")
Answer = TypeVar("Answer", bound=BaseModel)
BATCH = 200
"""Items that are answered together: large enough for speed, small enough to see them come."""


@dataclass(frozen=True, slots=True)
class Work(Generic[Item, Answer]):
    """What is done with a batch of items, which answers count as skipped, and what the items are called."""

    answer: Callable[[list[Item]], Iterable[Answer]]
    is_skipped: Callable[[Answer], bool]
    called: str
    batch: int = BATCH


def run(items: Iterable[Item], work: Work[Item, Answer], writer: Writer[Answer], progress: Progress) -> int:
    """Answer every item in order and write the answers; return how many were skipped, after saying so."""
    done = skipped = 0
    with writer:
        for batch in in_batches(items, work.batch):
            if done:
                progress(f"{done:,} {work.called} done")
            for answer in work.answer(batch):
                writer.write(answer)
                skipped += work.is_skipped(answer)
            done += len(batch)
    progress.stop()
    if skipped:
        say(f"{skipped:,} of {done:,} {work.called} could not be read; see `error` in the results")
    return skipped


def end(skipped: int) -> None:
    """End the command with exit code 1 where something was skipped."""
    if skipped:
        raise typer.Exit(1)
