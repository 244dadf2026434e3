"""Acronyms: which short words a long name may be called by.

Two ways of building one are common: the initials of the words that carry meaning (`National Iranian Oil Company` →
`NIOC`, with the legal form's words spelled out), and without the legal form (`NIO`).
"""

from __future__ import annotations

from matchers.names.reading import Kind, Name

SHORTEST = 3
LONGEST = 8


def initials(name: Name) -> tuple[str, ...]:
    """Return the acronyms of a name of at least three words, the fullest first.

    >>> from matchers.names.reading import read_name
    >>> initials(read_name("National Iranian Oil Company"))
    ('nioc', 'nio')
    >>> initials(read_name("First Islamic Investment Bank Ltd."))
    ('fiibl', 'fiib')
    """
    spelled = [
        token for token in name.tokens if token.kind is not Kind.CONNECTOR and not token.text.isdigit()
    ]
    core = [token for token in spelled if token.kind is not Kind.LEGAL]
    found: list[str] = []
    for tokens in (spelled, core):
        letters = "".join(token.text[0] for token in tokens)
        if SHORTEST <= len(letters) <= LONGEST and len(core) > 1 and letters not in found:
            found.append(letters)
    return tuple(found)


def may_be_acronym(text: str) -> bool:
    """Say whether a folded word has the length of an acronym."""
    return SHORTEST <= len(text) <= LONGEST and text.isalpha()
