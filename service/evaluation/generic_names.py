"""Names of nothing but generic words, out of names that are on no list: `Central Bank`, `Holdings`, `Trade Ministry`.

News and lists of customers are full of them, and a listed name of which only such words are left after reading
would answer each. They are strangers that the score has to be strict with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lists.models import ListEntry
from matchers.names.reading import Kind, Token, read_name
from service.evaluation.negatives import negative_questions
from service.evaluation.queries import QuestionSet
from service.evaluation.splits import Side

_GENERIC = frozenset({Kind.GENERIC, Kind.SECTOR})


def _is_generic(token: Token) -> bool:
    return token.kind in _GENERIC


def generic_parts(name: str) -> Iterator[str]:
    """Yield the runs of generic words of a name.

    >>> list(generic_parts("Central Bank of Acme, Bank Holding"))
    ['Central Bank', 'Bank Holding']
    """
    for is_generic, run in groupby(read_name(name).tokens, _is_generic):
        if is_generic:
            yield " ".join(token.text for token in run).title()


def generic_names(
    names: Sequence[tuple[str, str]], entries: Sequence[ListEntry], wanted: Side | None = None
) -> QuestionSet:
    """Return the generic parts of one side of (kind, name) once each, without those that are listed."""
    parts = [(kind, part) for kind, name in names for part in generic_parts(name)]
    return negative_questions(parts, entries, wanted)
