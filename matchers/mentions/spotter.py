"""Find listed names in a text, whatever their script: exact after folding, legal forms aside.

Every listed name becomes one 64-bit number, computed from the hashes of its folded tokens in order; a text's
n-grams become numbers in the same way, all at once, and are looked up in the sorted array. The arrays hold no
Python objects, so any number of processes can map one copy into memory. Hashes are BLAKE2b, the same in every
process and on every machine.

The polynomial: with token hashes h and an odd base B, P[i] = h[0] + h[1] B + … (mod 2^64), so the tokens i
… i+n-1 have the number (P[i+n] - P[i]) B^-i, wherever they stand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lists.models import EntitySchema, ListedName, ListEntry, NameKind, Quality
from matchers.mentions.spans import Span
from matchers.mentions.tokens import generic_tokens, name_tokens, piece_hashes, token_hash
from matchers.mentions.vocabulary import word_classes
from matchers.mentions.words import Words

SPOTTER_FORMAT = "4"
"""Changes when the arrays of `build_spotter` mean something else."""

MAX_TOKENS = 40
_OPENING = 3
"""Tokens of a name whose n-grams the filter of openings knows."""
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_LENGTH_STEP = 0xD6E8FEB86659FD93
_MASK = (1 << 64) - 1
_FILTER_BITS = 21
_BETWEEN = (0,)
"""Stands between two texts: no listed name has a token of this number."""
_TOGETHER = 100_000
"""Words that are looked up in one go, as long as texts are shorter; ten arrays of numbers are as long."""
UNSPOTTED = 0.95
"""One-word names at least as ambiguous as this are left to the other finders."""

Numbers = NDArray[Any]


def ambiguity(tokens: tuple[str, ...], name: ListedName) -> float:
    """Return how likely a listed name, met in a text, means something else, from 0 to 1.

    One-word names are judged by their length, by what the publisher says of them and by whether they are
    everyday words; longer names are ambiguous where all their words are generic ("National Bank").
    """
    generic = sum(token in generic_tokens() or token.isdigit() for token in tokens)
    is_weak = name.kind is NameKind.WEAK or name.quality is Quality.WEAK
    if generic == len(tokens):
        return 1.0 if len(tokens) == 1 else 0.8
    if len(tokens) > 1:
        return 0.2 if is_weak or generic == len(tokens) - 1 else 0.05
    length = len(tokens[0])
    by_length = 1.0 if length < 2 else 0.8 if length < 4 else 0.6 if length < 5 else 0.35
    return min(0.9, by_length + 0.2) if is_weak and length > 1 else by_length


def _spotted_names(entries: Iterable[ListEntry]) -> Iterator[tuple[int, int, tuple[str, ...], float]]:
    """Yield entry number, name number, tokens and ambiguity of each name of each party that is no person."""
    name_number = 0
    for number, entry in enumerate(entries):
        for name in entry.names:
            if entry.schema_ is not EntitySchema.PERSON:
                tokens = name_tokens(name.text)
                if 0 < len(tokens) <= MAX_TOKENS:
                    yield number, name_number, tokens, ambiguity(tokens, name)
            name_number += 1


def build_spotter(entries: Iterable[ListEntry]) -> dict[str, Numbers]:
    """Build the arrays of an `AliasSpotter`: sorted name numbers, with the entry and the ambiguity of each.

    Entry and name numbers count the entries, and their names, in the order of iteration.
    """
    keys, owners, numbers, doubts = [], [], [], []
    bits = np.zeros(1 << (_FILTER_BITS - 3), dtype=np.uint8)
    lengths: set[int] = set()
    for entry_number, name_number, tokens, doubt in _spotted_names(entries):
        hashes = [token_hash(token) for token in tokens]
        keys.append(_name_key(hashes))
        owners.append(entry_number)
        numbers.append(name_number)
        doubts.append(doubt)
        if len(tokens) > _OPENING:
            lengths.add(len(tokens))
        for length in range(min(2, len(tokens)), min(_OPENING, len(tokens)) + 1):
            place = _name_key(hashes[:length]) >> (64 - _FILTER_BITS)
            bits[place >> 3] |= 1 << (place & 7)
    order = np.argsort(np.array(keys, dtype=np.uint64), kind="stable")
    return {
        "keys": np.array(keys, dtype=np.uint64)[order],
        "entries": np.array(owners, dtype=np.int32)[order],
        "names": np.array(numbers, dtype=np.int32)[order],
        "ambiguity": np.array(doubts, dtype=np.float32)[order],
        "lengths": np.array(sorted(lengths), dtype=np.int64),
        "openings": bits,
    }


def _name_key(hashes: list[int]) -> int:
    value, power = 0, 1
    for number in hashes:
        value = (value + number * power) & _MASK
        power = (power * _BASE) & _MASK
    value = (value + len(hashes) * _LENGTH_STEP) & _MASK
    return ((value ^ (value >> 32)) * _LENGTH_STEP) & _MASK


def _mix(value: Numbers) -> Numbers:
    mixed: Numbers = (value ^ (value >> np.uint64(32))) * np.uint64(_LENGTH_STEP)
    return mixed


@lru_cache(maxsize=16)
def _powers(base: int, count: int) -> Numbers:
    factors = np.full(count, base, dtype=np.uint64)
    factors[0] = 1
    powers: Numbers = np.multiply.accumulate(factors)
    powers.setflags(write=False)
    return powers


def _batches(texts: Sequence[Words]) -> Iterator[Sequence[Words]]:
    """Yield the texts in runs of no more than so many words; a longer text goes alone."""
    first = count = 0
    for number, words in enumerate(texts):
        count += len(words)
        if count > _TOGETHER and number > first:
            yield texts[first:number]
            first, count = number, len(words)
    if first < len(texts):
        yield texts[first:]


class AliasSpotter:
    """Looks up all n-grams of a text among listed names. Holds nothing but the arrays of `build_spotter`."""

    def __init__(self, arrays: Mapping[str, Numbers]) -> None:
        self._keys = arrays["keys"]
        self._entries = arrays["entries"]
        self._ambiguity = arrays["ambiguity"]
        self._lengths = arrays["lengths"]
        self._openings = arrays["openings"]

    def spot(self, words: Words) -> list[Span]:
        """Return the listed names in a text, the longest at each place, that are written like names there."""
        return self.spot_all([words])[0]

    def spot_all(self, texts: Sequence[Words]) -> list[list[Span]]:
        """Return the same for each of several texts, in their order; looked up together they are faster."""
        found: list[list[Span]] = []
        for together in _batches(texts):
            found += self._spotted(together) if len(self._keys) else [[] for _ in together]
        return found

    def _spotted(self, texts: Sequence[Words]) -> list[list[Span]]:
        """Look texts up as one, with a token between them that is in no listed name."""
        hashes = list(chain.from_iterable((*map(piece_hashes, words.pieces), _BETWEEN) for words in texts))
        counts = np.fromiter(map(len, hashes), dtype=np.int64, count=len(hashes))
        owners = np.repeat(np.arange(len(hashes)), counts)
        tokens = np.fromiter(chain.from_iterable(hashes), dtype=np.uint64, count=len(owners))
        offsets = list(accumulate((len(words) + 1 for words in texts), initial=0))
        found: list[list[Span]] = [[] for _ in texts]
        reached = -1
        for start, length, low, high in self._hits(
            tokens, np.concatenate(list(map(_capitals, texts)))[owners]
        ):
            first, last = int(owners[start]), int(owners[start + length - 1]) + 1
            number = bisect_right(offsets, first) - 1
            words, offset = texts[number], offsets[number]
            if start + length > reached and _is_written_as_name(words, first - offset, last - offset):
                doubt = float(self._ambiguity[low:high].min())
                if length > 1 or doubt < UNSPOTTED:
                    reached = start + length
                    entries = tuple(sorted(set(self._entries[low:high].tolist())))
                    end = _with_form(words, last - offset)
                    found[number].append(Span(first - offset, end, "alias", (), entries, doubt))
        return found

    def _hits(self, tokens: Numbers, capitals: Numbers) -> list[tuple[int, int, int, int]]:
        """Return (first token, tokens, first row, past the last row), the longer ones first at each place."""
        count = len(tokens)
        if not count:
            return []
        keys = [_mix(tokens + np.uint64(_LENGTH_STEP))]
        places = [np.flatnonzero(self._opens(keys[0]) & capitals)]
        keys[0] = keys[0][places[0]]
        spans = [np.ones(len(places[0]), dtype=np.int64)]
        if count > 1:
            self._add_longer(tokens, capitals, (keys, places, spans))
        return self._rows(*map(np.concatenate, (keys, places, spans)))

    def _add_longer(self, tokens: Numbers, capitals: Numbers, found: tuple[list[Numbers], ...]) -> None:
        """Add the n-grams of two tokens and more whose first two, and first three, open a listed name."""
        count = len(tokens)
        size = 1 << max(10, int(count).bit_length())
        sums = np.zeros(count + 1, dtype=np.uint64)
        np.cumsum(tokens * _powers(_BASE, size)[:count], out=sums[1:])
        inverse = _powers(_INVERSE, size)
        places = np.flatnonzero(capitals[1:] | capitals[:-1])
        lengths = [np.array([length]) for length in range(2, _OPENING + 1)] + [self._lengths]
        for length in lengths:
            first, spans = np.repeat(places, len(length)), np.tile(length, len(places))
            fits = first + spans <= count
            first, spans = first[fits], spans[fits]
            keys = _mix(
                (sums[first + spans] - sums[first]) * inverse[first]
                + spans.astype(np.uint64) * np.uint64(_LENGTH_STEP)
            )
            if length is not self._lengths:
                opens = self._opens(keys)
                first, spans, keys = first[opens], spans[opens], keys[opens]
                places = first
            for values, new in zip(found, (keys, first, spans), strict=True):
                values.append(new)

    def _opens(self, keys: Numbers) -> Numbers:
        """Say of each key whether it may be that of the first tokens of a listed name."""
        bits = keys >> np.uint64(64 - _FILTER_BITS)
        opens: Numbers = (self._openings[bits >> np.uint64(3)] >> (bits & np.uint64(7)).astype(np.uint8)) & 1
        return opens.astype(np.bool_)

    def _rows(self, keys: Numbers, starts: Numbers, spans: Numbers) -> list[tuple[int, int, int, int]]:
        low = np.searchsorted(self._keys, keys)
        inside = np.minimum(low, len(self._keys) - 1)
        found = np.flatnonzero(self._keys[inside] == keys)
        high = np.searchsorted(self._keys, keys[found], side="right")
        hits = zip(
            starts[found].tolist(), spans[found].tolist(), low[found].tolist(), high.tolist(), strict=True
        )
        return sorted(hits, key=lambda hit: (hit[0], -hit[1]))


_MAY_BE_NAME = np.zeros(128, dtype=np.bool_)
_MAY_BE_NAME[[ord(letter) for letter in "CALTGub"]] = True
_MAY_BE_NAME.setflags(write=False)


def _capitals(words: Words) -> Numbers:
    """Return, for each word and for what ends the text, whether it is written as a name.

    A name has a capital, or is of a script without any.
    """
    mask = _MAY_BE_NAME[np.frombuffer(f"{words.classes}N".encode("ascii"), dtype=np.uint8)]
    for first, last in words.headlines:
        mask[first:last] = True
    return mask


def _with_form(words: Words, last: int) -> int:
    """Return where a name ends that is followed by its legal form, which the arrays do not hold."""
    end = last
    while end < len(words):
        letter = words.classes[end]
        if letter == "L" or (letter in "nA" and words.word(end).lower() in word_classes()["legal"]):
            last = end + 1
        elif letter not in "D,":
            break
        end += 1
    return last + (words.classes[last : last + 1] == "D")


def _is_written_as_name(words: Words, first: int, last: int) -> bool:
    """Say whether listed words stand there as one name: mostly with capitals, in one sentence."""
    letters = words.classes[first:last]
    if last - first == 1:
        return letters in "CALu" and (letters != "u" or len(words.word(first)) > 2)
    if (
        "N" in letters
        or "." in letters[:-1]
        or letters.count("(") != letters.count(")")
        or letters.count("q") != letters.count("Q")
    ):
        return False
    if "u" in letters:
        return True
    start = words.pieces[first][0]
    if (
        "\u0400" <= start <= "\u052f" and start.isupper()
    ):  # Russian names write only their first word with a capital
        return True
    capitals = sum(words.pieces[number][0].isupper() for number in range(first, last))
    counted = sum(letter not in "oafi&jD,-()/qQ'\"s" for letter in letters)
    return capitals * 10 >= counted * 6 and capitals > 0
