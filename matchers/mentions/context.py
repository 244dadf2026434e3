"""What stands near an organization's mentions: places with their countries, other names, connections."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice, pairwise

from matchers.mentions.covered import Covered
from matchers.mentions.cues import Cue, find_cues
from matchers.mentions.groups import Connection, Context, PlaceEvidence
from matchers.mentions.parties import JOINED, is_place
from matchers.mentions.places import place
from matchers.mentions.relations import connections
from matchers.models import Mention

MAX_NAMES = 12
MAX_PLACES = 16
MAX_CUES = 5
_NEARNESS = {"name": 0, "sentence": 1, "next": 2, "article": 3}

Located = tuple[int, int, str, str, str]
"""Start, end, text, kind, country."""


def contexts(text: str, mentions: Sequence[Mention], groups: Sequence[Sequence[Mention]]) -> list[Context]:
    """Return the context of each group, in the order of the groups."""
    near = Surroundings(text, mentions)
    return [replace(near.of(group), connections=near.connections_of(group)) for group in groups]


class Surroundings:
    """What stands in each sentence of a text; read once, asked for each group."""

    def __init__(self, text: str, mentions: Sequence[Mention]) -> None:
        sentences = sorted({mention.sentence for mention in mentions if mention.sentence})
        self._number = {sentence: position for position, sentence in enumerate(sentences)}
        self._next = {number for number, (one, two) in enumerate(pairwise(sentences)) if two[0] - one[1] < 3}
        self._located: dict[int, list[Located]] = {}
        self._anywhere: dict[tuple[str, str], Located] = {}
        for found, sentence in _located(mentions):
            self._located.setdefault(self._number[sentence] if sentence else -1, []).append(found)
            self._anywhere.setdefault((found[4], found[3]), found)
        self._text = text
        self._names: dict[int, list[Mention]] = {}
        self._named = [
            mention for mention in mentions if mention.found_by != JOINED and not is_place(mention)
        ]
        for mention in self._named:
            if mention.sentence:
                self._names.setdefault(self._number[mention.sentence], []).append(mention)
        self._cues = find_cues(text)
        self._cue_starts = [cue.start for cue in self._cues]
        self._places_seen: dict[frozenset[int], list[PlaceEvidence]] = {}

    @property
    def speaks_of_sanctions(self) -> bool:
        """Whether any word of the text says so."""
        return bool(self._cues)

    @cached_property
    def _connections(self) -> dict[tuple[int, int], list[Connection]]:
        found: dict[tuple[int, int], list[Connection]] = {}
        for mention, connection in connections(self._text, self._named):
            found.setdefault((mention.start, mention.end), []).append(connection)
        return found

    def connections_of(self, group: Sequence[Mention]) -> tuple[Connection, ...]:
        """Return which organizations the text connects with a group of mentions."""
        if not self._connections:
            return ()
        spans = sorted({(mention.start, mention.end) for mention in group})
        return tuple(link for span in spans for link in self._connections.get(span, ()))

    def of(self, group: Sequence[Mention]) -> Context:
        """Return the context of a group of mentions, all but its connections."""
        own = frozenset(self._number[mention.sentence] for mention in group if mention.sentence)
        spans = sorted({(mention.start, mention.end) for mention in group})
        covered = Covered(spans)
        names = (
            mention
            for sentence in sorted(own)
            for mention in self._names.get(sentence, ())
            if not covered.meets(mention.start, mention.end)
        )
        places = _named_first(self._places(own), spans)
        return Context(places, tuple(islice(names, MAX_NAMES)), (), *self._cues_by(group))

    def _cues_by(self, group: Sequence[Mention]) -> tuple[tuple[Cue, ...], tuple[Cue, ...]]:
        """Return the cues in the sentences of a group, and the others."""
        if not self._cues:
            return (), ()
        near = [
            number
            for low, high in sorted({mention.sentence for mention in group if mention.sentence})
            for number in range(bisect_left(self._cue_starts, low), bisect_left(self._cue_starts, high))
        ]
        beside = set(near)
        others = (cue for number, cue in enumerate(self._cues) if number not in beside)
        return tuple(self._cues[number] for number in near), tuple(islice(others, MAX_CUES))

    def _places(self, own: frozenset[int]) -> list[PlaceEvidence]:
        """Return the places by nearness to these sentences, the nearest of each country and kind."""
        known = self._places_seen.get(own)
        if known is not None:
            return known
        near = {sentence + 1 for sentence in own if sentence in self._next}
        near |= {sentence - 1 for sentence in own if sentence - 1 in self._next}
        nearest: dict[tuple[str, str], PlaceEvidence] = {}
        for nearness, located in (
            ("sentence", [found for sentence in sorted(own) for found in self._located.get(sentence, ())]),
            ("next", [found for sentence in sorted(near) for found in self._located.get(sentence, ())]),
            ("article", self._anywhere.values()),
        ):
            for start, end, words, kind, country in located:
                evidence = PlaceEvidence(words, start, end, kind, country, nearness)
                nearest.setdefault((country, kind), evidence)
        found = sorted(nearest.values(), key=lambda place: (_NEARNESS[place.nearness], place.start))
        self._places_seen[own] = found
        return found


def _named_first(places: list[PlaceEvidence], spans: list[tuple[int, int]]) -> tuple[PlaceEvidence, ...]:
    """Return the places, those inside one of the spans first and marked as part of the name."""
    inside = [
        replace(place, nearness="name")
        for place in places
        if any(start <= place.start and place.end <= end for start, end in spans)
    ]
    if not inside:
        return tuple(places[:MAX_PLACES])
    starts = {place.start for place in inside}
    return tuple([*inside, *(place for place in places if place.start not in starts)][:MAX_PLACES])


def _located(mentions: Sequence[Mention]) -> list[tuple[Located, tuple[int, int] | None]]:
    """Return the mentions that are a place as a whole, or in an alternative reading."""
    found = []
    seen: set[tuple[int, int]] = set()
    for mention in mentions:
        for start, end in ((mention.start, mention.end), *mention.alternatives):
            words = mention.text[max(0, start - mention.start) : end - mention.start]
            known = place(words) if (start, end) not in seen else None
            if known and known.country:
                seen.add((start, end))
                found.append(((start, end, words, known.kind, known.country), mention.sentence))
    return found
