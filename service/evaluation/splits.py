"""Who is measured on what: a fixed share of parties and of negatives for fitting, calibrating and testing.

The side follows from a hash of the key alone, so it does not depend on order, on other entries or on a
seed, and a party that is on several lists is on one side with all of them.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum


class Side(StrEnum):
    """What a party or a negative may be used for."""

    FIT = "fit"
    CALIBRATE = "calibrate"
    TEST = "test"


def fraction(*parts: str) -> float:
    """Return a number in [0, 1) that depends on nothing but these texts."""
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def side(key: str) -> Side:
    """Return the side of a key: 60% fit, 20% calibrate, 20% test."""
    place = fraction("side", key)
    if place < 0.6:
        return Side.FIT
    return Side.CALIBRATE if place < 0.8 else Side.TEST
