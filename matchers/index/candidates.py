"""Proposing candidates: which listed names a name could be, before anything is compared in full.

Each word of the name finds the listed words like it, each of those the names that contain it, and the weight that
is found is summed by name. Acronyms and all words written as one are further ways to a name. The names that
share most, relative to what they and the query hold, are compared letter by letter, and the best are proposed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lists.models import EntitySchema
from matchers.index.building import SCHEMAS, edges
from matchers.index.sums import Asked, Otherwise, Sums, is_single
from matchers.index.vocabulary import NO_NAMES, Arrays, Texts, Vocabulary, filed, hash_word
from matchers.index.words import ACRONYM_BEARERS, Numbers, Word, Words
from matchers.kernel import open_kernel, packed_query
from matchers.names.acronyms import initials, may_be_acronym, parts_spelled_out
from matchers.names.reading import Name, read_name, readings, tokenize, words_once

WIDEST = 16
"""Words of a name that are aligned."""
_ACRONYM = 5
"""Letters up to which a name may be another party's acronym as well."""
_TYPE = {EntitySchema.PERSON: 1, EntitySchema.VESSEL: 2, EntitySchema.AIRPLANE: 2}
TYPES = np.array([_TYPE.get(schema, 0) for schema in SCHEMAS], dtype=np.float32)
"""The type of each schema: 0 an organization or not stated, 1 a person, 2 a vessel or aircraft."""
_SPELLED_OUT = np.float32(0.8)
"""How much of the weight counts as found where one name is the other's initials."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query read against an index: everything about it that does not depend on the candidate."""

    name: Name
    words: tuple[Word, ...]
    weight: float
    squashed: str
    """Its words written as one."""
    edges: tuple[int, int]
    form: int
    abbreviations: tuple[Word, ...]
    """Listed acronyms of some of its words, each in place of them; names are found by them, and not compared."""
    acronyms: tuple[tuple[int, str], ...]
    """Its initials and acronyms in brackets, as far as they are listed words, with the number of each."""

    @property
    def packed(self) -> bytes:
        """What is compared, as the kernel reads it."""
        return packed_query(self.squashed, self.form, [word.packed for word in self.words[:WIDEST]])


class CandidateIndex:
    """The arrays of `build_index`, opened. Any number of them may share one memory map, and threads may share one.

    `compiled=False` leaves the compiled kernel aside, where there is one; the answers are the same.
    """

    def __init__(self, arrays: Arrays, *, compiled: bool = True) -> None:
        self.arrays = arrays
        self.kernel = open_kernel(arrays, TYPES) if compiled else None
        self.vocabulary = Vocabulary(arrays, self.kernel)
        self.words = Words(arrays, self.vocabulary, self.kernel)
        self.squashed = Texts(arrays, "squashed")
        self.names = len(arrays["name_entry"])
        self.entries = len(arrays["entry_schema"])
        self._loops = self.kernel or Sums(arrays, self.squashed)
        self._allowed = lru_cache(maxsize=8)(self._allow)

    def prepare(self, text: str) -> Prepared:
        """Read a string as a query against this index; an acronym in brackets is another way to find its party."""
        whole, *others = readings(text)
        name = read_name(whole)
        acronyms = tuple(dict.fromkeys((*initials(name), *("".join(tokenize(other)) for other in others))))
        words = self.words.read_all(name.core)
        parts = list(parts_spelled_out([word.token for word in words]))
        found = (*acronyms, *(part for _, part in parts))
        numbers = self.vocabulary.find_all(found) if found else []
        abbreviations = [
            self.words.abbreviation(part, number, words[first : first + len(part)])
            for (first, part), number in zip(parts, numbers[len(acronyms) :], strict=True)
            if number >= 0
        ]
        written = words_once([word.token for word in words])
        return Prepared(
            name=name,
            words=words,
            weight=sum([word.weight for word in words]),
            squashed="".join(written),
            edges=edges(written),
            form=hash_word(name.form) if name.form else 0,
            abbreviations=tuple(filter(None, abbreviations)),
            acronyms=tuple([pair for pair in zip(numbers, acronyms, strict=False) if pair[0] >= 0]),
        )

    def allowed(self, list_ids: frozenset[str], schemas: frozenset[str]) -> NDArray[np.bool_] | None:
        """Return which names are of these lists and schemas; None where all are (no lists, no schemas named)."""
        return self._allowed(list_ids, schemas) if list_ids or schemas else None

    def _allow(self, list_ids: frozenset[str], schemas: frozenset[str]) -> NDArray[np.bool_]:
        known = bytes(self.arrays["list_ids"]).decode().split("\n")
        entries = np.ones(self.entries, dtype=np.bool_)
        if list_ids:
            wanted = [number for number, list_id in enumerate(known) if list_id in list_ids]
            entries &= np.isin(self.arrays["entry_list"], wanted)
        if schemas:
            wanted = [number for number, schema in enumerate(SCHEMAS) if schema in schemas]
            entries &= np.isin(self.arrays["entry_schema"], wanted)
        return np.asarray(entries[self.arrays["name_entry"]], dtype=np.bool_)

    def propose(self, query: Prepared, most: int = 30, allowed: NDArray[np.bool_] | None = None) -> Numbers:
        """Return up to `most` names by number, the most promising first; of the allowed ones, where given."""
        words = sorted((*query.words, *query.abbreviations), key=lambda word: -word.weight)
        asked = Asked(query.squashed, max(query.weight, 0.01), query.edges, len(query.words) == 1)
        return self._loops.propose(words, list(self._by_acronym(query)), asked, allowed, most)

    def names_of(self, entry: int) -> frozenset[str]:
        """Return the names of an entry, each written as one word, without the shortest."""
        bounds = np.array((entry, entry + 1), np.int32)  # as the array: another type would copy all of it
        low, high = self.arrays["name_entry"].searchsorted(bounds).tolist()
        texts = self.squashed.some(np.arange(low, high, dtype=np.int32))
        return frozenset(text for text in texts if len(text) > _ACRONYM)

    def _by_acronym(self, query: Prepared) -> Iterator[Otherwise]:
        """Yield names whose initials the query is, and names that are its own."""
        names = self.with_initials(query.squashed) if len(query.words) == 1 else NO_NAMES
        if len(names):
            yield Otherwise(names, self.arrays["name_weight"][names] * _SPELLED_OUT)
        for number, _ in query.acronyms:
            names = self.words.posting(number)
            single = names[self.is_single(names)]
            yield Otherwise(single, np.full(len(single), query.weight * float(_SPELLED_OUT), np.float32))

    def is_single(self, names: Numbers) -> NDArray[np.bool_]:
        """Say which names have one word."""
        return is_single(self.arrays, names)

    def with_initials(self, acronym: str) -> Numbers:
        """Return the names whose initials are this acronym; none where too many have it."""
        if not may_be_acronym(acronym):
            return NO_NAMES
        return filed(self.arrays, "acronym", hash_word(acronym), ACRONYM_BEARERS)
