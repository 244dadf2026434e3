"""Words between two names that say how the parties are connected."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from matchers.mentions.groups import Connection
from matchers.models import Mention

_ROLE = (
    "subsidiary|subsidiaries|branch|unit|division|arm|affiliate|part|member|component|wing|front|department|"
    "offshoot|spin-?off|proxy"
)
_AFTER = re.compile(
    r"^(?:\s+(?:in|at|near|outside)\s[^,;.()]{2,40})?"
    r"[\s,)(»”\"'’-]*(?:(?:which|who|that)\s+)?(?:(?:is|are|was|were|has been|became|now|also|itself)\s+)*"
    rf"(?P<relation>(?:an?\s+|the\s+)?(?:[\w-]+\s+){{0,3}}?(?:{_ROLE})s?\s+of"
    r"|owned by|controlled by|owned or controlled by"
    r"|part of|belongs to|belonging to|run by|linked to|affiliated with|acting for|on behalf of"
    r"|входит в состав|входящ\w+ в|дочерн\w+ (?:компани\w+|предприяти\w+)|филиал\w*"
    r"|подразделени\w+|структур\w+|входить до складу)"
    r"[\s,«“\"'‘(-]*(?:the\s+)?$",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"^[»”\"]?(?:['’]s?)?\s+(?P<relation>(?:[\w-]+\s+)?(?:{_ROLE}|subsidiary company))"
    r"[\s,«“\"'‘:-]*(?:the\s+)?$",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"^[\s,;()»”\"'’-]*(?P<relation>(?:(?:also|better|previously|formerly|otherwise|once|originally)\s+)?"
    r"(?:known|called|named)\s+as|also called|formerly(?:\s+called)?|previously|a\.?k\.?a\.?|f\.?k\.?a\.?|"
    r"also known by(?:\s+\w+){1,3}|ранее|бывш\w+|также извест\w+ как|колишн\w+)[\s:,«“\"'‘(-]*(?:the\s+)?$",
    re.IGNORECASE,
)
_CONNECTS = (
    "subsidiar", "branch", "unit", "division", "arm", "affiliate", "part", "member", "component", "wing", "front",
    "department", "offshoot", "spin", "proxy", "owned", "controlled", "belong", "run by", "linked", "acting", "behalf",
    "вход", "дочерн", "филиал", "подразделени", "структур",
)  # fmt: skip
"""Beginnings of the words of `_AFTER` and `_BEFORE`: where none stands, nothing needs to be looked at."""
_RENAMES = (
    "known", "called", "named", "former", "Former", "previously", "ранее", "бывш", "также", "колишн", "a.k.a", "aka ",
    "f.k.a", "fka ",
)  # fmt: skip
_LISTED_ON = re.compile(r"^,?\s+or\s+(?:the\s+)?$|^,\s+(?:the\s+)?$")
MAX_DISTANCE = 90
_BESIDE = 4
"""Mentions looked at on each side of a word that connects."""


def _occurrences(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _pairs(
    text: str, beginnings: Sequence[str], mentions: Sequence[Mention]
) -> Iterator[tuple[Mention, Mention]]:
    """Yield the mentions before and after each place where a word connects, each pair once."""
    hits = sorted((at, at + len(word)) for word in beginnings for at in _occurrences(text, word))
    if not hits or len(mentions) < 2:
        return
    by_end = sorted(mentions, key=lambda mention: mention.end)
    starts, ends = [mention.start for mention in mentions], [mention.end for mention in by_end]
    seen: set[tuple[int, int, int, int]] = set()
    for low, high in hits:
        before = bisect_right(ends, low)
        after = bisect_left(starts, high)
        for first in by_end[max(0, before - _BESIDE) : before]:
            for second in mentions[after : after + _BESIDE]:
                pair = (first.start, first.end, second.start, second.end)
                if pair not in seen and second.start - first.end <= MAX_DISTANCE:
                    seen.add(pair)
                    yield first, second


def connections(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[Mention, Connection]]:
    """Yield which mention is connected with which, by the words between them; `mentions` are in order."""
    for first, second in _pairs(text, _CONNECTS, mentions):
        words = text[first.end : second.start]
        for form, (one, other) in ((_AFTER, (first, second)), (_BEFORE, (second, first))):
            found = form.match(words)
            if found:
                low, high = found.span("relation")
                relation = " ".join(found["relation"].split())
                yield one, Connection(relation, first.end + low, first.end + high, other)


def renames(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[Mention, Mention, str]]:
    """Yield mentions of which the second is another name of the first: "also known as", "formerly"."""
    for first, second in _pairs(text, _RENAMES, mentions):
        found = _SAME.match(text[first.end : second.start])
        if not found:
            continue
        words = found["relation"].lower()
        is_former = words.startswith(("former", "previous", "f", "once", "ранее", "бывш", "колишн"))
        how = "formerly" if is_former else "also known as"
        yield first, second, how
        for third in _listed_on(text, second, mentions):
            yield first, third, how


def _listed_on(text: str, second: Mention, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Yield the names that go on a list of names: "also known as A, B or C", up to the one after "or"."""
    found: list[Mention] = []
    last = second
    after = bisect_left(mentions, second.end, key=lambda mention: mention.start)
    for mention in mentions[after : after + _BESIDE * 2]:
        joint = text[last.end : mention.start] if mention.start >= last.end else ""
        if not _LISTED_ON.match(joint):
            continue
        found.append(mention)
        last = mention
        if "or" in joint:
            yield from found
            return
