"""Building the index: every name of every entry read once and laid out in flat arrays.

An index is a mapping from names to numpy arrays and nothing else, so it is written, memory-mapped and hashed by
whoever does input and output. Entry numbers are the order in which entries are given.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lists.models import EntitySchema, ListedName, ListEntry, NameKind, Quality
from matchers.index.vocabulary import build_vocabulary, hash_word, texts
from matchers.mentions.places import places
from matchers.names.acronyms import initials, parts_spelled_out
from matchers.names.reading import Kind, Token, read_name, read_token, words_once
from matchers.names.several import listed_as
from matchers.names.spelling import plain_spelling
from matchers.scoring.weights import weight

FORMAT = "12"
"""Version of the layout; an index of another version is built anew."""

_STRENGTH = {NameKind.WEAK: 2, NameKind.PREVIOUS: 1, NameKind.ABBREVIATION: 1}
EDGE = 6
"""Letters at its beginning and at its end by which a name written as one word is found."""
SCHEMAS = tuple(EntitySchema)
"""The order in which `entry_schema` numbers the schemas."""


@dataclass(slots=True)
class _Draft:
    """The growing lists that become arrays. Numbers are held as such: millions of names fit into memory."""

    words: dict[str, int] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)
    token: array[int] = field(default_factory=lambda: array("i"))
    initial: array[int] = field(default_factory=lambda: array("i"))
    start: array[int] = field(default_factory=lambda: array("q", [0]))
    entry: array[int] = field(default_factory=lambda: array("i"))
    listed: array[int] = field(default_factory=lambda: array("i"))
    part: array[int] = field(default_factory=lambda: array("i"))
    strength: array[int] = field(default_factory=lambda: array("i"))
    form: array[int] = field(default_factory=lambda: array("I"))
    squashed: list[str] = field(default_factory=list)
    edges: array[int] = field(default_factory=lambda: array("I"))
    acronym: array[int] = field(default_factory=lambda: array("Q"))
    spelled: array[int] = field(default_factory=lambda: array("Q"))
    schema: array[int] = field(default_factory=lambda: array("i"))
    list_ids: dict[str, int] = field(default_factory=dict)
    list_number: array[int] = field(default_factory=lambda: array("i"))
    said: array[int] = field(default_factory=lambda: array("q"))

    def add(self, entry_number: int, listed_number: int, listed: ListedName) -> None:
        """File one listed name under each of its readings."""
        for part, text in enumerate(listed_as(listed.text)):
            name = read_name(text)
            if not name.tokens:
                continue
            number, core = len(self.entry), name.core
            for token in core:
                self.token.append(self._word(token))
                self.initial.append(ord(token.text[0]))
            self.start.append(len(self.token))
            self.entry.append(entry_number)
            self.listed.append(listed_number)
            self.part.append(part)
            self.strength.append(2 if listed.quality is Quality.WEAK else _STRENGTH.get(listed.kind, 0))
            self.form.append(hash_word(name.form) if name.form else 0)
            written = words_once(core)
            self.squashed.append("".join(written))
            self.edges.extend(edges(written))
            self.acronym.extend(hash_word(found) << 32 | number for found in initials(name))
            self.spelled.extend(hash_word(found) << 32 | number for _, found in parts_spelled_out(core))
            self._say(entry_number, core)

    def add_entry(self, entry_number: int, entry: ListEntry) -> None:
        """File an entry under its names, and what it says beside them: words of addresses and countries."""
        self.schema.append(SCHEMAS.index(entry.schema_))
        self.list_number.append(self.list_ids.setdefault(entry.list_id, len(self.list_ids)))
        for listed_number, listed in _distinct(entry.names):
            self.add(entry_number, listed_number, listed)
        for address in entry.addresses:
            for text in filter(None, (address.full, address.city, address.region)):
                self._say(entry_number, read_name(text).tokens)
        countries = {*entry.countries, *(address.country for address in entry.addresses if address.country)}
        for country in countries:
            self._say(entry_number, country_words().get(country, ()))

    def _say(self, entry_number: int, tokens: Iterable[Token]) -> None:
        self.said.extend({entry_number << 32 | hash_word(token.key) for token in tokens})

    def _word(self, token: Token) -> int:
        number = self.words.setdefault(token.key, len(self.words))
        if number == len(self.tokens):
            self.tokens.append(token)
        return number


def build_index(entries: Iterable[ListEntry]) -> dict[str, NDArray[Any]]:
    """Return the arrays of an index over all names of the entries."""
    draft = _Draft()
    for entry_number, entry in enumerate(entries):
        draft.add_entry(entry_number, entry)
    return dict(_arrays(draft))


def _distinct(names: Iterable[ListedName]) -> Iterator[tuple[int, ListedName]]:
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name.text not in seen:
            seen.add(name.text)
            yield number, name


@cache
def country_words() -> dict[str, tuple[Token, ...]]:
    """Return the one-word names of each country and its people, by ISO code."""
    found: dict[str, set[Token]] = {}
    for name, place in places().items():
        if place.kind != "city" and name.isalpha():
            found.setdefault(place.country, set()).add(read_token(name))
    return {country: tuple(tokens) for country, tokens in found.items()}


def edges(words: Iterable[str]) -> tuple[int, int]:
    """Return the hashes of the first and the last letters of a name, in the plain spelling of its words.

    They are 0 for a short one.
    """
    plain = "".join(map(plain_spelling, words))
    return (hash_word(plain[:EDGE]), hash_word(plain[-EDGE:])) if len(plain) >= EDGE else (0, 0)


def _bearers(draft: _Draft, token: NDArray[np.int32], owner: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return how many parties each word stands in the names of: the most entries of one list that have it.

    Entries are counted, not names, since a name that is listed in twenty languages is no more common for it; and
    of one list, since a party stands on several.
    """
    entry = np.array(draft.entry, dtype=np.int64)[owner]
    found = np.unique(token.astype(np.int64) << 32 | entry)
    words, entries = found >> 32, found & 0xFFFFFFFF
    lists = np.array(draft.list_number, dtype=np.int64)[entries]
    pairs, counts = np.unique(words << 32 | lists, return_counts=True)
    most = np.zeros(len(draft.tokens), np.int64)
    np.maximum.at(most, pairs >> 32, counts)
    return most


