"""The score against a slow and plain form of itself: curves by interpolation, surfaces by hand."""

import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchers.scoring.features import NAMES
from matchers.scoring.model import default_model, model_from

WEIGHTS = json.loads((files("matchers.scoring") / "data" / "weights.json").read_text(encoding="utf-8"))
ROWS = st.lists(st.floats(-2, 30, width=32), min_size=len(NAMES), max_size=len(NAMES))


def between(knots, value):
    """The number of the interval that a value lies in, and how far it is in it."""
    place = min(max(np.searchsorted(knots, value, side="right") - 1, 0), len(knots) - 2)
    share = (value - knots[place]) / (knots[place + 1] - knots[place])
    return place, min(max(share, 0.0), 1.0)


def surface(term, first, second):
    row, along = between(term["first_knots"], first)
    column, across = between(term["second_knots"], second)
    grid = np.array(term["values"])[row : row + 2, column : column + 2]
    return float(np.array([1 - along, along]) @ grid @ np.array([1 - across, across]))


def slow_contributions(row):
    value = dict(zip(NAMES, row, strict=True))
    curves = [
        float(np.interp(value[term["feature"]], term["knots"], term["values"])) for term in WEIGHTS["curves"]
    ]
    return curves + [
        surface(term, value[term["first"]], value[term["second"]]) for term in WEIGHTS["surfaces"]
    ]


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_the_contributions_are_those_of_the_weights_file(row):
    found = default_model().contributions(np.array([row], dtype=np.float32))[0]
    assert found == pytest.approx(slow_contributions(row), abs=2e-3)


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=5))
def test_the_score_is_the_prior_and_the_contributions(rows):
    table, model = np.array(rows, dtype=np.float32), default_model()
    assert model.score(table) == pytest.approx(model.prior + model.contributions(table).sum(axis=1), abs=1e-3)


def test_every_term_is_named_and_every_feature_known():
    model = default_model()
    assert len(model.terms) == model.contributions(np.zeros((1, len(NAMES)), np.float32)).shape[1]
    assert {term["feature"] for term in WEIGHTS["curves"]} <= set(NAMES)


def test_an_unknown_feature_is_refused():
    with pytest.raises(KeyError):
        model_from({**WEIGHTS, "curves": [{**WEIGHTS["curves"][0], "feature": "colour"}]})
