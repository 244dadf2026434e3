"""What the quality gate asks: the matcher over the embedded sample, and the real lists where they are."""

import json
import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from matchers.matching import Matcher
from service.evaluation.corpus import Corpus, load_corpus
from service.evaluation.own import make_matcher

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Floors:
    """The records of `floors.json`: for every set from the oldest to the newest, the last one counts."""

    records: dict[str, list[dict[str, Any]]]

    def check(self, name: str, corpus: str, found: dict[str, float]) -> None:
        record = self.records[name][-1]
        assert record["corpus"] == corpus[:16], (
            f"{name}: the corpus changed; append {corpus[:16]} with {found}"
        )
        below = {metric: value for metric, value in found.items() if value < record["floors"][metric]}
        assert not below, f"{name}: below the floor: {below}; all: {found}"

    def lowered_silently(self) -> list[str]:
        found = []
        for name, records in self.records.items():
            for before, after in pairwise(records):
                for metric, floor in before["floors"].items():
                    now = after["floors"].get(metric, 0.0)
                    if now < floor and not after.get("lowered", {}).get(metric):
                        found.append(f"{name}: {metric} was {floor} and is {now}; say why in `lowered`")
        return found


@pytest.fixture(scope="session")
def floors() -> Floors:
    return Floors(json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def embedded() -> Corpus:
    return load_corpus(ROOT / "lists" / "embedded" / "data")


@pytest.fixture(scope="session")
def matcher(embedded: Corpus) -> Matcher:
    return make_matcher(embedded.entries)


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = Path(os.environ.get("SANCTIONS_XREF_SHARED", ROOT.parent / "shared"))
    if not (folder / "data" / "import").is_dir():
        pytest.skip(f"no real lists at {folder}")
    return folder
