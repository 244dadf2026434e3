"""The score: a prior and one contribution a feature, in log-odds, added up.

A contribution is read off a curve (straight lines between knots) over one feature, or off a surface over two for
the few pairs that mean something only together. The curves are fitted offline; the file that holds them says what
they were fitted on. There is no other path to a score, so what is shown is what was computed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchers.kernel import Adder, open_adder
from matchers.scoring.features import NAMES

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ramps:
    """Rising from 0 to 1 between two neighbouring knots of a feature: what curves and surfaces are made of."""

    feature: NDArray[np.int64]
    low: Matrix
    slope: Matrix

    def __call__(self, table: Matrix) -> Matrix:
        """Return rows × ramps: how much of each interval lies below the value."""
        passed = (table[:, self.feature] - self.low) * self.slope
        return passed.clip(0, 1, out=passed)

    @classmethod
    def between(cls, knots: Sequence[tuple[int, Sequence[float]]]) -> Ramps:
        """Return the ramps of several features, each between its own knots, one after another."""
        feature = np.repeat([number for number, _ in knots], [len(places) - 1 for _, places in knots])
        return cls(
            feature.astype(np.int64),
            np.concatenate([places[:-1] for _, places in knots]).astype(np.float32),
            (1 / np.concatenate([np.diff(places) for _, places in knots])).astype(np.float32),
        )


@dataclass(frozen=True, slots=True)
class Curves:
    """Contributions over one feature each: straight lines between knots, level outside."""

    steps: Matrix
    """What each ramp adds when it is passed."""
    first: NDArray[np.int64]
    """The first ramp of each curve."""
    base: Matrix
    """What each curve contributes at its first knot."""

    def __call__(self, passed: Matrix) -> Matrix:
        """Return rows × curves; `passed` is how far each ramp is passed."""
        return np.asarray(np.add.reduceat(passed * self.steps, self.first, axis=1) + self.base)


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Contributions over two features each: bilinear between the knots of a grid, nought at its lower edges."""

    pairs: NDArray[np.int64]
    """2 × products: which two ramps are multiplied."""
    steps: Matrix
    first: NDArray[np.int64]

    def __call__(self, passed: Matrix) -> Matrix:
        """Return rows × surfaces; `passed` is how far each ramp is passed."""
        return np.asarray(np.add.reduceat(self.products(passed) * self.steps, self.first, axis=1))

    def products(self, passed: Matrix) -> Matrix:
        """Return rows × products: each pair of ramps, multiplied."""
        return passed[:, self.pairs[0]] * passed[:, self.pairs[1]]


@dataclass(frozen=True, slots=True)
class Model:
    """The fitted score. `fitted_on` names the data and its hash; `version` changes with the weights."""

    prior: float
    ramps: Ramps
    """Those of the curves, then those of the surfaces."""
    curves: Curves
    surfaces: Surfaces
    terms: tuple[str, ...]
    """The names of the parts of the sum, curves first, in the order of `contributions`."""
    version: str
    fitted_on: Mapping[str, str]
    compiled: Adder | None = None
    """The same sum, compiled."""

    def contributions(self, table: Matrix) -> Matrix:
        """Return rows × terms; a row and the prior sum to its score."""
        curves, surfaces = self._passed(table)
        return np.concatenate([self.curves(curves), self.surfaces(surfaces)], axis=1)

    def score(self, table: Matrix) -> Floats:
        """Return the score of each row, in log-odds: the sum of its contributions, without showing them."""
        if self.compiled is not None:
            return self.compiled(table)
        curves, surfaces = self._passed(table)
        products = self.surfaces.products(surfaces)
        parts = np.concatenate([curves * self.curves.steps, products * self.surfaces.steps], axis=1)
        return np.asarray(np.cumsum(parts, axis=1, dtype=np.float64)[:, -1] + self.start)

    @property
    def start(self) -> float:
        """What a row has that passes no ramp: the prior, and every curve at its first knot."""
        return self.prior + float(self.curves.base.sum())

    def _passed(self, table: Matrix) -> tuple[Matrix, Matrix]:
        """Return how far the ramps of the curves are passed, and those of the surfaces."""
        passed, count = self.ramps(table), len(self.curves.steps)
        return passed[:, :count], passed[:, count:]


Knots = list[tuple[int, Sequence[float]]]
"""Of each curve, and of each side of a surface: the column of its feature, and the knots."""


def _curves(data: Sequence[Mapping[str, Any]], place: Mapping[str, int]) -> tuple[Knots, Curves]:
    values = [np.array(term["values"]) for term in data]
    lengths = [len(each) - 1 for each in values]
    return [(place[term["feature"]], term["knots"]) for term in data], Curves(
        np.concatenate([np.diff(each) for each in values]).astype(np.float32),
        np.cumsum([0, *lengths[:-1]]),
        np.array([each[0] for each in values], dtype=np.float32),
    )


def _surfaces(data: Sequence[Mapping[str, Any]], place: Mapping[str, int]) -> tuple[Knots, Surfaces]:
    knots: Knots = []
    pairs, steps, first, used, done = [], [], [], 0, 0
    for term in data:
        grid = np.array(term["values"])
        step = np.diff(np.diff(grid, axis=0), axis=1)
        knots += [(place[term["first"]], term["first_knots"]), (place[term["second"]], term["second_knots"])]
        rows, columns = np.indices(step.shape).reshape(2, -1)
        pairs.append(np.stack([used + rows, used + step.shape[0] + columns]))
        steps.append(step.ravel())
        first.append(done)
        used, done = used + sum(step.shape), done + step.size
    return knots, Surfaces(np.hstack(pairs), np.concatenate(steps).astype(np.float32), np.array(first))


def model_from(data: Mapping[str, Any]) -> Model:
    """Return the model that a weights file holds."""
    place = {name: number for number, name in enumerate(NAMES)}
    terms = (
        *(term["feature"] for term in data["curves"]),
        *(f"{term['first']} × {term['second']}" for term in data["surfaces"]),
    )
    knots, curves = _curves(data["curves"], place)
    further_knots, surfaces = _surfaces(data["surfaces"], place)
    model = Model(
        prior=float(data["prior"]),
        ramps=Ramps.between([*knots, *further_knots]),
        curves=curves,
        surfaces=surfaces,
        terms=terms,
        version=str(data["version"]),
        fitted_on=dict(data["fitted_on"]),
    )
    return replace(model, compiled=open_adder(model))


@cache
def shipped_model(file: str) -> Model:
    """Return a model that ships, by the name of its file."""
    path = files("matchers.scoring") / "data" / file
    return model_from(json.loads(path.read_text(encoding="utf-8")))


def default_model() -> Model:
    """Return the model of a search."""
    return shipped_model("weights.json")
