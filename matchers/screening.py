"""The whole path over a text: mentions → organizations → matches, with what stands near as evidence.

Every reading of a mention is asked for; the best answer for an entry counts. Where organizations claim the same
words, the better claim keeps them. A connection that the text states ("part of …") yields related parties, apart
from the matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from lists.models import EntitySchema
from matchers.matching import Matcher
from matchers.mentions import AliasSpotter, MentionGroup, Recognizer, find_mentions, resolve, settle
from matchers.models import Match, Mention, Options, Organization, Query, Related

SCREENED = frozenset(
    {EntitySchema.ORGANIZATION, EntitySchema.COMPANY, EntitySchema.LEGAL_ENTITY, EntitySchema.THING}
)
"""What a text is screened for where nothing else is asked: organizations, and what the source gave no type."""

_NOT_ASKED = frozenset({"short form"})
"""Variants that stand for a longer name of the same text and are not asked for on their own."""


def screen(
    text: str,
    matcher: Matcher,
    spotter: AliasSpotter | None = None,
    options: Options | None = None,
    recognizers: Sequence[Recognizer] = (),
) -> tuple[Organization, ...]:
    """Return the organizations of a text that may be listed, in order of place, each with its matches."""
    asked = options or Options()
    asked = asked if asked.schemas else replace(asked, schemas=SCREENED)
    groups = resolve(text, find_mentions(text, spotter, recognizers))
    queries = [
        [_query(variant.text, group) for variant in group.variants if variant.how not in _NOT_ASKED]
        for group in groups
    ]
    answers = iter(matcher.match_many([query for variants in queries for query in variants], asked))
    matches = [
        _best((match for _ in variants for match in next(answers)), asked.limit) for variants in queries
    ]
    found = [(group, matched) for group, matched in zip(groups, matches, strict=True) if matched]
    kept = settle([(matched[0].confidence, group.mentions) for group, matched in found])
    by_place = {(m.start, m.end): matched for group, matched in found for m in group.mentions}
    organizations = [
        Organization(group.name, mentions, matched, _related(group, by_place))
        for (group, matched), mentions in zip(found, kept, strict=True)
        if mentions
    ]
    return tuple(sorted(organizations, key=lambda organization: organization.mentions[0].start))


def _query(name: str, group: MentionGroup) -> Query:
    context = group.context
    near = (*(mention.text for mention in context.names), *(place.text for place in context.places))
    countries = tuple(dict.fromkeys(place.country for place in context.places if place.nearness != "article"))
    return Query(
        name,
        context=tuple(dict.fromkeys(near)),
        near_countries=countries,
        cues=tuple(dict.fromkeys(cue.text for cue in context.cues)),
        article_cues=tuple(dict.fromkeys(cue.text for cue in context.article_cues)),
    )


def _best(matches: Iterable[Match], limit: int) -> tuple[Match, ...]:
    """Return the best match of each entry over all readings, best first."""
    best: dict[tuple[str, str], Match] = {}
    for match in matches:
        ref = match.candidate.listing.entry.ref
        if ref not in best or match.score > best[ref].score:
            best[ref] = match
    ranked = sorted(best.items(), key=lambda found: (-found[1].score, found[0]))
    return tuple(match for _, match in ranked[:limit])


def _related(group: MentionGroup, by_place: dict[tuple[int, int], tuple[Match, ...]]) -> tuple[Related, ...]:
    """Return the listed parties that the text connects this organization with."""
    return tuple(
        Related(connection.relation, connection.mention, match)
        for connection in group.context.connections
        for match in by_place.get(_place(connection.mention), ())
    )


def _place(mention: Mention) -> tuple[int, int]:
    return mention.start, mention.end
