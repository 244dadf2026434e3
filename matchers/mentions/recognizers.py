"""What a named-entity model offers to `find_mentions`: spans with labels. Models are loaded elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RecognizedSpan:
    """A span that a model labels, in code points of the text."""

    start: int
    end: int
    label: str


class Recognizer(Protocol):
    """Finds named things in texts. Its labels move a confidence; they never veto a mention."""

    @property
    def name(self) -> str:
        """The model and its version."""
        ...

    def recognize(self, texts: Sequence[str]) -> Iterable[Sequence[RecognizedSpan]]:
        """Return the named spans of each text, in any order; none of a text that the model is not made for."""
        ...


def recognized(texts: Sequence[str], recognizers: Sequence[Recognizer]) -> list[list[RecognizedSpan]]:
    """Return what all recognizers find in each text."""
    found: list[list[RecognizedSpan]] = [[] for _ in texts]
    for recognizer in recognizers:
        for spans, more in zip(found, recognizer.recognize(texts), strict=True):
            spans.extend(more)
    return found
