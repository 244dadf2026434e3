"""Trials as files, so that any matcher in any language can take part: entries, names, and answers to score.

A trial's folder holds `entries.jsonl` (one entry a line, as the project stores it), one entry table a list
(`*.csv`) for import elsewhere, and `names.jsonl` (one JSON string a line). Answers come back as JSON lines
in that order, `{"answers": [[list id, entry id, score], …]}`.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from lists.models import ListEntry, NameKind, entry_json
from service.evaluation.cache import Answered
from service.evaluation.measures import Answer, outcome
from service.evaluation.results import Owners, Result
from service.evaluation.trials import Trial

COLUMNS = (
    "entry_id",
    "schema",
    "name",
    "aliases",
    "weak_aliases",
    "previous_names",
    "countries",
    "identifiers",
)


def _row(entry: ListEntry) -> dict[str, str]:
    names: dict[NameKind, list[str]] = defaultdict(list)
    for name in entry.names[1:]:
        names[name.kind].append(name.text)
    aliases = [*names[NameKind.NAME], *names[NameKind.ALIAS], *names[NameKind.ABBREVIATION]]
    identifiers = [f"{one.kind}:{one.value}" for one in entry.identifiers]
    values = (aliases, names[NameKind.WEAK], names[NameKind.PREVIOUS], entry.countries, identifiers)
    texts = (entry.entry_id, entry.schema_.value, entry.name, *(" | ".join(several) for several in values))
    return dict(zip(COLUMNS, texts, strict=True))


def write_trial(trial: Trial, folder: Path) -> None:
    """Write what a matcher needs to take part in a trial."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "entries.jsonl").write_text(
        "".join(entry_json(entry) + "\n" for entry in trial.entries), encoding="utf-8"
    )
    names = "".join(json.dumps(question.text, ensure_ascii=False) + "\n" for question in trial.questions)
    (folder / "names.jsonl").write_text(names, encoding="utf-8")
    by_list: dict[str, list[ListEntry]] = defaultdict(list)
    for entry in trial.entries:
        by_list[entry.list_id].append(entry)
    for list_id, entries in by_list.items():
        with (folder / f"{list_id}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(_row(entry) for entry in entries)


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """Answers that somebody else's matcher wrote for a trial."""

    path: Path
    default_score: float

    def read(self, trial: Trial, owners: Owners) -> Result:
        """Return the answers as a result; raises ValueError where lines and names are not equally many."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        if len(lines) != len(trial.questions):
            raise ValueError(
                f"{self.path}: {len(lines)} lines for the {len(trial.questions)} names of {trial.key}"
            )
        answers = [[_read(found) for found in json.loads(line)["answers"]] for line in lines]
        outcomes = tuple(outcome(*pair, owners) for pair in zip(trial.questions, answers, strict=True))
        return Result(self.path.stem, self.default_score, trial, Answered(answers, 0.0, 0.0), outcomes)


def _read(found: list[object]) -> Answer:
    list_id, entry_id, score = found
    return str(list_id), str(entry_id), float(str(score))