def _arrays(draft: _Draft) -> Iterator[tuple[str, NDArray[Any]]]:
    names = len(draft.entry)
    token = np.array(draft.token, dtype=np.int32)
    start = np.array(draft.start, dtype=np.int64)
    owner = np.repeat(np.arange(names, dtype=np.int32), np.diff(start))
    pairs = np.unique(token.astype(np.int64) << 32 | owner)
    postings = (pairs & 0xFFFFFFFF).astype(np.int32)
    bearers = np.bincount(pairs >> 32, minlength=len(draft.tokens))
    weights = np.array(
        [
            weight(word, int(count), len(draft.schema))
            for word, count in zip(draft.tokens, _bearers(draft, token, owner), strict=True)
        ],
        dtype=np.float32,
    )
    yield from build_vocabulary(
        list(draft.words), (token.kind is Kind.WORD for token in draft.tokens)
    ).items()
    yield "word_weight", weights
    yield "word_kind", np.array([token.kind for token in draft.tokens], dtype=np.uint8)
    yield "posting_start", np.concatenate([[0], np.cumsum(bearers)]).astype(np.int64)
    yield "posting", postings
    yield "name_token", token
    yield "name_initial", np.array(draft.initial, dtype=np.uint8)
    yield "name_start", start
    yield "name_entry", np.array(draft.entry, dtype=np.int32)
    yield "name_listed", np.array(draft.listed, dtype=np.int16)
    yield "name_part", np.array(draft.part, dtype=np.uint8)
    yield "name_strength", np.array(draft.strength, dtype=np.uint8)
    yield "name_form", np.array(draft.form, dtype=np.uint32)
    yield (
        "name_weight",
        np.add.reduceat(weights[token], start[:-1]).astype(np.float32) if names else weights[:0],
    )
    yield from texts("squashed", draft.squashed).items()
    hashes = np.array(draft.edges, dtype=np.uint32).reshape(names, 2)
    for place, edge in enumerate(("beginning", "ending")):
        order = np.argsort(hashes[:, place], kind="stable").astype(np.int32)
        yield f"{edge}_hash", hashes[order, place]
        yield f"{edge}_name", order
    said = np.unique(np.array(draft.said, dtype=np.int64))
    yield "said", said
    yield "said_start", said.searchsorted(np.arange(len(draft.schema) + 1, dtype=np.int64) << 32)
    for under, filed in (("acronym", draft.acronym), ("spelled", draft.spelled)):
        once = np.unique(np.array(filed, dtype=np.uint64))
        yield f"{under}_hash", (once >> np.uint64(32)).astype(np.uint32)
        yield f"{under}_name", (once & np.uint64(0xFFFFFFFF)).astype(np.int32)
    yield "entry_schema", np.array(draft.schema, dtype=np.uint8)
    yield "entry_list", np.array(draft.list_number, dtype=np.uint16)
    yield "list_ids", np.frombuffer("\n".join(draft.list_ids).encode(), dtype=np.uint8)
