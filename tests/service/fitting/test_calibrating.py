"""The fit of the calibration, on answers whose chance of being right is known."""

import numpy as np
import pytest

from matchers.calibration import calibration_from
from service.evaluation.reliability import Observation, prior_weights, reliability
from service.fitting.calibrating import Sample, best_of_queries, calibrate, sample
from service.fitting.training import Asked, Rows

NAMES, COUNT = 100_000, 6_000


def drawn(seed: int, names: int) -> tuple[Sample, Sample]:
    """Answers to listed names, right ones higher than others', and to strangers; more names, more look-alikes."""
    random = np.random.default_rng(seed)
    right, lift = random.random(COUNT) < 0.8, np.log(names / NAMES)
    listed = np.where(right, random.normal(4, 2.5, COUNT), random.normal(0.5 + lift, 2, COUNT))
    strangers = random.normal(-3 + lift, 2, COUNT)
    size, weight = np.full(COUNT, float(names)), np.full(COUNT, 1 / COUNT)
    return (
        Sample(listed, right, np.full(COUNT, True), weight, size),
        Sample(strangers, np.full(COUNT, False), np.full(COUNT, False), weight, size),
    )


@pytest.fixture(scope="module")
def calibration():
    samples = [one for names in (NAMES, NAMES // 8) for one in drawn(names, names)]
    return calibration_from({"version": "", **calibrate(samples, NAMES)})


@pytest.mark.parametrize("names", [NAMES, NAMES // 8])
@pytest.mark.parametrize("prior", [0.5, 0.25, 0.02])
def test_the_confidence_is_the_share_that_is_right_at_every_prior(calibration, prior, names):
    listed, strangers = drawn(7, names)
    weights = prior_weights(COUNT, COUNT, prior)
    observed = [
        Observation(confidence, is_right, weight)
        for one, weight in zip((listed, strangers), weights, strict=True)
        for confidence, is_right in zip(
            calibration.confidence(one.score, names, prior).tolist(), one.is_right.tolist(), strict=True
        )
    ]
    assert reliability(observed).error < 0.02


def test_the_size_of_the_lists_is_found(calibration):
    assert calibration.strangers.growth > 0.3
    assert calibration.fewest == NAMES // 8


def rows(truth, query, owner, parties):
    table = np.zeros((len(truth), 28), np.float32)
    asked = [Asked("", party, str(place)) for place, party in enumerate(parties)]
    entry = np.arange(len(truth), dtype=np.int32)
    return Rows(table, np.array(truth), np.array(query), entry, np.array(owner, np.int32), asked, 1_000)


def test_the_best_answer_of_each_chosen_query_counts_and_its_share_is_that_of_all():
    found = rows([False, True, True, False], [0, 0, 1, 2], [1, 2, 3, 4], ["b", "c", None, None])
    scores = np.array([3.0, 1.0, 2.0, 5.0])
    assert best_of_queries(found, scores).tolist() == [0, 2, 3]
    one = sample(found, scores, np.array([True, False, True, True]), 2.0)
    assert one.score.tolist() == [3.0, 5.0]
    assert one.is_right.tolist() == [False, False]
    assert one.is_listed.tolist() == [True, False]
    assert one.weight.tolist() == pytest.approx([2 / 3, 2 / 3])


def test_no_key_is_divided_over_two_parts_and_every_query_is_in_one():
    found = rows([True], [0], [0], ["a"] * 40)
    parts = np.array([found.in_fold(number, 3) for number in range(3)])
    assert (parts.sum(axis=0) == 1).all()
    assert parts.any(axis=1).all()
    assert [part.tolist() for part in parts] == [found.in_fold(number, 3).tolist() for number in range(3)]
