"""Hits of a run into the reviewers' hands: alerts are opened once, however often the same articles are screened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from service.answering import options_of
from service.articles.article import Article
from service.batch.job import Taker
from service.batch.question import Question
from service.cli.console import say
from service.cli.opening import Opened
from service.cli.review import open_review, told
from service.review.hits import Screening
from service.review.importing import check_actor, import_screenings
from service.review.screening import find_entry
from service.schemas import ScreenAnswer


def review_taker(desk: Opened, data: Path | None, actor: str) -> Taker:
    """Return what opens alerts from the hits of a run; the review's database is opened at once."""
    ledger, _ = open_review(data)
    name = check_actor(actor)

    def take(question: Question, found: Iterable[tuple[Article, bytes]]) -> None:
        counts = import_screenings(
            ledger,
            _screenings(question, found),
            lambda list_id, version, entry_id: find_entry(desk.runtime, list_id, version, entry_id),
            name,
        )
        say(told(counts))

    return take


def _screenings(question: Question, found: Iterable[tuple[Article, bytes]]) -> Iterator[Screening]:
    options = options_of(question.asked.options)
    for article, answer in found:
        yield Screening(ScreenAnswer.model_validate_json(answer), article.text, options, question.day)
