"""A steady load for minutes: does memory stay where it is?

What is kept on purpose fills at first (caches have a size); then memory is to be flat.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence

from generator import steady
from processes import Running

PARTS = 10
SINCE = {"first fifth": 2, "first half": 5}
"""Parts after which growth is counted."""


def soak(server: Running, requests: Sequence[bytes], seconds: float, rate: float) -> Iterator[str]:
    """Yield a line a tenth of the time, and one about the whole."""
    statuses: Counter[str] = Counter()
    private: list[float] = []
    for part in range(1, PARTS + 1):
        begun = int(rate * seconds / PARTS) * (part - 1) % len(requests)
        turned = [*requests[begun:], *requests[:begun]]
        outcome = asyncio.run(steady(server.port, turned, 16, rate, seconds / PARTS))
        statuses += outcome.statuses
        memory = server.memory()
        private.append(sum(one.private for one in memory) / len(memory))
        shown = ", ".join(f"{one.private:5.1f} MB private" for one in memory)
        yield f"soak {part * seconds / PARTS:5.0f} s  {shown}  p99 {outcome.quantile(0.99):6.1f} ms"
    answered = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    grown = ", ".join(
        f"after the {name} {private[-1] - private[part - 1]:+.1f} MB" for name, part in SINCE.items()
    )
    yield f"soak: {answered}; a worker grew: {grown}"
