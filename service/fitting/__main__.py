"""`python -m service.fitting SHARED`: refit rarity, weights and calibration, and say what changed.

SHARED is a directory with `data/import/*.csv` (lists in the entry-table format) and `eval/negatives_*.txt` and
`eval/articles_*.jsonl` (names that are not listed). The same data give the same files.

The weights that ship are fitted on all parties but those of the test side. The calibration needs scores of parties
that the score was not fitted on: so the parties are divided, and each part is scored by weights of the others.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchers.scoring.model import Model, default_model, model_from
from service.evaluation.acronym_names import acronym_names
from service.evaluation.corpus import Corpus, load_corpus
from service.evaluation.differences import Evidence
from service.evaluation.generic_names import generic_names, generic_parts
from service.evaluation.negatives import negative_questions, read_negatives
from service.evaluation.pairs import NamePair, name_pairs
from service.evaluation.parties import Parties, find_parties
from service.evaluation.queries import AliasQuestions
from service.evaluation.short_forms import Heads
from service.evaluation.splits import Side, fraction, side
from service.evaluation.wording import core
from service.fitting.calibrating import Sample, calibrate, sample
from service.fitting.rarity import write_rarities
from service.fitting.training import Rows, Turn, pair_rows_of, rows_of, short_rows_of
from service.fitting.weights import Choices, Settings, fit, summary

SIDES = (Side.FIT, Side.CALIBRATE)
"""The sides that are learned from; the third is for measuring alone."""
TURNS = 4
"""Aliases of a party that are asked for, one after another, each of an index without it."""
PAIR_TURNS = 3
"""Aliases of a party that are compared with another of its names, and with the most similar one of another party."""
FOLDS = 3
"""Parts that the parties are divided into for the calibration."""
SIZES = (frozenset({"us_ofac_sdn"}), frozenset({"us_bis_entity_list", "un_sc"}))
"""Fewer lists, which are calibrated on as well: they show how confidence depends on their size."""
_KEPT = 12
"""Parties that a question has to choose from, beside the right one."""
_GENERIC = 0.25
"""Share of the generic names that are asked for: with all of them `Iran Air`, which is listed, says little."""
_ACRONYMS = 0.08
"""Share of the acronyms of strangers that are asked for, far fewer than their names: whose acronyms texts speak of is
weighed where they are read."""
_ABSENT = 0.25
"""What a question weighs that is asked again without the right party: the lists that are loaded may lack it."""
_CUT = 0.25
"""What the best answers to names cut short weigh in the calibration: at one score they are right more often than those
to whole names, and there are fewer of them."""
NAMESAKES, GENERIC_PAIRS = 4_000, 1_000
_NAMESAKE = 0.25
"""How many pairs are fitted on whose names begin with the same word, or of which one is but generic words of the other,
and what each weighs, as do all that differ by a number only."""
_NUMBER = re.compile(r"\b[0-9]{1,4}(?=(?:st|nd|rd|th)?\b)", re.IGNORECASE)
_STRANGER = 8.0
"""What a question about a stranger weighs: false alarms on ordinary names are what users see most."""


def _hash_of(shared: Path) -> str:
    """Return the SHA-256 over all files that the fit reads."""
    digest = hashlib.sha256()
    read = ("data/import/*.csv", "eval/negatives_*.txt", "eval/articles_newswire_*.jsonl")
    for path in sorted(path for pattern in read for path in shared.glob(pattern)):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _choices(rows: Rows, left_out: int | None) -> NDArray[np.int64]:
    """Return the rows that are fitted on, question by question: of every party kept the one that is nearest."""
    kept = ~rows.doubtful
    if left_out is not None:
        kept &= ~rows.in_fold(left_out, FOLDS)[rows.query]
    nearest = rows.nearest_of_parties(np.flatnonzero(kept))
    rank = np.arange(len(nearest)) - np.searchsorted(rows.query[nearest], rows.query[nearest])
    return nearest[(rank < _KEPT) | rows.truth[nearest]]


def _weights(turns: Sequence[Turn], left_out: int | None = None) -> dict[str, Any]:
    """Fit the weights on all turns, without one part of the parties where it is `left_out`."""
    sys.stderr.write(f"fitting{'' if left_out is None else f' without part {left_out + 1}'}\n")
    parts = []
    for turn in turns:
        listed, strangers = _choices(turn.listed, left_out), _choices(turn.strangers, left_out)
        absent = listed[~turn.listed.truth[listed]]
        asked = (
            (turn.listed, listed, 1.0),
            (turn.listed, absent, _ABSENT),
            (turn.strangers, strangers, _STRANGER),
        )
        parts += [(rows.table[at], rows.truth[at], rows.query[at], weight) for rows, at, weight in asked]
    return fit(Choices.of(parts), Settings())


def _model(weights: Mapping[str, Any]) -> Model:
    return model_from({"version": "", "fitted_on": {}, **weights})


def _samples(turns: Sequence[Turn], others: Sequence[Turn]) -> Iterator[Sample]:
    """Yield the best answers of every part of the parties, scored by weights that were fitted without it."""
    for fold in range(FOLDS):
        model = _model(_weights(turns, fold))
        for turn in (*turns, *others):
            for rows in (turn.listed, turn.strangers):
                chosen = rows.in_fold(fold, FOLDS) & ~rows.as_listed
                weight = chosen.sum() / (~rows.as_listed).sum() * len(turn.listed.asked)
                yield sample(rows, model.score(rows.table), chosen, float(weight * turn.counts))


def _write(name: str, data: Mapping[str, Any], fitted_on: str) -> None:
    """Write a data file; its version is the hash of what it holds."""
    version = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:12]
    whole = {"version": version, "fitted_on": {"sha256": fitted_on}, **data}
    path = Path(str(files("matchers.scoring"))) / "data" / name
    path.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def _rarity(shared: Path) -> None:
    companies = (shared / "eval" / "negatives_companies.txt").read_text(encoding="utf-8").splitlines()
    fitted = [name for name in companies if side(name) is Side.FIT]
    rarity = Path(str(files("matchers.names"))) / "data" / "rarity.csv"
    sys.stderr.write(f"rarity of {write_rarities(fitted, rarity)} words\n")


@dataclass(frozen=True, slots=True)
class Material:
    """What everything is fitted on: the lists, their parties, names on no list, and the words that names begin with."""

    corpus: Corpus
    parties: Parties
    negatives: tuple[tuple[str, str], ...]
    heads: Heads

    @classmethod
    def of(cls, shared: Path) -> Material:
        """Read what lies below `shared`."""
        corpus, negatives = load_corpus(shared / "data" / "import"), tuple(read_negatives(shared / "eval"))
        parties = find_parties(corpus.entries)
        return cls(
            corpus, parties, negatives, Heads.of(corpus.entries, parties, [name for _, name in negatives])
        )


def _turns(material: Material) -> tuple[list[Turn], list[Turn]]:
    """Return what is fitted on, and what is asked of fewer lists."""
    corpus, parties, negatives, heads = material.corpus, material.parties, material.negatives, material.heads
    turns, fewer = [], []
    for one in SIDES:
        sys.stderr.write(f"asking for names of the {one} side\n")
        names = [question.text for question in negative_questions(negatives, corpus.entries, one).questions]
        acronyms = (question.text for question in acronym_names(negatives, corpus.entries, one).questions)
        names += [acronym for acronym in acronyms if fraction("acronym", acronym) < _ACRONYMS]
        turns += [rows_of(corpus.entries, parties, names[turn::TURNS], one, turn) for turn in range(TURNS)]
        cut = heads.negatives(negatives, corpus.entries, one).questions
        generic = generic_names(negatives, corpus.entries, one).questions
        some = (question for question in generic if fraction("generic", question.text) < _GENERIC)
        short = short_rows_of(corpus.entries, parties, heads, (*cut, *some), one)
        turns.append(replace(short, counts=_CUT))
        fewer += [rows_of(corpus.of_lists(some), parties, names, one, 0) for some in SIZES]
    return turns, fewer


def _pairs(material: Material) -> list[NamePair]:
    """Return names of one party, and names of two that look alike, as many of the one as of the other."""
    aliases = AliasQuestions(material.corpus.entries, material.parties)
    picked = (aliases.pick(one, turn).questions for one in SIDES for turn in range(PAIR_TURNS))
    seen = (Evidence.STRING, Evidence.INITIALS)
    pairs = (name_pairs(questions, material.parties, seen) for questions in picked)
    return list(dict.fromkeys(chain.from_iterable(pairs)))


def _namesakes(material: Material) -> list[NamePair]:
    """Return names of two parties of one list that begin with the same word, whatever the rest; always the same."""
    beginning: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for party in sorted(material.parties.parties, key=lambda party: fraction("namesake", party.id)):
        words = core(name := party.entries[0].name).split()
        if side(party.group) in SIDES and len(words) > 1:
            for list_id in {entry.list_id for entry in party.entries}:
                beginning[list_id, words[0]].append((party.group, name))
    beside = chain.from_iterable(map(pairwise, beginning.values()))
    pairs = {NamePair(one, other, is_same=False) for (group, one), (its, other) in beside if group != its}
    return sorted(pairs, key=lambda pair: fraction("namesakes", pair.first, pair.second))[:NAMESAKES]


def _generic_pairs(material: Material) -> list[NamePair]:
    """Return names beside the generic words that they hold, which are not their names: always the same ones."""
    names = (party.entries[0].name for party in material.parties.parties if side(party.group) in SIDES)
    pairs = {
        NamePair(part, name, is_same=False)
        for name in names
        for part in generic_parts(name)
        if core(part) != core(name)
    }
    return sorted(pairs, key=lambda pair: fraction("generic", pair.first, pair.second))[:GENERIC_PAIRS]


def _numbered(material: Material) -> list[NamePair]:
    """Return names with a number beside themselves with another: plants, institutes and units that are two."""
    names = (party.entries[0].name for party in material.parties.parties if side(party.group) in SIDES)
    changed = ((name, _NUMBER.sub(lambda found: _other_number(found[0]), name)) for name in names)
    pairs = {NamePair(name, other, is_same=False) for name, other in changed if other != name}
    return sorted(pairs, key=lambda pair: pair.first)


def _other_number(digits: str) -> str:
    """Return another number of as many digits."""
    return "".join(str((int(digit) + 1) % 10) for digit in digits)


def _pair_weights(material: Material) -> dict[str, Any]:
    """Fit the weights of two names that are compared by themselves: every row is a question of its own.

    More of the names are of two parties than of one; the prior is moved to where as many are of either.
    """
    parts = []
    alike = ((kind, _NAMESAKE) for kind in (_namesakes, _generic_pairs, _numbered))
    for kind, weight in ((_pairs, 1.0), *alike):
        pairs = kind(material)
        sys.stderr.write(f"comparing {len(pairs):,} pairs\n")
        table, truth = pair_rows_of(pairs)
        parts.append((table, truth, np.arange(len(table)), weight))
    choices = Choices.of(parts)
    weights = fit(choices, Settings())
    of_one = choices.weight[choices.truth].sum()
    weights["prior"] = round(weights["prior"] + math.log(choices.weight.sum() / of_one - 1), 5)
    return weights


def main(shared: Path) -> None:
    """Refit everything from the data below `shared` and print what changed."""
    before = default_model()
    _rarity(shared)
    material, source = Material.of(shared), _hash_of(shared)
    _write("pairs.json", _pair_weights(material), source)
    turns, fewer = _turns(material)
    weights = _weights(turns)
    _write("weights.json", weights, source)
    calibration = calibrate(list(_samples(turns, fewer)), turns[0].listed.names)
    _write("calibration.json", calibration, source)
    sys.stdout.write(f"prior {before.prior:+.3f} → {weights['prior']:+.3f}\n{summary(weights)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
