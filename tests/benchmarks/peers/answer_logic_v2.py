"""Answer names with nomenklatura's LogicV2 over yente's candidates: `python answer_logic_v2.py ENTRIES
NAMES`.

ENTRIES and NAMES are JSON lines as `service.evaluation.subjects.Command` writes them. Prints one line a
name: `{"answers": [[list id, entry id, score], …], "seconds": …}`. With `--pairs`, ENTRIES is ignored and
each line of NAMES is a pair of names; it prints `{"score": …}`.

LogicV2 keeps analysed names by entity id, so every query gets an id that was never used before.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from candidates import Candidates
from followthemoney import model
from followthemoney.proxy import EntityProxy
from nomenklatura.matching import LogicV2

PROPERTIES = {
    "name": "name",
    "alias": "alias",
    "previousName": "previousName",
    "weakAlias": "weakAlias",
    "abbreviation": "abbreviation",
}
SCHEMATA = {"Organization", "Company", "LegalEntity"}
CONFIG = LogicV2.default_config()
FRESH = (f"query-{number}" for number in count())


def _lines(path: str) -> Iterator[object]:
    with Path(path).open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def _listed(entry: dict) -> EntityProxy:
    entity = model.make_entity(entry["schema"])
    entity.id = f"{entry['list_id']}/{entry['entry_id']}"
    for name in entry["names"]:
        entity.add(PROPERTIES[name.get("kind", "name")], name["text"], quiet=True)
    return entity


def _asked(name: str) -> EntityProxy:
    entity = model.make_entity("Organization")
    entity.id = next(FRESH)
    entity.add("name", name)
    return entity


def _score(query: EntityProxy, result: EntityProxy) -> float:
    return LogicV2.compare(query, result, CONFIG).score


def _answers(
    name: str, entries: list[dict], entities: list[EntityProxy], candidates: Candidates
) -> list[list[object]]:
    query = _asked(name)
    scored = [(_score(query, entities[number]), number) for number in candidates.of(query)]
    ordered = sorted(scored, key=lambda pair: -pair[0])
    return [
        [entries[number]["list_id"], entries[number]["entry_id"], score]
        for score, number in ordered
        if score > 0
    ]


def answer_names(listed: str, asked: str) -> None:
    """Print the answers to every name."""
    entries = [entry for entry in _lines(listed) if entry["schema"] in SCHEMATA]
    entities = [_listed(entry) for entry in entries]
    candidates = Candidates(entities)
    for name in _lines(asked):
        begun = time.perf_counter()
        answers = _answers(name, entries, entities, candidates)
        print(json.dumps({"answers": answers, "seconds": time.perf_counter() - begun}))


def score_pairs(asked: str) -> None:
    """Print the score of every pair."""
    for first, second in _lines(asked):
        print(json.dumps({"score": _score(_asked(first), _asked(second))}))


if __name__ == "__main__":
    if sys.argv[1] == "--pairs":
        score_pairs(sys.argv[-1])
    else:
        answer_names(*sys.argv[1:3])
