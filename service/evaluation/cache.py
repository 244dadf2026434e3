"""Answers of slow matchers, kept on disk between runs.

The key is the hash of the matcher's name, of every entry and of every name asked for, so an answer can't
outlive what it was an answer to. A change of the matcher itself is not seen: its name must carry its
version.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lists.models import ListEntry, entry_json
from service.evaluation.measures import Answer
from service.evaluation.subjects import Subject


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers to some names, in order, and how long they took, without preparing the index."""

    answers: list[list[Answer]]
    prepare_seconds: float
    answer_seconds: float


def entries_hash(entries: Sequence[ListEntry]) -> str:
    """Return the hash of what is indexed."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(entry_json(entry).encode())
    return digest.hexdigest()


def ask(subject: Subject, entries: Sequence[ListEntry], names: Sequence[str]) -> Answered:
    """Prepare a matcher and ask it, on the clock."""
    begun = time.perf_counter()
    answerer = subject.prepare(entries)
    prepared = time.perf_counter()
    answers = answerer(names)
    return Answered(answers, prepared - begun, time.perf_counter() - prepared)


@dataclass(frozen=True, slots=True)
class AnswerCache:
    """Kept answers in one directory; without a directory nothing is kept."""

    directory: Path | None

    def ask(self, subject: Subject, entries: Sequence[ListEntry], names: Sequence[str]) -> Answered:
        """Return kept answers, or ask and keep them."""
        if self.directory is None:
            return ask(subject, entries, names)
        key = hashlib.sha256("\0".join((subject.name, entries_hash(entries), *names)).encode()).hexdigest()
        path = self.directory / f"{key[:24]}.json.gz"
        if path.exists():
            return _read(path)
        answered = ask(subject, entries, names)
        self.directory.mkdir(parents=True, exist_ok=True)
        _write(path, answered)
        return answered


def _read(path: Path) -> Answered:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        kept = json.load(file)
    answers = [[(str(one), str(two), float(score)) for one, two, score in found] for found in kept["answers"]]
    return Answered(answers, kept["prepare_seconds"], kept["answer_seconds"])


def _write(path: Path, answered: Answered) -> None:
    new = path.with_suffix(".new")
    with gzip.open(new, "wt", encoding="utf-8", compresslevel=3) as file:
        json.dump(
            {
                "answers": answered.answers,
                "prepare_seconds": answered.prepare_seconds,
                "answer_seconds": answered.answer_seconds,
            },
            file,
        )
    new.replace(path)
