"""The map from score to confidence: rising, and right about what the prior and the size of the lists change."""

import math
from dataclasses import replace

import numpy as np
import pytest

from matchers.calibration import default_calibration, logit

SCORES = np.linspace(-30, 30, 601)


def odds(probability: float) -> float:
    return probability / (1 - probability)


@pytest.mark.parametrize("prior", [0.001, 0.25, 0.9])
def test_confidence_rises_with_the_score_and_stays_a_probability(prior: float) -> None:
    calibration = default_calibration()
    found = calibration.confidence(SCORES, calibration.names, prior)
    assert (np.diff(found) >= 0).all()
    assert (np.diff(found[(found > 0.001) & (found < 0.999)]) > 0).all()
    assert 0 <= found.min() < 0.001
    assert 0.999 < found.max() <= 1


def test_a_higher_prior_and_shorter_lists_raise_it() -> None:
    calibration = default_calibration()
    low, high = (calibration.confidence(SCORES, calibration.names, prior) for prior in (0.05, 0.5))
    long, short = (calibration.confidence(SCORES, names, 0.25) for names in (3_000_000, calibration.fewest))
    assert (high >= low).all()
    assert (short >= long).all()
    assert short[300] > long[300]
    assert (calibration.confidence(SCORES, 10, 0.25) == short).all()


def test_only_the_odds_against_strangers_move_with_the_prior() -> None:
    calibration = default_calibration()
    for score in (-1.0, 1.0, 3.0, 6.0):
        at = np.array([score])
        wrong = [
            1 / odds(float(calibration.confidence(at, calibration.names, prior)[0])) for prior in (0.2, 0.6)
        ]
        strangers = math.exp(-float(calibration.strangers(at, 0.0)[0]))
        assert wrong[0] - wrong[1] == pytest.approx(strangers * (4 - 2 / 3), rel=1e-6)


def test_without_a_stated_prior_the_default_holds() -> None:
    calibration = replace(default_calibration(), default_prior=0.1)
    stated = calibration.confidence(SCORES, calibration.names, 0.1)
    assert (calibration.confidence(SCORES, calibration.names, None) == stated).all()
    assert logit(0.1) == pytest.approx(-2.1972, abs=1e-4)
