"""Which country a word of a text points to: countries, peoples, cities and regions, from `places.csv`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from matchers.mentions.vocabulary import fold_key, rows


@dataclass(frozen=True, slots=True)
class Place:
    """What a name of a place says. `kind` is `country`, `people` or `city`."""

    country: str
    """Its code; empty for a region that tells no country."""
    kind: str
    name: str
    """The folded name."""


@lru_cache(maxsize=1)
def places() -> dict[str, Place]:
    """Return the place of each folded name; of two with one name, a country wins over a people and a city."""
    found: dict[str, Place] = {}
    table = tuple(rows("places.csv"))
    for kind, column in (("country", "names"), ("people", "adjectives"), ("city", "cities")):
        for row in table:
            for name in filter(None, map(fold_key, row[column].split(" ; "))):
                found.setdefault(name, Place(row["code"], kind, name))
    return found


@lru_cache(maxsize=8_192)
def place(text: str) -> Place | None:
    """Return the place that a text names as a whole, or None.

    >>> place("Iranian")
    Place(country='ir', kind='people', name='iranian')
    """
    return places().get(fold_key(text))


def is_country(text: str) -> bool:
    """Say whether a text names a country or a people, and nothing else."""
    found = place(text)
    return found is not None and found.kind != "city"


@lru_cache(maxsize=8_192)
def is_country_word(word: str) -> bool:
    """Say whether one word, with its capitals, names a country or a people ("US", but not "us")."""
    found = place(word)
    if found is None or found.kind == "city":
        return False
    return word[:1].isupper() and (len(found.name) > 3 or word.replace(".", "").isupper())
