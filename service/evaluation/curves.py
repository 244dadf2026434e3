"""Charts as SVG, written without a plotting library: recall over false alarms, reliability, cost over size.

The palette keeps its contrast on white and for readers who see fewer colours; every line also has a label.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from service.evaluation.reliability import Reliability

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 64, 208, 40, 52
COLOURS = ("#0b5fa5", "#c2410c", "#15803d", "#7c3aed", "#a16207", "#475569", "#be185d", "#0f766e")
INK, FAINT = "#1f2937", "#e5e7eb"

Points = Sequence[tuple[float, float]]
Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Series:
    """A named line."""

    name: str
    points: Points


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: its title, its marks with their labels, its ends, and whether it is logarithmic."""

    title: str
    marks: tuple[tuple[float, str], ...]
    low: float
    high: float
    is_log: bool = False

    def place(self, value: float) -> float:
        """Return where a value lies between the ends, from 0 to 1, cut at both."""
        inside = min(max(value, self.low), self.high)
        if self.is_log:
            return math.log(inside / self.low) / math.log(self.high / self.low)
        return (inside - self.low) / (self.high - self.low)


def _x(axis: Axis) -> Scale:
    return lambda value: LEFT + axis.place(value) * (WIDTH - LEFT - RIGHT)


def _y(axis: Axis) -> Scale:
    return lambda value: HEIGHT - BOTTOM - axis.place(value) * (HEIGHT - TOP - BOTTOM)


def _text(x: float, y: float, words: str, *, anchor: str = "start", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{escape(words)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, *, colour: str = FAINT, more: str = "") -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" {more}/>'


def _frame(title: str, across: Axis, up: Axis) -> list[str]:
    x, y = _x(across), _y(up)
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = [_text(LEFT, 22, title, more='font-size="15" font-weight="600"')]
    for value, label in up.marks:
        parts += [_line(LEFT, y(value), right, y(value)), _text(LEFT - 8, y(value) + 4, label, anchor="end")]
    for value, label in across.marks:
        parts += [
            _line(x(value), TOP, x(value), bottom),
            _text(x(value), bottom + 18, label, anchor="middle"),
        ]
    parts.append(_text((LEFT + right) / 2, HEIGHT - 12, across.title, anchor="middle"))
    middle = (TOP + bottom) / 2
    parts.append(
        _text(16, middle, up.title, anchor="middle", more=f'transform="rotate(-90 16 {middle:.1f})"')
    )
    return parts


def _polyline(points: Points, x: Scale, y: Scale, colour: str) -> str:
    path = " ".join(f"{x(one):.1f},{y(two):.1f}" for one, two in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.2"/>'


def _legend(names: Sequence[str]) -> list[str]:
    parts = []
    for place, name in enumerate(names):
        top = TOP + 12 + 22 * place
        colour = COLOURS[place % len(COLOURS)]
        parts.append(
            _line(
                WIDTH - RIGHT + 14,
                top - 4,
                WIDTH - RIGHT + 34,
                top - 4,
                colour=colour,
                more='stroke-width="3"',
            )
        )
        parts.append(_text(WIDTH - RIGHT + 40, top, name))
    return parts


def _document(title: str, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="{INK}">'
    )
    ground = f'<title>{escape(title)}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    return "\n".join([head, ground, *parts, "</svg>"]) + "\n"


def line_chart(title: str, across: Axis, up: Axis, series: Sequence[Series]) -> str:
    """Return a chart of several lines, as an SVG document."""
    x, y = _x(across), _y(up)
    parts = _frame(title, across, up)
    for place, one in enumerate(series):
        parts.append(_polyline(one.points, x, y, COLOURS[place % len(COLOURS)]))
    return _document(title, [*parts, *_legend([one.name for one in series])])


SHARE = Axis("", tuple((tenth / 10, f"{tenth / 10:g}") for tenth in range(0, 11, 2)), 0.0, 1.0)
ALARMS = Axis(
    "false alarms: share of unlisted names above the threshold (logarithmic)",
    (
        (0.0005, "0.05%"),
        (0.001, "0.1%"),
        (0.005, "0.5%"),
        (0.01, "1%"),
        (0.02, "2%"),
        (0.05, "5%"),
        (0.2, "20%"),
        (1.0, "100%"),
    ),
    0.0005,
    1.0,
    is_log=True,
)


def recall_chart(title: str, series: Sequence[Series]) -> str:
    """Return recall over false alarms, false alarms on a logarithmic scale."""
    up = Axis("recall: right party in the first five and above the threshold", SHARE.marks, 0.0, 1.0)
    return line_chart(title, ALARMS, up, series)


def reliability_chart(title: str, found: Reliability) -> str:
    """Return a reliability diagram: share right over mean confidence per tenth, with 95% intervals."""
    across = Axis("confidence (mean of the tenth)", SHARE.marks, 0.0, 1.0)
    up = Axis("share that was right", SHARE.marks, 0.0, 1.0)
    x, y = _x(across), _y(up)
    parts = [
        *_frame(title, across, up),
        _line(x(0), y(0), x(1), y(1), colour="#9ca3af", more='stroke-dasharray="5 4"'),
    ]
    for tenth in found.tenths:
        if tenth.count:
            place = x(tenth.confidence)
            parts.append(
                _line(
                    place,
                    y(tenth.right.low),
                    place,
                    y(tenth.right.high),
                    colour=COLOURS[0],
                    more='stroke-width="2"',
                )
            )
            parts.append(
                f'<circle cx="{place:.1f}" cy="{y(tenth.right.value):.1f}" r="4.5" fill="{COLOURS[0]}"/>'
            )
            parts.append(
                _text(place + 8, y(tenth.right.value) + 14, f"n={tenth.count}", more='font-size="10"')
            )
    side = WIDTH - RIGHT + 14
    notes = (
        f"calibration error {found.error:.3f}",
        f"{found.agreeing} of {found.filled} tenths within",
        f"{found.observations:,} observations",
    )
    parts += [_text(side, TOP + 12 + 20 * place, note) for place, note in enumerate(notes)]
    return _document(title, parts)
