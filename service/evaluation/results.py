"""Results: every subject's answers to every trial, and the rankings that the tables are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service.evaluation.cache import AnswerCache, Answered
from service.evaluation.differences import Evidence
from service.evaluation.measures import Answer, Outcome, Ranking, outcome
from service.evaluation.queries import Question
from service.evaluation.subjects import Subject
from service.evaluation.trials import Trial

Owners = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Result:
    """What one matcher answered in one trial."""

    subject: str
    default_score: float
    trial: Trial
    answered: Answered
    outcomes: tuple[Outcome, ...]
    """One for each question of the trial, in order."""

    def _chosen(self, keep: Callable[[Question], bool]) -> tuple[Outcome, ...]:
        pairs = zip(self.trial.questions, self.outcomes, strict=True)
        return tuple(one for question, one in pairs if keep(question))

    @property
    def negatives(self) -> tuple[Outcome, ...]:
        """Outcomes of all negatives."""
        return self.outcomes[len(self.trial.positives) :]

    def ranking(self, keep: Callable[[Question], bool] | None = None) -> Ranking:
        """Return the ranking of some positives (those with string evidence) and of all negatives."""
        wanted = keep or (lambda question: question.evidence is Evidence.STRING)
        return Ranking(
            self._chosen(lambda question: bool(question.truth) and wanted(question)), self.negatives
        )

    def negatives_of(self, keep: Callable[[Question], bool]) -> Ranking:
        """Return a ranking without positives, over some negatives."""
        return Ranking((), self._chosen(lambda question: not question.truth and keep(question)))

    @property
    def answers(self) -> list[list[Answer]]:
        """The answers themselves, in the order of the trial's questions."""
        return self.answered.answers


def _nobody(_: str) -> None:
    """Tell nobody how it goes."""


def run(
    subject: Subject,
    trial: Trial,
    owners: Owners,
    cache: AnswerCache,
    tell: Callable[[str], None] = _nobody,
) -> Result:
    """Ask one matcher all questions of one trial."""
    tell(
        f"{trial.key}: {subject.name}, {len(trial.questions):,} names against {len(trial.entries):,} entries"
    )
    answered = cache.ask(subject, trial.entries, [question.text for question in trial.questions])
    pairs = zip(trial.questions, answered.answers, strict=True)
    outcomes = tuple(outcome(question, answers, owners) for question, answers in pairs)
    return Result(subject.name, subject.default_score, trial, answered, outcomes)
