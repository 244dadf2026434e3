"""Vary each weight of what stands near, and the prior of texts: what holds only in one place was fitted to chance.

    python tests/benchmarks/nearness.py [SHARED_FOLDER] [--articles N]

Candidates are asked for once, without evidence; their evidence is then added up anew with each setting, by the code
that adds it up in a screening. Recall is of the linked sentences, false organizations are of ordinary newswire, both
at the default threshold. The last table chooses the prior on half the sentences and articles, and reports the others.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from screening import SHARED, Corpus, confidence_found, strangers

from matchers.index import CandidateIndex, build_index
from matchers.matching import Matcher
from matchers.mentions import AliasSpotter, MentionGroup, build_spotter
from matchers.models import Comparison, Match, Options, Organization, Query
from matchers.pages import Page
from matchers.scoring import nearness
from matchers.scoring.evidence import evidence
from matchers.screening import PRIOR, SCREENED, Screener
from service.evaluation.corpus import load_corpus

WEIGHTS = {
    "words nearby": ("WORD_NEARBY", "WORDS_NEARBY"),
    "place nearby": ("PLACE_NEARBY",),
    "country, same sentence": ("COUNTRY_BESIDE",),
    "country, elsewhere": ("COUNTRY_ELSEWHERE",),
    "another country": ("OTHER_COUNTRY_BESIDE", "OTHER_COUNTRY_ELSEWHERE"),
    "… without own word": ("OF_NO_OTHER",),
    "ministry abroad": ("OTHER_STATE",),
    "sanctions, sentence": ("SANCTIONS_BESIDE",),
    "sanctions, elsewhere": ("SANCTIONS_ELSEWHERE",),
    "another full name": ("OTHER_FULL_NAME",),
    "no own word": ("NO_OWN_WORD",),
}
PRIORS = (0.2, 0.15, 0.1, 0.07, 0.05, 0.035, 0.025, 0.015)
DEFAULT = Options().min_confidence
MOST_FALSE = 0.15
"""False organizations an article that the choice of a prior may cost."""
LEAST = -6.0
"""Candidates with a lower score have no prospect, whatever stands near."""


@dataclass(slots=True)
class Outcome:
    """Confidences of labelled mentions, of other parties in their sentences, and of organizations in news."""

    found: list[float]
    others: list[float]
    false: list[float]
    articles: int

    def line(self) -> str:
        """Return recall, wrong parties and false organizations at the default threshold."""
        recall = np.mean(np.array(self.found) >= DEFAULT)
        others = sum(value >= DEFAULT for value in self.others)
        return f"recall {recall:.3f}   others {others:2}   false {self.rate:.3f} an article"

    @property
    def recall(self) -> float:
        """The share of labelled mentions that are found with their party."""
        return float(np.mean(np.array(self.found) >= DEFAULT))

    @property
    def rate(self) -> float:
        """False organizations an article."""
        return sum(value >= DEFAULT for value in self.false) / self.articles


class Bench:
    """Texts with the candidates of their names, which are asked for once."""

    def __init__(self, screener: Screener, gold: Sequence[dict[str, Any]], news: Sequence[str]) -> None:
        self.gold = gold
        self.matcher = screener.matcher
        self.pages = screener.read([*(one["text"] for one in gold), *news])
        names = list(dict.fromkeys(name for page in self.pages for name in page.names))
        options = Options(limit=20, min_confidence=1e-4, schemas=SCREENED)
        answers = self.matcher.match_many([Query(name) for name in names], options)
        self.candidates = {
            name: [(match, bare) for match in found if (bare := _bare(match)) > LEAST]
            for name, found in zip(names, answers, strict=True)
        }
        self.reach = {
            name: max((bare for _, bare in found), default=-np.inf) for name, found in self.candidates.items()
        }

    def screened(self, prior: float) -> list[tuple[Organization, ...]]:
        """Return the organizations of every text with the weights as they are now."""
        scores = np.arange(-20.0, 30.0, 0.02)
        curve = self.matcher.calibration.confidence(scores, self.matcher.index.names, prior)
        confidence = lambda score: float(np.interp(score, scores, curve))  # noqa: E731
        return [page.organizations(list(self._answers(page, confidence))) for page in self.pages]

    def _answers(
        self, page: Page, confidence: Callable[[float], float]
    ) -> Iterator[tuple[MentionGroup, tuple[Match, ...]]]:
        for group, queries in page.questions(self.reach, LEAST):
            best: dict[tuple[str, str], Match] = {}
            for query in queries:
                for match, bare in self.candidates[query.name]:
                    entry = match.candidate.listing.entry
                    rows = evidence(query, entry)
                    score = bare + sum(row.contribution for row in rows)
                    new = Match(query, match.candidate, Comparison(score, confidence(score), rows))
                    if entry.ref not in best or best[entry.ref].score < score:
                        best[entry.ref] = new
            ranked = sorted(best.values(), key=lambda match: -match.score)
            if ranked and ranked[0].confidence > 0.05:
                yield group, tuple(ranked)

    def outcome(self, prior: float = PRIOR, half: int | None = None) -> Outcome:
        """Return what is found, in all texts or in every second one."""
        answers = self.screened(prior)
        chosen = slice(half, None, 2) if half is not None else slice(None)
        sentences = list(zip(self.gold, answers, strict=False))[chosen]
        news = answers[len(self.gold) :][chosen]
        return Outcome(
            [confidence_found(found, m) for one, found in sentences for m in one["mentions"] if m["entries"]],
            [value for one, found in sentences for value in strangers(one, found)],
            [one.matches[0].confidence for found in news for one in found if one.matches],
            len(news),
        )


def _bare(match: Match) -> float:
    """Return a score without what is evidence of its own."""
    own = {row.name for row in evidence(match.query, match.candidate.listing.entry)}
    return sum(row.contribution for row in match.comparison.features if row.name not in own)


def report_weights(bench: Bench) -> None:
    """Print what each weight does, taken away, halved, and with a half added."""
    print(f"{'as set':<32}{bench.outcome().line()}")
    for label, names in WEIGHTS.items():
        kept = {name: getattr(nearness, name) for name in names}
        for factor in (0.0, 0.5, 1.5):
            for name, value in kept.items():
                setattr(nearness, name, value * factor)
            print(f"{label + f' × {factor:g}':<32}{bench.outcome().line()}")
        for name, value in kept.items():
            setattr(nearness, name, value)


def report_priors(bench: Bench) -> None:
    """Print the outcome over priors; then the prior that one half chooses, and what the other half says of it."""
    for prior in PRIORS:
        print(f"{f'prior {prior:g}':<32}{bench.outcome(prior).line()}")
    for half in (0, 1):
        outcomes = {prior: bench.outcome(prior, half) for prior in PRIORS}
        fair = [prior for prior, one in outcomes.items() if one.rate <= MOST_FALSE] or [PRIORS[-1]]
        best = max(fair, key=lambda prior: (outcomes[prior].recall, -outcomes[prior].rate))
        print(f"half {half} chooses prior {best:g}: there {outcomes[best].line()}")
        print(f"{'':<14}the other half: {bench.outcome(best, 1 - half).line()}")


def report_slices(bench: Bench) -> None:
    """Print recall by language and by list."""
    answers = bench.screened(PRIOR)
    slices: dict[str, list[float]] = {}
    for one, found in zip(bench.gold, answers, strict=False):
        for mention in filter(lambda mention: mention["entries"], one["mentions"]):
            slices.setdefault(f"sentences in {one['lang']}", []).append(confidence_found(found, mention))
            for list_id in {row["list"] for row in mention["entries"]}:
                rows = [row for row in mention["entries"] if row["list"] == list_id]
                slices.setdefault(f"on {list_id}", []).append(
                    confidence_found(found, {**mention, "entries": rows})
                )
    for label, values in sorted(slices.items()):
        print(f"{label:<32}recall {np.mean(np.array(values) >= DEFAULT):.3f} of {len(values)}")


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "shared", nargs="?", type=Path, default=Path(os.environ.get("SANCTIONS_XREF_SHARED", SHARED))
    )
    parser.add_argument("--articles", type=int, default=1000)
    chosen = parser.parse_args()
    entries = load_corpus(chosen.shared / "data" / "import").entries
    matcher = Matcher(CandidateIndex(build_index(entries)), Corpus(entries))
    screener = Screener(matcher, AliasSpotter(build_spotter(entries)))
    folder = chosen.shared / "eval"
    gold = [json.loads(line) for line in (folder / "gold_links.jsonl").open(encoding="utf-8")]
    texts = [
        json.loads(line)["text"] for line in (folder / "articles_newswire_1987.jsonl").open(encoding="utf-8")
    ]
    texts = texts[:: max(1, len(texts) // chosen.articles)][: chosen.articles]
    bench = Bench(screener, gold, texts)
    report_weights(bench)
    report_priors(bench)
    report_slices(bench)


if __name__ == "__main__":
    main()
