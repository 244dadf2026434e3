"""From score to confidence: the probability that query and entry are the same party.

A best answer can be wrong in two ways: the query names a listed party, but another one; or it names no listed party
at all. How often each happens at a score was fitted on parties that the score was not fitted on, as two rising
curves of the odds that the answer is right rather than wrong in that way. Only strangers grow rarer where more of
the queries are listed (the prior), so only their odds move with it. With more names loaded both find a look-alike
more often, and the same score says less.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def logit(share: float) -> float:
    """Return the log-odds of a share strictly between 0 and 1."""
    return math.log(share / (1 - share))


@dataclass(frozen=True, slots=True)
class Odds:
    """A rising curve from score to the log-odds of being right, straight between its knots and with slope 1 beyond."""

    scores: Floats
    log_odds: Floats
    growth: float
    """Log-odds that are lost with each e-fold of names."""

    def __call__(self, score: Floats, size: float) -> Floats:
        """Return log-odds for scores; `size` is the log of how many times the calibrated number of names there are."""
        beyond = np.maximum(score - self.scores[-1], 0) + np.minimum(score - self.scores[0], 0)
        return np.asarray(np.interp(score, self.scores, self.log_odds) + beyond - self.growth * size)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How probable a score makes it that the answer is right, and what that holds for."""

    others: Odds
    """Right against another listed party, where the query names a listed one."""
    strangers: Odds
    """Right against a stranger, where as many queries are listed as not."""
    names: int
    """Names of the lists that were calibrated on."""
    fewest: int
    """Names of the shortest lists that were calibrated on: shorter ones count as this many."""
    default_prior: float
    """The share of queries that are listed, where the asker states none."""
    rival_slope: float
    """Log-odds that a candidate loses for each by which the best candidate of another party fits better."""
    rival_most: float
    """The lead of the other party beyond which nothing more is lost."""
    version: str

    def rival(self, lead: float) -> float:
        """Return the contribution of another listed party that fits better by so much."""
        return -self.rival_slope * min(lead, self.rival_most)

    def confidence(self, score: Floats, names: int, prior: float | None) -> Floats:
        """Return the probabilities for scores against lists with this many names; they rise with the score."""
        size = math.log(max(names, self.fewest) / self.names)
        shift = logit(self.default_prior if prior is None else prior)
        wrong = np.exp(-self.others(score, size)) + np.exp(-self.strangers(score, size) - shift)
        return np.asarray(1 / (1 + wrong))


def _odds(data: Mapping[str, Any]) -> Odds:
    return Odds(np.array(data["scores"]), np.array(data["log_odds"]), float(data["growth"]))


def calibration_from(data: Mapping[str, Any]) -> Calibration:
    """Return the calibration that a file holds."""
    return Calibration(
        others=_odds(data["others"]),
        strangers=_odds(data["strangers"]),
        names=int(data["names"]),
        fewest=int(data["fewest"]),
        default_prior=float(data["default_prior"]),
        rival_slope=float(data["rival_slope"]),
        rival_most=float(data["rival_most"]),
        version=str(data["version"]),
    )


@cache
def default_calibration() -> Calibration:
    """Return the calibration that ships."""
    path = files("matchers.scoring") / "data" / "calibration.json"
    return calibration_from(json.loads(path.read_text(encoding="utf-8")))
