"""Fitting the calibration: the share of candidates with a score that are the party asked for, as a rising curve.

The same parties are asked for against lists of several sizes. The curve is one; how much the same score says less
among more names is fitted with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
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
RIVAL_SLOPE, RIVAL_MOST = 1.0, 2.0
"""What a candidate loses where another party fits better; near the best of a search by likelihood over both."""
_KNOTS = 14
_RIDGE = 0.3


def against_rivals(rows: Rows, scores: Floats) -> Floats:
    """Return the scores less what is lost where the best row of another party fits better than the row's own party."""
    party = np.unique(np.stack([rows.query, rows.owner]), axis=1, return_inverse=True)[1].ravel()
    own = np.full(int(party.max()) + 1, -np.inf)
    np.maximum.at(own, party, scores)
    best = np.full(len(rows.asked), -np.inf)
    np.maximum.at(best, rows.query, scores)
    return np.asarray(scores - RIVAL_SLOPE * np.minimum(best[rows.query] - own[party], RIVAL_MOST))


def best_of_queries(rows: Rows, scores: Floats) -> NDArray[np.int64]:
    """Return the best row of each query: what is read first has to be right; what rivals leave follows from it."""
    order = np.lexsort((rows.entry, -scores, rows.query))
    _, first = np.unique(rows.query[order], return_index=True)
    return np.asarray(order[first])


@dataclass(frozen=True, slots=True)
class _Sample:
    """Scores of the best candidates, whether each is right, its weight, and how many names were asked."""

    score: Floats
    truth: NDArray[np.bool_]
    weight: Floats
    names: Floats


def _sample(model: Model, listed: Rows, strangers: Rows) -> _Sample:
    scored, truths, weights = [], [], []
    for rows, share in ((listed, PRIOR), (strangers, 1 - PRIOR)):
        scores = against_rivals(rows, model.score(rows.table))
        best = best_of_queries(rows, scores)
        best = best[~rows.doubtful[best]]
        scored.append(scores[best])
        truths.append(rows.truth[best])
        weights.append(
            np.full(len(best), share / len(rows.asked) * (len(listed.asked) + len(strangers.asked)))
        )
    score = np.concatenate(scored)
    names = np.full(len(score), float(listed.names))
    return _Sample(score, np.concatenate(truths), np.concatenate(weights), names)


def calibrate(model: Model, sizes: Sequence[tuple[Rows, Rows]]) -> dict[str, Any]:
    """Return the calibration as it stands in its file; of each size of lists the listed parties and the strangers.

    The first size is the one that the curve holds for without a correction.
    """
    samples = [_sample(model, listed, strangers) for listed, strangers in sizes]
    whole = _Sample(
        *(np.concatenate([getattr(one, part.name) for one in samples]) for part in fields(_Sample))
    )
    knots = np.unique(np.quantile(whole.score[whole.truth], np.linspace(0, 1, _KNOTS)).round(3))
    log_odds, growth = _rising(whole, knots, sizes[0][0].names)
    return {
        "scores": [float(knot) for knot in knots],
        "log_odds": [round(float(value), 4) for value in log_odds],
        "prior": PRIOR,
        "names": sizes[0][0].names,
        "growth": round(growth, 3),
        "default_prior": DEFAULT_PRIOR,
        "fewest": min(listed.names for listed, _ in sizes),
        "rival_slope": RIVAL_SLOPE,
        "rival_most": RIVAL_MOST,
    }


def _rising(sample: _Sample, knots: Floats, names: int) -> tuple[Floats, float]:
    """Return the log-odds at each knot of the rising curve that fits best, and what is lost with an e-fold of names."""
    size = -np.log(sample.names / names)[:, None]
    design = np.hstack([ramps(sample.score.astype(np.float32), knots), size, np.ones((len(size), 1))])
    penalty = np.array([*([_RIDGE] * (len(knots) - 1)), 0.0, 0.0])

    def loss(beta: Floats) -> tuple[float, Floats]:
        value = design @ beta
        each = sample.weight * (np.logaddexp(0, value) - sample.truth * value)
        slope = design.T @ (sample.weight * (expit(value) - sample.truth))
        return float(np.sum(each) + penalty @ beta**2 / 2), slope + penalty * beta

    bounds = [*([(0.01, None)] * (len(knots) - 1)), (0.0, None), (None, None)]
    start = np.array([*([0.5] * (len(knots) - 1)), 0.4, -4.0])
    solution = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    steps = np.cumsum(solution[: len(knots) - 1])
    return np.asarray(solution[-1] + np.concatenate([[0.0], steps])), float(solution[-2])
