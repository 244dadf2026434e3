"""The whole path over texts: mentions → organizations → matches, with what stands near as evidence.

Many texts go through together, so that the matcher is asked for everything at once. In order:

    mentions, one group an organization → names with a prospect → the evidence near them
    → every reading of those asked for, the best answer for an entry counts
    → where organizations claim the same words, the better claim keeps them
    → a connection that the text states ("part of …") yields related parties, apart from the matches
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from lists.models import EntitySchema
from matchers.matching import Matcher
from matchers.mentions import (
    AliasSpotter,
    Context,
    MentionGroup,
    Recognizer,
    Surroundings,
    group_mentions,
    mentions_in,
    read_words,
    recognized,
    settle,
)
from matchers.models import Match, Mention, Options, Organization, Query, Related
from matchers.prospects import NOTHING, Prospects
from matchers.scoring.evidence import most_evidence

SCREENED = frozenset(
    {EntitySchema.ORGANIZATION, EntitySchema.COMPANY, EntitySchema.LEGAL_ENTITY, EntitySchema.THING}
)
"""What a text is screened for where nothing else is asked: organizations, and what the source gave no type."""

_NOT_ASKED = frozenset({"short form", "no name"})
"""Variants that stand for a longer name of the same text, or for nobody, and are not asked for."""

Place = tuple[int, int]


class Screener:
    """Screens texts with a matcher. What names can reach is remembered over texts; threads may share it."""

    def __init__(
        self,
        matcher: Matcher,
        spotter: AliasSpotter | None = None,
        recognizers: Sequence[Recognizer] = (),
    ) -> None:
        self.matcher = matcher
        self.spotter = spotter
        self.recognizers = tuple(recognizers)
        self._prospects = Prospects(matcher)

    def screen(self, text: str, options: Options | None = None) -> tuple[Organization, ...]:
        """Return the organizations of a text that may be listed, in order of place, each with its matches."""
        return self.screen_many([text], options)[0]

    def screen_many(
        self, texts: Sequence[str], options: Options | None = None
    ) -> list[tuple[Organization, ...]]:
        """Return the same for each of several texts, in their order; together they are faster."""
        asked = options or Options()
        asked = asked if asked.schemas else replace(asked, schemas=SCREENED)
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
        pages = []
        for text, labelled in zip(texts, recognized(texts, self.recognizers), strict=True):
            mentions = mentions_in(read_words(text), self.spotter, labelled)
            pages.append(Page(text, mentions, group_mentions(text, mentions)))
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


@dataclass(slots=True)
class Page:
    """A text on its way: its mentions, their groups, and, once something is asked for, what stands near."""

    text: str
    mentions: tuple[Mention, ...]
    groups: tuple[MentionGroup, ...]
    _near: Surroundings | None = field(default=None, repr=False)

    @property
    def near(self) -> Surroundings:
        """What stands in each sentence; read when it is first asked for."""
        if self._near is None:
            self._near = Surroundings(self.text, self.mentions)
        return self._near

    @property
    def names(self) -> Iterator[str]:
        """The readings of all groups that are asked for."""
        return (variant.text for group in self.groups for variant in group.variants if _is_asked(variant.how))

    def questions(self, reach: dict[str, float], least: float) -> Iterator[tuple[MentionGroup, list[Query]]]:
        """Yield the groups that evidence may lift to the least score, each with its queries."""
        for group in self.groups:
            names = [variant.text for variant in group.variants if _is_asked(variant.how)]
            names = [name for name in names if reach[name] != NOTHING]
            context = self.near.of(group.spans) if names else Context()
            asked = [_query(name, context) for name in names]
            asked = [query for query in asked if reach[query.name] + most_evidence(query) >= least]
            if asked:
                yield group, asked

    def organizations(
        self, answers: Sequence[tuple[MentionGroup, tuple[Match, ...]]]
    ) -> tuple[Organization, ...]:
        """Return the organizations that were matched, and those that the text connects with one, by place."""
        found = [(group, matched) for group, matched in answers if matched]
        if not found:
            return ()
        kept = settle([(matched[0].confidence, group.mentions) for group, matched in found])
        by_place = {_place(m): matched for group, matched in found for m in group.spans}
        organizations = [
            Organization(group.name, mentions, matched, self._related(group, by_place))
            for (group, matched), mentions in zip(found, kept, strict=True)
            if mentions
        ]
        organizations += self._connected(organizations, by_place)
        return tuple(sorted(organizations, key=lambda organization: organization.mentions[0].start))

    def _connected(
        self, matched: Sequence[Organization], by_place: dict[Place, tuple[Match, ...]]
    ) -> Iterator[Organization]:
        """Yield the organizations without a match of their own that the text connects with one that has."""
        taken = [_place(mention) for one in matched for mention in one.mentions]
        for group in self.groups:
            related = self._related(group, by_place)
            apart = not any(m.start < end and start < m.end for m in group.mentions for start, end in taken)
            if related and apart:
                yield Organization(group.name, group.mentions, (), related)

    def _related(self, group: MentionGroup, by_place: dict[Place, tuple[Match, ...]]) -> tuple[Related, ...]:
        """Return the listed parties that the text connects a group with."""
        return tuple(
            Related(connection.relation, connection.mention, match)
            for connection in self.near.connections_of(group.spans)
            for match in by_place.get(_place(connection.mention), ())
        )


def _is_asked(how: str) -> bool:
    return how not in _NOT_ASKED


def _place(mention: Mention) -> Place:
    return mention.start, mention.end


def _query(name: str, context: Context) -> Query:
    near = (*(mention.text for mention in context.names), *(place.text for place in context.places))
    countries = tuple(dict.fromkeys(place.country for place in context.places if place.nearness != "article"))
    return Query(
        name,
        context=tuple(dict.fromkeys(near)),
        near_countries=countries,
        cues=tuple(dict.fromkeys(cue.text for cue in context.cues)),
        article_cues=tuple(dict.fromkeys(cue.text for cue in context.article_cues)),
    )


def _best(answers: Iterable[Iterable[Match]], limit: int) -> tuple[Match, ...]:
    """Return the best match of each entry over all readings, best first."""
    best: dict[tuple[str, str], Match] = {}
    for match in chain.from_iterable(answers):
        ref = match.candidate.listing.entry.ref
        if ref not in best or match.score > best[ref].score:
            best[ref] = match
    ranked = sorted(best.items(), key=lambda found: (-found[1].score, found[0]))
    return tuple(match for _, match in ranked[:limit])
