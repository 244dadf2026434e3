"""The whole benchmark in one go: trials, confidence, pairs, speed and cost, on one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz

from matchers.models import Query
from matchers.pairs import default_pair_matcher
from service.evaluation import costs, report, tables
from service.evaluation.alone import Alone
from service.evaluation.cache import AnswerCache
from service.evaluation.own import OwnMatcher
from service.evaluation.pairs import FIELD_SHARE, NamePair, best_f1, f1, name_pairs
from service.evaluation.peers import LOGIC_V2, PeerEnvironment, rapidfuzz_subjects
from service.evaluation.results import Result, run
from service.evaluation.screening_benchmark import choose, make_cases, score, score_table
from service.evaluation.speed import measure_speed
from service.evaluation.subjects import Subject
from service.evaluation.trials import ONE_LIST, TRIALS, Material, Trial, sample
from service.evaluation.wording import core, same_text

Tell = Callable[[str], None]
SPEED_NAMES = 350
"""Names asked one by one of every matcher."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does. `most` cuts positives and negatives of every trial; None takes all."""

    trials: tuple[str, ...]
    out: Path
    cache: Path | None
    peers: PeerEnvironment | None = None
    others: tuple[Subject, ...] = ()
    most: int | None = None
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """A plan, the material that it is carried out on, and whom to tell how it goes."""

    plan: Plan
    material: Material
    tables_folder: Path
    tell: Tell

    def subjects(self, *, slow: bool) -> tuple[Subject, ...]:
        """Return ours, the peers and the others."""
        logic = (self.plan.peers.logic_v2(),) if self.plan.peers else ()
        return (OwnMatcher(), *logic, *rapidfuzz_subjects(slow=slow), *self.plan.others)

    def trial(self, key: str) -> Trial:
        """Return a trial, cut to the plan's size."""
        made = TRIALS[key](self.material)
        most = self.plan.most
        return replace(made, positives=sample(made.positives, most), negatives=sample(made.negatives, most))

    def run(self) -> report.Page:
        """Do everything, and return the page; it is written after every part, so an interrupted run keeps some."""
        page = report.Page()
        report.opening(page, self.material)
        for key in self.plan.trials:
            trial = self.trial(key)
            add = report.change_trial if key == "perturbed" else report.alias_trial
            add(page, self._results(trial))
            page.write(self.plan.out)
        parts = (self._alone, self._pairs, self._public_benchmark, self._speed, self._costs)
        for part in parts:
            part(page)
            page.write(self.plan.out)
        return page

    def _alone(self, page: report.Page) -> None:
        Alone(self.material, self.plan.trials, self.tell).add_to(page)

    def _cache(self, subject: Subject) -> AnswerCache:
        """Return where answers are kept: only those of matchers whose name says their version."""
        is_kept = not isinstance(subject, OwnMatcher) and subject not in self.plan.others
        return AnswerCache(self.plan.cache if is_kept else None)

    def _results(self, trial: Trial) -> Sequence[Result]:
        owners = self.material.parties.of_ref
        subjects = self.subjects(slow=trial.key == "one-list")
        return [run(subject, trial, owners, self._cache(subject), self.tell) for subject in subjects]

    def _pairs(self, page: report.Page) -> None:
        trial = self.trial("one-among-all")
        pairs = name_pairs(trial.positives, self.material.parties)
        self.tell(f"{len(pairs):,} pairs")
        truth = np.array([pair.is_same for pair in pairs])
        rows = []
        for name, scores, default in self._pair_scores(pairs):
            best, threshold = best_f1(scores, truth)
            rows.append(
                [
                    name,
                    f"{default:g}",
                    tables.number(f1(scores, truth, default)),
                    tables.number(best),
                    f"{threshold:.3g}",
                    tables.number(f1(scores, truth, default, FIELD_SHARE)),
                ]
            )
        page.add(
            "## Pairs of names",
            f"{len(pairs):,} pairs, half of one party and half of two whose names are alike. The last column weighs "
            f"them so that {FIELD_SHARE:.0%} are of one party, as in the field's hand-labelled set.",
            tables.table(["matcher", "threshold", "F1 there", "best F1", "at", "F1, weighed"], rows),
        )

    def _pair_scores(self, pairs: Sequence[NamePair]) -> list[tuple[str, np.ndarray, float]]:
        matcher = default_pair_matcher()
        ours = [matcher.compare(Query(pair.first), Query(pair.second)).confidence for pair in pairs]
        found = [("sanctions-xref", np.array(ours), 0.5)]
        if self.plan.peers:
            found.append((LOGIC_V2, np.array(self.plan.peers.logic_v2_pairs(pairs)), 0.7))
        sort = [fuzz.token_sort_ratio(same_text(pair.first), same_text(pair.second)) for pair in pairs]
        ratio = [fuzz.ratio(core(pair.first), core(pair.second)) for pair in pairs]
        return [
            *found,
            ("rapidfuzz token_sort_ratio", np.array(sort), 85.0),
            ("rapidfuzz ratio without legal form", np.array(ratio), 85.0),
        ]

    def _public_benchmark(self, page: report.Page) -> None:
        if self.plan.peers is None:
            return
        entries = choose(self.material.corpus.of_lists(ONE_LIST))
        cases = make_cases(self.plan.peers, entries)
        self.tell(f"sanctions-screening-benchmark: {len(cases):,} cases")
        scores = [
            score(subject, entries, cases, self._cache(subject)) for subject in self.subjects(slow=True)
        ]
        page.add(
            "## sanctions-screening-benchmark",
            f"{len(cases):,} cases made of {len(entries)} organizations, each matcher at its own threshold.",
            score_table(scores),
        )

    def _speed(self, page: report.Page) -> None:
        trial = self.trial("all-lists")
        names = [question.text for question in sample(trial.questions, SPEED_NAMES)]
        found = []
        for subject in self.subjects(slow=False):
            self.tell(f"speed: {subject.name}")
            asked = replace(subject, ranks=False) if isinstance(subject, OwnMatcher) else subject
            speed = measure_speed(asked, trial.entries, names)
            if speed is None:
                self.tell(f"{subject.name} says no seconds, so its speed is not known")
            else:
                found.append(speed)
        report.speeds(page, trial.title, found)

    def _costs(self, page: report.Page) -> None:
        if self.plan.sizes:
            found = []
            for cost in costs.measure(self.tables_folder, self.plan.sizes):
                self.tell(f"cost: {cost.names:,} names, p50 {cost.p50_ms:.2f} ms")
                found.append(cost)
            report.costs(page, found, costs.cost_table(found))
