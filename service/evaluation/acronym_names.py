"""Acronyms of names that are on no list: `NCC` of a National Cotton Council.

News is full of them, and a listed name whose words begin with the same letters would answer each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lists.models import ListEntry
from matchers.names.acronyms import initials
from matchers.names.reading import read_name
from service.evaluation.negatives import negative_questions
from service.evaluation.queries import QuestionSet
from service.evaluation.splits import Side


def acronym_of(name: str) -> Iterator[str]:
    """Yield the initials of a name of three and more words, without its legal form where enough is left.

    >>> list(acronym_of("National Cotton Council Ltd"))
    ['NCC']
    """
    for letters in initials(read_name(name))[-1:]:
        yield letters.upper()


def acronym_names(
    names: Sequence[tuple[str, str]], entries: Sequence[ListEntry], wanted: Side | None = None
) -> QuestionSet:
    """Return the acronyms of one side of (kind, name) once each, without those that are listed."""
    acronyms = [(kind, acronym) for kind, name in names for acronym in acronym_of(name)]
    return negative_questions(acronyms, entries, wanted)
