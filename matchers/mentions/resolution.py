"""Which mentions of a text name the same organization, how to ask for it, and what stands near it.

The order: drop places → equal names → "also known as" → acronyms in brackets after a name, or of a name's
initials → short forms of exactly one longer name → variants to ask for, longest first → context.

A short form is left alone where it fits several longer names, and where it is itself a listed name of another
party than the longer one: "Gazprom" beside "Gazprom Neft" stays Gazprom.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from matchers.mentions.context import contexts
from matchers.mentions.groups import MentionGroup, Variant
from matchers.mentions.keys import initials, is_distinctive, is_short_form, is_telling, name_key, uninflected
from matchers.mentions.parties import named_parties, names_nobody
from matchers.mentions.relations import renames
from matchers.models import Mention

MAX_VARIANTS = 8
_BRACKET = re.compile(r"[\s\"'”’»,]{0,3}[(\[]\s?(?:the\s)?[\"'“‘«]?$")
_EXCHANGE = re.compile(
    r"\s{0,2}(?:<|\((?:NYSE|NASDAQ|Nasdaq|AMEX|LSE|TSX|TSE|HKEX|SEHK|MOEX|MCX|ASX|SSE|SZSE|NSE|BSE)\s?:\s?)$"
)
"""What stands between a name and its symbol at a stock exchange, which may be any letters: `Monsanto Co <MTC>`."""


@dataclass(slots=True)
class _Draft:
    """A group while it grows. `links` are the mentions that joined it by more than an equal name."""

    key: tuple[str, ...]
    mentions: list[Mention]
    links: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def listed(self) -> frozenset[int]:
        return frozenset(number for mention in self.mentions for number in mention.listed)

    def absorb(self, other: _Draft, how: str) -> None:
        for mention in other.mentions:
            self.links[mention.start, mention.end] = other.links.get((mention.start, mention.end), how)
        self.mentions += other.mentions


def resolve(text: str, mentions: Sequence[Mention]) -> tuple[MentionGroup, ...]:
    """Return the organizations that the mentions name, by first mention, each with its context."""
    groups = group_mentions(text, mentions)
    found = contexts(text, mentions, [group.spans for group in groups])
    return tuple(replace(group, context=context) for group, context in zip(groups, found, strict=True))


def group_mentions(text: str, mentions: Sequence[Mention]) -> tuple[MentionGroup, ...]:
    """Do what `resolve` does, without looking at what stands near."""
    drafts = _equal_names(named_parties(mentions))
    drafts = _join_known_as(text, drafts)
    drafts = _join_acronyms(text, drafts)
    drafts = _join_short_forms(drafts)
    groups = (_group(text, draft) for draft in drafts)
    return tuple(sorted(groups, key=lambda group: group.mentions[0].start))


def _equal_names(mentions: Iterable[Mention]) -> list[_Draft]:
    drafts: dict[tuple[str, ...], _Draft] = {}
    for mention in mentions:
        key = name_key(mention.text)
        if key in drafts:
            drafts[key].mentions.append(mention)
        elif key:
            drafts[key] = _Draft(key, [mention])
    return list(drafts.values())


def _join_known_as(text: str, drafts: list[_Draft]) -> list[_Draft]:
    owner = {id(mention): draft for draft in drafts for mention in draft.mentions}
    ordered = sorted(
        (mention for draft in drafts for mention in draft.mentions), key=lambda found: found.start
    )
    gone: set[int] = set()
    for first, second, how in renames(text, ordered):
        one, other = owner[id(first)], owner[id(second)]
        if one is other or _is_joined(one) or _is_joined(other):
            continue
        for mention in other.mentions:
            owner[id(mention)] = one
        one.absorb(other, how)
        gone.add(id(other))
    return [draft for draft in drafts if id(draft) not in gone]


def _join_acronyms(text: str, drafts: list[_Draft]) -> list[_Draft]:
    longest = sorted(drafts, key=lambda draft: len(draft.key))
    ends = {mention.end: draft for draft in longest for mention in draft.mentions}
    by_initials: dict[str, list[_Draft]] = {}
    for draft in drafts:
        if len(draft.key) > 1:
            for letters in initials(draft.mentions[0].text):
                by_initials.setdefault(letters, []).append(draft)
    kept: list[_Draft] = []
    for draft in drafts:
        how, home = _acronym_home(text, draft, ends, by_initials)
        if home is None or home is draft:
            kept.append(draft)
        else:
            home.absorb(draft, how)
    return kept


def _acronym_home(
    text: str, draft: _Draft, ends: dict[int, _Draft], by_initials: dict[str, list[_Draft]]
) -> tuple[str, _Draft | None]:
    """Return the name whose symbol or acronym this is: it stands in brackets after it, or has its initials.

    It is a symbol where it stands nowhere else: what a text also says by itself is asked for.
    """
    if _is_acronym(draft.mentions[0].text):
        owners = [_named_before(text, mention.start, ends, _EXCHANGE) for mention in draft.mentions]
        home = next(filter(None, owners), None)
        if home is not None:
            return "symbol" if all(owners) else "acronym", home
    for mention in draft.mentions:
        home = _named_before(text, mention.start, ends, _BRACKET)
        if home is not None and _is_short_for(mention.text, draft.key, home):
            return "acronym", home
    homes = by_initials.get("".join(draft.key), []) if _is_acronym(draft.mentions[0].text) else []
    return "acronym", homes[0] if len(homes) == 1 else None


def _named_before(text: str, start: int, ends: dict[int, _Draft], between: re.Pattern[str]) -> _Draft | None:
    """Return the name that ends where a bracket opens just before this place."""
    low = max(0, start - 14)
    if not any(text.find(opening, low, start) >= 0 for opening in "([<"):
        return None
    opening = between.search(text, low, start)
    return ends.get(opening.start()) if opening else None


def _is_short_for(bracketed: str, key: tuple[str, ...], home: _Draft) -> bool:
    """Say whether brackets after a name hold its acronym, a brand of its initials, or another form of it."""
    if set(key) & set(home.key):
        return True
    if " " in bracketed or len(home.key) < 2 or not _spells(bracketed, home.mentions[0].text):
        return False
    return _is_acronym(bracketed) or not all(map(is_distinctive, home.key))


def _is_acronym(text: str) -> bool:
    if " " in text or len(text) > 16:
        return False
    letters = [char for char in text if char.isalpha()]
    return 2 <= len(letters) <= 12 and sum(map(str.isupper, letters)) * 2 >= len(letters)


def _spells(acronym: str, name: str) -> bool:
    """Say whether a word of the name begins with the acronym's letter: brackets hold other things too."""
    starts = {word[0].lower() for word in re.findall(r"\w+", name)}
    return acronym[0].lower() in starts or not name.isascii()


