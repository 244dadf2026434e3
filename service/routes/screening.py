"""`POST /v1/screen`: articles in, organizations and their potential matches out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from time import monotonic

from pydantic import BaseModel
from starlette.responses import Response

from service.article_answering import answer_article, answer_articles
from service.articles.article import Article
from service.errors import InputError, TooLarge
from service.given_articles import Arrived, all_fetched, article_of, fetched
from service.inputs import BadLine
from service.notes import Notes
from service.routes.desk import AtDesk, Desk, json_response, today
from service.routes.problems import ASKING
from service.routes.repeating import repeatable_router
from service.runtime import Runtime
from service.schemas import ArticleIn, MatchOptions, ScreenAnswer
from service.schemas.exchanges import (
    ScreenBatchRequest,
    ScreenBatchResponse,
    ScreenFailure,
    ScreenRequest,
)

TOGETHER, CHARACTERS = 8, 200_000
"""Articles that are answered in one turn, and characters of them: together they take half the time, and others wait
little."""
ADDRESSES = 20
"""Pages that one batch may have fetched: so many are there before its `Idempotency-Key` is given away."""

router = repeatable_router("/v1", "screening")


@router.post(
    "/screen",
    response_model=ScreenAnswer,
    response_description="The organizations of the article.",
    summary="Screen an article",
    responses=ASKING,
)
async def screen(asked: ScreenRequest, desk: AtDesk) -> Response:
    """Return the organizations that the article names, each with the listed parties that it may be."""
    runtime = await desk.runtime_for(asked.known_as_of, asked.list_ids)
    day = asked.as_of or today()
    arrived = await fetched(asked, desk.pages)
    answer = await desk.compute(lambda: _answer(runtime, arrived, asked, day, desk))
    note_articles(desk.notes, [answer])
    return json_response(answer)


@router.post(
    "/screen/batch",
    response_model=ScreenBatchResponse,
    response_description="One result for each article, in order.",
    summary="Screen articles",
    responses=ASKING,
)
async def screen_batch(asked: ScreenBatchRequest, desk: AtDesk) -> Response:
    """Screen several articles; one that cannot be read is answered with an error in its place."""
    desk.check_batch(len(asked.articles))
    _check_addresses(asked.articles)
    runtime = await desk.runtime_for(asked.known_as_of, asked.list_ids)
    day = asked.as_of or today()
    results: list[ScreenAnswer | ScreenFailure] = []
    until = monotonic() + desk.settings.batch_seconds
    for given in turns(asked.articles):
        if results and monotonic() > until:
            results += map(partial(_too_late, desk.settings.batch_seconds), given)
            continue
        turn = await all_fetched(given, desk.pages)
        results += await desk.compute(partial(answers_or_failures, runtime, turn, asked, day, desk))
    note_articles(desk.notes, results)
    snapshots = runtime.snapshots_out(day, frozenset(asked.list_ids))
    return json_response(
        ScreenBatchResponse(engine=runtime.engine_out(), snapshots=snapshots, results=results)
    )


def turns(articles: Iterable[ArticleIn | BadLine]) -> Iterator[list[ArticleIn | BadLine]]:
    """Part the articles of a batch into those that are answered in one turn, at least one each."""
    turn, size = list[ArticleIn | BadLine](), 0
    for one in articles:
        length = len(one.text) if isinstance(one, ArticleIn) else 0
        if turn and (len(turn) == TOGETHER or size + length > CHARACTERS):
            yield turn
            turn, size = [], 0
        turn.append(one)
        size += length
    yield turn


def _too_late(seconds: float, given: ArticleIn | BadLine) -> ScreenFailure:
    error = f"its turn did not come within the {seconds:g} seconds of a batch; ask for it again, or stream"
    return ScreenFailure(article_id=given.id if isinstance(given, ArticleIn) else None, error=error)


def note_articles(notes: Notes, answers: Iterable[BaseModel]) -> None:
    """Tell the log and the metrics what was screened: the names that were asked for stay out of the counts."""
    for answer in answers:
        found = answer.organizations if isinstance(answer, ScreenAnswer) else []
        confidences = (match.confidence for one in found for match in one.matches)
        notes.count("articles", [" | ".join(one.name for one in found)], confidences)


def answers_or_failures(
    runtime: Runtime, given: Sequence[Arrived | BadLine], options: MatchOptions, day: date, desk: Desk
) -> list[ScreenAnswer | ScreenFailure]:
    """Return the answer about each article, or what is wrong with it; those that can be read are asked together."""
    read = [_article_or_failure(one, desk) for one in given]
    articles = [one for one in read if isinstance(one, Article)]
    answers = iter(answer_articles(runtime, articles, options, day))
    return [next(answers) if isinstance(one, Article) else one for one in read]


def _article_or_failure(arrived: Arrived | BadLine, desk: Desk) -> Article | ScreenFailure:
    if isinstance(arrived, BadLine):
        return ScreenFailure(article_id=None, error=arrived.reason)
    try:
        return article_of(arrived, desk.settings)
    except InputError as error:
        return ScreenFailure(article_id=arrived.given.id, error=str(error))


def _answer(runtime: Runtime, arrived: Arrived, options: MatchOptions, day: date, desk: Desk) -> ScreenAnswer:
    return answer_article(runtime, article_of(arrived, desk.settings), options, day)


def _check_addresses(given: Sequence[ArticleIn | BadLine]) -> None:
    asked = sum(isinstance(one, ArticleIn) and one.address is not None for one in given)
    if asked > ADDRESSES:
        raise TooLarge(f"{asked} pages to fetch; at most {ADDRESSES} in one batch, any number in a stream")
