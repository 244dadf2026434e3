"""Fitting the calibration: the share of candidates with a score that are the party asked for, as a rising curve."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from matchers.scoring.model import Model
from service.fitting.training import Rows
from service.fitting.weights import ramps

Floats = NDArray[np.float64]

PRIOR = 0.5
"""Share of queries that name a listed party in the weighted sample."""
DEFAULT_PRIOR = 0.25
"""Prior where the asker states none: a list of names that somebody thought worth asking for."""
GROWTH = 0.4
"""Log-odds lost with each e-fold of names; set, from how the false alarms of one list grow to those of fifteen."""
PAIR_NAMES = 2_000
_PER_QUERY = 5
_KNOTS = 14
_RIDGE = 0.3


def best_of_entries(rows: Rows, scores: Floats) -> NDArray[np.int64]:
    """Return the best row of each query's five best entries."""
    order = np.lexsort((-scores, rows.entry, rows.query))
    key = rows.query[order] * (int(rows.entry.max()) + 1) + rows.entry[order]
    best = order[np.concatenate([[True], key[1:] != key[:-1]])]
    best = best[np.lexsort((-scores[best], rows.query[best]))]
    rank = np.arange(len(best)) - np.searchsorted(rows.query[best], rows.query[best])
    return np.asarray(best[rank < _PER_QUERY])


def calibrate(model: Model, listed: Rows, strangers: Rows) -> dict[str, Any]:
    """Return the calibration as it stands in its file."""
    parts = []
    for rows, share in ((listed, PRIOR), (strangers, 1 - PRIOR)):
        scores = model.score(rows.table)
        best = best_of_entries(rows, scores)
        best = best[~rows.doubtful[best]]
        weight = np.full(len(best), share / len(rows.asked) * (len(listed.asked) + len(strangers.asked)))
        parts.append((scores[best], rows.truth[best], weight))
    score, truth, weight = (np.concatenate([part[column] for part in parts]) for column in range(3))
    knots = np.unique(np.quantile(score[truth], np.linspace(0, 1, _KNOTS)).round(3))
    return {
        "scores": [float(knot) for knot in knots],
        "log_odds": [round(float(value), 4) for value in _rising(score, truth, weight, knots)],
        "prior": PRIOR,
        "names": listed.names,
        "growth": GROWTH,
        "default_prior": DEFAULT_PRIOR,
        "pair_names": PAIR_NAMES,
    }


def _rising(score: Floats, truth: NDArray[np.bool_], weight: Floats, knots: Floats) -> Floats:
    """Return the log-odds at each knot of the rising curve that fits best."""
    design = np.hstack([ramps(score.astype(np.float32), knots), np.ones((len(score), 1))])
    penalty = np.array([*([_RIDGE] * (len(knots) - 1)), 0.0])

    def loss(beta: Floats) -> tuple[float, Floats]:
        value = design @ beta
        total = float(np.sum(weight * (np.logaddexp(0, value) - truth * value)) + penalty @ beta**2 / 2)
        return total, design.T @ (weight * (expit(value) - truth)) + penalty * beta

    bounds = [*([(0.01, None)] * (len(knots) - 1)), (None, None)]
    start = np.array([*([0.5] * (len(knots) - 1)), -4.0])
    solution = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return np.asarray(solution[-1] + np.concatenate([[0.0], np.cumsum(solution[:-1])]))
