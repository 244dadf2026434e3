"""Where a name may stand: spans of words, before they become mentions of the text."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """Words `first` up to and without `last`, what found them, and other readings of the same place."""

    first: int
    last: int
    found_by: str
    alternatives: tuple[tuple[int, int], ...] = ()
    listed: tuple[int, ...] = ()
    """Numbers of the entries that have exactly this name, where the alias spotter found it."""
    ambiguity: float = 0.0
    """How likely the words mean something else: 0 for a distinctive name, 1 for an everyday word."""
