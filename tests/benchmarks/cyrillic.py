"""Measure Russian and Ukrainian sentences: listed parties that are found at the default threshold, by language.

    python tests/benchmarks/cyrillic.py [SHARED_FOLDER]

The sentences of `cyrillic.csv` name parties of the lists in Cyrillic letters, in any case; nearly all lists write them
in Latin letters. A party is found where an organization over the mention has a match with one of the listed names.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from screening import SHARED, Corpus

from matchers.index import CandidateIndex, build_index
from matchers.matching import Matcher
from matchers.mentions import AliasSpotter, build_spotter
from matchers.mentions.vocabulary import fold_key
from matchers.models import Match, Options, Organization
from matchers.screening import Screener
from service.evaluation.corpus import load_corpus


def read_sentences() -> list[dict[str, str]]:
    """Return the rows of the file beside this one."""
    lines = Path(__file__).with_suffix(".csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def confidence(row: dict[str, str], organizations: Sequence[Organization]) -> float:
    """Return the highest confidence of a match of the mention with its party."""
    start = row["text"].index(row["mention"])
    end = start + len(row["mention"])
    over = (
        match
        for one in organizations
        if any(m.start < end and start < m.end for m in one.mentions)
        for match in one.matches
    )
    return max(
        (match.confidence for match in over if is_one_of(match, row["listed"].split(" | "))), default=0.0
    )


def is_one_of(match: Match, parts: Iterable[str]) -> bool:
    """Say whether a name of the matched entry has one of these parts."""
    names = [fold_key(name.text) for name in match.candidate.listing.entry.names]
    return any(part in name for part in parts for name in names)


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=SHARED)
    entries = load_corpus(parser.parse_args().shared / "data" / "import").entries
    matcher = Matcher(CandidateIndex(build_index(entries)), Corpus(entries))
    rows = read_sentences()
    options = Options(limit=20, min_confidence=0.01)
    answers = Screener(matcher, AliasSpotter(build_spotter(entries))).screen_many(
        [row["text"] for row in rows], options
    )
    found: dict[str, list[float]] = {}
    for row, organizations in zip(rows, answers, strict=True):
        found.setdefault(row["language"], []).append(confidence(row, organizations))
        if found[row["language"]][-1] < Options().min_confidence:
            print(f"  {row['language']} {row['mention']!r}: {found[row['language']][-1]:.2f}")
    for language, values in found.items():
        sure = sum(value >= Options().min_confidence for value in values)
        print(f"{language}: {sure} of {len(values)} found at {Options().min_confidence}")


if __name__ == "__main__":
    main()
