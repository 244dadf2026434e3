"""The benchmark's own plain reading of names."""

import pytest

from service.evaluation.wording import core, has_legal_form, same_text, script


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Joint Stock Company Argument", "argument"),
        ("ARGUMENT AO", "argument"),
        ("Bank of the East", "bank east"),
        ("The Company", "the company"),
        ("GmbH & Co. KG", "gmbh co kg"),
        ("Société Générale S.A.", "societe generale"),
    ],
)
def test_core_is_what_is_left_without_legal_form_and_connectors(name: str, expected: str) -> None:
    assert core(name) == expected


def test_same_text_ignores_case_accents_and_punctuation() -> None:
    assert same_text("«Звезда», АО") == same_text("ЗВЕЗДА АО")


def test_legal_form_and_script_are_seen() -> None:
    assert has_legal_form("Alfa, OOO")
    assert not has_legal_form("Alfa Works")
    assert script("Звезда") == "other"
    assert script("Zvezda 2") == "latin"
