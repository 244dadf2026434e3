"""How alike two words are: as written, in plain spelling, and by the sound that romanizations of one word share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, Indel, LCSseq, Levenshtein
from rapidfuzz.process import cdist

from matchers.names.spelling import plain_spelling, skeleton

SIMILAR = 0.70
"""Words less alike than this are different words."""
_SAME_SOUND = 0.55
"""Words that sound the same are compared further down to this likeness."""

_SHORTEST_SWAPPED = 5
"""Letters from which a word with two neighbouring letters swapped is a misspelling rather than another word."""
PLAIN = np.float32(0.97)
"""What a likeness in plain spelling counts beside one as written."""


def similarities(
    word: str, others: tuple[Sequence[str], Sequence[str]], same_sound: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return how alike a word of at least four letters is to others, 0 to 1; 0 for those that are different words.

    `others` are given as written and in plain spelling; the better of the two likenesses counts. Words that share
    a skeleton of at least three consonants count as more alike: half of what their spelling leaves open is made up
    for.
    """
    written, spelled = others
    ratio = cdist([word], written, scorer=Indel.normalized_similarity, dtype=np.float32)[0]
    plain = cdist([plain_spelling(word)], spelled, scorer=Indel.normalized_similarity, dtype=np.float32)[0]
    ratio = np.maximum(np.maximum(ratio, plain * PLAIN), _swapped(word, written))
    ratio = np.where(same_sound & (ratio >= _SAME_SOUND), (ratio + 1) / 2, ratio)
    return np.where(ratio >= SIMILAR, ratio, np.float32(0))


def _swapped(word: str, others: Sequence[str]) -> NDArray[np.float32]:
    """Return how alike a word is to those that it becomes when two neighbouring letters change places, else 0.

    As much as one letter too many would leave; two changed letters may be chance, two in each other's place are not.
    """
    if len(word) < _SHORTEST_SWAPPED:
        return np.zeros(len(others), np.float32)
    apart, with_swaps = (
        cdist([word], others, scorer=scorer)[0] for scorer in (Levenshtein.distance, OSA.distance)
    )
    return np.where((apart == 2) & (with_swaps == 1), np.float32(1 - 1 / (2 * len(word))), np.float32(0))


def letters(text: str, others: Sequence[str]) -> NDArray[np.float32]:
    """Return how alike a text is to others, letter by letter, 0 to 1."""
    return np.asarray(cdist([text], others, scorer=Indel.normalized_similarity, dtype=np.float32)[0])


def common_letters(text: str, others: Sequence[str]) -> NDArray[np.float32]:
    """Return how many letters a text and others have in common, in the same order."""
    return np.asarray(cdist([text], others, scorer=LCSseq.similarity, dtype=np.int32)[0], dtype=np.float32)


def is_comparable(word: str) -> bool:
    """Say whether a word can be misspelt and still be known: shorter ones and numbers must be equal."""
    return len(word) > 3 and not word.isdigit()


def has_spellings(word: str) -> bool:
    """Say whether a word too short to be misspelt may be romanized otherwise: `pfc`, `pfk`; `exi`, `eksi`."""
    return len(word) == 3 and word.isalpha() and len(plain_spelling(word)) > 2


def similarity(first: str, second: str) -> float:
    """Return how alike two folded words are, 0 to 1: the slow and plain form of `similarities`.

    >>> similarity("gagarin", "gagarin"), similarity("uac", "uae")
    (1.0, 0.0)
    """
    if first == second:
        return 1.0
    if not (is_comparable(first) and is_comparable(second)):
        alike = plain_spelling(first) == plain_spelling(second)
        return float(PLAIN) if alike and has_spellings(min(first, second, key=len)) else 0.0
    sound = skeleton(first)
    same = np.array([len(sound) > 2 and sound == skeleton(second)])
    return float(similarities(first, ([second], [plain_spelling(second)]), same)[0])
