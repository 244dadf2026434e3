"""The score is fitted as a choice: among the parties that are proposed, and none of them."""

from __future__ import annotations

import numpy as np
import pytest

from matchers.scoring.features import NAMES
from matchers.scoring.model import Model, model_from
from service.fitting.training import Asked, Rows
from service.fitting.weights import DIRECTED, RISING, Choices, Settings, fit

LETTERS = NAMES.index("letters")


def table(letters: list[float]) -> np.ndarray:
    """Return rows that differ in how like the letters are; what the query weighs goes up and down beside it."""
    rows = np.zeros((len(letters), len(NAMES)), np.float32)
    rows[:, LETTERS] = letters
    rows[:, NAMES.index("query weight")] = np.arange(len(letters)) // 2 % 2
    return rows


def fitted(choices: Choices) -> Model:
    data = fit(choices, Settings(ridge=0.01, pair_ridge=0.01))
    return model_from({"version": "", "fitted_on": {}, **data})


def test_questions_of_several_sets_stand_one_after_another():
    one = (table([1, 0.5, 0.2]), np.array([True, False, False]), np.array([0, 0, 7]), 1.0)
    other = (table([0.3]), np.array([False]), np.array([0]), 8.0)
    choices = Choices.of([one, other])
    assert choices.first.tolist() == [0, 2, 3]
    assert choices.weight.tolist() == [1.0, 1.0, 8.0]
    assert choices.truth.tolist() == [True, False, False, False]


def test_the_chance_of_the_right_party_is_how_often_it_was_right():
    """Three of four questions at the same likeness are of listed parties."""
    rows = table([0.9, 0.1] * 400)
    truth = np.array([True, False] * 300 + [False, False] * 100)
    model = fitted(Choices.of([(rows, truth, np.repeat(np.arange(400), 2), 1.0)]))
    near, far = np.exp(model.score(table([0.9, 0.1])))
    assert near / (1 + near + far) == pytest.approx(0.75, abs=0.02)
    assert far / (1 + near + far) < 0.03


def test_a_party_is_not_held_down_where_a_nearer_one_is_right():
    """A likeness of .5 is wrong only beside the right one: alone, it is right half the time."""
    beside = (table([1.0, 0.5] * 500), np.array([True, False] * 500), np.repeat(np.arange(500), 2), 1.0)
    alone = (table([0.5] * 60), np.array([True, False] * 30), np.arange(60), 1.0)
    model = fitted(Choices.of([beside, alone]))
    assert 0.35 < 1 / (1 + np.exp(-model.score(table([0.5]))[0])) < 0.6


def test_a_row_that_is_compared_in_two_ways_is_fitted_by_the_mean_of_their_scores():
    """Alike both ways is right nine times of ten, either way alone half the time; fitted apart, alike would be .77."""
    kinds = [(1.0, 1.0), (1.0, 0.0), (0.0, 0.0)]
    ways = np.stack([table([kind[way] for kind in kinds] * 300) for way in (0, 1)], axis=1)
    times = np.repeat(np.arange(300) % 10, 3)
    truth = times < np.tile([9, 5, 1], 300)
    model = fitted(Choices.of([(ways, truth, np.arange(900), 1.0)]))
    assert 1 / (1 + np.exp(-model.score(table([1.0]))[0])) == pytest.approx(0.9, abs=0.02)


def test_what_rises_by_its_meaning_never_falls():
    truth = np.array([False, True] * 200)
    rows = table([1.0, 0.2] * 200)
    model = fitted(Choices.of([(rows, truth, np.arange(400), 1.0)]))
    assert "letters" in RISING
    score = model.score(table([0.2, 0.6, 1.0]))
    assert score.max() - score.min() < 0.1


def test_a_directed_surface_never_falls_at_any_value_of_the_other_feature():
    """Letters that are alike go with wrong answers where the name weighs much: the surface stays level there."""
    assert ("letters", "query weight") in DIRECTED
    rows = table([0.1, 0.9] * 300)
    rows[:, NAMES.index("query weight")] = np.repeat([1.0, 2.0, 3.0], 200)
    truth = (rows[:, LETTERS] > 0.5) == (rows[:, NAMES.index("query weight")] < 3)
    model = fitted(Choices.of([(rows, truth, np.arange(600), 1.0)]))
    for weight in (1.0, 1.5, 2.0, 2.5, 3.0):
        asked = table([0.1, 0.3, 0.5, 0.9])
        asked[:, NAMES.index("query weight")] = weight
        assert (np.diff(model.score(asked)) > -1e-4).all()
    assert np.ptp(model.score(asked)) < 0.5


def test_the_nearest_row_of_each_party_is_kept_and_the_nearest_party_stands_first():
    asked = [Asked("", "a", "a"), Asked("", None, "b")]
    query, owner = np.array([0, 0, 0, 1]), np.array([5, 5, 6, 5], np.int32)
    rows = Rows(table([0.2, 0.4, 0.9, 0.1]), np.zeros(4, bool), query, owner, owner, asked, 10)
    assert rows.nearest_of_parties(np.arange(4)).tolist() == [2, 1, 3]
    assert rows.nearest_of_parties(np.array([0, 2])).tolist() == [2, 0]
