"""Fitting the score: a penalised conditional logit over ramps, so that every curve can be read and bounded.

A question has one answer: one of the parties that are proposed, or none of them. The chance of each is its share of
e^score, with 1 for none, so a party is only held down where it would be taken for the right one. A curve over one
feature is a sum of ramps between neighbouring knots; its slope may be held to one sign where the meaning is
monotonic. A surface over two features is the product of their ramps, or, where it is held to a direction as well, of
the ramps of the first and the hats of the second. The fit is convex and starts from zero, so the same data give the
same weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from matchers.scoring.features import NAMES

Floats = NDArray[np.float64]
Bound = tuple[float | None, float | None]

RISING = frozenset(
    {
        "found",
        "query share",
        "listed share",
        "heaviest found",
        "letters",
        "letters left",
        "first word",
        "elsewhere",
        "acronym",
        "spelled out",
        "same name",
    }
)
FALLING = frozenset(
    {
        "query left",
        "listed left",
        "heaviest query left",
        "heaviest listed left",
        "spelling",
        "worst spelling",
        "numbers",
        "places",
        "sectors",
        "alias strength",
        "names left",
    }
)
PAIRS = (
    ("query share", "query weight"),
    ("listed share", "listed weight"),
    ("query left", "listed left"),
    ("found", "listed left"),
    ("heaviest found", "query left"),
    ("letters", "query weight"),
    ("same name", "query weight"),
    ("query share", "listed share"),
    ("letters", "listed weight"),
    ("letters left", "query left"),
    ("elsewhere", "query left"),
    ("heaviest found", "listed left"),
    ("letters", "query words"),
    ("names left", "heaviest found"),
)
DIRECTED = frozenset(
    {
        ("letters", "query weight"),
        ("letters", "listed weight"),
        ("letters", "query words"),
        ("same name", "query weight"),
    }
)
"""Surfaces that rise as their first feature does, whatever the second: no name beats the very name asked for."""
STEADY = {"listed type": 1.0}
"""The most that a step of a curve may fall where the data are one-sided: they ask for organizations only."""
_LEAST = {"letters": 0.02}
"""The least that a step of a curve rises: of two names, the one that is written as it was asked for comes first."""
_KNOTS = 9
_PAIR_KNOTS = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """How strongly the fit is held back; larger is smoother."""

    ridge: float = 1.0
    pair_ridge: float = 4.0
    iterations: int = 600


def knots_of(values: NDArray[np.float32], most: int) -> Floats:
    """Return up to `most` knots at even quantiles of the distinct values."""
    distinct: Floats = np.asarray(np.unique(np.round(values.astype(np.float64), 4)), dtype=np.float64)
    if len(distinct) <= most:
        return distinct
    return np.asarray(np.unique(np.quantile(distinct, np.linspace(0, 1, most)).round(4)), dtype=np.float64)


def ramps(values: NDArray[np.float32], knots: Floats) -> Floats:
    """Return rows × (knots - 1): how much of each interval lies below the value, 0 to 1."""
    share: Floats = (values[:, None].astype(np.float64) - knots[:-1]) / np.diff(knots)
    return np.asarray(np.clip(share, 0, 1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Choices:
    """Questions and the parties to choose from, a row each: rows of one question stand together."""

    table: NDArray[np.float32]
    """Rows × ways × features: where a row is compared in several ways, its score is the mean of theirs."""
    truth: NDArray[np.bool_]
    first: NDArray[np.int64]
    """The first row of each question."""
    weight: Floats
    """What each question counts."""

    @classmethod
    def of(
        cls, parts: Sequence[tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.int64], float]]
    ) -> Choices:
        """Return the choices of several sets of questions: table, truth and number of the question a row, weight.

        A table of rows × features is one way of comparing.
        """
        starts = [np.flatnonzero(np.diff(query, prepend=-1)) for _, _, query, _ in parts]
        before = np.cumsum([0, *(len(query) for _, _, query, _ in parts[:-1])])
        return cls(
            np.vstack([table.reshape(len(table), -1, len(NAMES)) for table, *_ in parts]),
            np.concatenate([truth for _, truth, _, _ in parts]),
            np.concatenate([start + rows for start, rows in zip(starts, before, strict=True)]),
            np.concatenate([np.full(len(start), part[3]) for start, part in zip(starts, parts, strict=True)]),
        )


@dataclass(frozen=True, slots=True)
class _Surface:
    """A surface that is to be fitted: its features by name, and the knots of each."""

    first: str
    second: str
    first_knots: Floats
    second_knots: Floats

    @property
    def is_directed(self) -> bool:
        return (self.first, self.second) in DIRECTED

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.first_knots) - 1, len(self.second_knots) - (not self.is_directed)

    @property
    def size(self) -> int:
        return self.shape[0] * self.shape[1]

    def columns(self, table: NDArray[np.float32]) -> Floats:
        """Return what is fitted, rows × steps."""
        first = ramps(table[:, NAMES.index(self.first)], self.first_knots)
        second = ramps(table[:, NAMES.index(self.second)], self.second_knots)
        if self.is_directed:
            second = -np.diff(second, prepend=1, append=0)
        return (first[:, :, None] * second[:, None, :]).reshape(len(table), -1)

    def grid(self, steps: Floats) -> tuple[Floats, Floats]:
        """Return the height at each pair of knots above the lower edge, and that edge, at the knots of the first."""
        grid = np.zeros((len(self.first_knots), len(self.second_knots)))
        if self.is_directed:
            grid[1:] = steps.cumsum(axis=0)
        else:
            grid[1:, 1:] = steps.cumsum(axis=0).cumsum(axis=1)
        return grid - grid[:, :1], grid[:, 0]


def fit(choices: Choices, settings: Settings) -> dict[str, Any]:
    """Return prior, curves and surfaces as they stand in a weights file."""
    table = choices.table.reshape(-1, len(NAMES))
    curves = {name: knots_of(table[:, column], _KNOTS) for column, name in enumerate(NAMES)}
    curves = {name: knots for name, knots in curves.items() if len(knots) > 1}
    varied = [pair for pair in PAIRS if curves.keys() >= set(pair)]
    surfaces = [_Surface(*pair, *(_knots(table, name) for name in pair)) for pair in varied]
    design = np.hstack(
        [
            *(ramps(table[:, NAMES.index(name)], knots) for name, knots in curves.items()),
            *(surface.columns(table) for surface in surfaces),
            np.ones((len(table), 1)),
        ]
    ).astype(np.float32)
    design = design.reshape(*choices.table.shape[:2], -1).mean(axis=1)
    bounds, penalty = _bounds(curves, surfaces, settings)
    solution = _solve(design, choices, (bounds, penalty, settings.iterations))
    return _described(solution, curves, surfaces, table)


def _knots(table: NDArray[np.float32], name: str) -> Floats:
    return knots_of(table[:, NAMES.index(name)], _PAIR_KNOTS)


def _direction(name: str) -> Bound:
    if name in RISING:
        return (_LEAST.get(name, 0.0), None)
    return (None, 0.0) if name in FALLING else (None, None)


def _bounds(
    curves: Mapping[str, Floats], surfaces: Sequence[_Surface], settings: Settings
) -> tuple[list[Bound], Floats]:
    bounds: list[Bound] = []
    penalty: list[float] = []
    for name, knots in curves.items():
        sign = (-STEADY[name], 0.0) if name in STEADY else _direction(name)
        bounds += [sign] * (len(knots) - 1)
        penalty += [settings.ridge] * (len(knots) - 1)
    for surface in surfaces:
        bounds += [_direction(surface.first) if surface.is_directed else (None, None)] * surface.size
        penalty += [settings.ridge if surface.is_directed else settings.pair_ridge] * surface.size
    return [*bounds, (None, None)], np.array([*penalty, 0.0])


def _solve(
    design: NDArray[np.float32], choices: Choices, constraints: tuple[list[Bound], Floats, int]
) -> Floats:
    """Return the weights that minimise the weighted log loss of the choices and the penalty within the bounds."""
    bounds, penalty, iterations = constraints
    question = np.repeat(np.arange(len(choices.first)), np.diff(choices.first, append=len(design)))
    weight, target = choices.weight[question], choices.truth.astype(np.float64)

    def loss(beta: Floats) -> tuple[float, Floats]:
        score = (design @ beta.astype(np.float32)).astype(np.float64)
        most = np.maximum(np.maximum.reduceat(score, choices.first), 0)
        odds = np.exp(score - most[question])
        total = np.add.reduceat(odds, choices.first) + np.exp(-most)
        value = choices.weight @ (most + np.log(total)) - (weight * target) @ score
        slope = design.T @ (weight * (odds / total[question] - target)).astype(np.float32)
        return float(value + penalty @ beta**2 / 2), slope.astype(np.float64) + penalty * beta

    start = np.zeros(design.shape[1])
    result = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": iterations}
    )
    return np.asarray(result.x)


def _described(
    solution: Floats, curves: Mapping[str, Floats], surfaces: Sequence[_Surface], table: NDArray[np.float32]
) -> dict[str, Any]:
    """Return the solution as curves and surfaces; a curve is zero at the mean of the data, the prior holds the rest.

    The lower edge of a surface is a curve over its first feature, and is added to that curve.
    """
    lengths = [*(len(knots) - 1 for knots in curves.values()), *(one.size for one in surfaces)]
    parts = np.split(solution[:-1], np.cumsum(lengths)[:-1])
    heights = {
        name: (knots, np.concatenate([[0.0], np.cumsum(steps)]))
        for (name, knots), steps in zip(curves.items(), parts, strict=False)
    }
    drawn: list[dict[str, Any]] = []
    for surface, steps in zip(surfaces, parts[len(curves) :], strict=True):
        grid, edge = surface.grid(steps.reshape(surface.shape))
        if surface.is_directed:
            heights[surface.first] = _sum(heights[surface.first], (surface.first_knots, edge))
        drawn.append(
            {
                "first": surface.first,
                "second": surface.second,
                "first_knots": _plain(surface.first_knots),
                "second_knots": _plain(surface.second_knots),
                "values": [_plain(row) for row in grid],
            }
        )
    means = {
        name: float(np.interp(table[:, NAMES.index(name)], *curve).mean()) for name, curve in heights.items()
    }
    return {
        "prior": round(float(solution[-1]) + sum(means.values()), 5),
        "curves": [
            {"feature": name, "knots": _plain(knots), "values": _plain(values - means[name])}
            for name, (knots, values) in heights.items()
        ],
        "surfaces": drawn,
    }


def _sum(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Return the sum of two curves, each knots and heights."""
    knots = np.union1d(one[0], other[0])
    return knots, np.interp(knots, *one) + np.interp(knots, *other)


def _plain(values: Floats) -> list[float]:
    return [round(float(value), 5) for value in values]


def summary(data: Mapping[str, Any]) -> str:
    """Return a line a curve: the feature and the lowest and highest contribution it makes."""
    return "\n".join(
        f"{curve['feature']:22} {min(curve['values']):+.2f} … {max(curve['values']):+.2f}"
        for curve in data["curves"]
    )
