"""Fitting the calibration: how often a best answer with a score is right, another listed party's, or a stranger's.

The same questions are asked of lists of several sizes. There is a rising curve against either way of being wrong; how
much the same score says less among more names is fitted with it. Scores come from models that the party was kept from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from service.fitting.training import Rows
from service.fitting.weights import ramps

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

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
class Sample:
    """Scores of best answers, whether each is right, whether its query is listed, its share, and the names asked."""

    score: Floats
    is_right: Mask
    is_listed: Mask
    weight: Floats
    """What each counts: listed queries and strangers that were asked together weigh the same in sum."""
    names: Floats


def sample(rows: Rows, scores: Floats, chosen: Mask, weight: float) -> Sample:
    """Return the best answers to the queries that `chosen` marks by number; doubtful ones are left out.

    The chosen queries share the weight, those without an answer too.
    """
    listed = np.array([question.party is not None for question in rows.asked])
    scores = against_rivals(rows, scores)
    best = best_of_queries(rows, scores)
    best = best[chosen[rows.query[best]] & ~rows.doubtful[best]]
    return Sample(
        scores[best],
        rows.truth[best],
        listed[rows.query[best]],
        np.full(len(best), weight / max(1, int(chosen.sum()))),
        np.full(len(best), float(rows.names)),
    )


def calibrate(samples: Sequence[Sample], names: int) -> dict[str, Any]:
    """Return the calibration as it stands in its file, for lists with so many names without a correction."""
    score, is_right, is_listed, weights, sizes = (
        np.concatenate([getattr(one, part) for one in samples]) for part in Sample.__slots__
    )
    knots = np.unique(np.quantile(score[is_right], np.linspace(0, 1, _KNOTS)).round(3))
    found = {}
    for name, is_wrong in (("others", is_listed & ~is_right), ("strangers", ~is_listed)):
        used = is_right | is_wrong
        weight = weights[used] * used.sum() / weights[used].sum()
        size = np.log(sizes[used] / names)
        found[name] = _rising((score[used], is_right[used], weight, size), knots)
    return {
        **found,
        "names": names,
        "fewest": int(sizes.min()),
        "default_prior": DEFAULT_PRIOR,
        "rival_slope": RIVAL_SLOPE,
        "rival_most": RIVAL_MOST,
    }


def _rising(part: tuple[Floats, Mask, Floats, Floats], knots: Floats) -> dict[str, Any]:
    """Return the rising curve that fits best, and what is lost with an e-fold of names."""
    score, truth, weight, size = part
    design = np.hstack([ramps(score.astype(np.float32), knots), -size[:, None], np.ones((len(size), 1))])
    penalty = np.array([*([_RIDGE] * (len(knots) - 1)), 0.0, 0.0])

    def loss(beta: Floats) -> tuple[float, Floats]:
        value = design @ beta
        each = weight * (np.logaddexp(0, value) - truth * value)
        slope = design.T @ (weight * (expit(value) - truth))
        return float(np.sum(each) + penalty @ beta**2 / 2), slope + penalty * beta

    bounds = [*([(0.01, None)] * (len(knots) - 1)), (0.0, None), (None, None)]
    start = np.array([*([0.5] * (len(knots) - 1)), 0.4, -4.0])
    solution = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    log_odds = solution[-1] + np.concatenate([[0.0], np.cumsum(solution[: len(knots) - 1])])
    return {
        "scores": [float(knot) for knot in knots],
        "log_odds": [round(float(value), 4) for value in log_odds],
        "growth": round(float(solution[-2]), 3),
    }
