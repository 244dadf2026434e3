"""The score: a prior and one contribution a feature, in log-odds, added up.

A contribution is read off a curve (straight lines between knots) over one feature, or off a surface over two for
the few pairs that mean something only together. The curves are fitted offline; the file that holds them says what
they were fitted on. There is no other path to a score, so what is shown is what was computed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchers.scoring.features import NAMES

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Curve:
    """A contribution over one feature: `values[i]` at `knots[i]`, straight between, level outside."""

    feature: int
    knots: NDArray[np.float64]
    values: NDArray[np.float64]

    def __call__(self, table: Matrix) -> NDArray[np.float64]:
        """Return the contribution of each row."""
        return np.interp(table[:, self.feature], self.knots, self.values)


@dataclass(frozen=True, slots=True)
class Surface:
    """A contribution over two features: bilinear between the knots of a grid, level outside."""

    first: int
    second: int
    first_knots: NDArray[np.float64]
    second_knots: NDArray[np.float64]
    values: NDArray[np.float64]

    def __call__(self, table: Matrix) -> NDArray[np.float64]:
        """Return the contribution of each row."""
        low, part = _place(table[:, self.first], self.first_knots)
        other_low, other_part = _place(table[:, self.second], self.second_knots)
        corner = self.values
        return np.asarray(
            (1 - part) * (1 - other_part) * corner[low, other_low]
            + part * (1 - other_part) * corner[low + 1, other_low]
            + (1 - part) * other_part * corner[low, other_low + 1]
            + part * other_part * corner[low + 1, other_low + 1]
        )


def _place(
    values: NDArray[np.float32], knots: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the knot at or below each value and how far it is to the next, 0 to 1."""
    low = np.clip(np.searchsorted(knots, values, side="right") - 1, 0, len(knots) - 2)
    return low, np.clip((values - knots[low]) / (knots[low + 1] - knots[low]), 0, 1)


@dataclass(frozen=True, slots=True)
class Model:
    """The fitted score. `fitted_on` names the data and its hash; `version` changes with the weights."""

    prior: float
    curves: tuple[Curve, ...]
    surfaces: tuple[Surface, ...]
    version: str
    fitted_on: Mapping[str, str]

    @property
    def parts(self) -> tuple[Curve | Surface, ...]:
        """The terms of the sum, curves first."""
        return (*self.curves, *self.surfaces)

    @property
    def terms(self) -> tuple[str, ...]:
        """The names of the parts, in the order of `contributions`."""
        pairs = (f"{NAMES[surface.first]} × {NAMES[surface.second]}" for surface in self.surfaces)
        return (*(NAMES[curve.feature] for curve in self.curves), *pairs)

    def contributions(self, table: Matrix) -> NDArray[np.float64]:
        """Return rows × terms; a row and the prior sum to its score."""
        return np.column_stack([term(table) for term in self.parts])

    def score(self, table: Matrix) -> NDArray[np.float64]:
        """Return the score of each row, in log-odds."""
        total = np.full(len(table), self.prior)
        for term in self.parts:
            total += term(table)
        return total


def model_from(data: Mapping[str, Any]) -> Model:
    """Return the model that a weights file holds."""
    place = {name: number for number, name in enumerate(NAMES)}
    return Model(
        prior=float(data["prior"]),
        curves=tuple(
            Curve(place[term["feature"]], np.array(term["knots"]), np.array(term["values"]))
            for term in data["curves"]
        ),
        surfaces=tuple(
            Surface(
                place[term["first"]],
                place[term["second"]],
                np.array(term["first_knots"]),
                np.array(term["second_knots"]),
                np.array(term["values"]),
            )
            for term in data["surfaces"]
        ),
        version=str(data["version"]),
        fitted_on=dict(data["fitted_on"]),
    )


@cache
def default_model() -> Model:
    """Return the model that ships."""
    path = files("matchers.scoring") / "data" / "weights.json"
    return model_from(json.loads(path.read_text(encoding="utf-8")))
