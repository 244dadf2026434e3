"""How often one caller may ask: a bucket of tokens each, refilled evenly, kept in this process.

With several worker processes each has its own buckets, so the limit of a caller is divided among them.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

CALLERS = 10_000
"""Callers that are remembered; the one that asked longest ago is forgotten first."""


class Buckets:
    """Token buckets by caller: a burst of a tenth of `per_minute`, refilled evenly at that rate."""

    def __init__(self, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = per_minute / 60
        self.size = max(1.0, per_minute / 10)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: str) -> int:
        """Take a token; returns 0, or after how many seconds to ask again."""
        now = self._clock()
        tokens, then = self._buckets.pop(caller, (self.size, now))
        tokens = min(self.size, tokens + (now - then) * self.rate)
        taken = tokens >= 1
        self._buckets[caller] = (tokens - 1 if taken else tokens, now)
        while len(self._buckets) > CALLERS:
            self._buckets.popitem(last=False)
        return 0 if taken else max(1, math.ceil((1 - tokens) / self.rate))
