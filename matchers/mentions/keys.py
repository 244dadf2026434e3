"""How two mentions are seen to name the same organization: equal, shorter, inflected, or by initials."""

from __future__ import annotations

import re
from functools import lru_cache

from matchers.mentions.places import places
from matchers.mentions.tokens import generic_tokens, name_tokens
from matchers.mentions.vocabulary import everyday_words
from matchers.names.folding import fold
from matchers.names.reading import Kind, read_token

_CYRILLIC_ENDING = re.compile(
    "(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|ією|ьою|ою|ею|ием|ью|ов|ев|ів|ом|ем|ем|ой|ей|ах|ях|ам|ям|ую|юю|ая|яя|ое|ее|ые|ие|ый|ий|их|ых|им|ым"
    "|а|я|о|е|и|ы|у|ю|ь|й|і|ї)$"
)
_CASE_ENDINGS = (
    *((f"{stem}{ending}", f"{stem}ий") for stem in ("ск", "цк") for ending in ("ого", "ому", "ом", "им")),
    *((f"{stem}{ending}", f"{stem}ая") for stem in ("ск", "цк", "н") for ending in ("ой", "ую", "ою")),
    *((f"н{ending}", "ный") for ending in ("ого", "ому", "ом", "ым")),
    ("ией", "ия"),
    ("ию", "ия"),
    ("ии", "ия"),
    ("ією", "ія"),
    ("ії", "ія"),
    ("ію", "ія"),
    ("ью", "ь"),
    ("ом", ""),
    ("ем", ""),
    ("ём", ""),
    ("ою", "а"),
    ("у", ""),
    ("а", ""),
    ("е", ""),
    ("і", ""),
)
_NOMINATIVES = ("атом", "ком", "пром", "дом", "кем", "ам", "нта", "ика", "ина", "ое", "ее", "ие", "ье")
_NEUTER = re.compile("[бвгдзклмпрстфхцчшщьй]не$")
"""Ukrainian adjectives: "ракетне". The locative of a Russian name in -н has a vowel before it: "Микроне"."""
_CYRILLIC_WORD = re.compile("[А-яЁёІіЇїЄєҐґ]+")


@lru_cache(maxsize=8_192)
def name_key(text: str) -> tuple[str, ...]:
    """Return the folded tokens of a name, without legal forms, of Cyrillic words only the stems.

    >>> name_key("Роствертоле") == name_key("Роствертол")
    True
    """
    if not text.isascii() and _CYRILLIC_WORD.search(text):
        text = _CYRILLIC_WORD.sub(lambda match: _stem(match.group()), text)
    return name_tokens(text)


def _stem(word: str) -> str:
    stem = _CYRILLIC_ENDING.sub("", word.lower())
    return stem if len(stem) >= 4 else word.lower()


def uninflected(text: str) -> str | None:
    """Return a Cyrillic name with the commonest case endings taken off, or None where nothing is to take off.

    >>> uninflected("Ростехом"), uninflected("Росатом"), uninflected("Уральской корпорации")
    ('Ростех', None, 'Уральская корпорация')
    >>> uninflected("Ракетное вооружение"), uninflected("Тактичне озброєння")
    (None, None)
    """
    if text.isascii():
        return None
    bare = _CYRILLIC_WORD.sub(lambda match: _nominative(match.group()), text)
    return bare if bare != text else None


def _nominative(word: str) -> str:
    if len(word) < 6 or word.endswith(_NOMINATIVES) or _NEUTER.search(word):
        return word
    for ending, instead in _CASE_ENDINGS:
        if word.endswith(ending):
            return word.removesuffix(ending) + instead
    return word


@lru_cache(maxsize=8_192)
def is_distinctive(token: str) -> bool:
    """Say whether a folded token can stand for a name: long enough, and neither generic nor a place."""
    is_known = token in generic_tokens() or token in places() or read_token(token).kind is not Kind.WORD
    return len(token) > 2 and not token.isdigit() and not is_known


def is_telling(text: str) -> bool:
    """Say whether a part of a name is worth asking for: it has a distinctive word, or several of some length.

    >>> is_telling("Rosneft"), is_telling("Ministry"), is_telling("Space Defense Command Centre")
    (True, False, True)
    """
    key = name_key(text)
    return len(key) > 2 or any(is_distinctive(token) and token not in everyday_words() for token in key)


@lru_cache(maxsize=8_192)
def initials(text: str) -> tuple[str, ...]:
    """Return the acronyms that a name's capitals make, with and without its lower-case words.

    >>> initials("Iran Aviation Industries Organization")
    ('iaio',)
    """
    words = [word for word in re.findall(r"[^\W\d_]+", text) if word.lower() not in ("the",)]
    capitals = "".join(word[0] for word in words if word[0].isupper())
    everything = "".join(word[0] for word in words)
    return tuple(dict.fromkeys(fold(letters) for letters in (capitals, everything) if len(letters) > 1))


def is_short_form(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Say whether a name's key is a shorter form of another: the other has its tokens, one is distinctive.

    >>> is_short_form(("gagarin", "plant"), ("yuri", "gagarin", "aviation", "plant"))
    True
    """
    if not short or len(short) >= len(long) or not set(short) <= set(long):
        return False
    return any(map(is_distinctive, short))
