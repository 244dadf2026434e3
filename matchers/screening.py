"""The whole path over texts: mentions → organizations → matches, with what stands near as evidence.

Many texts go through together, so that the matcher is asked for everything at once. In order:

    mentions, one group an organization → names with a prospect → the evidence near them
    → every reading of those asked for, the best answer for an entry counts → organizations
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from lists.models import EntitySchema
from matchers.matching import Matcher
from matchers.mentions import (
    AliasSpotter,
    Recognizer,
    group_mentions,
    mentions_in,
    read_words,
    recognized,
)
from matchers.models import Match, Options, Organization
from matchers.pages import Page
from matchers.prospects import Prospects, Scores

SCREENED = frozenset(
    {EntitySchema.ORGANIZATION, EntitySchema.COMPANY, EntitySchema.LEGAL_ENTITY, EntitySchema.THING}
)
"""What a text is screened for where nothing else is asked: organizations, and what the source gave no type."""

PRIOR = 0.05
"""The share of named parties that are listed, where nothing else is asked. Below that of questions about one name,
and far above that of ordinary news: a listed party that is not found costs more than one that a person looks at."""


class Screener:
    """Screens texts with a matcher. What names can reach is remembered over texts; threads may share it.

    `scores` is a memory of that beside its own, which other processes share.
    """

    def __init__(
        self,
        matcher: Matcher,
        spotter: AliasSpotter | None = None,
        recognizers: Sequence[Recognizer] = (),
        scores: Scores | None = None,
    ) -> None:
        self.matcher = matcher
        self.spotter = spotter
        self.recognizers = tuple(recognizers)
        self._prospects = Prospects(matcher, scores)

    def screen(self, text: str, options: Options | None = None) -> tuple[Organization, ...]:
        """Return the organizations of a text that may be listed, in order of place, each with its matches."""
        return self.screen_many([text], options)[0]

    def screen_many(
        self, texts: Sequence[str], options: Options | None = None
    ) -> list[tuple[Organization, ...]]:
        """Return the same for each of several texts, in their order; together they are faster."""
        asked = options or Options()
        asked = replace(asked, schemas=asked.schemas or SCREENED, prior=asked.prior or PRIOR)
        pages = self.read(texts)
        reach = self._prospects.of(chain.from_iterable(page.names for page in pages), asked)
        least = self._prospects.least(asked)
        questions = [list(page.questions(reach, least)) for page in pages]
        queries = [query for page in questions for _, asked_for in page for query in asked_for]
        answers = iter(self.matcher.match_many(queries, asked))
        return [
            page.organizations(
                [(group, _best((next(answers) for _ in asked_for), asked.limit)) for group, asked_for in own]
            )
            for page, own in zip(pages, questions, strict=True)
        ]

    def read(self, texts: Sequence[str]) -> list[Page]:
        """Return the texts with the groups of mentions of their organizations."""
        read = list(map(read_words, texts))
        listed = self.spotter.spot_all(read) if self.spotter else [()] * len(read)
        pages = []
        for words, names, labelled in zip(read, listed, recognized(texts, self.recognizers), strict=True):
            mentions = mentions_in(words, names, labelled)
            pages.append(Page(words, mentions, group_mentions(words.text, mentions)))
        return pages


def screen(
    text: str,
    matcher: Matcher,
    spotter: AliasSpotter | None = None,
    options: Options | None = None,
    recognizers: Sequence[Recognizer] = (),
) -> tuple[Organization, ...]:
    """Screen one text with a `Screener` of its own."""
    return Screener(matcher, spotter, recognizers).screen(text, options)


def _best(answers: Iterable[Iterable[Match]], limit: int) -> tuple[Match, ...]:
    """Return the best match of each entry over all readings, best first."""
    best: dict[tuple[str, str], Match] = {}
    for match in chain.from_iterable(answers):
        ref = match.candidate.listing.entry.ref
        if ref not in best or match.score > best[ref].score:
            best[ref] = match
    ranked = sorted(best.items(), key=lambda found: (-found[1].score, found[0]))
    return tuple(match for _, match in ranked[:limit])
