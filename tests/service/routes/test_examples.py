"""The routes of the yente API: shapes, faults that are not copied, and filters."""

import math
import re
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.ftm.entities import entity_id, find_entity
from service.ftm.questions import confidence_of, score_of

UAC = {"schema": "Company", "properties": {"name": ["United Aircraft Corporation"], "country": "ru"}}


def ask(client, queries: dict, **params: object):
    return client.post(
        "/match/default", json={"queries": queries, "weights": {}, "config": {}}, params=params
    )


def test_results_have_the_shape_that_clients_read(client):
    answer = ask(client, {"q1": {**UAC, "id": "mine"}})
    body = answer.json()
    assert answer.headers["x-batch-size"] == "1"
    assert body["limit"] == 5
    response = body["responses"]["q1"]
    assert response["status"] == 200
    assert response["query"] == {
        "id": "mine",
        "schema": "Company",
        "properties": {"name": ["United Aircraft Corporation"], "country": ["ru"]},
    }
    assert response["total"] == {"value": 1, "relation": "eq"}
    (result,) = response["results"]
    assert (result["id"], result["schema"]) == ("us-ofac-sdn-36431", "Organization")
    assert result["properties"]["weakAlias"] == ["MIG"]
    assert result["properties"]["topics"] == ["sanction"]
    assert result["datasets"] == ["us_ofac_sdn"]
    assert result["referents"] == ["ofac-36431"]
    assert result["match"] is True
    assert 0.7 <= result["score"] <= 1
    assert result["probability"] == pytest.approx(confidence_of(result["score"]), abs=1e-4)
    assert len(result["last_seen"]) == 19
    assert result["listing"]["sha256"]
    assert all({"score", "weight", "detail"} <= set(part) for part in result["explanations"].values())


def test_the_map_from_confidence_to_score_keeps_order_and_the_even_chance():
    steps = [step / 1000 for step in range(1001)]
    scores = [score_of(step) for step in steps]
    assert scores == sorted(scores)
    assert (score_of(0), score_of(0.5), score_of(1)) == (0, 0.7, 1)
    assert all(math.isclose(confidence_of(score_of(step)), step, abs_tol=1e-5) for step in steps)


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.7, 0.9])
def test_a_score_that_equals_the_threshold_stays(client, threshold):
    first = ask(client, {"q": UAC}, threshold=threshold).json()["responses"]["q"]["results"][0]
    again = ask(client, {"q": UAC}, threshold=first["score"], cutoff=first["score"]).json()["responses"]["q"]
    assert [result["id"] for result in again["results"]] == [first["id"]]
    assert again["results"][0]["match"] is True
    assert again["total"]["value"] == 1


def test_a_cutoff_shows_what_lies_below_the_threshold(client):
    query = {"q": {"schema": "Company", "properties": {"name": "Korea Mining"}}}
    (response,) = ask(client, query, threshold=1, cutoff=0.01).json()["responses"].values()
    assert response["results"]
    assert response["total"]["value"] == 0
    assert not any(result["match"] for result in response["results"])


@pytest.mark.parametrize(
    "bad",
    [
        {"schema": "Bakery", "properties": {"name": ["x"]}},
        {"schema": "Company", "properties": 7},
        {"schema": "Company", "properties": {"name": ["x" * 3000]}},
        7,
    ],
)
def test_a_bad_example_does_not_fail_the_others(client, bad):
    responses = ask(client, {"bad": bad, "good": UAC}).json()["responses"]
    assert responses["bad"]["status"] == 400
    assert responses["bad"]["results"] == []
    assert responses["bad"]["detail"]
    assert responses["good"]["status"] == 200
    assert responses["good"]["results"]


def test_every_name_of_an_example_is_asked_for(client):
    example = {"schema": "LegalEntity", "properties": {"name": ["Something Else Ltd"], "alias": ["KOMID", 7]}}
    (result,) = ask(client, {"q": example}).json()["responses"]["q"]["results"]
    assert result["caption"] == "KOREA MINING DEVELOPMENT TRADING CORPORATION"


def test_an_example_without_a_name_has_no_result(client):
    response = ask(client, {"q": {"schema": "Company", "properties": {"country": ["ru"]}}}).json()[
        "responses"
    ]["q"]
    assert (response["status"], response["results"]) == (200, [])


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, True),
        ({"fuzzy": "False", "algorithm": "best"}, True),
        ({"include_dataset": ["us_ofac_sdn", "unknown"]}, True),
        ({"include_dataset": "eu_fsf"}, False),
        ({"exclude_dataset": "us_ofac_sdn"}, False),
        ({"exclude_schema": "Organization"}, False),
        ({"topics": ["sanction", "debarment"]}, True),
        ({"topics": "debarment"}, False),
        ({"exclude_entity_ids": "us-ofac-sdn-36431"}, False),
        ({"exclude_entity_ids": "ofac-36431"}, False),
        ({"changed_since": "2020-01-01"}, True),
        ({"changed_since": "2099-01-01T00:00:00"}, False),
    ],
)
def test_filters(client, params, found):
    answer = ask(client, {"q": UAC}, **params)
    assert answer.status_code == 200
    assert bool(answer.json()["responses"]["q"]["results"]) is found


