"""Giving memory back that answers have used: the allocator keeps it, and its holes add up over days."""

from __future__ import annotations

import ctypes
from functools import cache


@cache
def _trim() -> ctypes._NamedFuncPointer | None:
    """Return `malloc_trim` of glibc; None where the C library has none."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


def return_memory() -> None:
    """Hand whole free pages of the C heap back to the system; some ten milliseconds in which nobody gets any."""
    trim = _trim()
    if trim is not None:
        trim(0)
