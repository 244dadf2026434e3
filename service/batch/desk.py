"""The desk of a worker: records in, outcomes and answers out, against the versions that the question names.

One record never fails the others: where screening it breaks, its outcome says so and it counts as skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from matchers.models import Match
from service.article_answering import answer_articles
from service.articles.article import Article, Skipped
from service.articles.encoding import without_surrogates
from service.batch.question import Question
from service.batch.records import HitOut, Item, Outcome, Record
from service.inputs import BadLine
from service.runtime import Runtime
from service.schemas import MatchOut, QueryIn, ScreenAnswer
from service.schemas.matches import DECIMALS
from service.telling import answer_json, find_matches

TOGETHER = 32
"""Articles that are screened in one go."""


class Desk:
    """Answers records. Opening one opens the runtime, whose index is shared by all processes of a machine."""

    def __init__(self, question: Question, runtime: Runtime) -> None:
        self.question = question
        self.runtime = runtime

    def answer(self, items: Sequence[Item]) -> list[Record]:
        """Return one record an item, in order."""
        if self.question.asked.kind == "names":
            return list(self._names(items))
        articles = [item for item in items if isinstance(item, Article)]
        groups = (articles[start : start + TOGETHER] for start in range(0, len(articles), TOGETHER))
        records = chain.from_iterable(map(self._articles, groups))
        return [next(records) if isinstance(item, Article) else _skipped(item) for item in items]

    def _articles(self, articles: list[Article]) -> list[Record]:
        """Screen a few articles together; where that breaks, one by one, to find the one that breaks it."""
        try:
            found = answer_articles(self.runtime, articles, self.question.asked.options, self.question.day)
        except Exception as error:  # whatever is wrong with one article, the others are screened
            if len(articles) == 1:
                return [_broken(articles[0], error)]
            return [record for article in articles for record in self._articles([article])]
        return list(map(record_of_article, articles, found))

    def _names(self, items: Sequence[Item]) -> Iterator[Record]:
        asked = [item for item in items if isinstance(item, QueryIn)]
        options, day = self.question.asked.options, self.question.day
        found = find_matches(self.runtime, asked, options, day)
        stale = self.runtime.stale_lists(day, frozenset(options.list_ids))
        for item in items:
            if isinstance(item, QueryIn):
                matches, sent = next(found)
                yield Record(_outcome_of(item, matches), answer_json(item, sent, stale))
            else:
                yield _skipped(item)


def record_of_article(article: Article, answer: ScreenAnswer) -> Record:
    """Return the record of a screened article."""
    found = answer.organizations
    hits = tuple(_hit(match, one.name) for one in found for match in one.matches)
    outcome = Outcome(
        id=without_surrogates(article.id),
        place=article.place if article.place not in (article.id, "") else None,
        sha256=answer.article.sha256,
        outcome="hit" if hits else "no hit",
        organizations=len(found),
        hits=hits,
    )
    return Record(_json(outcome), answer.model_dump_json(by_alias=True).encode() if hits else b"")


def _outcome_of(query: QueryIn, matches: Sequence[Match]) -> bytes:
    hits = tuple(
        HitOut(
            list=match.candidate.listing.entry.list_id,
            entry_id=match.candidate.listing.entry.entry_id,
            name=query.name,
            confidence=round(match.confidence, DECIMALS),
        )
        for match in matches
    )
    return _json(Outcome(id=query.id or query.name, outcome="hit" if hits else "no hit", hits=hits))


def _hit(match: MatchOut, name: str) -> HitOut:
    return HitOut(list=match.list_id, entry_id=match.entry_id, name=name, confidence=match.confidence)


def _skipped(item: Item) -> Record:
    if not isinstance(item, Skipped | BadLine):
        raise TypeError(f"{type(item).__name__} is none of the records that this run reads")
    place, reason = without_surrogates(item.place), without_surrogates(item.reason)
    return Record(_json(Outcome(place=place, outcome="skipped", reason=reason)))


def _broken(article: Article, error: Exception) -> Record:
    reason = f"could not be screened: {type(error).__name__}: {error}"
    outcome = Outcome(
        id=without_surrogates(article.id),
        place=article.place or None,
        sha256=article.sha256 or None,
        outcome="skipped",
        reason=without_surrogates(reason),
    )
    return Record(_json(outcome))


def _json(outcome: Outcome) -> bytes:
    return outcome.model_dump_json(by_alias=True, exclude_defaults=True).encode()
