"""`sanctions-xref screen`: articles in, organizations and their potential matches out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from service.article_answering import answer_articles
from service.articles.article import Article, ReadOptions, Skipped
from service.articles.reading import read_articles
from service.batch.question import Asked
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
    check_local,
    end_of,
    run_to_output,
    taker_for,
)
from service.cli.console import say
from service.cli.kept_hits import default_output, keep_hits
from service.cli.opening import Opened, opened, options_in
from service.cli.options import (
    AsOfOption,
    DataOption,
    ExplainOption,
    Format,
    FormatOption,
    KnownAsOfOption,
    LimitOption,
    ListOption,
    MinConfidenceOption,
    PriorOption,
)
from service.cli.output import Shape, Writer
from service.cli.running import Work, end, run
from service.cli.tables import View
from service.recognizers import choose_recognizers
from service.rows import SCREEN_COLUMNS, screen_rows
from service.schemas import ScreenAnswer
from service.settings import read_settings

EXAMPLES = """Examples:

  sanctions-xref screen article.html

  sanctions-xref screen dump/*.jsonl --format csv --min-confidence 0.8 > hits.csv

  curl -s https://example.org/news.html | sanctions-xref screen - --explain

  sanctions-xref screen dump/ more.warc.gz --output hits.parquet

  sanctions-xref screen s3://bucket/news/ --output s3://bucket/hits/ --engine ray --address auto

Files and folders may hold plain text, HTML, e-mail, feeds, JSON lines, CSV or archives of them; the format is told by
name and content. Offsets count characters of the text of each article. What cannot be read is said with its place and
skipped, and the exit code is then 1.

With --output all cores work, and the same command goes on where it was stopped, in whatever way. Beside the output
stands OUTPUT.run with the manifest: every article with what came of it. A folder without --output and --format is
screened the same way, into FOLDER-hits.csv in the current folder.
"""
PathsArgument = Annotated[
    list[str], typer.Argument(metavar="PATH...", help="Files or folders; - is standard input.")
]
InputFormatOption = Annotated[
    str | None,
    typer.Option("--input-format", metavar="NAME", help="Format of every input; else told by content."),
]
TextFieldOption = Annotated[
    str | None,
    typer.Option("--text-field", metavar="FIELD", help="Field that holds the text; else guessed."),
]
ModelsOption = Annotated[
    str | None,
    typer.Option(
        "--models",
        metavar="NAMES",
        help="Models that find names: auto (those installed), none, en, ru, or en,ru. Else SANCTIONS_XREF_MODELS.",
    ),
]
TOGETHER = 32
"""Articles that are screened in one go."""
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EXAMPLES)
def screen(
    paths: PathsArgument,
    chosen: FormatOption = None,
    list_ids: ListOption = None,
    limit: LimitOption = 5,
    min_confidence: MinConfidenceOption = 0.5,
    prior: PriorOption = None,
    explain: ExplainOption = False,
    input_format: InputFormatOption = None,
    text_field: TextFieldOption = None,
    models: ModelsOption = None,
    as_of: AsOfOption = None,
    known_as_of: KnownAsOfOption = None,
    data: DataOption = None,
    output: OutputOption = None,
    processes: ProcessesOption = None,
    restart: RestartOption = False,
    engine: EngineOption = EngineName.LOCAL,
    address: AddressOption = None,
    to_review: ToReviewOption = False,
    actor: ActorOption = "operator",
) -> None:
    """Find the organizations that articles name, and look each of them up on the loaded lists."""
    asked = Asked(
        kind="articles",
        options=options_in(limit, min_confidence, list_ids, prior),
        input_format=input_format,
        columns={"text": text_field} if text_field else {},
        models=models_in(models),
        known_as_of=known_as_of.date() if known_as_of else None,
        as_of=as_of.date() if as_of else None,
    )
    usual = default_output(paths) if not (chosen or output or explain) else None
    running = Running(output or usual or "hits.csv", processes, restart, engine, address, chosen)
    with opened(data, list_ids, as_of, known_as_of, choose_recognizers(asked.models, say)) as desk:
        if output or to_review or (usual and sys.stdout.isatty()):
            taker = taker_for(desk, data, actor) if to_review else None
            end_of(run_to_output(asked, paths, desk, running, (data, taker)))
        else:
            check_local(running)
            _screen_here(asked, paths, desk, (chosen, explain, usual))


def _screen_here(
    asked: Asked, paths: list[str], desk: Opened, shown: tuple[Format | None, bool, str | None]
) -> None:
    """Screen in this process and write every answer as it comes; `usual` keeps the hits as a file too."""
    chosen, explain, usual = shown
    options = asked.options
    view = View(desk.snapshots(list(options.list_ids)), options.min_confidence, explain=explain)
    tally = Tally()
    with keep_hits(usual) as keep:
        work: Work[Article, ScreenAnswer] = Work(
            answer=lambda batch: keep(batch, answer_articles(desk.runtime, batch, options, desk.today)),
            is_skipped=lambda _answer: False,
            called="articles",
            batch=TOGETHER,
        )
        writer = Writer(Shape(SCREEN_COLUMNS, screen_rows, view.show_article, view.show_notes), chosen)
        run(tally.readable(paths, asked.read_options), work, writer, desk.progress)
    tally.tell()
    end(tally.skipped)


def models_in(models: str | None) -> tuple[str, ...]:
    """Return the models that an option names, those of the settings where it was not given."""
    if models is None:
        return read_settings().models
    return tuple(name.strip() for name in models.split(",") if name.strip())


class Tally:
    """Reads articles and counts what had to be skipped, saying each once."""

    def __init__(self) -> None:
        self.read = 0
        self.skipped = 0

    def readable(self, paths: list[str], options: ReadOptions) -> Iterator[Article]:
        """Yield the articles of all paths."""
        for found in read_articles(paths, options, stdin=sys.stdin.buffer, note=say):
            if isinstance(found, Skipped):
                self.skipped += 1
                say(f"skipped: {found.place}: {found.reason}")
            else:
                self.read += 1
                yield found

    def tell(self) -> None:
        """Say how many were skipped, and when there was nothing at all."""
        if self.skipped:
            say(f"{self.skipped:,} skipped, {self.read:,} screened")
        elif not self.read:
            say("there was no article to screen")
