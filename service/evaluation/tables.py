"""The tables of the report, in Markdown; numbers carry their 95% interval where there is room for it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from service.evaluation.differences import Difference, Evidence
from service.evaluation.measures import SHARES, Interval, Ranking, threshold_at, wilson
from service.evaluation.perturbations import CHANGES
from service.evaluation.queries import Question
from service.evaluation.reliability import Reliability
from service.evaluation.results import Result

KIND_SHARE = 0.03
"""Share of false alarms at which kinds of difference are compared."""
Keep = Callable[[Question], bool]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is text, the others are numbers."""
    lines = [f"| {' | '.join(head)} |", f"|---|{'--:|' * (len(head) - 1)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def number(value: float) -> str:
    """Write a share with three decimals, without the leading zero.

    >>> number(0.4567)
    '.457'
    """
    if math.isnan(value):
        return "–"
    return f"{value:.3f}".removeprefix("0") if value < 1 else f"{value:.3f}"


def with_interval(interval: Interval) -> str:
    """Write an estimate and its interval."""
    return f"{number(interval.value)} <small>{number(interval.low)}–{number(interval.high)}</small>"


def headline(results: Sequence[Result], first: str = "matcher") -> str:
    """Return ranks and recall at stated shares of false alarms, one row a matcher."""
    head = [first, "first", "in first 5", *(f"recall at {100 * share:g}%" for share in SHARES)]
    rows = []
    for result in results:
        ranking = result.ranking()
        cells = [with_interval(ranking.first()), with_interval(ranking.first_five())]
        rows.append([result.subject, *cells, *(with_interval(ranking.recall(share)) for share in SHARES)])
    return table(head, rows)


def _of_source(kind: str) -> Keep:
    return lambda question: question.source == kind


def _of_difference(kind: str) -> Keep:
    return lambda question: str(question.difference) == kind


def _of_length(length: str) -> Keep:
    return lambda question: question.traits["length"] == length


def _of_evidence(evidence: Evidence) -> Keep:
    return lambda question: question.evidence is evidence


def _kinds(questions: Iterable[Question]) -> list[str]:
    return sorted({question.source for question in questions})


def at_default(results: Sequence[Result], first: str = "matcher") -> str:
    """Return recall and false alarms of every matcher at its own default threshold, false alarms by kind."""
    kinds = _kinds(results[0].trial.negatives)
    head = [first, "threshold", "recall", "false alarms", *(f"on {kind}" for kind in kinds)]
    rows = []
    for result in results:
        recall, alarms = result.ranking().at_score(result.default_score)
        cells = [f"{result.default_score:g}", with_interval(recall), with_interval(alarms)]
        for kind in kinds:
            found = result.negatives_of(_of_source(kind))
            cells.append(number(found.at_score(result.default_score)[1].value))
        rows.append([result.subject, *cells])
    return table(head, rows)


def _at_share(result: Result, ranking: Ranking, share: float) -> Interval:
    threshold = threshold_at(share, result.ranking().tops)
    return ranking.at_score(threshold)[0]


def _by_kind(results: Sequence[Result], kinds: Iterable[str]) -> str:
    counts = Counter(str(question.difference) for question in results[0].trial.positives)
    rows = []
    for kind in kinds:
        if not counts[kind]:
            continue
        cells = []
        for result in results:
            ranking = result.ranking(_of_difference(kind))
            cells.append(with_interval(_at_share(result, ranking, KIND_SHARE)))
        rows.append([kind, str(counts[kind]), *cells])
    return table(["kind", "questions", *(result.subject for result in results)], rows)


def by_difference(results: Sequence[Result]) -> str:
    """Return recall at 3% false alarms by how the name asked for differs from the names in the index."""
    return _by_kind(results, [str(kind) for kind in Difference])


def by_change(results: Sequence[Result]) -> str:
    """Return recall at 3% false alarms by how a name was changed."""
    return _by_kind(results, CHANGES)


def by_length(results: Sequence[Result]) -> str:
    """Return false alarms at the default threshold by how many words the name has."""
    lengths = ("one word", "two words", "three and more words")
    rows = []
    for result in results:
        cells = []
        for length in lengths:
            found = result.negatives_of(_of_length(length))
            cells.append(with_interval(found.at_score(result.default_score)[1]))
        rows.append([result.subject, *cells])
    return table(["matcher", *lengths], rows)


def unreachable(results: Sequence[Result]) -> str:
    """Return how often names without string evidence are found all the same."""
    rows = []
    for evidence in (Evidence.INITIALS, Evidence.NONE):
        chosen = [question for question in results[0].trial.positives if question.evidence is evidence]
        share = wilson(len(chosen), len(results[0].trial.positives))
        cells = []
        for result in results:
            ranking = result.ranking(_of_evidence(evidence))
            cells.append(with_interval(ranking.first_five()))
        rows.append([f"{evidence} ({number(share.value)} of all)", str(len(chosen)), *cells])
    return table(
        ["shared evidence", "questions", *(f"{result.subject}, in first 5" for result in results)], rows
    )


def reliability_table(found: Reliability) -> str:
    """Return the ten tenths of confidence."""
    rows = []
    for tenth in found.tenths:
        verdict = "–" if not tenth.count else "yes" if tenth.agrees else "**no**"
        said = number(tenth.confidence) if tenth.count else "–"
        right = with_interval(tenth.right) if tenth.count else "–"
        rows.append([f"{tenth.low:.1f}–{tenth.low + 0.1:.1f}", str(tenth.count), said, right, verdict])
    return table(["confidence", "observations", "mean confidence", "share right", "within"], rows)


def reliability_slices(slices: Sequence[tuple[str, Reliability]]) -> str:
    """Return the expected calibration error and the agreeing tenths of every slice, then of all together."""
    rows = [
        [
            name,
            str(found.observations),
            number(found.error),
            number(found.chance),
            f"{found.agreeing} of {found.filled}",
        ]
        for name, found in slices
    ]
    agreeing, filled = (sum(getattr(found, part) for _, found in slices) for part in ("agreeing", "filled"))
    shown = table(["slice", "observations", "calibration error", "by chance", "tenths within"], rows)
    return (
        f"{shown}\n{agreeing} of {filled} tenths of the slices lie within their 95% interval; of a perfect "
        f"confidence {0.95 * filled:.0f} would."
    )
