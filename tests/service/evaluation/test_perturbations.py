"""Changed names: every change does what it says, and nothing is left to chance."""

import pytest

from lists.models import ListEntry
from service.evaluation.parties import find_parties
from service.evaluation.perturbations import CHANGES, perturbed_questions


def _first(_below: int) -> int:
    return 0


CASES = [
    ("typo", "Karmat Zavod", "Kramat Zavod"),
    ("word order", "Karmat Zavod Works", "Zavod Works Karmat"),
    ("other legal form", "Karmat AO", "karmat LLC"),
    ("words joined", "Karmat Zavod", "KarmatZavod"),
    ("word split", "Zelenodar", "Zel enodar"),
    ("other romanization", "Kharkov", "harkov"),
    ("letters not doubled", "Polimetall", "Polimetal"),
    ("word dropped", "Karmat Zavod Works", "zavod works"),
    ("word added", "Karmat", "Karmat Group"),
    ("word as initial", "Karmat Zavod Works", "k zavod works"),
    ("look-alike letters", "Karmat", "Kаrmаt"),
    ("invisible characters", "Karmat", "Ka\N{ZERO WIDTH SPACE}rmat"),
]


@pytest.mark.parametrize(("kind", "name", "expected"), CASES)
def test_change(kind: str, name: str, expected: str) -> None:
    assert CHANGES[kind](name, _first) == expected


def test_every_change_has_a_case() -> None:
    assert {kind for kind, _, _ in CASES} == set(CHANGES)


def test_questions_are_the_same_every_time_and_never_a_listed_name(entries: tuple[ListEntry, ...]) -> None:
    parties = find_parties(entries)
    asked = perturbed_questions(entries, parties)
    assert asked.questions == perturbed_questions(entries, parties).questions
    listed = {name.text.casefold() for entry in entries for name in entry.names}
    assert asked.questions
    assert not listed & {question.text.casefold() for question in asked.questions}
