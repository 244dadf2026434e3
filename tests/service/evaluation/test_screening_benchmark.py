"""How the public benchmark's cases are counted; what makes them needs the peers' environment."""

from __future__ import annotations

from pathlib import Path

from lists.models import ListEntry
from service.evaluation.cache import AnswerCache
from service.evaluation.own import OwnMatcher
from service.evaluation.peers import PeerEnvironment
from service.evaluation.screening_benchmark import Case, make_cases, score, score_table
from service.evaluation.subjects import Answerer


class Made(PeerEnvironment):
    """Cases that were made before."""

    def perturbed(self, entries: object) -> list[dict[str, object]]:
        return [
            {"query": "ZELENODAR SHIPYARDS", "expected": ["xa", "2"], "kind": "typo"},
            {"query": "Zelenodar Shipyard S.A.", "expected": None, "kind": "cross_pair"},
            {"query": "Umbrella Bakery", "expected": None, "kind": "token_swap"},
            {"query": "Lantern Umbrella Bank", "expected": None, "kind": "token_swap"},
        ]


def test_near_misses_that_hold_a_listed_name_whole_are_counted_apart(entries: tuple[ListEntry, ...]) -> None:
    cases = make_cases(Made(Path(), Path()), entries)
    assert [case.holds_name for case in cases] == [False, True, False, True]
    counted = score(OwnMatcher(), entries[:3], cases, AnswerCache(None))
    assert counted.hits == {"typo": 1}
    assert counted.near_misses == {True: 2, False: 1}
    assert counted.alarms[False] == 0
    assert counted.alarms[True] >= 1
    assert counted.hits_alike == 1
    assert "no listed name whole: alarms** | 1 |" in score_table([counted])


def test_thresholds_are_set_alike_by_the_near_misses(entries: tuple[ListEntry, ...]) -> None:
    class Scored(OwnMatcher):
        def prepare(self, entries: object) -> Answerer:
            return lambda names: [[("xa", "2", float(name.split()[1]))] for name in names]

    changes = [Case(f"change {score}", ("xa", "2"), "typo", False) for score in (0.2, 0.5, 0.7, 0.9)]
    near = [Case(f"near {score}", None, "token_swap", False) for score in (0.1, 0.3, 0.4, 0.6, 0.95)]
    counted = score(Scored(), entries[:3], [*changes, *near], AnswerCache(None))
    assert counted.hits_alike == 2  # one of five may alarm: the threshold is above .6
