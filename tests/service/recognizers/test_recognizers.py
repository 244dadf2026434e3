"""Models: verified before they are loaded, refused with a way out, and real where they are installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from matchers.mentions import find_mentions
from service.recognizers import RecognizerError, installed_recognizers, load_recognizers
from service.recognizers.english import PACKAGE, load_english
from service.recognizers.russian import load_russian
from service.recognizers.script import share_of_cyrillic, share_of_latin
from service.recognizers.weights import ENGLISH, RUSSIAN, package_folder, verify

HAS_ENGLISH = bool(find_spec("spacy") and find_spec(PACKAGE))
HAS_RUSSIAN = bool(find_spec("slovnet") and find_spec("natasha"))


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match=r"lacks config\.cfg"):
        load_english(tmp_path)
    for name in (*ENGLISH, *RUSSIAN):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"something else")
    with pytest.raises(RecognizerError, match="not the file that was checked"):
        load_english(tmp_path)
    with pytest.raises(RecognizerError, match="not the file that was checked"):
        load_russian(tmp_path)


def test_files_with_the_right_digest_pass(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    verify(tmp_path, {"a": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"})


def test_a_missing_package_is_named_with_the_way_to_get_it() -> None:
    with pytest.raises(RecognizerError, match=r'pip install "sanctions-xref\[ner-en\]"'):
        package_folder("no_such_package_anywhere", "ner-en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(RecognizerError, match="known are en, ru"):
        load_recognizers(["tlh"])


def test_scripts_are_told() -> None:
    assert share_of_latin("Rosneft, 2023") == 1.0
    assert share_of_cyrillic("Росатом and") > 0.5
    assert share_of_latin("") == share_of_cyrillic("中") == 0.0


@pytest.mark.skipif(not HAS_ENGLISH, reason="the extra ner-en is not installed")
def test_english_entities_join_the_mentions() -> None:
    (recognizer,) = load_recognizers(["en"])
    text = "Vladimir Putin visited United Aircraft Corporation on Friday."
    found = {mention.text: mention.found_by for mention in find_mentions(text, None, [recognizer])}
    assert "ner:ORG" in found["United Aircraft Corporation"]
    assert "Friday" not in found
    assert recognizer.recognize(["Росатом под санкциями.", text])[0] == []


@pytest.mark.skipif(not HAS_RUSSIAN, reason="the extra ner-ru is not installed")
def test_russian_entities_join_the_mentions() -> None:
    (recognizer,) = load_recognizers(["ru"])
    text = "Глава «Роствертола» приехал в Москву."
    found = {mention.text: mention.found_by for mention in find_mentions(text, None, [recognizer])}
    assert any("ner:ORG" in found_by for found_by in found.values())
    assert recognizer.recognize(["Rosneft grew."]) == [[]]


def test_what_is_installed_is_loaded_without_complaint() -> None:
    told: list[str] = []
    assert len(installed_recognizers(told.append)) == HAS_ENGLISH + HAS_RUSSIAN
    assert told == []
