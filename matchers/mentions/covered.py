"""Places of a text that are taken, asked about in time that does not grow with how many there are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable


class Covered:
    """Spans of a text, joined where they overlap. Offsets of code points, the end not included."""

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start < self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def meets(self, start: int, end: int) -> bool:
        """Say whether a span shares a character with what is covered.

        >>> [Covered([(2, 5), (4, 9)]).meets(*span) for span in ((0, 2), (0, 3), (8, 12), (9, 12))]
        [False, True, True, False]
        """
        before = bisect_left(self._starts, end) - 1
        return before >= 0 and self._ends[before] > start

    def add(self, start: int, end: int) -> None:
        """Cover a span that meets nothing that is covered."""
        place = bisect_left(self._starts, start)
        self._starts.insert(place, start)
        self._ends.insert(place, end)
