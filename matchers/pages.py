"""A text on its way through a screening: what is asked about it, and what becomes of the answers.

groups of mentions → queries with the evidence near them → answers
→ mentions cut to the reading that matched → the better claim keeps the words that two claim → organizations
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from matchers.mentions import Context, MentionGroup, Surroundings, Variant, references, settle
from matchers.mentions.covered import Covered
from matchers.mentions.words import Words
from matchers.models import Match, Mention, Organization, Query, Related
from matchers.prospects import NOTHING
from matchers.scoring.evidence import most_evidence

_NOT_ASKED = frozenset({"short form", "symbol", "no name"})
"""Variants that stand for another name of the same text, or for nobody, and are not asked for."""
_BESIDE = frozenset({"name", "sentence"})
"""How near a place stands that counts as beside a mention."""

Place = tuple[int, int]


@dataclass(slots=True)
class Page:
    """A text on its way: its mentions, their groups, and, once something is asked for, what stands near."""

    words: Words
    mentions: tuple[Mention, ...]
    groups: tuple[MentionGroup, ...]
    _near: Surroundings | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """The text as given."""
        return self.words.text

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
        floor = least - self._most_evidence
        for group in self.groups:
            variants = (variant for variant in group.variants if _is_asked(variant.how))
            asked = [one for one in variants if reach[one.text] >= floor and reach[one.text] != NOTHING]
            queries = self._queries(group, asked) if asked else []
            queries = [query for query in queries if reach[query.name] + most_evidence(query) >= least]
            if queries:
                yield group, queries

    @property
    def _most_evidence(self) -> float:
        """The most that anything near could add to a score in this text."""
        cues = ("",) if self.near.speaks_of_sanctions else ()
        return most_evidence(Query("", context=("",), near_countries=("",), cues=cues, labels=("",)))

    def _queries(self, group: MentionGroup, variants: Sequence[Variant]) -> list[Query]:
        context, labels = self.near.of(group.spans), labels_of(group)
        return [
            replace(
                query_of(variant.text, context),
                labels=labels,
                stands_for=group.name if variant.how == "acronym" else "",
            )
            for variant in variants
        ]

    def organizations(
        self, answers: Sequence[tuple[MentionGroup, tuple[Match, ...]]]
    ) -> tuple[Organization, ...]:
        """Return the organizations that were matched, and those that the text connects with one, by place."""
        found = [(self._as_read(group, matched[0]), matched) for group, matched in answers if matched]
        if not found:
            return ()
        kept = settle([(matched[0].confidence, group.mentions) for group, matched in found])
        by_place = {_place(m): matched for group, matched in found for m in group.spans}
        organizations = [
            Organization(
                group.name,
                tuple(sorted((*mentions, *meant), key=_place)),
                matched,
                self._related(group, by_place),
            )
            for (group, matched), mentions, meant in zip(found, kept, self._meant(found), strict=True)
            if mentions
        ]
        organizations += self._connected(organizations, by_place)
        return tuple(sorted(organizations, key=lambda organization: organization.mentions[0].start))

    def _meant(self, found: Sequence[tuple[MentionGroup, tuple[Match, ...]]]) -> list[list[Mention]]:
        """Return for each group the words that stand for it: "the company"."""
        names = {_place(group.spans[0]): number for number, (group, _) in enumerate(found)}
        chosen = [group for group in self.groups if _place(group.spans[0]) in names]
        meant: list[list[Mention]] = [[] for _ in found]
        for group, mention in references(self.words, self.groups, chosen):
            meant[names[_place(group.spans[0])]].append(mention)
        return meant

    def _as_read(self, group: MentionGroup, best: Match) -> MentionGroup:
        """Return a group with "Lawyers for" and the like cut off where what follows matched best."""
        readings = {
            _place(mention): (start, end)
            for mention in group.mentions
            for start, end in mention.alternatives
            if end == mention.end
            and _joins(self.text[mention.start : start])
            and " ".join(self.text[start:end].split()) == best.query.name
        }
        if not readings or any(variant.how == "as written" for variant in group.variants_of(best.query.name)):
            return group
        mentions = tuple(self._cut(mention, readings.get(_place(mention))) for mention in group.mentions)
        return replace(group, name=best.query.name, mentions=mentions)

    def _cut(self, mention: Mention, place: Place | None) -> Mention:
        if place is None:
            return mention
        others = ((mention.start, mention.end), *(other for other in mention.alternatives if other != place))
        start, end = place
        return replace(mention, start=start, end=end, text=self.text[start:end], alternatives=others)

    def _connected(
        self, matched: Sequence[Organization], by_place: dict[Place, tuple[Match, ...]]
    ) -> Iterator[Organization]:
        """Yield the organizations without a match of their own that the text connects with one that has."""
        taken = Covered(_place(mention) for one in matched for mention in one.mentions)
        for group in self.groups:
            related = self._related(group, by_place)
            apart = not any(taken.meets(*_place(mention)) for mention in group.mentions)
            if related and apart:
                yield Organization(group.name, group.mentions, (), related)

    def _related(self, group: MentionGroup, by_place: dict[Place, tuple[Match, ...]]) -> tuple[Related, ...]:
        """Return the listed parties that the text connects a group with."""
        return tuple(
            Related(connection.relation, connection.mention, match)
            for connection in self.near.connections_of(group.spans)
            for match in by_place.get(_place(connection.mention), ())
        )


def labels_of(group: MentionGroup) -> tuple[str, ...]:
    """Return what models call the mentions of a group, each label once."""
    found_by = (how for mention in group.mentions for how in mention.found_by)
    return tuple(dict.fromkeys(how.removeprefix("ner:") for how in found_by if how.startswith("ner:")))


def _joins(head: str) -> bool:
    """Say whether what stands before a reading ends with a small connecting word: "Lawyers for", "Rebels of the"."""
    words = head.split()
    return bool(words) and words[-1].islower()


def _is_asked(how: str) -> bool:
    return how not in _NOT_ASKED


def _place(mention: Mention) -> Place:
    return mention.start, mention.end


def query_of(name: str, context: Context) -> Query:
    """Return a reading of a name as a query, with what stands near it."""
    near = (*(mention.text for mention in context.names), *(place.text for place in context.places))
    beside = dict.fromkeys(place.country for place in context.places if place.nearness in _BESIDE)
    elsewhere = dict.fromkeys(place.country for place in context.places if place.country not in beside)
    return Query(
        name,
        context=tuple(dict.fromkeys(near)),
        near_countries=tuple(beside),
        article_countries=tuple(elsewhere),
        cues=tuple(dict.fromkeys(cue.text for cue in context.cues)),
        article_cues=tuple(dict.fromkeys(cue.text for cue in context.article_cues)),
    )
