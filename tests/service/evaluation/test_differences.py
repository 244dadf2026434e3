"""Kinds of difference between two names of one party."""

import pytest

from service.evaluation.differences import Difference, difference, is_acronym, nearest_difference

CASES = [
    ("Alfa Trading LLC", "LLC Alfa Trading", Difference.FORM),
    ("Trading Alfa", "Alfa Trading", Difference.FORM),
    ("Skyzone Trading FZE", "Sky Zone Trading FZE", Difference.JOINED),
    ("Polymetal", "Polimetall", Difference.SPELLING),
    ("Northern Shipyard", "Northern Shipyard Severodvinsk Branch", Difference.DROPPED),
    ("Karmat Aviation Kazan", "Karmat", Difference.ADDED),
    ("Karmat Zavod", "Karmat Plant", Difference.SUBSTITUTED),
    ("KRV", "Karmat Research Ventures", Difference.ACRONYM),
    ("Hidden Lantern", "Karmat Research Ventures", Difference.UNRELATED),
    ("Bank Karmat", "Bank Lantern", Difference.UNRELATED),
]


@pytest.mark.parametrize(("query", "listed", "expected"), CASES)
def test_kind_of_difference(query: str, listed: str, expected: Difference) -> None:
    assert difference(query, listed) is expected


def test_added_and_dropped_are_each_other_s_mirror() -> None:
    assert difference("Karmat", "Karmat Aviation Kazan") is Difference.DROPPED
    assert difference("Karmat Aviation Kazan", "Karmat") is Difference.ADDED


def test_the_nearest_name_decides() -> None:
    assert nearest_difference("Karmat", ["Hidden Lantern", "Karmatt"]) is Difference.SPELLING
    assert nearest_difference("Karmat", []) is Difference.UNRELATED


def test_acronyms_need_three_words() -> None:
    assert is_acronym("KRV", "Karmat Research Ventures")
    assert not is_acronym("KR", "Karmat Research")
