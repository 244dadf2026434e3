"""A decision is computed again: the same bytes from the same versions; what is missing; then and now."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from matchers.calibration import default_calibration
from matchers.models import Options
from service.articles.article import Article, Fetched, text_sha256
from service.review import screening
from service.review.decisions import CaseRef, decide
from service.review.hits import Screening
from service.review.importing import Asked, import_screenings, read_hits
from service.review.judgements import Judgement, Policy, Ruling
from service.review.ledger import Ledger
from service.review.replay import Replayed, replay
from service.review.screening import find_entry, pinned_to, screen_article
from service.review.tables import articles, cases
from service.runtime import open_runtime

ON_BOTH = "all"
TEXT = "Rostec said on Friday that United Aircraft Corporation would deliver two more jets. KOMID has none."


ARTICLE = Article(id="a", text=TEXT, sha256=text_sha256(TEXT))


@pytest.fixture
def decided(ledger: Ledger, tmp_path: Path) -> int:
    """A case from a real screening, with three organizations, and a decision about it."""
    return decide_about(ARTICLE, ledger, tmp_path)


def decide_about(article: Article, ledger: Ledger, data: Path) -> int:
    runtime = open_runtime(data)
    options = Options(limit=4, min_confidence=0.4)
    answer = screen_article(runtime, article, options, date(2026, 8, 1))
    taken = Screening(answer, TEXT, options, date(2026, 8, 1))
    counts = import_screenings(ledger, [taken], lambda *key: find_entry(runtime, *key), "import")
    case = counts.case_ids[0]
    with ledger.database.reading() as connection:
        version = connection.execute(select(cases.c.version).where(cases.c.id == case)).scalar_one()
    with ledger.change("ann") as change:
        return decide(change, Policy(), CaseRef(case, version), Ruling(Judgement.TRUE_MATCH, "name"))


def again(ledger: Ledger, data: Path, number: int) -> list[Replayed]:
    with ledger.database.reading() as connection:
        return replay(connection, number, lambda versions, models: pinned_to(data, versions, models))


def test_the_same_versions_give_the_same_bytes(ledger: Ledger, tmp_path: Path, decided: int) -> None:
    (result,) = again(ledger, tmp_path / "elsewhere", decided)
    assert result.is_same
    assert result.then == result.now
    frozen = json.loads(result.then)
    assert frozen["settings"]["limit"] == 4
    assert frozen["article"]["sha256"] == text_sha256(TEXT)
    assert {snapshot["list"] for snapshot in frozen["snapshots"]} >= {"us_ofac_sdn", "eu_fsf"}


PAGE = Fetched("https://news.example/a", "0" * 64, datetime(2026, 8, 1, 9, 30, 1, 120, tzinfo=UTC))


def test_a_page_that_was_fetched_is_not_fetched_again(ledger: Ledger, tmp_path: Path) -> None:
    (result,) = again(ledger, tmp_path, decide_about(replace(ARTICLE, fetched=PAGE), ledger, tmp_path))
    assert result.is_same
    frozen = json.loads(result.then)
    assert frozen["article"]["fetched"]["url"] == "https://news.example/a"
    assert "text" not in frozen, "it is kept with the article, which goes when its time is over"


def test_an_answer_about_a_page_that_was_fetched_brings_its_text(tmp_path: Path) -> None:
    article, asked = replace(ARTICLE, fetched=PAGE), Asked(Options(), date(2026, 8, 1))
    answer = screen_article(open_runtime(tmp_path), article, asked.options, asked.day)
    (read,) = read_hits([answer.model_dump_json(by_alias=True)], "hits.jsonl", {}, asked)
    assert (read.answer, read.text) == (answer, TEXT)


def test_after_an_upgrade_it_says_what_is_different(
    ledger: Ledger, tmp_path: Path, decided: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = replace(default_calibration(), version="next")
    monkeypatch.setattr("service.runtime.default_calibration", lambda: newer)
    (result,) = again(ledger, tmp_path, decided)
    assert not result.is_same
    assert result.missing == ()
    old = default_calibration().version
    assert [d for d in result.differences if "calibration" in d] == [f'engine.calibration: "{old}" → "next"']
    assert len(result.differences) == 1  # the same curve under another name: nothing else moved


def test_what_is_missing_is_named(
    ledger: Ledger, tmp_path: Path, decided: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screening, "embedded_versions", tuple)
    (result,) = again(ledger, tmp_path, decided)
    assert result.now is None
    assert any(name.startswith("us_ofac_sdn ") for name in result.missing)
    with ledger.database.writing() as connection:
        connection.execute(update(articles).values(text=None))
    (result,) = again(ledger, tmp_path, decided)
    assert result.missing == (f"text of article {text_sha256(TEXT)[:12]}",)


def test_another_text_in_the_place_of_the_article_is_another_answer(
    ledger: Ledger, tmp_path: Path, decided: int, take: Callable[..., object]
) -> None:
    with pytest.raises(Exception, match="append-only"), ledger.database.writing() as connection:
        connection.execute(update(articles).values(text="Nothing happened."))
