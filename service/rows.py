"""Answers as rows of CSV: one row a match, and one row with empty cells where there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.schemas import ComparisonOut, MatchAnswer, MatchOut, ScreenAnswer

MATCH_COLUMNS = (
    "list",
    "entry_id",
    "schema",
    "name",
    "matched_name",
    "matched_kind",
    "confidence",
    "score",
    "authority",
    "programmes",
    "listing_date",
    "end_date",
    "status_now",
    "status_on_article_date",
    "list_version",
    "record_sha256",
    "source_url",
)
QUERY_COLUMNS = ("query", "id", *MATCH_COLUMNS, "error", "stale_lists")
SCREEN_COLUMNS = (
    "article",
    "published",
    "organization",
    "mentions",
    "first_offset",
    *MATCH_COLUMNS,
    "stale_lists",
)
PAIR_COLUMNS = ("name1", "name2", "score", "confidence", "contributions", "error")

Cell = str | int | float | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell of text that begins so would be run by a spreadsheet; it gets an apostrophe before it."""
NO_MATCH: tuple[Cell, ...] = (None,) * len(MATCH_COLUMNS)


def safe_cell(cell: Cell) -> Cell:
    """Return a cell that a spreadsheet shows and never runs.

    >>> safe_cell("=1+1"), safe_cell(0.5)
    ("'=1+1", 0.5)
    """
    return "'" + cell if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def match_cells(match: MatchOut) -> tuple[Cell, ...]:
    """Return a match in the order of `MATCH_COLUMNS`; several designations are joined with ` | `."""
    acts = match.designations
    return (
        match.list_id,
        match.entry_id,
        match.schema_,
        match.name,
        match.matched_name.text,
        match.matched_name.kind,
        match.confidence,
        match.score,
        " | ".join(dict.fromkeys(act.authority for act in acts)),
        " | ".join(dict.fromkeys(programme for act in acts for programme in act.programmes)),
        " | ".join(act.listing_date for act in acts if act.listing_date),
        " | ".join(act.end_date for act in acts if act.end_date),
        match.status.now,
        match.status.on_article_date,
        match.provenance.list_version,
        match.provenance.record_sha256,
        match.provenance.source_url,
    )


def query_rows(answer: MatchAnswer) -> Iterator[Sequence[Cell]]:
    """Yield the rows of one query."""
    for cells in [match_cells(match) for match in answer.matches] or [NO_MATCH]:
        yield (answer.query.name, answer.query.id, *cells, answer.error, " | ".join(answer.stale))


def screen_rows(answer: ScreenAnswer) -> Iterator[Sequence[Cell]]:
    """Yield the rows of one article: organizations without a match have a row as well."""
    stale = " | ".join(snapshot.list_id for snapshot in answer.snapshots if snapshot.stale)
    for organization in answer.organizations:
        places = organization.mentions
        about = (organization.name, len(places), places[0].start if places else None)
        for cells in [match_cells(match) for match in organization.matches] or [NO_MATCH]:
            yield (answer.article.id, answer.article.published, *about, *cells, stale)


def pair_rows(answer: ComparisonOut) -> Iterator[Sequence[Cell]]:
    """Yield the row of one pair."""
    parts = "; ".join(f"{feature.name} {feature.contribution:+.2f}" for feature in answer.features)
    yield (answer.name1, answer.name2, answer.score, answer.confidence, parts, answer.error)
