"""A steady load for minutes: does memory stay where it is?

The first fifth warms what is kept on purpose (caches have a size); after it, memory is to be flat.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence

from generator import steady
from processes import Running

PARTS = 10
WARM = 2


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
    grown = private[-1] - private[WARM - 1]
    yield f"soak: {answered}; after the first fifth a worker grew by {grown:+.1f} MB"
