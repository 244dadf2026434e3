"""The routes under /v1, against a service with a small list."""

import json

import pytest

from matchers.pairs import default_pair_matcher

ARTICLE = (
    "Officials visited United Aircraft Corporation on Friday. "
    "“UAC is ready,” said a spokesman for KOMID in Pyongyang."
)


def test_match_answers_each_query_in_order(client):
    answer = client.post(
        "/v1/match",
        json={"queries": [{"name": "United Aircraft Corp", "id": 7}, {"name": "Bakery of Nowhere"}]},
    )
    body = answer.json()
    assert answer.status_code == 200
    assert [result["query"] for result in body["results"]] == [
        {"name": "United Aircraft Corp", "id": "7"},
        {"name": "Bakery of Nowhere", "id": None},
    ]
    assert body["results"][0]["matches"][0]["entry_id"] == "36431"
    assert body["snapshots"][0]["list"] == "us_ofac_sdn"
    assert set(body["engine"]) >= {"version", "matcher", "calibration"}


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"name": ""},
        {"name": 7},
        {"name": "x" * 3000},
        {"name": "x", "schema": "Bakery"},
        {"nom": "x"},
        7,
        None,
        [],
    ],
)
def test_a_bad_query_does_not_fail_the_others(client, bad):
    answer = client.post("/v1/match", json={"queries": [{"name": "KOMID"}, bad, {"name": "KOMID"}]})
    first, middle, last = answer.json()["results"]
    assert answer.status_code == 200
    assert middle["error"]
    assert middle["matches"] == []
    assert first["matches"] == last["matches"] != []
    assert "error" not in first


