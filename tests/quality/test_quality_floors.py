"""Floors under what was measured, pinned with the hash of the corpus; a floor is never lowered silently.

`floors.json` holds, for every set, its records from the oldest to the newest; the last one counts. A record whose
floor is under that of the record before it must say why, metric by metric, in `lowered`. A new record is appended,
an old one is never changed.
"""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from matchers.matching import Matcher
from matchers.models import Options, Query
from matchers.names.reading import readings
from service.evaluation.cache import AnswerCache
from service.evaluation.corpus import Corpus
from service.evaluation.own import OwnMatcher
from service.evaluation.parties import find_parties
from service.evaluation.queries import AliasQuestions, Question
from service.evaluation.results import Result, run
from service.evaluation.trials import Trial, load_material, one_among_all, sample
from service.evaluation.wording import core

FOLDER = Path(__file__).parent
Floors = Any  # the class is in conftest.py, which cannot be imported
POSITIVES, NEGATIVES = 300, 1_000
"""Questions of the subsample of the real lists."""


def negatives() -> list[str]:
    lines = (FOLDER / "cases" / "negatives.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def measured(result: Result) -> dict[str, float]:
    ranking = result.ranking()
    recall, alarms = ranking.at_score(result.default_score)
    return {
        "first": ranking.first().value,
        "first_five": ranking.first_five().value,
        "recall_at_2_percent": ranking.recall(0.02, samples=1).value,
        "recall_at_default": recall.value,
        "no_false_alarm_at_default": 1 - alarms.value,
    }


def test_held_out_aliases_of_the_embedded_sample(embedded: Corpus, floors: Floors) -> None:
    parties = find_parties(embedded.entries)
    asked = AliasQuestions(embedded.entries, parties).pick()
    entries = tuple(asked.holding.without(embedded.entries))
    denied = tuple(Question(name, "negative", source="chosen") for name in negatives())
    trial = Trial("embedded", "", entries, asked.questions, denied, {})
    result = run(OwnMatcher(), trial, parties.of_ref, AnswerCache(None))
    floors.check("embedded", embedded.sha256, measured(result))


@pytest.mark.shared
def test_held_out_aliases_among_all_real_lists(shared: Path, floors: Floors) -> None:
    material = load_material(shared / "data" / "import", shared / "eval")
    trial = one_among_all(material)
    positives, denied = sample(trial.positives, POSITIVES), sample(trial.negatives, NEGATIVES)
    some = replace(trial, positives=positives, negatives=denied)
    result = run(OwnMatcher(), some, material.parties.of_ref, AnswerCache(None))
    floors.check("real-lists", material.corpus.sha256, measured(result))


def test_scores_do_not_saturate(matcher: Matcher) -> None:
    for name in ("Sberbank", "Korea Kwangson Banking", "Almaz-Antey Concern"):
        matches = matcher.match(Query(name), Options(limit=100, min_confidence=0.0))
        for one, two in pairwise(matches):
            texts = [set(map(core, readings(match.candidate.listed_name.text))) for match in (one, two)]
            assert one.score > two.score or texts[0] & texts[1], f"{name}: {texts} tie at {one.score}"


def test_no_floor_was_lowered_silently(floors: Floors) -> None:
    assert not floors.lowered_silently()


def test_a_silently_lowered_floor_would_be_seen(floors: Floors) -> None:
    records = [{"corpus": "a", "floors": {"first": 0.9}}, {"corpus": "a", "floors": {"first": 0.8}}]
    made_up = type(floors)({"set": records})
    assert made_up.lowered_silently() == ["set: first was 0.9 and is 0.8; say why in `lowered`"]
    records[1]["lowered"] = {"first": "the corpus lost its easiest names"}
    assert not made_up.lowered_silently()
    records.append({"corpus": "a", "floors": {}})
    assert made_up.lowered_silently() == ["set: first was 0.8 and is 0.0; say why in `lowered`"]


def test_a_figure_below_its_floor_fails(floors: Floors) -> None:
    made_up = type(floors)({"set": [{"corpus": "a" * 16, "floors": {"first": 0.9}}]})
    made_up.check("set", "a" * 64, {"first": 0.9})
    with pytest.raises(AssertionError, match="below the floor"):
        made_up.check("set", "a" * 64, {"first": 0.89})
    with pytest.raises(AssertionError, match="the corpus changed"):
        made_up.check("set", "b" * 64, {"first": 1.0})
