"""Looking for garbage less often while records are answered: the collector would walk all that caches hold.

What is answered makes no cycles, so nearly all of it goes when it is done with; what is left is a little a record.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

COLLECT_AFTER = (50_000, 20, 100)
"""Objects made beyond those that went before the young are looked at; and how often before the older are, too."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Leave what is in memory now alone, and look for new garbage seldom, until the block ends."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
