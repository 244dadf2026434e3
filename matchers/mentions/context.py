"""What stands near an organization's mentions: places with their countries, other names, connections."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from matchers.mentions.groups import Connection, Context, PlaceEvidence
from matchers.mentions.places import place
from matchers.mentions.relations import connections
from matchers.models import Mention

MAX_NAMES = 12
MAX_PLACES = 16
_NEARNESS = {"name": 0, "sentence": 1, "next": 2, "article": 3}

_ASIDE = (("place",), ("joined",))
"""Mentions that are no names of their own."""

Located = tuple[int, int, str, str, str]
"""Start, end, text, kind, country."""


def contexts(text: str, mentions: Sequence[Mention], groups: Sequence[Sequence[Mention]]) -> list[Context]:
    """Return the context of each group, in the order of the groups."""
    sentences = sorted({mention.sentence for mention in mentions if mention.sentence})
    number = {sentence: position for position, sentence in enumerate(sentences)}
    adjacent = {position for position, (one, two) in enumerate(pairwise(sentences)) if two[0] - one[1] < 3}
    located = _located(mentions)
    inside: dict[int, list[Located]] = {}
    by_sentence: dict[int, list[Mention]] = {}
    for mention in mentions:
        if mention.sentence and mention.found_by not in _ASIDE:
            by_sentence.setdefault(number[mention.sentence], []).append(mention)
    for found, sentence in located:
        inside.setdefault(number[sentence] if sentence else -1, []).append(found)
    connected = _connected(text, mentions)
    return [_context(group, number, adjacent, inside, by_sentence, connected) for group in groups]


def _located(mentions: Sequence[Mention]) -> list[tuple[Located, tuple[int, int] | None]]:
    """Return the mentions that are a place as a whole, or in an alternative reading."""
    found = []
    seen: set[tuple[int, int]] = set()
    for mention in mentions:
        for start, end in ((mention.start, mention.end), *mention.alternatives):
            words = mention.text[max(0, start - mention.start) : end - mention.start]
            known = place(words) if (start, end) not in seen else None
            if known:
                seen.add((start, end))
                found.append(((start, end, words, known.kind, known.country), mention.sentence))
    return found


def _connected(text: str, mentions: Sequence[Mention]) -> dict[tuple[int, int], list[Connection]]:
    found: dict[tuple[int, int], list[Connection]] = {}
    named = [mention for mention in mentions if mention.found_by not in _ASIDE]
    for mention, connection in connections(text, named):
        found.setdefault((mention.start, mention.end), []).append(connection)
    return found


def _context(
    group: Sequence[Mention],
    number: dict[tuple[int, int], int],
    adjacent: set[int],
    inside: dict[int, list[Located]],
    by_sentence: dict[int, list[Mention]],
    connected: dict[tuple[int, int], list[Connection]],
) -> Context:
    own = {number[mention.sentence] for mention in group if mention.sentence}
    near = {sentence + 1 for sentence in own if sentence in adjacent} | {
        sentence - 1 for sentence in own if sentence - 1 in adjacent
    }
    evidence: dict[tuple[str, str], PlaceEvidence] = {}
    for sentence, places in inside.items():
        nearness = "sentence" if sentence in own else "next" if sentence in near else "article"
        for start, end, words, kind, country in places:
            within = any(mention.start <= start and end <= mention.end for mention in group)
            found = PlaceEvidence(words, start, end, kind, country, "name" if within else nearness)
            other = evidence.get((country, kind))
            if other is None or _NEARNESS[found.nearness] < _NEARNESS[other.nearness]:
                evidence[country, kind] = found
    spans = {(mention.start, mention.end) for mention in group}
    names = [
        mention
        for sentence in sorted(own)
        for mention in by_sentence.get(sentence, ())
        if not any(mention.start < end and start < mention.end for start, end in spans)
    ]
    links = tuple(link for span in sorted(spans) for link in connected.get(span, ()))
    nearest = sorted(evidence.values(), key=lambda found: (_NEARNESS[found.nearness], found.start))
    return Context(tuple(nearest[:MAX_PLACES]), tuple(names[:MAX_NAMES]), links)
