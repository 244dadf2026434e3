"""The weight of a word: how much it says about which organization is meant, 0 to 1.

Legal forms and connectors weigh next to nothing. Any other word weighs the mean of two rarities: in general (a
table made when the model is fitted) and among the entries that are loaded. The lists' own rarity is trusted
the more, the longer the lists are.
"""

from __future__ import annotations

import math

from matchers.names.knowledge import rarities
from matchers.names.reading import Kind, Token

_FIXED = {Kind.LEGAL: 0.03, Kind.CONNECTOR: 0.02, Kind.INITIAL: 0.12, Kind.TITLE: 0.10}
_TRUSTED_ENTRIES = 1_000
"""Entries at which the rarity among them weighs as much as the general one."""
_NUMBER = 0.35
_SHORT = {1: 0.3, 2: 0.6, 3: 0.85}
"""What is left of the weight of a short word, by its letters: they coincide by chance."""
_DESCRIPTION = 0.8
"""What is left of the weight of a word of the generic vocabulary, beside its rarity."""


_RAREST = 100
"""The rarity of a word that is not in the table, in hundredths."""


def general_rarity(token: Token) -> float:
    """Return how rare a word is in general, 0 to 1; a translation is as common as its English word."""
    known = rarities()
    return min(known.get(token.text, _RAREST), known.get(token.key, _RAREST)) / 100


def weight(token: Token, bearers: int, entries: int) -> float:
    """Return the weight of a token that `bearers` of the loaded entries have in their names."""
    fixed = _FIXED.get(token.kind)
    if fixed is not None:
        return fixed
    if token.kind is Kind.NUMBER:
        return _NUMBER
    general = general_rarity(token)
    trust = entries / (entries + _TRUSTED_ENTRIES) / 2
    listed = 1 - math.log1p(bearers) / math.log1p(entries) if entries else 1.0
    rarity = (1 - trust) * general + trust * listed
    described = _DESCRIPTION if token.kind in (Kind.GENERIC, Kind.SECTOR, Kind.PLACE) else 1.0
    return rarity * described * _SHORT.get(len(token.text), 1.0)
