"""Words that stand for an organization named before: "the company", "the bank", "компания".

A noun that is part of a name stands for the last such name ("the plant" for the Gagarin plant); company, group and
the like for the last organization. It has to be named in the same sentence or shortly before. These mentions show where
a text goes on about a party; they are no evidence, and nothing is asked for them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from matchers.mentions.groups import MentionGroup
from matchers.mentions.parties import is_place, names_nobody
from matchers.mentions.sentences import Sentences
from matchers.mentions.vocabulary import organization_words, word_classes
from matchers.mentions.words import Words
from matchers.models import Mention

MAX_DISTANCE = 300
"""Characters between a name and the words that stand for it."""
_LOOKED_BACK = 30
FOUND_BY = ("reference",)
_ANY = ("company", "firm", "group", "corporation", "organization", "organisation", "enterprise")
_OWN = (
    "bank", "plant", "factory", "airline", "shipyard", "ministry", "institute", "university", "agency", "refinery",
    "fund", "party", "bureau",
)  # fmt: skip
_REFERENCE = re.compile(
    rf"\b(?:[Tt]he\s+(?:(?P<any>{'|'.join(_ANY)})|(?P<own>{'|'.join(_OWN)}))|[Кк]омпан[иі]я|[Кк]орпорац[иі]я)\b"
    r"(?![-'’]\w{2}|\s+[«\"“A-ZА-ЯІЇЄҐ])"
)


def references(
    words: Words, groups: Sequence[MentionGroup], chosen: Sequence[MentionGroup]
) -> Iterator[tuple[MentionGroup, Mention]]:
    """Yield mentions that stand for one of the chosen groups, each with its group, in order of place."""
    named = sorted(
        (mention.end, mention.start, number)
        for number, group in enumerate(groups)
        for mention in group.mentions
    )
    ends = [end for end, _, _ in named]
    wanted = {id(group) for group in chosen}
    likely = [id(group) in wanted or _is_organization(group) for group in groups]
    found = list(_REFERENCE.finditer(words.text))
    if not found:
        return
    sentences = Sentences(words)
    for match in found:
        number = _meant(words.text, match, named[: bisect_right(ends, match.start())][-_LOOKED_BACK:], likely)
        if number is not None and id(groups[number]) in wanted:
            yield groups[number], _mention(words, sentences, *match.span())


def _meant(
    text: str, match: re.Match[str], before: Sequence[tuple[int, int, int]], likely: Sequence[bool]
) -> int | None:
    """Return the number of the group that the words stand for; None where none is near enough."""
    own = match["own"] or ""
    for end, start, number in reversed(before):
        if match.start() - end <= MAX_DISTANCE and likely[number] and own in text[start:end].lower():
            return number
    return None


def _is_organization(group: MentionGroup) -> bool:
    """Say whether a name is surely that of an organization: by an acronym, a legal form or an organization noun."""
    if any(is_place(mention) or names_nobody(mention) for mention in group.mentions):
        return False
    words = group.name.lower().replace(".", "").split()
    known = organization_words()["noun"] | word_classes()["legal"]
    return group.name.isupper() or not known.isdisjoint(words)


def _mention(words: Words, sentences: Sentences, start: int, end: int) -> Mention:
    word = bisect_right(words.starts, start) - 1
    sentence = sentences.offsets(sentences.number(word))
    return Mention(start, end, words.text[start:end], FOUND_BY, (), sentence)