def _join_short_forms(drafts: list[_Draft]) -> list[_Draft]:
    by_token: dict[str, list[_Draft]] = {}
    for draft in drafts:
        for token in set(draft.key):
            by_token.setdefault(token, []).append(draft)
    merged: dict[int, _Draft] = {}
    for draft in sorted(drafts, key=lambda found: len(found.key)):
        longer = [
            other
            for other in by_token[draft.key[0]]
            if len(other.key) > len(draft.key)
            and is_short_form(draft.key, other.key)
            and not _is_joined(other)
        ]
        homes = [other for other in longer if _may_shorten(draft, other)]
        if homes and len(longer) == len(homes) and _is_chain(homes):
            merged[id(draft)] = max(homes, key=lambda found: len(found.key))
    for draft in sorted(drafts, key=lambda found: len(found.key)):
        if id(draft) in merged:
            merged[id(draft)].absorb(draft, "short form")
    return [draft for draft in drafts if id(draft) not in merged]


def _may_shorten(short: _Draft, long: _Draft) -> bool:
    apart = not any(_overlap(one, other) for one in short.mentions for other in long.mentions)
    return (apart or len(short.mentions) > 1) and (not short.listed or bool(short.listed & long.listed))


def _is_joined(draft: _Draft) -> bool:
    """Say whether a name is only a run that joins shorter names, by "and" or a possessive."""
    return all(mention.found_by == ("joined",) for mention in draft.mentions)


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _is_chain(drafts: list[_Draft]) -> bool:
    """Say whether each of several longer names is a short form of the next, so that they are one party."""
    ordered = sorted(drafts, key=lambda found: len(found.key))
    return all(is_short_form(one.key, other.key) for one, other in pairwise(ordered))


def _place(mention: Mention) -> tuple[int, int]:
    return mention.start, mention.end


def _group(text: str, draft: _Draft) -> MentionGroup:
    mentions = _outermost(draft.mentions)
    variants: dict[str, Variant] = {}
    for variant in sorted(_variants(text, draft), key=_variant_order):
        variants.setdefault(variant.text, variant)
    kept = tuple(variants.values())[:MAX_VARIANTS]
    return MentionGroup(kept[0].text, mentions, kept, spans=tuple(draft.mentions))


def _outermost(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Return the mentions in order; one inside another of the same party gives its evidence to that."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda found: (found.start, -found.end)):
        if kept and mention.end <= kept[-1].end:
            kept[-1] = replace(
                kept[-1],
                found_by=tuple(dict.fromkeys((*kept[-1].found_by, *mention.found_by))),
                listed=tuple(sorted({*kept[-1].listed, *mention.listed})),
                ambiguity=max(kept[-1].ambiguity, mention.ambiguity),
            )
        else:
            kept.append(mention)
    return tuple(kept)


def _variants(text: str, draft: _Draft) -> Iterator[Variant]:
    seen: set[str] = set()
    for mention in draft.mentions:
        if mention.text in seen:
            continue
        seen.add(mention.text)
        how = "no name" if names_nobody(mention) else draft.links.get(_place(mention), "as written")
        yield Variant(" ".join(mention.text.split()), how, mention.start, mention.end)
        if how == "no name":
            continue
        yield from _uninflected(mention.text, _place(mention))
        for start, end in mention.alternatives:
            if is_telling(reading := text[start:end]):
                yield Variant(" ".join(reading.split()), "alternative", start, end)
                yield from _uninflected(reading, (start, end))


def _uninflected(reading: str, place: tuple[int, int]) -> Iterator[Variant]:
    bare = uninflected(" ".join(reading.split()))
    if bare:
        yield Variant(bare, "uninflected", *place)


_ORDER = {"as written": 0, "also known as": 1, "formerly": 1, "alternative": 2, "short form": 3, "acronym": 3}


def _variant_order(variant: Variant) -> tuple[int, int, int]:
    return _ORDER.get(variant.how, 4), -len(variant.text), variant.start
