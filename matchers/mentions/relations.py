"""Words between two names that say how the parties are connected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from matchers.mentions.groups import Connection
from matchers.models import Mention

_ROLE = (
    "subsidiary|subsidiaries|branch|unit|division|arm|affiliate|part|member|component|wing|front|department|"
    "offshoot|spin-?off|proxy"
)
_AFTER = re.compile(
    r"^[\s,)(»”\"'’-]*(?:(?:which|who|that)\s+)?(?:(?:is|are|was|were|has been|became|now|also|itself)\s+)*"
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
MAX_DISTANCE = 70


def connections(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[Mention, Connection]]:
    """Yield which mention is connected with which, by the words between them; `mentions` are in order."""
    for number, first in enumerate(mentions):
        for second in mentions[number + 1 : number + 9]:
            if second.start < first.end:
                continue
            if second.start - first.end > MAX_DISTANCE:
                break
            yield from _between(text, first, second)


def _between(text: str, first: Mention, second: Mention) -> Iterator[tuple[Mention, Connection]]:
    words = text[first.end : second.start]
    if len(words) < 4:
        return
    for form, (one, other) in ((_AFTER, (first, second)), (_BEFORE, (second, first))):
        found = form.match(words)
        if found:
            low, high = found.span("relation")
            relation = Connection(
                " ".join(found["relation"].split()), first.end + low, first.end + high, other
            )
            yield one, relation


def same_party(text: str, first: Mention, second: Mention) -> str | None:
    """Return the words that make the second mention another name of the first, such as "also known as"."""
    if not 3 <= second.start - first.end <= MAX_DISTANCE:
        return None
    found = _SAME.match(text[first.end : second.start])
    return " ".join(found["relation"].split()) if found else None
