"""Ranks, thresholds, intervals, reliability and F1, against numbers worked out by hand."""

import math

import numpy as np
import pytest

from service.evaluation.measures import false_alarms_at, outcome, rank, recall_at, threshold_at, wilson
from service.evaluation.pairs import best_f1, f1
from service.evaluation.queries import Question
from service.evaluation.reliability import Observation, prior_weights, reliability

QUESTION = Question("Karmat", "alias", truth=frozenset({("xa", "1")}), party="p")
OWNERS = {("xa", "1"): "p", ("xb", "1"): "p", ("xa", "2"): "q"}


def test_ranks_count_parties_not_entries() -> None:
    answers = [("xa", "2", 0.9), ("xb", "1", 0.8), ("xa", "1", 0.8)]
    found = outcome(QUESTION, answers, OWNERS)
    assert (found.first, found.first_five, found.right, found.top) == (0.0, 1.0, 0.8, 0.9)


def test_a_tie_is_shared() -> None:
    assert outcome(QUESTION, [("xa", "2", 1.0), ("xa", "1", 1.0)], OWNERS).first == 0.5
    many = [("xz", str(number), 1.0) for number in range(9)]
    assert outcome(QUESTION, [*many, ("xa", "1", 1.0)], OWNERS).first_five == pytest.approx(0.5)


def test_no_answer_is_a_miss() -> None:
    found = outcome(QUESTION, [], OWNERS)
    assert (found.first, found.right, found.top) == (0.0, -math.inf, -math.inf)


def test_a_threshold_never_lets_more_than_its_share_through() -> None:
    tops = np.array([1.0, 1.0, 0.5, 0.4, 0.3, -math.inf, -math.inf, -math.inf, -math.inf, -math.inf])
    for share in (0.0, 0.1, 0.2, 0.3, 0.5):
        assert np.mean(tops >= threshold_at(share, tops)) <= share
    assert threshold_at(0.1, tops) > 1.0
    assert threshold_at(0.2, tops) == pytest.approx(0.5)


def test_recall_is_zero_where_ties_use_up_the_share() -> None:
    tops = np.array([1.0, 1.0, 0.0, 0.0])
    rights = np.array([1.0, 1.0])
    assert recall_at(0.25, rights, np.ones(2), tops) == 0.0
    assert recall_at(0.5, rights, np.ones(2), tops) == 1.0


def test_false_alarms_at_a_recall() -> None:
    rights, tops = np.array([0.9, 0.8, -math.inf]), np.array([0.85, 0.1])
    assert false_alarms_at(1 / 3, rights, np.ones(3), tops) == 0.0
    assert false_alarms_at(2 / 3, rights, np.ones(3), tops) == 0.5
    assert math.isnan(false_alarms_at(0.9, rights, np.ones(3), tops))


def test_wilson_interval_is_that_of_the_textbook() -> None:
    found = wilson(8, 10)
    assert (found.low, found.high) == (pytest.approx(0.4902, abs=1e-3), pytest.approx(0.9433, abs=1e-3))


def test_the_curve_ends_where_everything_is_let_through() -> None:
    negative = Question("Kettle", "negative")
    ranking = rank(
        [(QUESTION, [("xa", "1", 0.5)]), (QUESTION, [])],
        [(negative, [("xa", "2", 0.7)]), (negative, [])],
        OWNERS,
    )
    alarms, recall = ranking.curve()
    assert list(alarms) == [0.5, 0.5]
    assert list(recall) == [0.0, 0.5]


def test_reliability_of_a_perfect_and_of_an_overconfident_matcher() -> None:
    perfect = [Observation(0.75, is_right=number % 4 != 0) for number in range(400)]
    assert reliability(perfect).error == pytest.approx(0.0)
    assert reliability(perfect).agreeing == reliability(perfect).filled == 1
    boaster = [Observation(0.95, is_right=number % 2 == 0) for number in range(400)]
    assert reliability(boaster).error == pytest.approx(0.45)
    assert reliability(boaster).agreeing == 0


def test_chance_makes_an_error_of_the_size_that_the_binomial_says() -> None:
    many = reliability([Observation(0.75, is_right=number % 4 != 0) for number in range(400)])
    few = reliability([Observation(0.75, is_right=number % 4 != 0) for number in range(100)])
    assert many.chance == pytest.approx(1.96 * math.sqrt(0.75 * 0.25 / 400), rel=0.15)
    assert few.chance == pytest.approx(2 * many.chance, rel=0.15)


def test_weights_stand_for_the_prior() -> None:
    positive, negative = prior_weights(50, 100, 0.1)
    assert 50 * positive / (50 * positive + 100 * negative) == pytest.approx(0.1)
    assert 50 * positive + 100 * negative == pytest.approx(150)


def test_f1_and_its_best_threshold() -> None:
    scores, truth = np.array([0.9, 0.8, 0.8, 0.1]), np.array([True, True, False, False])
    assert f1(scores, truth, 0.85) == pytest.approx(2 / 3)
    assert f1(scores, truth, 0.75, share=0.8) == pytest.approx(2 * 0.8 / (0.8 + 0.2 * 0.5 + 0.8))
    value, threshold = best_f1(scores, truth)
    assert value == pytest.approx(0.8)
    assert threshold == pytest.approx(0.8)
