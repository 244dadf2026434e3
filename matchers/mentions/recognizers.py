"""What a named-entity model offers to `find_mentions`: spans with labels. Models are loaded elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RecognizedSpan:
    """A span that a model labels, in code points of the text."""

    start: int
    end: int
    label: str


class Recognizer(Protocol):
    """Finds named things in a text. Its labels move a confidence; they never veto a mention."""

    name: str

    def recognize(self, text: str) -> Iterable[RecognizedSpan]:
        """Return the named spans of a text, in any order."""
        ...
