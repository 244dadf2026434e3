"""Which mentions stay where several matched organizations claim the same words.

A run like "Gazprom and Rosneft" is found whole and in parts. Once each reading was matched, the best claim
keeps its words: the more confident one, of equal ones the longer.
"""

from __future__ import annotations

from collections.abc import Sequence

from matchers.mentions.covered import Covered
from matchers.models import Mention


def settle(claims: Sequence[tuple[float, Sequence[Mention]]]) -> tuple[tuple[Mention, ...], ...]:
    """Return, for each (confidence, mentions) in the order given, the mentions that no better claim overlaps.

    Confidences count in steps of a hundredth, so that a longer reading wins against a shorter one as good.
    """
    ranked = sorted(
        (-round(confidence, 2), mention.start - mention.end, mention.start, number, position)
        for number, (confidence, mentions) in enumerate(claims)
        for position, mention in enumerate(mentions)
    )
    taken = Covered()
    kept: list[set[int]] = [set() for _ in claims]
    for _, _, _, number, position in ranked:
        mention = claims[number][1][position]
        if not taken.meets(mention.start, mention.end):
            taken.add(mention.start, mention.end)
            kept[number].add(position)
    return tuple(
        tuple(mention for position, mention in enumerate(mentions) if position in kept[number])
        for number, (_, mentions) in enumerate(claims)
    )
