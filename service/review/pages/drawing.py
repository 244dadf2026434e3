"""The waterfall of a score and the timeline of a listing, as numbers for SVG attributes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from service.review.statistics import Share
from service.schemas import MatchOut

LARGE = 0.4
"""Log-odds from which a row is shown at once: a factor of one and a half in the odds."""
SQUARE = 260
"""Units of the calibration's sides."""
WIDTH = 400
"""Units of the drawings' width."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the waterfall: from the sum before it to the sum after it."""

    name: str
    detail: str
    contribution: float
    x: float
    width: float
    total: float

    @property
    def against(self) -> bool:
        """Whether the row lowers the score."""
        return self.contribution < 0


@dataclass(frozen=True, slots=True)
class Moment:
    """A date on the timeline; `kind` is `listed`, `ended` or `article`."""

    label: str
    day: str
    kind: str
    x: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All rows; `zero` is where even odds lie."""

    bars: tuple[Bar, ...]
    zero: float

    @property
    def large(self) -> tuple[Bar, ...]:
        """The rows that matter: the starting point, and what adds or takes at least `LARGE`."""
        return tuple(bar for bar in self.bars if bar.name == "prior" or abs(bar.contribution) >= LARGE)

    @property
    def rest(self) -> tuple[int, float]:
        """How many other rows there are, and what they add together."""
        small = [bar.contribution for bar in self.bars if bar not in self.large]
        return len(small), sum(small)


def waterfall(match: MatchOut) -> Waterfall:
    """Return the score as a waterfall.

    Every feature with its contribution, in the order of the explanation.
    """
    totals, total = [0.0], 0.0
    for feature in match.features:
        total += feature.contribution
        totals.append(total)
    low, high = min(totals), max(totals)
    scale = WIDTH / (high - low) if high > low else 1.0
    bars = [
        Bar(
            name=feature.name,
            detail=feature.detail,
            contribution=feature.contribution,
            x=round((min(before, after) - low) * scale, 1),
            width=round(max(abs(after - before) * scale, 1.0), 1),
            total=after,
        )
        for feature, before, after in zip(match.features, totals[:-1], totals[1:], strict=True)
    ]
    return Waterfall(tuple(bars), round(-low * scale, 1))


def timeline(match: MatchOut, article_day: str | None) -> tuple[Moment, ...]:
    """Return the dates of the listing and of the article, placed; those without a year are left out."""
    dated = []
    for designation in match.designations:
        programme = ", ".join(designation.programmes) or designation.authority
        dated.append((f"listed: {programme}", designation.listing_date, "listed"))
        dated.append((f"ended: {programme}", designation.end_date, "ended"))
    dated.append(("article", (article_day or "")[:10] or None, "article"))
    known = [(label, day, kind, _year(day)) for label, day, kind in dated if day and day[:4].isdigit()]
    return _placed([(label, day, kind, year) for label, day, kind, year in known if year is not None])


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the calibration: where it lies, its interval, and what it says; y grows downwards."""

    x: float
    y: float
    top: float
    bottom: float
    radius: float
    says: str


def calibration(found: Sequence[tuple[float, Share]]) -> tuple[Point, ...]:
    """Return the fitted confidence (to the right) and the share that reviewers confirmed (upwards), in a square."""
    return tuple(_point(fitted, share) for fitted, share in found)


def _point(fitted: float, share: Share) -> Point:
    low, high = share.interval or (0.0, 1.0)
    says = f"fitted {fitted:.0%}: {share.part} of {share.whole} confirmed, interval {low:.0%} to {high:.0%}"
    return Point(
        x=round(fitted * SQUARE, 1),
        y=round((1 - (share.value or 0.0)) * SQUARE, 1),
        top=round((1 - high) * SQUARE, 1),
        bottom=round((1 - low) * SQUARE, 1),
        radius=round(min(3 + math.log10(share.whole) * 2, 9), 1),
        says=says,
    )


def odds(confidence: float) -> str:
    """Return a confidence in words: of a hundred such matches, so many are right; never all of them.

    >>> odds(0.873)
    '87 of 100 such matches are the same party'
    >>> odds(0.9995)
    'More than 99 of 100 such matches are the same party'
    """
    if confidence > 0.99:
        return "More than 99 of 100 such matches are the same party"
    return f"{math.floor(confidence * 100 + 0.5)} of 100 such matches are the same party"


def _placed(dated: Sequence[tuple[str, str, str, float]]) -> tuple[Moment, ...]:
    if not dated:
        return ()
    low, high = min(year for *_, year in dated), max(year for *_, year in dated)
    scale = (WIDTH - 20) / (high - low) if high > low else 0.0
    moments = [
        Moment(label, day, kind, round(10 + (year - low) * scale, 1)) for label, day, kind, year in dated
    ]
    return tuple(sorted(set(moments), key=lambda moment: (moment.x, moment.kind, moment.label)))


def _year(day: str) -> float | None:
    parts = day.split("-")
    try:
        numbers = [int(part) for part in parts]
    except ValueError:
        return None
    month, dom = [*numbers[1:], 1, 1][:2] if len(numbers) < 3 else numbers[1:3]
    return numbers[0] + (month - 1) / 12 + (dom - 1) / 365
