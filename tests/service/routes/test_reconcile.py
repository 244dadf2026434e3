"""The OpenRefine Reconciliation API beyond its golden exchanges: limits, bad cells, origins."""

import json

import pytest


def reconcile(client, queries: object, **params: object):
    text = queries if isinstance(queries, str) else json.dumps(queries)
    return client.post("/reconcile/default", data={"queries": text}, params=params)


@pytest.mark.parametrize(
    "bad", [7, {}, {"query": 7}, {"query": "x", "type": "Bakery"}, {"query": "x", "properties": [1]}]
)
def test_a_bad_cell_does_not_fail_the_others(client, bad):
    body = reconcile(client, {"bad": bad, "good": {"query": "KOMID"}}).json()
    assert body["bad"]["result"] == []
    assert body["bad"]["error"]
    assert body["good"]["result"][0]["name"] == "KOREA MINING DEVELOPMENT TRADING CORPORATION"


def test_each_cell_has_its_own_limit(serving, loading):
    loading(
        "internal", "1,Organization,KOREA MINING DEVELOPMENT TRADING CORPORATION,,,,kp,,2022-06-28,,,,,\n"
    )
    name = "Korea Mining Development Trading Corporation"
    one, both = reconcile(serving(), {"a": {"query": name, "limit": 1}, "b": {"query": name}}).json().values()
    assert len(one["result"]) == 1
    assert len(both["result"]) == 2


def test_other_columns_count(client):
    def score(*properties: dict) -> float:
        cell = {"query": "United Aircraft Corporation", "properties": list(properties)}
        return reconcile(client, {"q": cell}).json()["q"]["result"][0]["score"]

    number = {"pid": "innCode", "v": "7708619320"}
    assert score(number) > score()
    assert score({"pid": "invented", "v": [1, None, {"id": "x"}]}) == score()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "give `queries` or `extend`"),
        ({"queries": "{"}, "not JSON"),
        ({"queries": "[" * 100_000}, "not JSON"),
        ({"queries": "[]"}, "not a JSON object"),
        ({"queries": json.dumps({str(number): {"query": "x"} for number in range(101)})}, "at most 100"),
        ({"extend": "{}"}, "has `ids`"),
        ({"extend": json.dumps({"ids": ["x"] * 1001, "properties": []})}, "at most 1,000"),
    ],
)
def test_what_is_no_question_is_refused(client, form, said):
    answer = client.post("/reconcile/default", data=form)
    assert answer.status_code == 400
    assert said in answer.json()["detail"]


def test_unknown_datasets_are_not_found(client):
    assert client.get("/reconcile/nowhere").status_code == 404
    assert client.post("/reconcile/nowhere", data={"queries": "{}"}).status_code == 404
    assert client.get("/reconcile/nowhere/suggest/entity", params={"prefix": "x"}).status_code == 404


def test_questions_may_also_come_in_the_address(client):
    body = client.get("/reconcile/default", params={"queries": json.dumps({"q": {"query": "KOMID"}})}).json()
    assert body["q"]["result"]


def test_pages_of_openrefine_may_call_this_and_nothing_else(client):
    origin = {"origin": "http://localhost:3333"}
    assert (
        client.get("/reconcile/default", headers=origin).headers["access-control-allow-origin"]
        == origin["origin"]
    )
    assert "access-control-allow-origin" not in client.get("/v1/lists", headers=origin).headers
    elsewhere = client.get("/reconcile/default", headers={"origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in elsewhere.headers


def test_the_published_path_is_in_the_manifest(serving):
    client = serving(root_path="/xref")
    manifest = client.get("/reconcile/default").json()
    assert manifest["suggest"]["entity"]["service_url"].endswith("/xref/reconcile/default")
