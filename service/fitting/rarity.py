"""The table of general rarity: how little a word says about which organization is meant.

A word's rarity is the mean of two shares in 0..1: how rare it is in general text (wordfreq's Zipf frequency,
over several languages) and how rare among the names of ordinary companies. Only words that are not simply
unknown (rarity below 0.95) are kept, in hundredths.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from wordfreq import get_frequency_dict

from matchers.names.folding import fold
from matchers.names.reading import tokenize

LANGUAGES = {
    "en": 1.0,
    "de": 0.7,
    "fr": 0.7,
    "es": 0.7,
    "ru": 0.7,
    "it": 0.6,
    "tr": 0.6,
    "fa": 0.6,
    "ar": 0.6,
}
"""Languages read, with the weight of their frequencies: English news is what is screened most."""

_COMMON = 10**-3.0
"""Frequency at which a word of general text says nothing."""
_RARE = 10**-6.3
"""Frequency below which a word of general text is as good as unknown."""
_CEILING = 0.85
"""The mean that already counts as unknown."""
_KEPT = 95
HEAD = """\
# How rare a word is in general, in hundredths: 0 says nothing about which organization is meant; a word that is
# not here counts as 100. Made by `make fit` from wordfreq's word frequencies (Robyn Speer, data CC BY-SA 4.0:
# https://github.com/rspeer/wordfreq), rounded, and counts of words in the names of US-listed companies (PDDL).
word,rarity
"""


def _text_frequencies() -> dict[str, float]:
    """Return the highest weighted frequency of each folded word over all languages."""
    found: dict[str, float] = {}
    for language, weight in LANGUAGES.items():
        for word, frequency in get_frequency_dict(language, wordlist="best").items():
            if frequency * weight > _RARE and len(word) > 1:
                folded = fold(word)
                if folded.isalpha():
                    found[folded] = max(found.get(folded, 0.0), frequency * weight)
    return found


def _text_rarity(frequency: float) -> float:
    """Return 0 for a word as common as `the`, 1 for an unknown one, linear in the logarithm between."""
    share = math.log(_COMMON / max(frequency, _RARE)) / math.log(_COMMON / _RARE)
    return min(1.0, max(0.0, share))


def rarities(company_names: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield each known word with its rarity in hundredths, in alphabetical order."""
    names = [set(tokenize(name)) for name in company_names]
    counts = Counter(word for tokens in names for word in tokens)
    text = _text_frequencies()
    for word in sorted(text.keys() | counts.keys()):
        among_names = 1 - math.log1p(counts[word]) / math.log1p(len(names)) if names else 1.0
        rarity = round(100 * (_text_rarity(text.get(word, 0.0)) + among_names) / 2 / _CEILING)
        if rarity < _KEPT and word.isalpha():
            yield word, rarity


def write_rarities(company_names: Iterable[str], path: Path) -> int:
    """Write the table and return how many words it has."""
    rows = list(rarities(company_names))
    path.write_text(HEAD + "".join(f"{word},{rarity}\n" for word, rarity in rows), encoding="utf-8")
    return len(rows)
