"""Importing hit files: lines of `screen`, and the articles that they were found in, become cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from matchers.models import Options
from service.articles.article import Article
from service.review.errors import Malformed
from service.review.hits import Screening, read_answer
from service.review.intake import Counts, EntryLookup, Intake, take_all
from service.review.ledger import Ledger
from service.review.register import policy_in_force

TOGETHER = 200
"""Articles of one transaction: all of them are kept, or none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How the hits were asked for: the options of `screen`, and the day it ran."""

    options: Options
    day: date


def read_hits(lines: Iterable[str], place: str, texts: dict[str, str], asked: Asked) -> Iterator[Screening]:
    """Yield a screening for each line; `texts` are the articles' texts by SHA-256, where the lines hold none."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            answer = read_answer(line, f"{place}, line {number}")
            text = texts.get(answer.article.sha256, answer.text)
            yield Screening(answer, text, asked.options, asked.day)


def texts_by_hash(articles: Iterable[Article]) -> dict[str, str]:
    """Return the articles' texts by the SHA-256 by which hits name them."""
    return {article.sha256: article.text for article in articles}


def import_screenings(
    ledger: Ledger, screenings: Iterable[Screening], lookup: EntryLookup, actor: str
) -> Counts:
    """Open alerts from every screening, a batch a transaction; what was imported before adds nothing."""
    total, batch = Counts(), list[Screening]()
    for screening in screenings:
        batch.append(screening)
        if len(batch) == TOGETHER:
            _take(ledger, batch, (lookup, actor), total)
            batch = []
    _take(ledger, batch, (lookup, actor), total)
    return total


def _take(ledger: Ledger, batch: list[Screening], how: tuple[EntryLookup, str], total: Counts) -> None:
    if not batch:
        return
    lookup, actor = how
    with ledger.change(actor) as change:
        take_all(Intake(change, policy_in_force(change.connection), lookup, total), batch)


def check_actor(name: str) -> str:
    """Return the name under which a command acts in the trail."""
    if not name.strip() or len(name) > 100:
        raise Malformed("say who acts, in at most 100 characters")
    return f"cli:{name.strip()}"
