"""`sanctions-xref review`: hits become cases; aliases become a list; decisions become a file to fit on."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from service.answering import options_of
from service.articles.article import Article, ReadOptions
from service.articles.reading import read_articles
from service.cli.console import say
from service.cli.given import settings_with
from service.cli.opening import opened, options_in, readable
from service.cli.options import DataOption, LimitOption, ListOption, MinConfidenceOption, PriorOption
from service.review.desk import Places, open_ledger, places_in
from service.review.fitting_data import decided_pairs
from service.review.good_guys import reopen_expired
from service.review.importing import Asked, check_actor, import_screenings, read_hits, texts_by_hash
from service.review.intake import Counts
from service.review.ledger import Ledger
from service.review.screening import find_entry

EXAMPLES = """Example:

  sanctions-xref screen dump.jsonl --format jsonl > hits.jsonl

  sanctions-xref review import hits.jsonl --articles dump.jsonl
"""
ActorOption = Annotated[str, typer.Option("--as", metavar="NAME", help="Who acts, for the trail.")]
app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="Cases from hits, and what decisions yield."
)


def open_review(data: Path | None) -> tuple[Ledger, Places]:
    """Open the review's database of the settings."""
    settings = settings_with(data)
    places = places_in(settings.data, settings.review_database)
    return open_ledger(places), places


@app.command("import", epilog=EXAMPLES)
def import_(
    hits: Annotated[str, typer.Argument(metavar="HITS", help="Lines of `screen`; - is standard input.")],
    articles: Annotated[
        list[str] | None,
        typer.Option("--articles", metavar="PATH", help="The screened articles, for their texts."),
    ] = None,
    actor: ActorOption = "operator",
    limit: LimitOption = 5,
    min_confidence: MinConfidenceOption = 0.5,
    prior: PriorOption = None,
    list_ids: ListOption = None,
    data: DataOption = None,
) -> None:
    """Open cases from a hit file; give the options that `screen` was run with, so that it can be replayed."""
    ledger, _ = open_review(data)
    asked = Asked(options_of(options_in(limit, min_confidence, list_ids, prior)), datetime.now(UTC).date())
    texts = texts_by_hash(_articles(articles or []))
    with opened(data) as desk, readable(hits) as stream:
        lines = (line.decode("utf-8", "replace") for line in stream)
        counts = import_screenings(
            ledger,
            read_hits(lines, hits, texts, asked),
            lambda list_id, version, entry_id: find_entry(desk.runtime, list_id, version, entry_id),
            check_actor(actor),
        )
    say(told(counts))


def told(counts: Counts) -> str:
    """Return what an intake did, in one line."""
    return (
        f"{counts.articles:,} articles: {counts.cases:,} cases opened, {counts.joined:,} joined, "
        f"{counts.alerts:,} alerts, {counts.known:,} known before, {counts.suppressed:,} suppressed, "
        f"{counts.sampled:,} sampled below the threshold"
    )


@app.command()
def expire(actor: ActorOption = "operator", data: DataOption = None) -> None:
    """End remembered false positives whose time is over, and open again what they suppressed."""
    ledger, _ = open_review(data)
    with ledger.change(check_actor(actor)) as change:
        say(f"{reopen_expired(change):,} alerts opened again")


@app.command()
def decisions(data: DataOption = None) -> None:
    """Write decided pairs of names as JSON lines, to fit and evaluate on."""
    ledger, _ = open_review(data)
    with ledger.database.reading() as connection:
        for pair in decided_pairs(connection):
            sys.stdout.write(json.dumps(pair, ensure_ascii=False) + "\n")


def _articles(paths: list[str]) -> Iterator[Article]:
    for found in read_articles(paths, ReadOptions(), stdin=sys.stdin.buffer, note=say) if paths else ():
        if isinstance(found, Article):
            yield found
        else:
            say(f"skipped: {found.place}: {found.reason}")