@pytest.mark.parametrize(
    ("path", "params", "body", "status"),
    [
        ("/match/nowhere", {}, {"queries": {"q": UAC}}, 404),
        ("/match/default", {"algorithm": "magic"}, {"queries": {"q": UAC}}, 400),
        ("/match/default", {"limit": 501}, {"queries": {"q": UAC}}, 422),
        ("/match/default", {"changed_since": "soon"}, {"queries": {"q": UAC}}, 422),
        ("/match/default", {}, {"queries": {str(number): UAC for number in range(101)}}, 400),
        ("/match/default", {}, {"queries": {"q": UAC}, "config": {"nm_number_mismatch": 0.3}}, 400),
        ("/match/default", {}, {"queries": []}, 422),
        ("/match/default", {}, {}, 422),
    ],
)
def test_what_the_whole_batch_is_refused_for(client, path, params, body, status):
    answer = client.post(path, params=params, json=body)
    assert answer.status_code == status
    assert answer.json()["detail"]


@pytest.mark.parametrize("dataset", ["default", "sanctions", "us_ofac_sdn"])
def test_datasets_by_their_names(client, dataset):
    assert client.post(f"/match/{dataset}", json={"queries": {"q": UAC}}).json()["responses"]["q"]["results"]


def test_an_entity_with_and_without_its_sanctions(client):
    nested = client.get("/entities/us-ofac-sdn-36431").json()
    (sanction,) = nested["properties"]["sanctions"]
    assert sanction["schema"] == "Sanction"
    assert sanction["properties"]["programId"] == ["RUSSIA-EO14024"]
    assert sanction["properties"]["listingDate"] == ["2022-06-28"]
    flat = client.get("/entities/us-ofac-sdn-36431", params={"nested": "False"}).json()
    assert "sanctions" not in flat["properties"]


def test_an_id_that_is_not_plain_survives_the_way_through_a_url(client):
    (result,) = ask(client, {"q": {"schema": "Thing", "properties": {"name": "KOMID"}}}).json()["responses"][
        "q"
    ]["results"]
    assert client.get(f"/entities/{result['id']}").json()["caption"] == result["caption"]


@given(st.from_regex(r"[a-z]{1,8}(_[a-z]{1,5})*", fullmatch=True), st.text(min_size=1, max_size=30))
@example("us_x", "a..b")
@example("us_x", "a./")
@example("us_x", "..2F")
def test_every_id_is_a_reference_to_other_tools_and_leads_back(list_id, entry_id):
    entry_id = entry_id.encode("utf-8", "replace").decode()
    identity = entity_id(list_id, entry_id)
    assert re.fullmatch(r"[0-9a-zA-Z]([0-9a-zA-Z.\-]*[0-9a-zA-Z])?", identity)
    listed = {(list_id, entry_id): SimpleNamespace(entry=SimpleNamespace(ref=(list_id, entry_id)))}
    holdings = SimpleNamespace(
        snapshots=[SimpleNamespace(list_id=list_id)],
        find=lambda *ref: listed.get(ref),
        is_current=lambda _: True,
    )
    assert find_entity(identity, holdings) is listed[list_id, entry_id]


def test_list_and_entry_id_lead_to_the_entity(client):
    answer = client.get("/entities/us_ofac_sdn-36431")
    assert (answer.status_code, answer.headers["location"].endswith("/entities/us-ofac-sdn-36431")) == (
        308,
        True,
    )


def test_an_id_with_a_blank_is_not_sent_in_circles(serving, loading):
    loading("eu_fsf", "a b,Organization,TEST BANK,,,,ru,,2022-06-28,,,,,\n")
    client = serving(root_path="/xref")
    answer = client.get("/entities/eu_fsf-a%20b?nested=false")
    assert (answer.status_code, answer.headers["location"]) == (
        308,
        "/xref/entities/eu-fsf-a..20b?nested=false",
    )
    assert client.get("/entities/eu-fsf-a..20b").status_code == 200


def test_an_id_of_others_leads_to_ours(client):
    answer = client.get("/entities/ofac-36431?nested=false")
    assert answer.status_code == 308
    assert answer.headers["location"].endswith("/entities/us-ofac-sdn-36431?nested=false")
    assert (
        client.get("/entities/ofac-36431/adjacent", follow_redirects=True).json()["entity"]["id"]
        == "us-ofac-sdn-36431"
    )


def test_neighbours_come_in_pages(client):
    body = client.get("/entities/us-ofac-sdn-36431/adjacent").json()
    assert body["adjacent"]["sanctions"]["total"] == {"value": 1, "relation": "eq"}
    page = client.get("/entities/us-ofac-sdn-36431/adjacent/sanctions", params={"offset": 1}).json()
    assert (page["results"], page["total"]["value"], page["offset"]) == ([], 1, 1)
    assert client.get("/entities/us-ofac-sdn-36431/adjacent/nothing").json()["results"] == []


def test_unknown_entities_are_not_found(client):
    for path in (
        "/entities/us-ofac-sdn-1",
        "/entities/nobody",
        "/entities/nobody/adjacent",
        "/entities/ofac-1",
    ):
        assert client.get(path).status_code == 404


def test_the_catalog_names_versions_and_is_cached(client):
    answer = client.get("/catalog")
    datasets = {dataset["name"]: dataset for dataset in answer.json()["datasets"]}
    assert datasets["default"]["children"] == ["us_ofac_sdn"]
    assert datasets["default"]["index_version"][:14].isdigit()
    assert datasets["us_ofac_sdn"]["entity_count"] == 3
    again = client.get("/catalog", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_algorithms_and_what_is_not_there(client):
    body = client.get("/algorithms").json()
    assert {"best", "logic-v2", "ofac"} <= {algorithm["name"] for algorithm in body["algorithms"]}
    assert client.get("/-/version").status_code == 404
    assert client.get("/statements").status_code == 404


def test_updatez_needs_its_token(serving):
    client = serving(update_token="secret")
    assert client.post("/updatez").status_code == 403
    assert client.post("/updatez", params={"token": "secret"}).json() == {"status": "ok", "changed": False}
    assert serving().post("/updatez", params={"token": ""}).status_code == 403
