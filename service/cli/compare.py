"""`sanctions-xref compare`: whether two names mean the same party."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from service.answering import answer_pair
from service.cli.console import Progress, say
from service.cli.opening import readable
from service.cli.options import ExplainOption, FormatOption, InputOption
from service.cli.output import Shape, Writer
from service.cli.running import Work, end, run
from service.cli.tables import View
from service.errors import InputError
from service.input_files import read_file
from service.inputs import BadLine, pair_named, read_pairs
from service.rows import PAIR_COLUMNS, pair_rows
from service.schemas import ComparisonOut, PairIn

EXAMPLES = """Examples:

  sanctions-xref compare "JSC Sukhoi" "Sukhoi Joint Stock Company" --explain

  sanctions-xref compare --input pairs.csv --format jsonl

The file has the columns name1, name2 and, if you know it, schema; what `review
decisions` writes is such a file. No list is asked: how probable it is that two
names mean one party does not depend on who else is listed.
"""
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EXAMPLES)
def compare(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME1 NAME2", help="The two names.")] = None,
    source: InputOption = None,
    chosen: FormatOption = None,
    explain: ExplainOption = False,
    _data: Annotated[
        Path | None, typer.Option("--data", hidden=True)
    ] = None,  # taken as everywhere; not needed
) -> None:
    """Compare two names: score, confidence and what each comparison adds."""
    with ExitStack() as stack:
        items = _asked(stack, names or [], source)
        stack.callback((progress := Progress()).stop)
        view = View((), 0.0, explain=explain or source is None)
        work: Work[PairIn | BadLine, ComparisonOut] = Work(
            answer=lambda batch: list(map(answer_pair, batch)),
            is_skipped=lambda answer: answer.error is not None,
            called="pairs",
        )
        writer = Writer(Shape(PAIR_COLUMNS, pair_rows, view.show_pair), chosen)
        skipped = run(items, work, writer, progress)
    end(skipped)


def _asked(stack: ExitStack, names: list[str], source: str | None) -> Iterator[PairIn | BadLine]:
    if source is None and names == ["-"]:
        names, source = [], "-"
    if source is not None and not names:
        stream = stack.enter_context(readable(source))
        return read_file(lambda found: read_pairs(found, source, say), stream, source, say)
    if source is not None or len(names) != 2:
        raise InputError(
            'give two names or --input FILE; for example: sanctions-xref compare UAC "United Aircraft"'
        )
    pair = pair_named(names[0], names[1], "names")
    if isinstance(pair, BadLine):
        raise InputError(pair.reason)
    return iter([pair])
