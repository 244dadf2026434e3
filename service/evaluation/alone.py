"""What this matcher does by itself: the whole test side, listed names as they stand, confidence, and its stages.

Other matchers are slow, so what is measured beside them may be cut to some questions. Here nothing is cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from service.evaluation import tables
from service.evaluation.cache import AnswerCache
from service.evaluation.candidates import DEPTHS, Recall, recall_of_candidates
from service.evaluation.confidence import Confidence, observe, observe_turns
from service.evaluation.curves import reliability_chart
from service.evaluation.other_scripts import in_other_scripts
from service.evaluation.own import OwnMatcher, make_matcher
from service.evaluation.primaries import ask_primaries
from service.evaluation.reliability import Reliability
from service.evaluation.report import Page
from service.evaluation.results import Result, run
from service.evaluation.stages import Profile, profile
from service.evaluation.trials import TRIALS, Material, all_lists, sample

PRIORS = (0.25, 0.05)
"""Shares of listed names at which the confidence is held against what was right: the default, and a lower one."""
TURNS = 4
"""Names of a party that are asked for, one after another, where small slices are looked at."""
PROFILED = 2_500
"""Names that the stages are measured on."""
PROFILES = ((1, True), (64, True), (64, False))
"""Names asked at once when the stages are measured, and whether they are new."""
PRIMARIES = 3_000
"""Entries whose primary name is asked for as it stands."""
SHOWN = 5
"""Names without their own entry in the first place that are shown."""


@dataclass(frozen=True, slots=True)
class Alone:
    """The material, the trials to take whole, and whom to tell how it goes."""

    material: Material
    trials: tuple[str, ...]
    tell: Callable[[str], None]

    def add_to(self, page: Page) -> None:
        """Measure everything and add it to the page."""
        whole(page, [self._result(key) for key in self.trials if key != "perturbed"])
        owners = self.material.parties.of_ref
        self.tell(f"confidence: all questions over all lists, and up to {TURNS} names of a party")
        trials = [all_lists(self.material, turn) for turn in range(TURNS)]
        turns = [(make_matcher(trial.entries), trial) for trial in trials]
        matcher, trial = turns[0]
        confidence(page, observe(matcher, trial, owners))
        several(page, observe_turns(turns, owners))
        foreign(page, observe_turns([(each, in_other_scripts(asked)) for each, asked in turns], owners))
        every = recall_of_candidates(matcher, trial, owners)
        candidates(page, {"one-list": self._candidates("one-list"), trial.key: every})
        names = [question.text for question in sample(trial.questions, PROFILED)]
        stages(page, [profile(matcher, names, together, are_new=are_new) for together, are_new in PROFILES])
        self._primaries(page)

    def _result(self, key: str) -> Result:
        trial, owners = TRIALS[key](self.material), self.material.parties.of_ref
        return replace(run(OwnMatcher(), trial, owners, AnswerCache(None), self.tell), subject=key)

    def _candidates(self, key: str) -> list[Recall]:
        trial = TRIALS[key](self.material)
        return recall_of_candidates(make_matcher(trial.entries), trial, self.material.parties.of_ref)

    def _primaries(self, page: Page) -> None:
        entries = self.material.corpus.entries
        self.tell(f"primary names: {PRIMARIES:,} of {len(entries):,} entries")
        found = ask_primaries(make_matcher(entries), entries, PRIMARIES)
        lost = "; ".join(f"`{name}`" for name in found.lost[:SHOWN])
        page.add(
            "## Listed names as they stand",
            f"{found.asked:,} primary names of all lists, chosen by the hash of their reference; for "
            f"{tables.with_interval(found.share)} of them the own entry comes first, or ties with the first: a "
            f"namesake. Not for: {lost or 'none'}.",
        )


def whole(page: Page, results: Sequence[Result]) -> None:
    """Add what this matcher reaches on all questions of the trials, one row or column a trial."""
    if not results:
        return
    counts = [
        [one.subject, f"{len(one.ranking().positives):,}", f"{len(one.negatives):,}"] for one in results
    ]
    page.add(
        "## This matcher on the whole test side",
        tables.table(["trial", "questions with string evidence", "negatives"], counts),
        tables.headline(results, first="trial"),
        "Recall at 3% false alarms, by how the name differs from those in the index:",
        tables.by_difference(results),
        "At the default threshold:",
        tables.at_default(results, first="trial"),
    )


def confidence(page: Page, found: Confidence) -> None:
    """Add the reliability of the confidence, overall at every prior and of each slice at the first."""
    for prior in PRIORS:
        page.add(
            f"## Confidence, where {100 * prior:g}% of the names asked for are listed",
            f"The best answer to each question of the trial over all lists, unreachable names included. "
            f"{found.undecided} answers bear the very name asked for and count as another party: they are left out; "
            f"counted as wrong, the error is {tables.number(found.overall(prior, strict=True).error)}.",
        )
        _reliability(page, _file(prior), f"Reliability at a prior of {prior:g}", found.overall(prior))
        slices = found.sliced(prior)
        page.add(tables.reliability_slices(slices))
        for name, one in slices if prior == PRIORS[0] else ():
            page.add(f"<details><summary>{name}</summary>\n")
            _reliability(page, f"{_file(prior)}-{re.sub(r'[^a-z]+', '-', name)}", f"Reliability, {name}", one)
            page.add("</details>")


def several(page: Page, found: Confidence) -> None:
    """Add the reliability over several names of each party, at the first prior."""
    page.add(
        f"## Confidence, up to {TURNS} names of a party",
        f"{found.listed:,} names of listed parties, each asked of an index without it, and the same "
        f"{found.strangers:,} strangers. So many show smaller errors of small slices; but names of one party are "
        "alike, and the intervals take them for independent. No stranger is written in another script than Latin, so "
        "that such a name is listed more often than the prior says; see below.",
        tables.reliability_table(found.overall(PRIORS[0])),
        tables.reliability_slices(found.sliced(PRIORS[0])),
    )


def foreign(page: Page, found: Confidence) -> None:
    """Add the reliability over names in other scripts than Latin, at the first prior."""
    reached = found.overall(PRIORS[0])
    page.add(
        "## Confidence, names in other scripts than Latin",
        f"{found.listed} names of listed parties in other scripts, up to {TURNS} of a party, among the "
        f"{found.strangers:,} strangers written in Cyrillic letters by rule. The calibration error is "
        f"{tables.number(reached.error)}; by chance it stays below {tables.number(reached.chance)}.",
        tables.reliability_table(reached),
    )


def candidates(page: Page, found: Mapping[str, Sequence[Recall]]) -> None:
    """Add how often the index proposes the right party, trial by trial."""
    rows = [
        [
            trial,
            f"to which the right party reaches {one.least}" if one.least else "with string evidence",
            f"{one.questions:,}",
            *map(tables.number, one.shares.values()),
        ]
        for trial, recalls in found.items()
        for one in recalls
    ]
    page.add(
        "## Candidates",
        "The share of questions whose right party is among the first parties that the index proposes, before anything "
        "is compared. What is reached is the confidence of the right party's best name, compared whether it was "
        "proposed or not: what falls short of it, no candidates could answer.",
        tables.table(["trial", "questions", "", *(f"first {depth}" for depth in DEPTHS)], rows),
    )


def _file(prior: float) -> str:
    return f"reliability-{prior:g}".replace(".", "-")


def _reliability(page: Page, file: str, title: str, found: Reliability) -> None:
    page.chart(file, reliability_chart(title, found), "reliability diagram")
    page.add(tables.reliability_table(found))


def stages(page: Page, found: Sequence[Profile]) -> None:
    """Add what the stages of the matcher take."""
    rows = [
        [
            f"{one.together} at once{'' if one.are_new else ', read before'}",
            *(f"{milliseconds:.3f}" for milliseconds in one.stages.values()),
            f"{one.mean:.3f}",
            *(f"{value:.2f}" for value in (one.p50, one.p95, one.p99)),
            f"{1_000 / one.mean:,.0f}",
        ]
        for one in found
    ]
    page.add(
        "## Where the time goes",
        "CPU milliseconds a name, all lists loaded, after a fifth of the names; no name is asked twice "
        "in a row of the table. Names that were read before are remembered, and so are their words.",
        tables.table(
            ["names", *found[0].stages, "all", "p50", "p95", "p99", "names/s"],
            rows,
        ),
    )
