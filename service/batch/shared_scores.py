"""What the processes of one machine have learned of names, in memory that they share: no name is looked up by each.

A table of fixed size; a name has one slot, and whoever comes last keeps it. Nobody locks: a slot holds the score and
a check, which is half of the name's digest mixed with the score, so that a slot written by two at once, or by another
name, is taken for empty ("A lock-less transposition table", R. Hyatt and T. Mann, 2002). A score depends on nothing
but its name and the way of asking; it is the same whoever has learned it.
"""

from __future__ import annotations

from ctypes import Array, c_uint64
from hashlib import blake2b
from multiprocessing.context import BaseContext
from struct import Struct

SLOTS = 1 << 20
"""Names that have room, of 16 bytes each."""
_FLOAT, _BITS, _HALVES = Struct("<d"), Struct("<Q"), Struct("<QQ")


class SharedScores:
    """Scores by key. It is handed to a process when that is started, and is gone with the last of them."""

    def __init__(self, context: BaseContext, slots: int = SLOTS) -> None:
        self._slots = slots
        self._table: Array[c_uint64] = context.RawArray(c_uint64, 2 * slots)

    def get(self, key: str) -> float | None:
        """Return the score of a key; None where it is not known, or no longer."""
        place, check = self._place(key)
        bits = int(self._table[place + 1])
        if not bits or int(self._table[place]) ^ bits != check:
            return None
        return float(_FLOAT.unpack(_BITS.pack(~bits & 0xFFFF_FFFF_FFFF_FFFF))[0])

    def put(self, key: str, score: float) -> None:
        """Remember the score of a key, in place of what had its slot."""
        place, check = self._place(key)
        bits = ~_BITS.unpack(_FLOAT.pack(score))[0] & 0xFFFF_FFFF_FFFF_FFFF
        self._table[place], self._table[place + 1] = check ^ bits, bits

    def _place(self, key: str) -> tuple[int, int]:
        slot, check = _HALVES.unpack(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest())
        return 2 * (slot % self._slots), check


def shared_scores(context: BaseContext) -> SharedScores | None:
    """Return memory for processes to share; None where there is no room for it, and each learns for itself."""
    try:
        return SharedScores(context)
    except OSError:
        return None
