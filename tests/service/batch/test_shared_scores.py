"""Memory that workers share: what one has learned the others know, and nothing that is half written is believed."""

from __future__ import annotations

import gc
import resource
from multiprocessing import get_context

import pytest

from service.batch.garbage import COLLECT_AFTER, seldom_collected
from service.batch.shared_scores import SharedScores, shared_scores

FILES = resource.getrlimit(resource.RLIMIT_FSIZE)
CONTEXT = get_context("spawn")


@pytest.mark.parametrize("score", [1.25, 0.0, -0.0, -7.5e-3, float("-inf")])
def test_a_score_comes_back_as_it_was(score: float) -> None:
    scores = SharedScores(CONTEXT, 64)
    assert scores.get("Rosneft") is None
    scores.put("Rosneft", score)
    assert repr(scores.get("Rosneft")) == repr(score)
    assert scores.get("Rosneft Trading") is None


def test_whoever_comes_last_has_the_slot() -> None:
    scores = SharedScores(CONTEXT, 1)
    scores.put("Rosneft", 1.0)
    scores.put("Банк \udc80", 2.0)
    assert scores.get("Rosneft") is None
    assert scores.get("Банк \udc80") == 2.0


@pytest.mark.parametrize("half", [0, 1])
def test_a_slot_that_two_wrote_at_once_is_empty(half: int) -> None:
    one, other = SharedScores(CONTEXT, 1), SharedScores(CONTEXT, 1)
    one.put("Rosneft", 1.0)
    other.put("Rosneft Trading", 2.0)
    one._table[half] = other._table[half]
    assert one.get("Rosneft") is None
    assert one.get("Rosneft Trading") is None


def test_what_one_process_has_learned_another_knows() -> None:
    scores = SharedScores(CONTEXT)
    worker = CONTEXT.Process(target=scores.put, args=("Rosneft", 1.5))
    worker.start()
    worker.join()
    assert (worker.exitcode, scores.get("Rosneft")) == (0, 1.5)


def test_without_room_for_it_each_learns_for_itself() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, FILES[1]))
    try:
        assert shared_scores(CONTEXT) is None
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, FILES)
    assert shared_scores(CONTEXT) is not None


def test_the_collector_is_left_as_it_was_found() -> None:
    before = gc.get_threshold()
    with seldom_collected():
        assert gc.get_threshold() == COLLECT_AFTER
        assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
