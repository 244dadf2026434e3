"""From score to confidence: the probability that query and entry are the same party.

The curve was fitted on parties that the score was not fitted on. It holds for a stated share of queries that name a
listed party (the prior) and for lists of a stated size; both are corrected for. With twice as many names a stranger
finds a look-alike more often, so the same score means less.
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


def logit(share: float) -> float:
    """Return the log-odds of a share strictly between 0 and 1."""
    return math.log(share / (1 - share))


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising curve from score to log-odds, and what it holds for.

    `prior` and `names` are those of the data that it was fitted on; `growth` is how many log-odds are lost with each
    e-fold of names; `default_prior` is used where the asker states none.
    """

    scores: NDArray[np.float64]
    log_odds: NDArray[np.float64]
    prior: float
    names: int
    growth: float
    default_prior: float
    fewest: int
    """Names of the shortest lists that were calibrated on: shorter ones count as this many."""
    rival_slope: float
    """Log-odds that a candidate loses for each by which the best candidate of another party fits better."""
    rival_most: float
    """The lead of the other party beyond which nothing more is lost."""
    version: str

    def rival(self, lead: float) -> float:
        """Return the contribution of another listed party that fits better by so much."""
        return -self.rival_slope * min(lead, self.rival_most)

    def confidence(self, score: NDArray[np.float64], names: int, prior: float | None) -> NDArray[np.float64]:
        """Return the probabilities for scores against lists with this many names."""
        known = np.interp(score, self.scores, self.log_odds)
        beyond = np.maximum(score - self.scores[-1], 0) + np.minimum(score - self.scores[0], 0)
        shift = logit(self.default_prior if prior is None else prior) - logit(self.prior)
        size = self.growth * math.log(max(names, self.fewest) / self.names)
        return np.asarray(1 / (1 + np.exp(-(known + beyond + shift - size))))


def calibration_from(data: Mapping[str, Any]) -> Calibration:
    """Return the calibration that a file holds."""
    return Calibration(
        scores=np.array(data["scores"]),
        log_odds=np.array(data["log_odds"]),
        prior=float(data["prior"]),
        names=int(data["names"]),
        growth=float(data["growth"]),
        default_prior=float(data["default_prior"]),
        fewest=int(data["fewest"]),
        rival_slope=float(data["rival_slope"]),
        rival_most=float(data["rival_most"]),
        version=str(data["version"]),
    )


@cache
def default_calibration() -> Calibration:
    """Return the calibration that ships."""
    path = files("matchers.scoring") / "data" / "calibration.json"
    return calibration_from(json.loads(path.read_text(encoding="utf-8")))
