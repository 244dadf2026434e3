"""Acronyms: which short words a long name may be called by.

Two ways of building one are common: the initials of the words that carry meaning (`National Iranian Oil Company` →
`NIOC`, with the legal form), and without it (`NIO`). A legal form that is initials itself stands as it is: `TAUSA` is
Transportes Aereos Uchiza SA, and `ITEL` is not Inter-Trade Electro LLP.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matchers.names.knowledge import lettered_forms
from matchers.names.reading import Kind, Name, Token

SHORTEST = 3
LONGEST = 8
LONGEST_PART = 5
"""Letters of an acronym that is a part of a name."""
ABBREVIATED = 0.75
"""How alike an abbreviation and the words that it stands for count."""


def initials(name: Name) -> tuple[str, ...]:
    """Return the acronyms of a name of at least three words, the fullest first.

    >>> from matchers.names.reading import read_name
    >>> initials(read_name("National Iranian Oil Company"))
    ('nioc', 'nio')
    >>> initials(read_name("First Islamic Investment Bank Ltd."))
    ('fiibl', 'fiib')
    """
    legal, connector = Kind.LEGAL, Kind.CONNECTOR
    spelled = core = ""
    for text, _, kind in name.tokens:
        if kind is connector or text.isdigit():
            continue
        if kind is legal:  # all of one that is initials itself
            spelled += text if text in lettered_forms() else text[0]
        else:
            spelled += text[0]
            core += text[0]
    both = dict.fromkeys((spelled, core)) if len(core) > 1 else ()
    return tuple(letters for letters in both if SHORTEST <= len(letters) <= LONGEST)


def parts_spelled_out(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Yield each acronym of several words in a row, and the place of the first: `IRGC` of `IRGC Ground Forces`.

    >>> from matchers.names.reading import read_name
    >>> list(parts_spelled_out(read_name("Sibirskoe Production Geological Association").core))
    [(0, 'spga'), (0, 'spg'), (1, 'pga')]
    """
    letters = "".join(token.text[0] for token in tokens)
    for first in range(len(letters)):
        for length in range(min(LONGEST_PART, len(letters) - first), SHORTEST - 1, -1):
            if (part := letters[first : first + length]).isalpha():
                yield first, part


def may_be_acronym(text: str) -> bool:
    """Say whether a folded word has the length of an acronym."""
    return SHORTEST <= len(text) <= LONGEST and text.isalpha()
