"""Perturbed names and near misses by `sanctions-screening-benchmark`: `python perturb.py ENTRIES`.

ENTRIES holds one entry a line as `lists.models.entry_json` writes it. Prints one case a line:
`{"query": …, "expected": [list id, entry id] | null, "kind": …, "family": …}`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ssb.benchmark import build
from ssb.sources import Entity, ListSnapshot


def _entity(entry: dict) -> Entity:
    names = [name["text"] for name in entry["names"]]
    return Entity(json.dumps([entry["list_id"], entry["entry_id"]]), names[0], "", [], names[1:])


def main(path: str) -> None:
    """Print the cases for the entries of a file."""
    with Path(path).open(encoding="utf-8") as file:
        entities = [_entity(json.loads(line)) for line in file if line.strip()]
    snapshot = ListSnapshot("entries", "", entities)
    for case in build(snapshot, limit=None, individuals_only=False).cases:
        expected = case.expected_entity_id and json.loads(case.expected_entity_id)
        print(
            json.dumps(
                {"query": case.query, "expected": expected, "kind": case.perturbation, "family": case.family}
            )
        )


if __name__ == "__main__":
    main(sys.argv[1])