def test_half_characters_are_refused_without_a_crash(client):
    body = b'{"queries": [{"name": "\\ud800"}, {"name": "KOMID"}]}'
    answer = client.post("/v1/match", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["results"][0]["error"]


def test_options_narrow_the_answer(client):
    def matches(**options: object) -> list[dict]:
        body = {"queries": [{"name": "Korea Mining Development"}], **options}
        return client.post("/v1/match", json=body).json()["results"][0]["matches"]

    assert matches(min_confidence=0)
    assert matches(min_confidence=1) == []
    assert len(matches(min_confidence=0, limit=1)) == 1
    assert matches(as_of="2000-01-01", min_confidence=0)[0]["status"]["now"] == "not_listed"


def test_compare(client):
    answer = client.post("/v1/compare", json={"name1": "JSC Sukhoi", "name2": "Sukhoi Joint Stock Company"})
    assert answer.json()["confidence"] > 0.5
    pairs = default_pair_matcher()
    assert answer.json()["engine"]["matcher"] == pairs.version
    assert answer.json()["engine"]["calibration"] == pairs.model.version


def test_screen_finds_both_organizations_with_exact_offsets(client):
    body = {"id": "a1", "text": ARTICLE, "published": "2023-09-15", "title": "Visit"}
    answer = client.post("/v1/screen", json=body).json()
    assert answer["article"]["id"] == "a1"
    mentions = [mention for found in answer["organizations"] for mention in found["mentions"]]
    assert mentions
    assert all(ARTICLE[mention["start"] : mention["end"]] == mention["text"] for mention in mentions)
    hits = {match["entry_id"] for found in answer["organizations"] for match in found["matches"]}
    assert {"36431", "9999/a b"} <= hits
    assert answer["organizations"][0]["matches"][0]["status"]["on_article_date"] == "listed"


def test_screen_reads_a_page(client):
    page = f"<html><head><title>Visit</title></head><body><article><p>{ARTICLE}</p></article></body></html>"
    answer = client.post("/v1/screen", json={"text": page, "html": True}).json()
    assert answer["article"]["title"] == "Visit"
    assert answer["organizations"]


def test_a_batch_of_articles_keeps_order_and_bad_ones(client):
    articles = [{"id": "1", "text": ARTICLE}, {"id": "2"}, {"id": "3", "text": "", "html": True}]
    results = client.post("/v1/screen/batch", json={"articles": articles}).json()["results"]
    assert results[0]["article"]["id"] == "1"
    assert "text" in results[1]["error"]
    assert results[2]["article_id"] == "3"


def test_articles_that_are_answered_together_are_answered_as_each_alone(client):
    names = ["United Aircraft Corporation", "KOMID", "Bakery of Nowhere", "Mahan Air", "Uralvagonzavod"]
    articles = [
        {"id": str(number), "text": f"In Moscow {names[number % 5]} met {names[number % 3]} under sanctions."}
        for number in range(19)
    ]
    articles[4] = {"id": "4", "text": "<html></html>", "html": True}
    results = client.post("/v1/screen/batch", json={"articles": articles}).json()["results"]
    assert "error" in results.pop(4)
    alone = [client.post("/v1/screen", json=one).json() for one in articles if one["id"] != "4"]
    assert [one["organizations"] for one in results] == [one["organizations"] for one in alone]
    assert any(one["organizations"] for one in results)


def test_lists_say_version_age_and_terms(client):
    (state,) = client.get("/v1/lists").json()["lists"]
    assert (state["list"], state["counts"]["entries"], state["stale"]) == ("us_ofac_sdn", 3, False)
    assert state["authority"]


@pytest.mark.parametrize("path", ["us_ofac_sdn/36431", "us_ofac_sdn/9999%2Fa%20b"])
def test_an_entry_is_shown_whole(client, path):
    body = client.get(f"/v1/entries/{path}").json()
    assert body["entry"]["record_sha256"]
    assert body["status"] == "listed"
    assert body["snapshot"]["list"] == "us_ofac_sdn"


def test_an_entry_with_what_each_version_did_to_it(serving, loading):
    old = "1,Organization,TEST BANK,,,,ru,,2022-06-28,,,,,\n"
    loading("internal", old, published="2026-01-01")
    loading("internal", old.replace("TEST BANK", "TEST BANK NEW"), published="2026-02-01")
    client = serving()
    rows = client.get("/v1/entries/internal/1", params={"history": True}).json()["history"]
    assert [row["change"] for row in rows] == ["present", "changed"]
    assert {field["field"] for field in rows[1]["fields"]} == {"names"}
    (only,) = client.get("/v1/entries/us_ofac_sdn/36431?history=true").json()["history"]
    assert only["change"] == "present"
    assert "history" not in client.get("/v1/entries/internal/1").json()


def test_an_entry_on_another_day(client):
    body = client.get("/v1/entries/us_ofac_sdn/36431", params={"as_of": "2022-06-27"}).json()
    assert body["status"] == "not_listed"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("GET", "/v1/entries/us_ofac_sdn/1", None, 404, "has no entry 1"),
        ("GET", "/v1/entries/nowhere/1", None, 404, "list nowhere is not loaded"),
        ("GET", "/v1/nowhere", None, 404, "Not Found"),
        ("POST", "/v1/match", {"queries": []}, 422, "at least 1 item"),
        ("POST", "/v1/match", {"queries": [{"name": "x"}], "lists": ["nowhere"]}, 404, "loaded: us_ofac_sdn"),
        ("POST", "/v1/match", {"queries": [{"name": "x"}], "limit": 0}, 422, "greater than or equal to 1"),
        ("POST", "/v1/match", {"queries": [{"name": "x"}], "nonsense": 1}, 422, "not permitted"),
        ("POST", "/v1/match", {"queries": [{"name": "x"}] * 1001}, 413, "at most 1,000"),
        ("POST", "/v1/match", {"queries": [{"name": "x"}], "known_as_of": "1990-01-01"}, 404, "1990-01-01"),
        ("POST", "/v1/compare", {"name1": "x"}, 422, "Field required"),
        ("POST", "/v1/screen", {"text": "x", "published": "soon"}, 422, "date"),
    ],
)
def test_errors_say_what_to_do(client, method, path, body, status, said):
    answer = client.request(method, path, json=body)
    assert answer.status_code == status
    assert said in json.dumps(answer.json()["detail"])


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"null", b'"x"', b'{"queries": NaN}']
)
def test_bodies_that_are_no_question(client, content):
    answer = client.post("/v1/match", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.json()["detail"]


def test_health_and_readiness(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    body = client.get("/readyz").json()
    assert (body["status"], body["lists"], body["entries"]) == ("ok", 1, 3)
    assert (body["age_days"], body["refused"], body["problem"]) == ({"us_ofac_sdn": 0}, [], None)
