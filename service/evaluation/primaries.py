"""Whether a listed name finds its own entry: every primary name is asked for as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lists.models import ListEntry
from matchers.matching import Matcher
from matchers.models import Match
from service.evaluation.measures import Interval, wilson
from service.evaluation.own import match_all
from service.evaluation.splits import fraction

_LIMIT = 10
"""Entries looked at: a name that more entries bear is ordinary."""


@dataclass(frozen=True, slots=True)
class Primaries:
    """How many primary names were asked for, and whose own entry came first or tied with the first."""

    asked: int
    first: int
    lost: tuple[str, ...]
    """Names whose own entry did not come first."""

    @property
    def share(self) -> Interval:
        """The share that came first, with its interval."""
        return wilson(self.first, self.asked)


def _is_first(entry: ListEntry, matches: Sequence[Match]) -> bool:
    best = [match for match in matches if match.score >= matches[0].score - 1e-6]
    return any(match.candidate.listing.entry.ref == entry.ref for match in best)


def ask_primaries(matcher: Matcher, entries: Sequence[ListEntry], most: int | None = None) -> Primaries:
    """Ask for the primary names of all entries, or of so many, chosen by the hash of their reference."""
    chosen = sorted(entries, key=lambda entry: fraction("primary", *entry.ref))[:most]
    answers = match_all(matcher, [entry.name for entry in chosen], limit=_LIMIT)
    lost = [entry.name for entry, found in zip(chosen, answers, strict=True) if not _is_first(entry, found)]
    return Primaries(len(chosen), len(chosen) - len(lost), tuple(lost))
