"""`POST /v1/screen`: articles in, organizations and their potential matches out."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial

from pydantic import BaseModel
from starlette.responses import Response

from service.article_answering import answer_article, answer_articles
from service.articles.article import Article, Limits, ReadOptions, Skipped, text_sha256
from service.articles.reading import read_source
from service.articles.source import Source
from service.errors import InputError, TooLarge
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

TOGETHER = 8
"""Articles that are answered in one turn: together they take half the time, and others wait little."""

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
    answer = await desk.compute(lambda: _answer(runtime, asked, asked, day, desk))
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
    runtime = await desk.runtime_for(asked.known_as_of, asked.list_ids)
    day = asked.as_of or today()
    results: list[ScreenAnswer | ScreenFailure] = []
    for start in range(0, len(asked.articles), TOGETHER):
        turn = asked.articles[start : start + TOGETHER]
        results += await desk.compute(partial(answers_or_failures, runtime, turn, asked, day, desk))
    note_articles(desk.notes, results)
    snapshots = runtime.snapshots_out(day, frozenset(asked.list_ids))
    return json_response(
        ScreenBatchResponse(engine=runtime.engine_out(), snapshots=snapshots, results=results)
    )


def note_articles(notes: Notes, answers: Iterable[BaseModel]) -> None:
    """Tell the log and the metrics what was screened: the names that were asked for stay out of the counts."""
    for answer in answers:
        found = answer.organizations if isinstance(answer, ScreenAnswer) else []
        confidences = (match.confidence for one in found for match in one.matches)
        notes.count("articles", [" | ".join(one.name for one in found)], confidences)


def answers_or_failures(
    runtime: Runtime, given: Sequence[ArticleIn | BadLine], options: MatchOptions, day: date, desk: Desk
) -> list[ScreenAnswer | ScreenFailure]:
    """Return the answer about each article, or what is wrong with it; those that can be read are asked together."""
    read = [_article_or_failure(one, desk) for one in given]
    articles = [one for one in read if isinstance(one, Article)]
    answers = iter(answer_articles(runtime, articles, options, day))
    return [next(answers) if isinstance(one, Article) else one for one in read]


def _article_or_failure(given: ArticleIn | BadLine, desk: Desk) -> Article | ScreenFailure:
    if isinstance(given, BadLine):
        return ScreenFailure(article_id=None, error=given.reason)
    try:
        return article_of(given, desk.settings.max_text)
    except InputError as error:
        return ScreenFailure(article_id=given.id, error=str(error))


def _answer(runtime: Runtime, given: ArticleIn, options: MatchOptions, day: date, desk: Desk) -> ScreenAnswer:
    return answer_article(runtime, article_of(given, desk.settings.max_text), options, day)


def article_of(given: ArticleIn, longest: int) -> Article:
    """Return the article; of an HTML page its text, with offsets into that text."""
    if len(given.text) > longest:
        raise TooLarge(f"the text has {len(given.text):,} characters; at most {longest:,}")
    read = _from_html(given.text, longest) if given.html else None
    text = read.text if read else given.text
    published = given.published.isoformat() if given.published else read.published if read else None
    return Article(
        id=given.id or "",
        text=text,
        title=given.title or (read.title if read else None),
        published=published,
        url=given.url,
        language=given.language or (read.language if read else None),
        sha256=text_sha256(text),
    )


def _from_html(page: str, longest: int) -> Article:
    source = Source("html", io.BufferedReader(io.BytesIO(page.encode())))
    for found in read_source(
        source, ReadOptions(format="html", limits=Limits(characters=longest)), lambda _: None
    ):
        if isinstance(found, Skipped):
            raise InputError(f"the HTML page cannot be read: {found.reason}")
        return found
    raise InputError("the HTML page holds no text")
