"""`sanctions-xref match`: names in, potential matches out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from typing import Annotated, BinaryIO

import typer

from service.answering import answer_queries
from service.batch.inputs import find_files, open_file
from service.batch.question import Asked
from service.cli.batch import (
    AddressOption,
    EngineName,
    EngineOption,
    OutputOption,
    ProcessesOption,
    RestartOption,
    Running,
    check_local,
    end_of,
    run_to_output,
)
from service.cli.console import say
from service.cli.opening import opened, options_in, readable
from service.cli.options import (
    AsOfOption,
    DataOption,
    ExplainOption,
    FormatOption,
    InputOption,
    KnownAsOfOption,
    LimitOption,
    ListOption,
    MinConfidenceOption,
    PriorOption,
)
from service.cli.output import Shape, Writer
from service.cli.running import Work, end, run
from service.cli.tables import View
from service.errors import InputError
from service.input_files import read_file
from service.inputs import QUERIES, BadLine, Note, Reading, query_named, read_queries
from service.rows import QUERY_COLUMNS, query_rows
from service.schemas import MatchAnswer, QueryIn

EXAMPLES = """Examples:

  sanctions-xref match "United Aircraft Corp" KOMID

  sanctions-xref match "UAC" --explain --min-confidence 0.1

  sanctions-xref match --input suppliers.csv --format csv > matches.csv

  sanctions-xref match --input customers.csv --column name=Company --column id=No --output hits.parquet

A file or pipe holds one name a line, JSON objects or CSV; the columns are name and, if you know them, id,
schema, country, identifiers; --column says which other fields hold them. Text is UTF-8, or what --encoding says:
an encoding is never guessed, because a wrong guess would ask for another name. Answers come in the order of the
questions, one line each; a line that cannot be read is answered with an error in its place; the exit code is then 1.
With --output all cores work, and the same command goes on where it was stopped; skipped lines are in OUTPUT.run.
"""
NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="NAME...", help="Names to look up; - reads standard input.")
]
COLUMNS = (*QUERIES.needed, *QUERIES.optional)
ColumnOption = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="ONE=FIELD", help="Field of the file that holds name, id, country …"),
]
EncodingOption = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="Encoding of the file where it is not UTF-8, as cp1252."),
]
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EXAMPLES)
def match(
    names: NamesArgument = None,
    source: InputOption = None,
    chosen: FormatOption = None,
    list_ids: ListOption = None,
    limit: LimitOption = 5,
    min_confidence: MinConfidenceOption = 0.5,
    prior: PriorOption = None,
    explain: ExplainOption = False,
    as_of: AsOfOption = None,
    known_as_of: KnownAsOfOption = None,
    columns: ColumnOption = None,
    encoding: EncodingOption = None,
    data: DataOption = None,
    output: OutputOption = None,
    processes: ProcessesOption = None,
    restart: RestartOption = False,
    engine: EngineOption = EngineName.LOCAL,
    address: AddressOption = None,
) -> None:
    """Look names up on the loaded lists."""
    options = options_in(limit, min_confidence, list_ids, prior)
    reading = Reading(_fields(columns or []), encoding)
    running = Running(output or "", processes, restart, engine, address, chosen)
    if output:
        asked = Asked(
            kind="names",
            options=options,
            columns=dict(reading.columns),
            encoding=encoding,
            known_as_of=known_as_of.date() if known_as_of else None,
            as_of=as_of.date() if as_of else None,
        )
        if source is None:
            raise InputError("--output writes the answers to a file of names: give it with --input FILE")
        _check(source, reading)
        with opened(data, list_ids, as_of, known_as_of) as desk:
            end_of(run_to_output(asked, [source], desk, running, (data, None)))
        return
    check_local(running)
    with ExitStack() as stack:
        items = _asked(stack, names or [], (source, reading))
        desk = stack.enter_context(opened(data, list_ids, as_of, known_as_of))
        view = View(desk.snapshots(list_ids), min_confidence, explain=explain)
        work: Work[QueryIn | BadLine, MatchAnswer] = Work(
            answer=lambda batch: answer_queries(desk.runtime, batch, options, desk.today),
            is_skipped=lambda answer: answer.error is not None,
            called="names",
        )
        writer = Writer(Shape(QUERY_COLUMNS, query_rows, view.show_query, view.show_notes), chosen)
        skipped = run(items, work, writer, desk.progress)
    end(skipped)


def _fields(given: list[str]) -> dict[str, str]:
    fields = {}
    for text in given:
        ours, sign, field = text.partition("=")
        if ours not in COLUMNS or not sign or not field.strip():
            raise InputError(f"--column {text!r}: write ONE=FIELD, ONE being {', '.join(COLUMNS)}")
        fields[ours] = field
    return fields


def _check(source: str, reading: Reading) -> None:
    """Refuse a file of which nothing could be read, before there is a run; a folder is read file by file."""
    files = list(find_files((source,))) if source != "-" else []
    if len(files) == 1:
        with open_file(files[0]) as stream:
            next(_read(stream, files[0].place, lambda _: None, reading), None)


def _asked(
    stack: ExitStack, names: list[str], given: tuple[str | None, Reading]
) -> Iterator[QueryIn | BadLine]:
    source, reading = given
    if source is None and names == ["-"]:
        names, source = [], "-"
    if not names and source is None:
        raise InputError("give names or --input FILE; for example: sanctions-xref match KOMID")
    asked = [query_named(name, f"name {number}") for number, name in enumerate(names, 1)]
    if source is None:
        return iter(asked)
    return chain(asked, _read(stack.enter_context(readable(source)), source, say, reading))


def _read(stream: BinaryIO, name: str, note: Note, reading: Reading) -> Iterator[QueryIn | BadLine]:
    return read_file(lambda found: read_queries(found, name, note, reading), stream, name, note)
