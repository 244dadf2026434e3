"""yente's candidate query, re-stated in process: which entries a screening of a name would compare at all.

yente asks a search engine for entities of a matching schema that share, with the name asked for, a whole
name key, name parts (exact, within the search engine's automatic edit distance, or equal by sound) or
symbols of the name, and compares the best of them. Here the same fields are kept in dictionaries, a shared
term counts with its rarity times the field's boost, and the fifty best entries are candidates. What differs
from the real service: no term saturation, and no limit on the expansion of a fuzzy term.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

from followthemoney.names import entity_names
from followthemoney.proxy import EntityProxy
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from rigour.names import Name, NamePartTag, Symbol

CANDIDATES = 50
KEY, PART, SOUND, SYMBOL = "key", "part", "sound", "symbol"
BOOSTS = {KEY: 4.0, PART: 1.0, SOUND: 0.8, SYMBOL: 0.8}
FUZZY = 0.7

Term = tuple[str, str]


def _part_terms(name: Name) -> Iterator[Term]:
    for part in name.parts:
        if part.tag is NamePartTag.STOP or len(part.comparable) < 2:
            continue
        yield PART, part.comparable
        if part.metaphone and len(part.metaphone) >= 3:
            yield SOUND, part.metaphone


def _terms(names: Iterable[Name]) -> set[Term]:
    found: set[Term] = set()
    for name in names:
        found.add((KEY, "".join(sorted({part.comparable for part in name.parts}))))
        found.update(_part_terms(name))
        ignored = (Symbol.Category.INITIAL, Symbol.Category.NUMERIC)
        found.update((SYMBOL, str(span.symbol)) for span in name.spans if span.symbol.category not in ignored)
    return found


def _allowed_edits(part: str) -> int:
    return 0 if len(part) < 3 else 1 if len(part) < 6 else 2


class Candidates:
    """An inverted index over the terms of entities."""

    def __init__(self, entities: list[EntityProxy]) -> None:
        self._postings: dict[Term, list[int]] = defaultdict(list)
        for number, entity in enumerate(entities):
            for term in _terms(entity_names(entity, consolidate=False)):
                self._postings[term].append(number)
        self._size = len(entities)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for field, value in self._postings:
            if field == PART:
                self._by_length[len(value)].append(value)
        self._near: dict[str, list[str]] = {}

    def of(self, query: EntityProxy) -> list[int]:
        """Return the numbers of the best entities for a query, the best first."""
        scores: dict[int, float] = defaultdict(float)
        for term in _terms(entity_names(query, consolidate=False)):
            self._add(term, 1.0, scores)
            if term[0] == PART:
                for near in self._neighbours(term[1]):
                    self._add((PART, near), FUZZY, scores)
        return sorted(scores, key=lambda number: (-scores[number], number))[:CANDIDATES]

    def _add(self, term: Term, weight: float, scores: dict[int, float]) -> None:
        numbers = self._postings.get(term, ())
        if numbers:
            rarity = math.log(1 + (self._size - len(numbers) + 0.5) / (len(numbers) + 0.5))
            gain = rarity * BOOSTS[term[0]] * weight
            for number in numbers:
                scores[number] += gain

    def _neighbours(self, part: str) -> list[str]:
        if part not in self._near:
            edits = _allowed_edits(part)
            lengths = range(len(part) - edits, len(part) + edits + 1) if edits else ()
            choices = [value for length in lengths for value in self._by_length.get(length, ())]
            found = process.extract(part, choices, scorer=Levenshtein.distance, score_cutoff=edits, limit=50)
            self._near[part] = [value for value, _, _ in found if value != part]
        return self._near[part]
