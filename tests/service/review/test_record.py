"""The record over HTTP: decisions for programs with a key, and whether the same still comes out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from sqlalchemy import select

from matchers.models import Options
from service.app import create_app
from service.articles.article import Article, text_sha256
from service.keys import KeyRing, Scope
from service.review import screening
from service.review.decisions import CaseRef, decide
from service.review.hits import Screening
from service.review.importing import import_screenings
from service.review.judgements import Judgement, Policy, Ruling
from service.review.screening import find_entry, screen_article
from service.review.tables import cases
from service.settings import Settings

TEXT = "Rostec said on Friday that United Aircraft Corporation would deliver two more jets."
Ask = Callable[..., httpx.Response]


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """A service over the sample, with one decision."""
    made = create_app(Settings(data=tmp_path / "data"))
    made.state.holder.refresh()
    runtime, ledger = made.state.holder.current, made.state.review().ledger
    article, options, day = Article("a", TEXT, sha256=text_sha256(TEXT)), Options(), date(2026, 8, 1)
    taken = Screening(screen_article(runtime, article, options, day), TEXT, options, day)
    counts = import_screenings(ledger, [taken], lambda *key: find_entry(runtime, *key), "import")
    with ledger.database.reading() as connection:
        version = connection.execute(
            select(cases.c.version).where(cases.c.id == counts.case_ids[0])
        ).scalar_one()
    with ledger.change("ann") as change:
        ruling = Ruling(Judgement.TRUE_MATCH, "name", "the same")
        decide(change, Policy(), CaseRef(counts.case_ids[0], version), ruling)
    return made


@pytest.fixture
def ask(app: FastAPI) -> Ask:
    """Ask with a key of a scope, or without one."""

    def get(path: str, scope: Scope | None = Scope.REVIEW) -> httpx.Response:
        headers = {"x-api-key": KeyRing(app.state.settings.data).create("one", [scope])[1]} if scope else {}

        async def once() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(once())

    return get


PATHS = {
    "/v1/decisions": "/v1/decisions",
    "/v1/decisions/{number}": "/v1/decisions/1",
    "/v1/decisions/{number}/replay": "/v1/decisions/1/replay",
}


def test_decisions_are_listed_in_their_order(ask: Ask) -> None:
    (one,) = ask("/v1/decisions").json()["decisions"]
    assert (one["number"], one["kind"], one["judgement"], one["author"]) == (1, "decide", "true match", "ann")
    assert (one["reason"], one["comment"], one["about"]) == ("name", "the same", None)
    assert ask("/v1/decisions?after=1").json()["decisions"] == []
    assert ask("/v1/decisions?limit=0").status_code == 422


def test_a_decision_comes_with_what_it_was_about(ask: Ask) -> None:
    found = ask("/v1/decisions/1").json()
    (hit,) = list(found["record"]["hits"].values())[:1]
    assert found["decision"]["number"] == 1
    assert hit["article"]["sha256"] == text_sha256(TEXT)
    assert {one["list"] for one in hit["snapshots"]} >= {"us_ofac_sdn", "eu_fsf"}


def test_a_decision_is_computed_again(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ask("/v1/decisions/1/replay").json()
    assert found["decision"]["number"] == 1
    assert [(hit["same"], hit["missing"], hit["differences"]) for hit in found["hits"]] == [(True, [], [])]
    monkeypatch.setattr(screening, "embedded_versions", tuple)
    (hit,) = ask("/v1/decisions/1/replay").json()["hits"]
    assert hit["same"] is False
    assert any(name.startswith("us_ofac_sdn ") for name in hit["missing"])


@pytest.mark.parametrize("path", PATHS.values())
def test_only_a_key_with_the_scope_is_shown_any(ask: Ask, path: str) -> None:
    nobody = ask(path, None)
    assert (nobody.status_code, list(nobody.json())) == (401, ["detail"])
    assert ask(path, Scope.MATCH).status_code == 403
    assert ask(path, None).status_code == 401
    assert ask(path, Scope.ADMIN).status_code == 200


@pytest.mark.parametrize("path", ["/v1/decisions/7", "/v1/decisions/7/replay"])
def test_what_is_not_there_is_said_in_json(ask: Ask, path: str) -> None:
    assert (ask(path).status_code, ask(path).json()) == (404, {"detail": "there is no decision 7"})
    assert ask("/v1/decisions/x").status_code == 422


@pytest.mark.parametrize("template", PATHS)
def test_the_answers_are_as_the_document_says(app: FastAPI, ask: Ask, template: str) -> None:
    document = app.openapi()
    operation = document["paths"][template]["get"]
    assert operation["x-scope"] == "review"
    assert {"401", "403", "404", "422", "429", "503"} <= operation["responses"].keys()
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    components = document["components"]
    Draft202012Validator({**schema, "components": components}).validate(ask(PATHS[template]).json())
    shape = components["schemas"][schema["$ref"].rpartition("/")[2]]
    assert shape["description"]
    assert all(field.get("description") or "$ref" in field for field in shape["properties"].values())
