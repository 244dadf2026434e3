"""Reliability of this matcher's confidence, over all answers and over every slice that matters.

The names asked for are held-out aliases of all lists (reachable or not) and names that are on no list,
weighted so that the share of listed names is the stated prior. One observation is the best answer to a name.

An answer that bears the very name asked for, and yet counts as another party, is undecided: most are the
same party on another list, which shares no identifier and no second name with it, so that the lists do not
say it. It is neither right nor wrong, and is left out and counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lists.models import NameKind, Quality
from matchers.calibration import Calibration
from matchers.matching import Matcher
from matchers.models import Match
from service.evaluation.own import match_all
from service.evaluation.queries import Question
from service.evaluation.reliability import Observation, Reliability, prior_weights, reliability
from service.evaluation.results import Owners
from service.evaluation.trials import Trial

SMALLEST_SLICE = 100
"""Observations from which a slice is shown."""
_BY_QUESTION = ("script", "legal form", "length")


@dataclass(frozen=True, slots=True)
class First:
    """The best answer to a question: its score, whether it is right, and what it is sliced by."""

    question: Question
    score: float
    is_right: bool
    is_undecided: bool
    traits: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Confidence:
    """The best answers to the questions of a trial, and how their scores are read as confidences."""

    firsts: tuple[First, ...]
    listed: int
    """Questions about listed parties, answered or not."""
    strangers: int
    names: int
    calibration: Calibration

    @property
    def undecided(self) -> int:
        """Answers that are neither right nor wrong."""
        return sum(first.is_undecided for first in self.firsts)

    def overall(self, prior: float, *, strict: bool = False) -> Reliability:
        """Return the reliability of all best answers; `strict` counts the undecided ones as wrong."""
        return reliability([one for _, one in self._observed(prior, strict=strict)])

    def sliced(self, prior: float) -> list[tuple[str, Reliability]]:
        """Return the reliability of every slice that is large enough."""
        slices: dict[str, list[Observation]] = defaultdict(list)
        for first, one in self._observed(prior):
            for trait, value in first.traits.items():
                slices[f"{trait}: {value}"].append(one)
        shown = sorted((name, members) for name, members in slices.items() if len(members) >= SMALLEST_SLICE)
        return [(name, reliability(members)) for name, members in shown]

    def _observed(self, prior: float, *, strict: bool = False) -> Iterator[tuple[First, Observation]]:
        positive, negative = prior_weights(self.listed, self.strangers, prior)
        scores = np.array([first.score for first in self.firsts])
        confidences = self.calibration.confidence(scores, self.names, prior).tolist()
        for first, confidence in zip(self.firsts, confidences, strict=True):
            if strict or not first.is_undecided:
                weight = positive if first.question.truth else negative
                yield first, Observation(confidence, first.is_right, weight)


def _name_kind(match: Match) -> str:
    name = match.candidate.listed_name
    if name.kind is NameKind.WEAK or name.quality is Quality.WEAK:
        return "a weak alias"
    return "a former name" if name.kind is NameKind.PREVIOUS else "a name or alias"


def _first(question: Question, match: Match, owners: Owners) -> First:
    ref = match.candidate.listing.entry.ref
    is_right = bool(question.truth) and owners.get(ref) == question.party
    is_same = any(row.name == "same name" and row.value > 0 for row in match.comparison.features)
    traits = {trait: question.traits[trait] for trait in _BY_QUESTION}
    traits |= {"name that fits best": _name_kind(match), "list of the entry": ref[0]}
    is_undecided = is_same and bool(question.truth) and not is_right
    return First(question, match.score, is_right, is_undecided, traits)


def observe_turns(turns: Iterable[tuple[Matcher, Trial]], owners: Owners) -> Confidence:
    """Ask each matcher the questions of its trial, each of a party's names once, and keep the best answers."""
    seen: set[tuple[str, str]] = set()
    found: list[Confidence] = []
    for matcher, trial in turns:
        new = [question for question in trial.questions if (question.party, question.text) not in seen]
        seen |= {(question.party, question.text) for question in new}
        positives = tuple(question for question in new if question.truth)
        negatives = tuple(question for question in new if not question.truth)
        asked = replace(trial, positives=positives, negatives=negatives)
        found.append(observe(matcher, asked, owners))
    return replace(
        found[0],
        firsts=tuple(first for one in found for first in one.firsts),
        listed=sum(one.listed for one in found),
        strangers=sum(one.strangers for one in found),
    )


def observe(matcher: Matcher, trial: Trial, owners: Owners) -> Confidence:
    """Ask the matcher every question of a trial and keep the best answers."""
    answers: Sequence[tuple[Match, ...]] = match_all(
        matcher, [question.text for question in trial.questions], limit=1
    )
    pairs = zip(trial.questions, answers, strict=True)
    firsts = tuple(_first(question, matches[0], owners) for question, matches in pairs if matches)
    return Confidence(
        firsts, len(trial.positives), len(trial.negatives), matcher.index.names, matcher.calibration
    )
