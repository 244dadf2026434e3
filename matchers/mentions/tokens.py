"""The folded tokens in which listed names and the words of a text are compared, and their hashes.

Hashes are BLAKE2b, the same in every process and on every machine.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

from matchers.mentions.places import places
from matchers.mentions.vocabulary import common_words, organization_words, word_classes
from matchers.mentions.words import PIECE
from matchers.names.folding import fold

_TOKEN = re.compile(r"[a-z0-9]+")
_APOSTROPHE = re.compile(r"'s?\b|[`’]")
_DOTS = re.compile(r"(?<=\b[a-z0-9])\.(?=[a-z0-9]\b)|\.$")
_PARTICLE = re.compile(
    "([\uac00-\ud7a3]{2,}?)(?:에서|에게|으로|부터|까지|은|는|이|가|을|를|의|에|와|과|도|만|측)$"
)
_JOINING = frozenset(("and", "the"))


def particle_length(word: str) -> int:
    """Return how many letters of a Korean word are a particle, which is written onto a name.

    >>> particle_length("조선인민군은"), particle_length("조선인민군")
    (1, 0)
    """
    found = _PARTICLE.search(word) if "\uac00" <= word[-1:] <= "\ud7a3" else None
    return len(word) - found.end(1) if found else 0


@lru_cache(maxsize=16_384)
def piece_tokens(piece: str) -> tuple[str, ...]:
    """Return the folded tokens of one piece of a text; "and" and "the" carry nothing and are left out.

    >>> piece_tokens("Komsomolsk-on-Amur ")
    ('komsomolsk', 'on', 'amur')
    """
    word = piece.strip()
    folded = _DOTS.sub("", _APOSTROPHE.sub("", fold(word[: len(word) - particle_length(word)])))
    return tuple(token for token in _TOKEN.findall(folded) if token not in _JOINING)


@lru_cache(maxsize=16_384)
def piece_hashes(piece: str) -> tuple[int, ...]:
    """Return the hashes of the folded tokens of one piece of a text."""
    return tuple(map(token_hash, piece_tokens(piece)))


def token_hash(token: str) -> int:
    """Return the hash of one folded token, 64 bits, the same everywhere."""
    return int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "little")


def name_tokens(text: str) -> tuple[str, ...]:
    """Return the folded tokens of a name without the legal forms at its ends.

    >>> name_tokens("JSC Rosoboronexport"), name_tokens("PALAU SHIPPING CO., LTD.")
    (('rosoboronexport',), ('palau', 'shipping'))
    """
    tokens = list(chain.from_iterable(map(piece_tokens, PIECE.findall(text))))
    legal = _legal_tokens()
    first, last = 0, len(tokens)
    while last - first > 1 and tokens[last - 1] in legal:
        last -= 1
    while last - first > 1 and tokens[first] in legal:
        first += 1
    return tuple(tokens[first:last]) if last > first else ()


@lru_cache(maxsize=1)
def _legal_tokens() -> frozenset[str]:
    return frozenset(fold(word) for word in word_classes()["legal"])


@lru_cache(maxsize=1)
def generic_tokens() -> frozenset[str]:
    """Return the folded words that many organizations share, and places."""
    words = organization_words()
    generic = chain(words["noun"], words["modifier"], common_words(), *word_classes().values())
    return frozenset(
        chain((fold(word) for word in generic), chain.from_iterable(name.split() for name in places()))
    )
