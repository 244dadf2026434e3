"""The words that tell a name from its surroundings, read once from the data files beside this module.

Each file opens with comment lines that explain its fields; `rows` skips them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from matchers.names.folding import fold
from matchers.names.knowledge import rarities

_FUNCTION_LANGUAGES = ("en", "ru", "uk")
"""Elsewhere a capitalised function word may be part of an English text's name: Los Angeles, Kim Jong Un."""
EVERYDAY = 90
"""Words below this rarity, in hundredths, are everyday words: half of those of texts, hardly any distinctive name."""


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a data file of this package, without its comment lines."""
    text = files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


@lru_cache(maxsize=1)
def word_classes() -> dict[str, frozenset[str]]:
    """Return the words of each class of `words.csv`, over all languages."""
    found: dict[str, set[str]] = {}
    for row in rows("words.csv"):
        name = row["class"]
        if name == "function" and row["language"] not in _FUNCTION_LANGUAGES:
            name = "foreign function"
        found.setdefault(name, set()).update(row["words"].split())
    return {name: frozenset(words) for name, words in found.items()}


@lru_cache(maxsize=1)
def organization_words() -> dict[str, frozenset[str]]:
    """Return the nouns and the modifiers of `nouns.csv`, over all languages."""
    found: dict[str, set[str]] = {}
    for row in rows("nouns.csv"):
        found.setdefault(row["kind"], set()).update(row["words"].split())
    return {name: frozenset(words) for name, words in found.items()}


@lru_cache(maxsize=1)
def state_words() -> frozenset[str]:
    """Return the folded words for bodies of a state, over all languages: "ministry", "parliament"."""
    return frozenset(map(fold, organization_words()["state"]))


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Return the words of `common.csv` and function words: hardly ever the distinctive part of a name."""
    words = {word for row in rows("common.csv") for word in row["words"].split()}
    return frozenset(words | word_classes()["foreign function"])


@lru_cache(maxsize=1)
def everyday_words() -> frozenset[str]:
    """Return the folded words that are so common in general that one alone names nobody in particular."""
    return frozenset(word for word, rarity in rarities().items() if rarity < EVERYDAY)


def fold_key(text: str) -> str:
    """Fold a text to letters, digits and single spaces, the form in which data is looked up.

    >>> fold_key("Xi'an"), fold_key("U.S.")
    ('xian', 'us')
    """
    kept = (
        " " if char in " -/\n\t\r" else char for char in fold(text) if char.isalnum() or char in " -/\n\t\r"
    )
    return " ".join("".join(kept).split())
