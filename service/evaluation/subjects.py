"""Matchers under test: how a matcher is given the entries and how it is asked.

A subject prepares itself for some entries and returns a function that answers names in order, each with
ranked answers `(list id, entry id, score)`. Three kinds of subject need no code of this package: a Python
callable (`Subject` is a protocol), a command that reads and writes JSON lines (`Command`), and a screening
service with a match endpoint (`service.evaluation.endpoints`).
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from rapidfuzz import distance, fuzz, process

from lists.models import EntitySchema, ListEntry, entry_json
from service.evaluation.measures import Answer
from service.evaluation.wording import core, same_text

DEPTH = 50
"""Answers asked of a matcher for each name."""
Answerer = Callable[[Sequence[str]], list[list[Answer]]]

_NOT_ORGANIZATIONS = frozenset({EntitySchema.PERSON, EntitySchema.VESSEL, EntitySchema.AIRPLANE})


class Subject(Protocol):
    """A matcher under test."""

    @property
    def name(self) -> str:
        """What it is called in the report."""
        ...

    @property
    def default_score(self) -> float:
        """The score from which it would raise an alarm by its own default."""
        ...

    def prepare(self, entries: Sequence[ListEntry]) -> Answerer:
        """Index the entries and return the function that answers names."""
        ...


SCORERS: dict[str, Callable[..., float]] = {
    "ratio": fuzz.ratio,
    "token_sort_ratio": fuzz.token_sort_ratio,
    "token_set_ratio": fuzz.token_set_ratio,
    "WRatio": fuzz.WRatio,
    "JaroWinkler": distance.JaroWinkler.normalized_similarity,
}
"""rapidfuzz's scorers by the name that they have in the report."""


@dataclass(frozen=True, slots=True)
class RapidfuzzScorer:
    """Every listed name compared with one scorer of rapidfuzz.

    The index holds no persons, vessels or aircraft.
    """

    scorer: str
    cores: bool = False
    """Compare names without their legal forms and connectors."""

    @property
    def name(self) -> str:
        """What it is called in the report."""
        return f"rapidfuzz {self.scorer}{' without legal form' if self.cores else ''}"

    @property
    def default_score(self) -> float:
        """A threshold that is customary for these scorers; the library has none of its own."""
        return 0.85 if self.scorer == "JaroWinkler" else 85.0

    def prepare(self, entries: Sequence[ListEntry]) -> Answerer:
        """Gather the listed names, folded."""
        owners: dict[str, list[tuple[str, str]]] = {}
        for entry in entries:
            if entry.schema_ not in _NOT_ORGANIZATIONS:
                for name in entry.names:
                    owners.setdefault(self._read(name.text), []).append(entry.ref)
        texts = [text for text in owners if text]
        refs = [owners[text] for text in texts]

        def answer(names: Sequence[str]) -> list[list[Answer]]:
            return [self._best(self._read(name), texts, refs) for name in names]

        return answer

    def _read(self, name: str) -> str:
        return core(name) if self.cores else same_text(name)

    def _best(self, name: str, texts: list[str], refs: list[list[tuple[str, str]]]) -> list[Answer]:
        scores = process.cdist([name], texts, scorer=SCORERS[self.scorer], dtype=np.float32)[0]
        depth = min(DEPTH, len(texts))
        places = np.argpartition(-scores, depth - 1)[:depth]
        tied = np.flatnonzero(scores == scores[places].min()) if len(places) else places
        kept = np.unique(np.concatenate([places, tied[: 10 * DEPTH]]))
        ordered = kept[np.argsort(-scores[kept], kind="stable")]
        return [(*ref, float(scores[place])) for place in ordered for ref in refs[place]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command that is called as `… ENTRIES NAMES` and prints one JSON line a name: `{"answers": […]}`.

    ENTRIES holds one entry a line as `lists.models.entry_json` writes it, NAMES one JSON string a line; an
    answer is `[list id, entry id, score]`. Raises RuntimeError with the end of what the command said where
    it fails.
    """

    name: str
    arguments: tuple[str, ...]
    default_score: float

    def prepare(self, entries: Sequence[ListEntry]) -> Answerer:
        """Keep the entries; the command is run once for each batch of names."""

        def answer(names: Sequence[str]) -> list[list[Answer]]:
            return [_answers(line["answers"]) for line in self._lines(entries, names)]

        return answer

    def seconds(self, entries: Sequence[ListEntry], names: Sequence[str]) -> list[float] | None:
        """Return how long every name took, as the command's lines say; None where one does not."""
        lines = self._lines(entries, names)
        return (
            [float(line["seconds"]) for line in lines] if all("seconds" in line for line in lines) else None
        )

    def _lines(self, entries: Sequence[ListEntry], names: Sequence[str]) -> list[dict[str, Any]]:
        with tempfile.TemporaryDirectory() as directory:
            listed, asked = Path(directory, "entries.jsonl"), Path(directory, "names.jsonl")
            listed.write_text("\n".join(entry_json(entry) for entry in entries), encoding="utf-8")
            asked.write_text("\n".join(json.dumps(name) for name in names), encoding="utf-8")
            command = (*self.arguments, str(listed), str(asked))
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 the caller's command
        if done.returncode:
            raise RuntimeError(f"{self.name} ended with {done.returncode}: {done.stderr[-800:]}")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        if len(lines) != len(names):
            raise RuntimeError(f"{self.name}: {len(lines)} lines of answers for {len(names)} names")
        return lines


def _answers(found: Sequence[Sequence[object]]) -> list[Answer]:
    return [(str(list_id), str(entry_id), float(str(score))) for list_id, entry_id, score in found]
