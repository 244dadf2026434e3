"""Hits of a folder as a file where no output was asked for, so that a first run leaves something to open."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from service.articles.article import Article
from service.batch.desk import record_of_article
from service.batch.outputs import output_at, sink
from service.batch.records import Outcome
from service.batch.tally import Tally
from service.cli.console import say
from service.cli.summary import print_totals
from service.rows import SCREEN_COLUMNS
from service.schemas import ScreenAnswer

Keep = Callable[[Sequence[Article], Sequence[ScreenAnswer]], Sequence[ScreenAnswer]]


def default_output(paths: list[str]) -> str | None:
    """Return the file for the hits of a folder, in the current folder; None where no folder is given.

    A file of that name that is no file of ours stays: another name is taken.
    """
    folder = next((Path(path) for path in paths if Path(path).is_dir()), None)
    if folder is None or not os.access(".", os.W_OK):
        return None
    stem = folder.resolve().name or "root"
    names = (f"{stem}-hits{number}.csv" for number in ("", *(f"-{count}" for count in range(2, 1_000))))
    return next((name for name in names if _is_free(Path(name))), None)


def _is_free(path: Path) -> bool:
    if not path.exists():
        return True
    with path.open("rb") as stream:
        return stream.readline().rstrip() == ",".join(SCREEN_COLUMNS).encode()


@contextmanager
def keep_hits(place: str | None) -> Iterator[Keep]:
    """Write hits to a file as they pass by, and say at the end what was found and where it is."""
    if place is None:
        yield lambda _articles, answers: answers
        return
    tally = Tally()
    with sink(output_at(place), "articles") as write:

        def keep(articles: Sequence[Article], answers: Sequence[ScreenAnswer]) -> Sequence[ScreenAnswer]:
            for record in map(record_of_article, articles, answers):
                tally.count(Outcome.model_validate_json(record.outcome))
                if record.answer:
                    write(record.answer)
            return answers

        yield keep
    print_totals(tally)
    say(f"hits: {Path(place).resolve()}; --output writes elsewhere, on all cores, and can be resumed")
