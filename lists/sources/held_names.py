"""Names that a publisher writes inside one name field: `X (f.k.a. Y)`, `X and any successor thereof`.

The field is kept as published; what it holds besides is added as further names, marked as split. Only markers
that publishers use consistently are read. A comma or a slash alone is none: both are parts of names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lists.models import ListedName, NameKind

_ALSO = r"a\.?\s?k\.?\s?a\.?:?|also known as|d\.?/?b\.?/?a\.?:?|alias:?|ALIAS:"
_FORMER = r"f\.?\s?/?k\.?\s?/?a\.?:?|formerly known as|formerly"
_BRACKETED = re.compile(
    rf"\(\s*(?:(?P<former>{_FORMER})|(?P<also>{_ALSO}))\s+(?P<names>[^()]+)\)", re.IGNORECASE
)
_TRAILING = re.compile(
    r",?\s+(?:and|or) any (?:successors?|sub-?units?|subsidiar(?:y|ies)|affiliates?)\b.*?(?:thereof)?\.?$",
    re.IGNORECASE,
)
_PARTS = re.compile(rf"\s*;\s*|,?\s+(?:and|or)\s+(?={_ALSO})|,\s+(?=(?:{_ALSO})\s)", re.IGNORECASE)
_MARKER = re.compile(rf"^(?:{_FORMER}|{_ALSO})\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HeldName:
    """A name that stands inside a field, and what its marker says it is."""

    text: str
    kind: NameKind

    def listed(self, like: ListedName) -> ListedName:
        """Return it as a listed name of the same strength as the field's."""
        kind = like.kind if like.kind is NameKind.WEAK else self.kind
        return like.model_copy(update={"text": self.text, "kind": kind, "derived": "split"})


def held_names(text: str) -> tuple[HeldName, ...]:
    """Return the names inside a name field, without the field as a whole.

    >>> [(held.text, held.kind.value) for held in held_names("Alpha Ltd (f.k.a. Beta Ltd; Gamma Ltd)")]
    [('Alpha Ltd', 'alias'), ('Beta Ltd', 'previousName'), ('Gamma Ltd', 'previousName')]
    >>> held_names("Telecom, Co. (Holdings)")
    ()
    """
    found: list[HeldName] = []
    bare = _TRAILING.sub("", text)
    for match in _BRACKETED.finditer(bare):
        kind = NameKind.PREVIOUS if match["former"] else NameKind.ALIAS
        parts = (_MARKER.sub("", part).strip(" ,;") for part in _PARTS.split(match["names"]))
        found.extend(HeldName(part, kind) for part in parts if part)
    bare = " ".join(_BRACKETED.sub(" ", bare).split()).replace(" ,", ",").strip(" ,;")
    if bare and bare != text:
        found.insert(0, HeldName(bare, NameKind.ALIAS))
    return tuple(found)
