"""What the terminal highlights in an explanation: the mention in its sentence, what moved the score, both names."""

from __future__ import annotations

import re

import pytest
from rich.text import Text

from service.cli.explanation import HOW_STYLES, evidence, passage
from service.schemas import FeatureOut, MentionOut
from service.schemas.answers import SentenceOut

SENTENCE = (
    "Under U.S. sanctions, the Gagarin plant in Komsomolsk kept its plant hands, and Komsomolskaya wrote."
)
ARTICLE_OFFSET = 40
ALIGNMENT = [
    ("gagarin", "gagarin", "equal"),
    ("plant", "zavod", "translated"),
    ("", "komsomolsk", "missing"),
    ("llc", "", "added"),
]
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def styled(text: Text) -> list[tuple[str, str]]:
    """Return the styled parts of a text in order, each with its style."""
    return [(text.plain[span.start : span.end], str(span.style)) for span in sorted(text.spans)]


def feature(name: str, detail: str) -> FeatureOut:
    return FeatureOut(name=name, value=1, contribution=1.0, detail=detail)


def mention(words: str) -> MentionOut:
    start = ARTICLE_OFFSET + SENTENCE.index(words)
    sentence = SentenceOut(start=ARTICLE_OFFSET, end=ARTICLE_OFFSET + len(SENTENCE), text=SENTENCE)
    return MentionOut(start=start, end=start + len(words), text=words, sentence=sentence)


def test_both_names_are_highlighted_token_by_token() -> None:
    asked, listed = evidence(ALIGNMENT)
    assert (asked.plain, listed.plain) == ("gagarin plant llc", "gagarin zavod komsomolsk")
    assert [(words.strip(), style) for words, style in styled(asked)] == [
        ("gagarin", HOW_STYLES["equal"]),
        ("plant", HOW_STYLES["translated"]),
        ("llc", HOW_STYLES["added"]),
    ]
    assert [(words.strip(), style) for words, style in styled(listed)] == [
        ("gagarin", HOW_STYLES["equal"]),
        ("zavod", HOW_STYLES["translated"]),
        ("komsomolsk", HOW_STYLES["missing"]),
    ]


def test_the_mention_and_what_moved_the_score_are_highlighted_in_the_sentence() -> None:
    near = [
        feature("words nearby", "komsomolsk"),
        feature("sanctions nearby", "sanctions"),
        feature("letters", "plant"),
    ]
    shown = passage(mention("Gagarin plant"), near)
    assert shown.plain == "text    " + SENTENCE
    assert [part for part in styled(shown) if "reverse" in part[1]] == [("Gagarin plant", "bold reverse")]
    assert [words for words, style in styled(shown) if "underline" in style] == [
        "sanctions",
        "Komsomolsk",
        "Komsomolsk",
    ]


def test_a_sentence_that_tries_to_move_the_cursor_is_shown_harmlessly() -> None:
    words = "Evil\x1b[2J Corp"
    text = f"He said {words} paid."
    found = MentionOut(
        start=8, end=8 + len(words), text=words, sentence=SentenceOut(start=0, end=len(text), text=text)
    )
    assert "\x1b" not in passage(found, []).plain


def test_a_terminal_shows_the_waterfall_with_both_sides_in_colour(
    loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = b"Under U.S. sanctions, Russian jets come from United Aircraft Corporation, which is in Moscow."
    out = loaded("screen", "-", "--format", "table", "--explain", given=text).out
    plain = ESCAPE.sub("", out)
    assert "\x1b[1;7mUnited Aircraft Corporation\x1b[0m" in out  # the mention, reversed, in its sentence
    assert "\x1b[1;4msanctions\x1b[0m" in out
    asked = next(line for line in out.splitlines() if "asked" in line)
    listed = next(line for line in out.splitlines() if "listed  " in line and "\x1b[1;32m" in line)
    assert "\x1b[1;32m" in asked
    assert "aircraft" in ESCAPE.sub("", asked)
    assert "aircraft" in ESCAPE.sub("", listed)
    sums = [float(found) for found in re.findall(r"[+-]\d+\.\d\d  +([+-]\d+\.\d\d)  ", plain)]
    score = float(re.search(r"score +([+-]\d+\.\d\d)", plain)[1])
    assert sums[-1] == pytest.approx(score, abs=0.02)
