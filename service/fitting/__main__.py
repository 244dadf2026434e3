"""`python -m service.fitting SHARED`: refit rarity, weights and calibration, and say what changed.

SHARED is a directory with `data/import/*.csv` (lists in the entry-table format) and `eval/negatives_*.txt` and
`eval/articles_*.jsonl` (names that are not listed). The same data give the same files.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from matchers.scoring.model import default_model, model_from
from service.evaluation.corpus import load_corpus
from service.evaluation.negatives import negative_questions, read_negatives
from service.evaluation.parties import find_parties
from service.evaluation.splits import Side, side
from service.fitting.calibrating import calibrate
from service.fitting.rarity import write_rarities
from service.fitting.training import Rows, rows_of
from service.fitting.weights import Settings, fit, summary

TURNS = 4
"""Aliases of a party that are asked for, one after another, each of an index without it."""
SIZES = (frozenset[str](), frozenset({"us_ofac_sdn"}), frozenset({"us_bis_entity_list", "un_sc"}))
"""Lists that are calibrated on: all of them, and fewer, which shows how confidence depends on their size."""
_KEPT = 12
"""Candidates of a query that are fitted on, beside the right ones."""
_STRANGER = 4.0
"""What a row of a stranger weighs: false alarms on ordinary names are what users see most."""


def _hash_of(shared: Path) -> str:
    """Return the SHA-256 over all files that the fit reads."""
    digest = hashlib.sha256()
    for path in sorted([*shared.glob("data/import/*.csv"), *shared.glob("eval/negatives_*.txt")]):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _weights(turns: Sequence[tuple[Rows, Rows]]) -> dict[str, Any]:
    tables, truths, weights = [], [], []
    for listed, strangers in turns:
        for rows, weight in ((listed, 1.0), (strangers, _STRANGER)):
            rank = np.arange(len(rows.query)) - np.searchsorted(rows.query, rows.query)
            kept = ((rank < _KEPT) | rows.truth) & ~rows.doubtful
            tables.append(rows.table[kept])
            truths.append(rows.truth[kept])
            weights.append(np.full(int(kept.sum()), weight))
    return fit(np.vstack(tables), np.concatenate(truths), np.concatenate(weights), Settings())


def _write(name: str, data: Mapping[str, Any], fitted_on: str) -> None:
    """Write a data file; its version is the hash of what it holds."""
    version = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:12]
    whole = {"version": version, "fitted_on": {"sha256": fitted_on}, **data}
    path = Path(str(files("matchers.scoring"))) / "data" / name
    path.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def main(shared: Path) -> None:
    """Refit everything from the data below `shared` and print what changed."""
    before = default_model()
    corpus = load_corpus(shared / "data" / "import")
    companies = (shared / "eval" / "negatives_companies.txt").read_text(encoding="utf-8").splitlines()
    fitted = [name for name in companies if side(name) is Side.FIT]
    rarity = Path(str(files("matchers.names"))) / "data" / "rarity.csv"
    sys.stderr.write(f"rarity of {write_rarities(fitted, rarity)} words\n")
    parties = find_parties(corpus.entries)
    negatives = list(read_negatives(shared / "eval"))

    def strangers(wanted: Side) -> list[str]:
        return [question.text for question in negative_questions(negatives, corpus.entries, wanted).questions]

    turns = []
    for turn in range(TURNS):
        sys.stderr.write(f"turn {turn + 1} of {TURNS}\n")
        names = strangers(Side.FIT)[turn::TURNS]
        turns.append(rows_of(corpus.entries, parties, names, Side.FIT, turn))
    weights = _weights(turns)
    source = _hash_of(shared)
    _write("weights.json", weights, source)
    model = model_from({"version": "", "fitted_on": {}, **weights})
    sizes = []
    for list_ids in SIZES:
        sys.stderr.write(f"calibrating on {', '.join(sorted(list_ids)) or 'all lists'}\n")
        entries = corpus.of_lists(list_ids) if list_ids else corpus.entries
        sizes.append(rows_of(entries, parties, strangers(Side.CALIBRATE), Side.CALIBRATE, 0))
    _write("calibration.json", calibrate(model, sizes), source)
    sys.stdout.write(f"prior {before.prior:+.3f} → {model.prior:+.3f}\n{summary(weights)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
