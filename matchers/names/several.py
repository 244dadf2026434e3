"""Several names in one text, as publishers and watchlists write them: `X (also known as Y)`, `X / Y`, `X; Y`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from matchers.names.folding import MAX_NAME_LENGTH
from matchers.names.reading import Kind, abridged, read_name, readings

MOST = 8
"""Names that are read in one text; further ones are left unread."""
_ALSO = re.compile(
    r"""(?:^|[\s,;([-])(?:
        [afn][./]?k[./]?a\b\.?
        | (?:also|now|better|commonly|formerly|otherwise|previously)\s(?:known\sas|called|listed\sas)
        | doing\sbusiness\sas | d[./]?b[./]?a\b\.? | trading\sas | formerly
    )(?:[\s:,-]+|(?=\)))""",
    re.IGNORECASE | re.VERBOSE,
)
_BESIDE = re.compile(r"[;|/](?:(?<=[;|])|(?<=\s/)(?=\s)|(?<=[^\W\d_]{3}/)(?=[^\W\d_]{3}))")
_AND_OTHERS = re.compile(
    r"[\s;,]+(?:and|or)\s(?:any|its|their)\s(?:and\s)?(?:successors?|sub-?units?|subsidiar\w+)\b.*$",
    re.IGNORECASE,
)
_UNSPACED = re.compile(r"\w/\w")
_SIGNS = re.compile(r"[\W_]+")
_AROUND = " \t\n,;:/|-–"
_LEAST_LETTERS = 3


def names_in(text: str) -> tuple[str, ...]:
    """Return the text itself, then each name in it where it gives several, also by an acronym in brackets.

    >>> names_in("Hara Institute/Institut Hara")
    ('Hara Institute/Institut Hara', 'Hara Institute', 'Institut Hara')
    >>> names_in("KOLOKOL (a.k.a. Bell Works)")
    ('KOLOKOL (a.k.a. Bell Works)', 'KOLOKOL', 'Bell Works')
    >>> names_in("China National Import/Export Co.")
    ('China National Import/Export Co.',)
    >>> names_in("China State Shipbuilding Corporation (CSSC) 711th Institute")
    ('China State Shipbuilding Corporation (CSSC) 711th Institute', 'CSSC 711th Institute')
    """
    names = [text]
    if _BESIDE.search(text) or _ALSO.search(text) or _AND_OTHERS.search(text):
        whole = _SIGNS.sub("", text)
        signs = ((_SIGNS.sub("", part), part) for part in _parts(text[:MAX_NAME_LENGTH]))
        names += {sign: part for sign, part in signs if sign != whole}.values()
    return tuple(islice((*names, *filter(None, map(abridged, names))), MOST))


def listed_as(text: str) -> tuple[str, ...]:
    """Return every reading of every name in a published text."""
    return tuple(dict.fromkeys(reading for name in names_in(text) for reading in readings(name)))


def _parts(text: str) -> Iterator[str]:
    for part in filter(_is_name, map(_trimmed, _ALSO.split(_AND_OTHERS.sub("", text)))):
        beside = [_trimmed(one) for one in _BESIDE.split(part)]
        is_apart = _is_own_name if _UNSPACED.search(part) else _is_name
        yield from beside if all(map(is_apart, beside)) else [part]


def _trimmed(part: str) -> str:
    """Return a part without what stood between it and the next, and without a bracket that has lost its other."""
    part = part.strip(_AROUND)
    if part.count("(") + part.count("[") != part.count(")") + part.count("]"):
        part = part.strip(_AROUND + "()[]")
    return part


def _is_name(part: str) -> bool:
    return sum(map(str.isalpha, part)) >= _LEAST_LETTERS


def _is_own_name(part: str) -> bool:
    """Say whether a part says enough by itself: two words, one of them its own. `Export Co.` and `GRU` do not."""
    words = read_name(part).core
    return len(words) > 1 and any(word.kind is Kind.WORD for word in words)
