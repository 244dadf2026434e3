"""Which mentions may name a party, before they are put together.

- A country, a people, a city or a person's title names none; they are evidence.
- What stands inside a name that is listed as a whole is part of that name: "Ministry of Defense" in "Ministry of
  Defense and Armed Forces Logistics".
- A run that joins one name with places ("Yuri Gagarin Aviation Plant in Komsomolsk-on-Amur") is a longer reading
  of that name; a run that joins several names stays beside them, and the better match decides.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from matchers.mentions.places import place
from matchers.mentions.vocabulary import everyday_words, fold_key
from matchers.models import Mention

_POSSESSIVE = re.compile(r"['’]s?\s*$")
DISTINCTIVE = 0.2
"""A listed name of several words that is at most this ambiguous stands for itself, wherever it is found."""
_LOOKED_BACK = 16
JOINED = ("joined",)


def named_parties(mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions that may name a party, each with its longer readings, in order of place."""
    named = list(_outside(_listed_names(mentions), [m for m in mentions if not is_place(m)]))
    single = [mention for mention in named if mention.found_by != JOINED]
    starts = [mention.start for mention in single]
    longer: dict[int, tuple[tuple[int, int], ...]] = {}
    kept: list[Mention] = []
    for run in named:
        if run.found_by != JOINED:
            kept.append(run)
            continue
        parts = _parts(run, single[bisect_left(starts, run.start) : bisect_left(starts, run.end)])
        if len(parts) == 1 and _opens(run, parts[0]):
            longer[id(parts[0])] = (*longer.get(id(parts[0]), ()), (run.start, run.end))
        elif len(parts) > 1 and not all(map(names_nobody, parts)):
            kept.append(run)
    return [_with_readings(mention, longer.get(id(mention), ())) for mention in kept]


def is_place(mention: Mention) -> bool:
    """Say whether a mention is only a place, and no distinctive listed name either."""
    if "place" in mention.found_by:
        return True
    return not mention.listed and place(mention.text) is not None


def names_nobody(mention: Mention) -> bool:
    """Say whether a mention is a person with a title, or one everyday word, and nothing else speaks for it.

    A listed name, a quotation, a model's label or an organization noun do. So do two to four capitals in a row,
    which may be the initials of a name.
    """
    if mention.found_by == ("person",):
        return True
    return mention.found_by == ("capitals",) and _is_everyday(mention.text)


@lru_cache(maxsize=8_192)
def _is_everyday(word: str) -> bool:
    if " " in word or (len(word) < 5 and word.isupper()):
        return False
    return fold_key(word) in everyday_words()


def _with_readings(mention: Mention, longer: tuple[tuple[int, int], ...]) -> Mention:
    return replace(mention, alternatives=(*mention.alternatives, *longer)) if longer else mention


def _parts(run: Mention, single: Iterable[Mention]) -> list[Mention]:
    """Return the names inside a run that are in no longer one there."""
    inside = [mention for mention in single if mention.end <= run.end]
    return list(_outside([(mention.start, mention.end) for mention in inside], inside))


def _opens(run: Mention, part: Mention) -> bool:
    """Say whether a run is a longer form of the one name in it: that comes first, or after "Iran's"."""
    return part.start == run.start or _POSSESSIVE.search(run.text, 0, part.start - run.start) is not None


def _listed_names(mentions: Iterable[Mention]) -> list[tuple[int, int]]:
    return [
        (mention.start, mention.end)
        for mention in mentions
        if mention.listed and mention.ambiguity <= DISTINCTIVE and " " in mention.text
    ]


def _outside(spans: Sequence[tuple[int, int]], mentions: Iterable[Mention]) -> Iterator[Mention]:
    """Yield the mentions that are inside none of the spans, which are in order of place.

    A span itself is not inside itself. Of spans that start before a mention only the last few are looked at.
    """
    starts = [start for start, _ in spans]
    for mention in mentions:
        size = mention.end - mention.start
        last = bisect_right(starts, mention.start)
        before = spans[max(0, last - _LOOKED_BACK) : last]
        if not any(mention.end <= end and size < end - start for start, end in before):
            yield mention
