"""Words near a name that make it likelier that the party is a listed one: "sanctions", "Entity List".

A text that speaks of sanctions names listed parties far more often than other news does. The words move the
confidence; without them nothing is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from matchers.mentions.covered import Covered
from matchers.mentions.vocabulary import rows


@dataclass(frozen=True, slots=True)
class Cue:
    """A word of the text that says what it is about. `kind` is `sanctions`."""

    kind: str
    text: str
    start: int
    end: int


@lru_cache(maxsize=1)
def _beginnings() -> tuple[tuple[str, str], ...]:
    """Return (kind, beginning) of all languages, the longer ones first."""
    found = {
        (row["kind"], word) for row in rows("cues.csv") for word in row["words"].split(" ; ") if word.strip()
    }
    return tuple(sorted(found, key=lambda pair: (-len(pair[1]), pair)))


_REST = re.compile(r"\w*")


def find_cues(text: str) -> tuple[Cue, ...]:
    """Return the cues of a text in order of place; of overlapping ones the longer.

    >>> [cue.text for cue in find_cues("Under U.S. sanctions since 2022")]
    ['sanctions']
    """
    lowered = text.lower()
    if len(lowered) != len(text):  # a few capitals have no single small letter; offsets would shift
        lowered = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    found: list[Cue] = []
    taken = Covered()
    for kind, word in _beginnings():
        for at in _starts(lowered, word):
            end = at + len(word)
            if word.isascii():
                rest = _REST.match(text, end)
                end = rest.end() if rest else end
            if not taken.meets(at, end):
                taken.add(at, end)
                found.append(Cue(kind, text[at:end], at, end))
    return tuple(sorted(found, key=lambda cue: cue.start))


def _starts(lowered: str, word: str) -> Iterator[int]:
    at = lowered.find(word)
    while at >= 0:
        if at == 0 or not lowered[at - 1].isalnum() or not word[0].isalpha() or word[0] >= "\u3000":
            yield at
        at = lowered.find(word, at + 1)
