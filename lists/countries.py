"""Countries as publishers write them → FollowTheMoney codes; the head of `countries.csv` explains the table.

A text that is no country of the table (`Region: Northern Mali`, `undetermined`) has no code: the caller keeps
the text. A state that no longer exists keeps its own code and is not mapped to a successor.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from importlib import resources

_NOISE = re.compile(r"\s*\((?:false|true)\)$", re.IGNORECASE)
"""A stray suffix that OFAC's reference tables have carried since April 2026: `Mozambique (false)`."""


def country_code(text: str) -> str | None:
    """Return the code of a country given as a name or an ISO alpha-2 code; None where the table has neither.

    >>> country_code("Korea, North"), country_code("Gambia (false)"), country_code("Atlantis")
    ('kp', 'gm', None)
    """
    bare = _NOISE.sub("", text.strip())
    code = bare.lower()
    return code if code in _codes() else _by_name().get(_fold(bare))


def is_country_code(text: str) -> bool:
    """Tell whether a text is a code of the table, in lower case."""
    return text in _codes()


@cache
def _rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    text = resources.files("lists").joinpath("countries.csv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple((row["code"], tuple(row["names"].split("|"))) for row in csv.DictReader(lines))


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for code, _ in _rows())


@cache
def _by_name() -> dict[str, str]:
    return {_fold(name): code for code, names in _rows() for name in names}


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalnum())
