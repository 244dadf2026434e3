"""Names to ask for: some that are asked again and again, and thousands that nobody has asked for before."""

from __future__ import annotations

import random
from pathlib import Path

from service.holdings import active_holdings, store_of

AGAIN = (
    "United Aircraft Corp", "Bank Rossiya", "Mahan Airlines", "Bakery of Nowhere", "Korea Mining Development",
    "Northern Lights Shipping Ltd", "Rosoboronexport", "Acme Widgets GmbH", "Islamic Revolutionary Guard Corps",
    "Huawei Technologies", "Volga Dnepr Airlines", "Green Valley Foods Inc", "Kalashnikov Concern", "Sberbank",
    "Pacific Coast Insurance", "Almaz Antey", "Hamilton and Sons", "China Electronics Technology Group",
)  # fmt: skip
"""Two in three are listed."""
NEW = 30_000
"""More than the service remembers."""


def new_names(data: Path) -> list[str]:
    """Return names of which every other one is listed; the rest are made of the halves of two listed ones."""
    chance, holdings = random.Random(7), active_holdings(store_of(data))
    numbers = chance.sample(range(len(holdings)), min(NEW, len(holdings)))
    listed = list(dict.fromkeys(holdings[number].entry.name for number in numbers))
    pairs = zip(listed[1::2], [*listed[3::2], listed[1]], strict=False)
    names = [*listed[::2], *(mixed(one, other) for one, other in pairs)]
    chance.shuffle(names)
    return names


def mixed(one: str, other: str) -> str:
    """Return the first half of the words of one name and the second half of another's."""
    first, second = one.split(), other.split()
    return " ".join([*first[: len(first) // 2 + 1], *second[len(second) // 2 :]])
