"""Fitting the score: penalised logistic regression over ramps, so that every curve can be read and bounded.

A curve over one feature is a sum of ramps between neighbouring knots; its slope may be held to one sign where the
meaning is monotonic. A surface over two features is the product of their ramps. The fit is convex and starts from
zero, so the same data give the same weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

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
        "order",
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
    ("query words", "letters"),
    ("names left", "heaviest found"),
)
STEADY = {"listed type": 1.0}
"""The most that a step of a curve may fall where the data are one-sided: they ask for organizations only."""
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


def fit(
    table: NDArray[np.float32], truth: NDArray[np.bool_], weight: Floats, settings: Settings
) -> dict[str, Any]:
    """Return prior, curves and surfaces as they stand in a weights file."""
    curves = [(name, knots_of(table[:, column], _KNOTS)) for column, name in enumerate(NAMES)]
    curves = [(name, knots) for name, knots in curves if len(knots) > 1]
    pairs = [(first, second, _knots(table, first), _knots(table, second)) for first, second in PAIRS]
    design = np.hstack(
        [
            *(ramps(table[:, NAMES.index(name)], knots) for name, knots in curves),
            *(_products(table, pair) for pair in pairs),
            np.ones((len(table), 1)),
        ]
    ).astype(np.float32)
    bounds, penalty = _bounds(curves, pairs, settings)
    solution = _solve(design, truth, weight, (bounds, penalty, settings.iterations))
    return _described(solution, curves, pairs, table)


def _knots(table: NDArray[np.float32], name: str) -> Floats:
    return knots_of(table[:, NAMES.index(name)], _PAIR_KNOTS)


def _products(table: NDArray[np.float32], pair: tuple[str, str, Floats, Floats]) -> Floats:
    first = ramps(table[:, NAMES.index(pair[0])], pair[2])
    second = ramps(table[:, NAMES.index(pair[1])], pair[3])
    return (first[:, :, None] * second[:, None, :]).reshape(len(table), -1)


def _bounds(
    curves: Sequence[tuple[str, Floats]], pairs: Sequence[tuple[str, str, Floats, Floats]], settings: Settings
) -> tuple[list[Bound], Floats]:
    bounds: list[Bound] = []
    penalty: list[float] = []
    for name, knots in curves:
        sign: Bound = (0.0, None) if name in RISING else (None, 0.0) if name in FALLING else (None, None)
        if name in STEADY:
            sign = (-STEADY[name], 0.0)
        bounds += [sign] * (len(knots) - 1)
        penalty += [settings.ridge] * (len(knots) - 1)
    for _, _, first, second in pairs:
        count = (len(first) - 1) * (len(second) - 1)
        bounds += [(None, None)] * count
        penalty += [settings.pair_ridge] * count
    return [*bounds, (None, None)], np.array([*penalty, 0.0])


def _solve(
    design: NDArray[np.float32],
    truth: NDArray[np.bool_],
    weight: Floats,
    constraints: tuple[list[Bound], Floats, int],
) -> Floats:
    """Return the weights that minimise the weighted log loss and the penalty within the bounds."""
    bounds, penalty, iterations = constraints
    target = truth.astype(np.float32)
    weight32 = weight.astype(np.float32)

    def loss(beta: Floats) -> tuple[float, Floats]:
        score = design @ beta.astype(np.float32)
        value = float(np.sum(weight32 * (np.logaddexp(0, score) - target * score), dtype=np.float64))
        slope = design.T @ (weight32 * (expit(score) - target))
        return value + float(penalty @ beta**2) / 2, slope.astype(np.float64) + penalty * beta

    start = np.zeros(design.shape[1])
    result = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": iterations}
    )
    return np.asarray(result.x)


def _described(
    solution: Floats,
    curves: Sequence[tuple[str, Floats]],
    pairs: Sequence[tuple[str, str, Floats, Floats]],
    table: NDArray[np.float32],
) -> dict[str, Any]:
    """Return the solution as curves and surfaces; a curve is zero at the mean of the data, the prior holds the rest."""
    prior, place = float(solution[-1]), 0
    described: dict[str, Any] = {"curves": [], "surfaces": []}
    for name, knots in curves:
        steps = solution[place : place + len(knots) - 1]
        place += len(knots) - 1
        values = np.concatenate([[0.0], np.cumsum(steps)])
        middle = float(np.interp(table[:, NAMES.index(name)], knots, values).mean())
        prior += middle
        described["curves"].append(
            {"feature": name, "knots": _plain(knots), "values": _plain(values - middle)}
        )
    for first, second, knots, other_knots in pairs:
        shape = (len(knots) - 1, len(other_knots) - 1)
        steps = solution[place : place + shape[0] * shape[1]].reshape(shape)
        place += steps.size
        grid = np.zeros((len(knots), len(other_knots)))
        grid[1:, 1:] = steps.cumsum(axis=0).cumsum(axis=1)
        described["surfaces"].append(
            {
                "first": first,
                "second": second,
                "first_knots": _plain(knots),
                "second_knots": _plain(other_knots),
                "values": [_plain(row) for row in grid],
            }
        )
    return {"prior": round(prior, 5), **described}


def _plain(values: Floats) -> list[float]:
    return [round(float(value), 5) for value in values]


def summary(data: Mapping[str, Any]) -> str:
    """Return a line a curve: the feature and the lowest and highest contribution it makes."""
    return "\n".join(
        f"{curve['feature']:22} {min(curve['values']):+.2f} … {max(curve['values']):+.2f}"
        for curve in data["curves"]
    )
