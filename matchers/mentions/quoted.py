"""Names in quotation marks and in brackets, where capitals alone do not show how far a name goes.

Quoted speech is not a name: a quotation counts where it starts with a capital that is not a function word,
ends within a few words and holds no end of a sentence. A legal form or an organization noun before the
quotation marks ("завод «Прибой»") gives the longer reading as an alternative; before a country it is the only one
("Банк «Россия»").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from matchers.mentions.spans import Span
from matchers.mentions.words import Words

_QUOTED = (
    re.compile(r"q([^qQN.\"]{1,10})Q"),
    re.compile(r"q([^qQN.\"]{1,10}q[^qQN.\"]{1,8})Q"),
    re.compile(r"\"([^qQN.\"]{1,8})\""),
    re.compile(r"\(((?:u{1,40}|[CAL][^N.()]{0,9}))\)"),
)
_BEFORE = re.compile(r"[ALCnm]j?$|[CAL]j?n$|[mC]j?n$|[CAL][CALmn]n?$")
_SPEECH = frozenset(",F?")


def quoted_spans(words: Words) -> Iterator[Span]:
    """Yield the quoted and bracketed names of a text."""
    classes = words.classes
    for form in _QUOTED:
        for match in form.finditer(classes):
            first, last = match.span(1)
            inner = match.group(1)
            is_bracket = classes[match.start()] == "("
            before = None if is_bracket else _BEFORE.search(classes, max(0, match.start() - 3), match.start())
            if _is_name(inner):
                wider = ((before.start(), match.end()),) if before else ()
                yield Span(first, last, "brackets" if is_bracket else "quotes", wider)
            elif before and not inner.strip("G"):
                yield Span(before.start(), match.end(), "quotes")


def _is_name(inner: str) -> bool:
    if inner[0] not in "CALTGu" or any(letter in _SPEECH for letter in inner):
        return False
    if inner.count("u") == len(inner):
        return True
    return any(letter in "CA" for letter in inner) and inner.count("w") * 2 <= len(inner)
