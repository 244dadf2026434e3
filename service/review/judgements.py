"""The rules of deciding, as pure functions: who may say what, when a second person is needed, what follows.

Words: a *judgement* is `true match`, `false positive` or `unsure`. A decision takes effect at once, or
waits for a second reviewer where the policy says so (four eyes): it is then *proposed*. Maker and checker
are never the same person. Nothing is ever taken back: undoing is a new decision about an earlier one.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from service.review.errors import Malformed, NotAllowed, NotPossible

MAX_COMMENT = 10_000


class Judgement(StrEnum):
    """What a reviewer says about a potential match."""

    TRUE_MATCH = "true match"
    FALSE_POSITIVE = "false positive"
    UNSURE = "unsure"


class Status(StrEnum):
    """Where an alert or a case stands."""

    OPEN = "open"
    PROPOSED = "proposed"
    """Judged; a second reviewer has not confirmed it yet."""
    ESCALATED = "escalated"
    """Judged unsure: it waits for somebody who knows more."""
    DECIDED = "decided"
    SUPPRESSED = "suppressed"
    """Not shown as work because a remembered false positive covers it."""


class Kind(StrEnum):
    """The kinds of decision."""

    DECIDE = "decide"
    APPROVE = "approve"
    REJECT = "reject"
    UNDO = "undo"
    REOPEN = "reopen"


UNDECIDED = (Status.OPEN, Status.ESCALATED)
BANDS = ((0.95, "very high"), (0.8, "high"), (0.5, "medium"), (0.0, "below the line"))
"""Lower bounds of the confidence bands that queues and statistics use."""


@dataclass(frozen=True, slots=True)
class Policy:
    """When a second reviewer is needed, and how long things take.

    Kept in the register with owner and rationale.
    """

    second_for_judgements: tuple[str, ...] = ("true match",)
    second_above: float = 0.95
    """A false positive at or above this confidence needs a second reviewer."""
    second_for_lists: tuple[str, ...] = ()
    alert_from: float = 0.5
    """Confidence from which a match becomes an alert."""
    sample_rate: float = 0.0
    """Share of the matches below `alert_from` that become alerts all the same, to estimate what is missed."""
    due_hours: int = 72
    remember_days: int = 365
    """How long a remembered false positive lasts."""
    retain_years: int = 10
    """Years for which the text of an article is kept after its last decision; at least 10."""
    remember_fields: tuple[str, ...] = ("names", "schema", "countries", "identifiers", "designations")
    """Fields of an entry whose change ends a remembered false positive."""


MEANINGS = {
    "second_for_judgements": "Judgements that a second person confirms",
    "second_above": "Confidence from which a false positive needs a second person",
    "second_for_lists": "Lists for which every judgement needs a second person",
    "alert_from": "The threshold: confidence from which a match becomes an alert",
    "sample_rate": "Share of the matches below the threshold that become alerts all the same",
    "due_hours": "Hours until an open case is overdue",
    "remember_days": "Days for which a remembered false positive lasts",
    "retain_years": "Years for which the text of an article is kept, at least 10",
    "remember_fields": "Fields of an entry whose change ends a remembered false positive",
}
"""What each rule of the policy says, for people."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a reviewer says: judgement, reason code, words, and the answers to the five steps."""

    judgement: Judgement
    reason: str
    comment: str = ""
    steps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code that belongs to a judgement."""

    key: str
    judgement: Judgement
    label: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an alert stands: what a ruling is about."""

    id: int
    list_id: str
    confidence: float
    status: Status


@cache
def reasons() -> tuple[Reason, ...]:
    """Return the reason codes, in the order in which pages number them."""
    rows = _rows("reasons.csv")
    return tuple(Reason(row["key"], Judgement(row["judgement"]), row["label"]) for row in rows)


@cache
def steps() -> tuple[tuple[str, str, str], ...]:
    """Return the five steps as (number, question, source)."""
    return tuple((row["number"], row["question"], row["after"]) for row in _rows("steps.csv"))


def band(confidence: float) -> str:
    """Return the confidence band.

    >>> band(0.97), band(0.5), band(0.1)
    ('very high', 'medium', 'below the line')
    """
    return next(name for bound, name in BANDS if confidence >= bound)


def bounds(name: str) -> tuple[float, float]:
    """Return from where to below where a band reaches.

    >>> bounds("high")
    (0.8, 0.95)
    """
    number = [known for _, known in BANDS].index(name)
    return BANDS[number][0], BANDS[number - 1][0] if number else 2.0


def check_ruling(ruling: Ruling) -> None:
    """Raise `Malformed` where the reason does not belong to the judgement or the comment is too long."""
    if (ruling.reason, ruling.judgement) not in {(reason.key, reason.judgement) for reason in reasons()}:
        fitting = ", ".join(r.key for r in reasons() if r.judgement == ruling.judgement)
        raise Malformed(
            f"{ruling.reason!r} is not a reason for {ruling.judgement!r}; choose one of: {fitting}"
        )
    if len(ruling.comment) > MAX_COMMENT:
        raise Malformed(f"the comment has {len(ruling.comment)} characters; the limit is {MAX_COMMENT}")


def needs_second(policy: Policy, judgement: Judgement, about: Sequence[Standing]) -> bool:
    """Return whether four eyes are needed for a judgement about these alerts."""
    if judgement is Judgement.UNSURE:
        return False  # it settles nothing
    if judgement in policy.second_for_judgements:
        return True
    return any(
        alert.confidence >= policy.second_above or alert.list_id in policy.second_for_lists for alert in about
    )


def status_after(judgement: Judgement, *, second: bool) -> Status:
    """Return where the alerts stand after a ruling."""
    if second:
        return Status.PROPOSED
    return Status.ESCALATED if judgement is Judgement.UNSURE else Status.DECIDED


def check_checker(maker: str, checker: str) -> None:
    """Raise `NotAllowed` where maker and checker are the same person."""
    if maker.casefold() == checker.casefold():
        raise NotAllowed("the second reviewer must be another person than the one who decided")


def check_undecided(about: Sequence[Standing]) -> None:
    """Raise `NotPossible` unless every alert still waits for a judgement."""
    if not about:
        raise NotPossible("no open alert is left in this case; undo a decision first to judge again")
    for alert in about:
        if alert.status not in UNDECIDED:
            raise NotPossible(
                f"alert {alert.id} is {alert.status}; undo its decision first to judge it again"
            )


def case_status(alerts: Sequence[Status]) -> Status:
    """Return where a case stands: it is as far as the alert that is least far."""
    for status in (Status.OPEN, Status.ESCALATED, Status.PROPOSED, Status.DECIDED):
        if status in alerts:
            return status
    return Status.SUPPRESSED


def case_judgement(judgements: Sequence[str | None]) -> str | None:
    """Return the judgement of a case: a true match of any of its alerts makes it one."""
    for judgement in (Judgement.TRUE_MATCH, Judgement.UNSURE, Judgement.FALSE_POSITIVE):
        if judgement in judgements:
            return judgement.value
    return None


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("service.review") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
