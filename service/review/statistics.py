"""What the decisions say about the work and about the matcher: counted from decisions that stand."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from service.review.judgements import BANDS, Judgement, Status
from service.review.tables import alerts, cases, decisions


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the 95 % interval of Wilson (1927)."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share, None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval in which the true share lies with 95 %.

        >>> [round(bound, 3) for bound in Share(0, 10).interval]
        [0.0, 0.278]
        """
        if not self.whole:
            return None
        n, p, z = self.whole, self.part / self.whole, 1.96
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers of the dashboard."""

    statuses: dict[str, int]
    overdue: int
    opened: Sequence[tuple[str, int]]
    precision: Sequence[tuple[str, Share, float]]
    """Band, share of true matches among its decided alerts, and their mean confidence."""
    calibration: Sequence[tuple[float, Share]]
    """Mean fitted confidence and share of true matches, by tenths of the confidence."""
    missed: Share
    seconds: float | None
    agreement: Share


def overview(connection: Connection, now: str) -> Overview:
    """Return the numbers of the dashboard."""
    statuses = {
        row.status: row.number
        for row in connection.execute(
            select(cases.c.status, func.count().label("number")).group_by(cases.c.status)
        )
    }
    late = (
        select(func.count()).select_from(cases).where(cases.c.status == Status.OPEN.value, cases.c.due < now)
    )
    return Overview(
        statuses=statuses,
        overdue=int(connection.execute(late).scalar_one()),
        opened=_opened(connection),
        precision=[_band(connection, number) for number in range(len(BANDS))],
        calibration=_calibration(connection),
        missed=_missed(connection),
        seconds=_median_seconds(connection),
        agreement=_agreement(connection),
    )


def draw(numbers: Sequence[int], how_many: int, seed: int) -> list[int]:
    """Draw numbers, the same ones for the same seed."""
    return random.Random(seed).sample(numbers, min(how_many, len(numbers)))  # noqa: S311 a draw, no secret


def _opened(connection: Connection) -> list[tuple[str, int]]:
    day = func.substr(cases.c.opened, 1, 10).label("day")
    rows = connection.execute(
        select(day, func.count().label("number")).group_by(day).order_by(day.desc()).limit(14)
    )
    return [(row.day, row.number) for row in rows][::-1]


def _band(connection: Connection, number: int) -> tuple[str, Share, float]:
    low, name = BANDS[number]
    high = BANDS[number - 1][0] if number else 2.0
    rows = _judged(connection, low, high)
    true = sum(row.number for row in rows if row.judgement == Judgement.TRUE_MATCH)
    whole = sum(
        row.number for row in rows if row.judgement in (Judgement.TRUE_MATCH, Judgement.FALSE_POSITIVE)
    )
    fitted = sum(row.number * row.mean for row in rows) / whole if whole else 0.0
    return name, Share(true, whole), fitted


def _calibration(connection: Connection) -> list[tuple[float, Share]]:
    found = []
    for tenth in range(10):
        rows = _judged(connection, tenth / 10, (tenth + 1) / 10 if tenth < 9 else 2.0)
        whole = sum(row.number for row in rows)
        if whole:
            true = sum(row.number for row in rows if row.judgement == Judgement.TRUE_MATCH)
            found.append((sum(row.number * row.mean for row in rows) / whole, Share(true, whole)))
    return found


def _judged(connection: Connection, low: float, high: float) -> Sequence[Row[Any]]:
    return connection.execute(
        select(alerts.c.judgement, func.count().label("number"), func.avg(alerts.c.confidence).label("mean"))
        .where(
            alerts.c.status == Status.DECIDED.value, alerts.c.confidence >= low, alerts.c.confidence < high
        )
        .where(alerts.c.judgement != Judgement.UNSURE.value)
        .group_by(alerts.c.judgement)
    ).all()


def _missed(connection: Connection) -> Share:
    rows = connection.execute(
        select(alerts.c.judgement, func.count().label("number"))
        .join(cases, cases.c.id == alerts.c.case_id)
        .where(cases.c.sampled.is_(True), alerts.c.status == Status.DECIDED.value)
        .group_by(alerts.c.judgement)
    ).all()
    true = sum(row.number for row in rows if row.judgement == Judgement.TRUE_MATCH)
    return Share(true, sum(row.number for row in rows))


def _median_seconds(connection: Connection) -> float | None:
    wanted = select(decisions.c.seconds).where(decisions.c.kind == "decide", decisions.c.seconds.is_not(None))
    seconds = connection.execute(wanted.order_by(decisions.c.id.desc()).limit(1_000)).scalars().all()
    return statistics.median([float(value) for value in seconds if value is not None]) if seconds else None


def _agreement(connection: Connection) -> Share:
    rows = connection.execute(
        select(decisions.c.kind, func.count().label("number"))
        .where(decisions.c.kind.in_(["approve", "reject"]))
        .group_by(decisions.c.kind)
    ).all()
    counts = {row.kind: row.number for row in rows}
    return Share(counts.get("approve", 0), sum(counts.values()))
