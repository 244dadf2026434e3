"""What happens inside an answer, noted for the metrics of the request that it is for: candidates, and where time goes.

The matcher and the screener know nothing of it; outside of a request nothing is noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from matchers.index import CandidateIndex
from matchers.index.candidates import Prepared
from matchers.pages import Page
from matchers.screening import Screener
from service.notes import CURRENT
from service.remembered import Found, Remembered


class ObservedIndex(CandidateIndex):
    """An index that notes how many names it proposes, and how long that takes."""

    def propose(
        self, query: Prepared, most: int = 30, allowed: NDArray[np.bool_] | None = None
    ) -> NDArray[np.int32]:
        """Return what the index proposes."""
        begun = perf_counter()
        found = super().propose(query, most, allowed)
        if (notes := CURRENT.get()) is not None:
            notes.candidates.append(len(found))
            notes.spend("candidates", perf_counter() - begun)
        return found


class ObservedMemory(Remembered):
    """A memory that notes how often it is asked for what it has."""

    def recall(self, question: bytes) -> Found | None:
        """Return what was found, or None."""
        found = super().recall(question)
        if found is not None and (notes := CURRENT.get()) is not None:
            notes.recalled += 1
        return found


class ObservedScreener(Screener):
    """A screener that notes how long it looks for the names in texts."""

    def read(self, texts: Sequence[str]) -> list[Page]:
        """Return the texts with the mentions in them."""
        begun = perf_counter()
        pages = super().read(texts)
        if (notes := CURRENT.get()) is not None:
            notes.spend("mentions", perf_counter() - begun)
        return pages
