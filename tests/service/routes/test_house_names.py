"""Every door works while house aliases are in force, and the reader of an answer sees which set."""

from datetime import UTC, datetime

import pytest

from service.house_aliases import HouseAlias, HouseAliases, put_in_force

ALIAS = HouseAlias("us_ofac_sdn", "36431", "Flying Bear Works", "added by a reviewer")


@pytest.fixture
def client(serving, data):
    put_in_force(data, HouseAliases([ALIAS], datetime(2026, 3, 1, tzinfo=UTC)))
    return serving()


@pytest.mark.parametrize(
    "path",
    [
        "/v1/lists",
        "/v1/entries/us_ofac_sdn/36431?history=true",
        "/catalog",
        "/algorithms",
        "/search/default?q=Flying+Bear+Works",
        "/search/default?q=*",
        "/entities/us-ofac-sdn-36431",
        "/entities/us-ofac-sdn-36431/adjacent",
        "/reconcile/default",
        "/reconcile/default/suggest/entity?prefix=flying+bear",
        "/metrics",
        "/readyz",
    ],
)
def test_a_door_opens(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text


def test_the_name_is_found_and_its_set_named(client):
    body = client.post("/v1/match", json={"queries": [{"name": "Flying Bear Works"}]}).json()
    assert body["results"][0]["matches"][0]["entry_id"] == "36431"
    assert [one["list"] for one in body["snapshots"]] == ["us_ofac_sdn", "house_aliases"]
    queries = {"q": {"schema": "Company", "properties": {"name": ["Flying Bear Works"]}}}
    (answer,) = client.post("/match/default", json={"queries": queries}).json()["responses"].values()
    assert answer["results"][0]["id"] == "us-ofac-sdn-36431"


def test_the_catalog_holds_lists_only(client):
    datasets = {one["name"]: one for one in client.get("/catalog").json()["datasets"]}
    assert datasets.keys() == {"default", "sanctions", "us_ofac_sdn"}
    assert datasets["default"]["children"] == ["us_ofac_sdn"]
