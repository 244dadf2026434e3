"""How the benchmark reads a name, plainly: folded tokens, and the core that is left without its legal form.

The benchmark's reading is its own, small and separate from the matcher's: it decides which names are the
same text, which party a name belongs to, and in what way two names differ. A measurement that read names
with the code under test could not see that code's errors.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from matchers.names.folding import fold

_STOPWORDS = "the of and for a an in on at to de la le les des du del el al der die das und et e y"
STOPWORDS = frozenset(_STOPWORDS.split())
"""Connectors and articles that carry no identity."""

_TOKEN = re.compile(r"[a-z0-9]+")
_QUOTE = re.compile(r"['’‘`´ʻʼ]")


def _read_lines(name: str) -> tuple[str, ...]:
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def _forms() -> dict[str, tuple[tuple[str, ...], ...]]:
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for line in _read_lines("legal_forms.txt"):
        words = tuple(line.split())
        by_first.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(forms, key=len, reverse=True)) for first, forms in by_first.items()}


LEGAL_FORMS = _forms()
"""Legal forms by their first word, the longest first."""
ORGANIZATION_WORDS = frozenset(_read_lines("organization_words.txt"))
"""Words that tell an organization from a person."""


@lru_cache(maxsize=262_144)
def tokens(text: str) -> tuple[str, ...]:
    """Return the folded tokens of a text, in order.

    >>> tokens("Société Générale S.A.")
    ('societe', 'generale', 's', 'a')
    """
    return tuple(_TOKEN.findall(_QUOTE.sub("", fold(text))))


def same_text(text: str) -> str:
    """Return the form in which two names count as the same text: folded tokens joined by a space."""
    return " ".join(tokens(text))


def _form_at(words: tuple[str, ...], start: int) -> int:
    for form in LEGAL_FORMS.get(words[start], ()):
        if words[start : start + len(form)] == form:
            return len(form)
    return 0


@lru_cache(maxsize=262_144)
def core_tokens(text: str) -> tuple[str, ...]:
    """Return the tokens without legal forms and stopwords; all tokens where nothing else is left.

    >>> core_tokens("Joint Stock Company Argument")
    ('argument',)
    """
    words = tokens(text)
    kept: list[str] = []
    place = 0
    while place < len(words):
        length = _form_at(words, place)
        if not length and words[place] not in STOPWORDS:
            kept.append(words[place])
        place += length or 1
    return tuple(kept) or words


def core(text: str) -> str:
    """Return the core tokens joined by a space."""
    return " ".join(core_tokens(text))


def has_legal_form(text: str) -> bool:
    """Say whether a name states a legal form."""
    words = tokens(text)
    return any(_form_at(words, place) for place in range(len(words)))


def script(text: str) -> str:
    """Return `latin`, or `other` where most letters are of another script."""
    letters = [letter for letter in text if letter.isalpha()]
    foreign = sum(ord(letter) > 0x24F for letter in letters)
    return "other" if 2 * foreign > len(letters) else "latin"
