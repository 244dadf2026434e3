"""Deltas over HTTP: from the catalog to the index to the lines, as a client that re-screens goes."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from lists.importing import Import, import_files
from service.holdings import store_of


@pytest.fixture
def two(data, tmp_path):
    """Add a second version to the list: one party changed, one gone, one new."""
    path = tmp_path / "newer.csv"
    path.write_text(
        "entry_id,schema,name,aliases\n"
        "36431,Organization,UNITED AIRCRAFT CORPORATION,UAC\n"
        "9999/a b,Organization,KOREA MINING DEVELOPMENT TRADING CORPORATION,KOMID\n"
        "7,Vessel,NEW SHIP,\n"
    )
    request = Import("us_ofac_sdn", published=datetime.now(UTC).date() + timedelta(days=1))
    import_files(store_of(data), [path], request, datetime.now(UTC))
    return data


def operations(body: str) -> list[tuple[str, str]]:
    lines = [json.loads(line) for line in body.splitlines()]
    assert all(set(line) == {"op", "entity"} for line in lines)
    return [(line["op"], line["entity"]["id"]) for line in lines]


def test_from_the_catalog_to_the_changes(two, serving):
    client = serving()
    catalog = {dataset["name"]: dataset for dataset in client.get("/catalog").json()["datasets"]}
    assert catalog["default"]["entity_count"] == catalog["us_ofac_sdn"]["entity_count"] == 3, (
        "not who is gone"
    )
    assert client.get("/entities/us-ofac-sdn-3").status_code == 404
    index = client.get(catalog["us_ofac_sdn"]["delta_url"]).json()
    ((name, url),) = index["versions"].items()
    assert name == catalog["us_ofac_sdn"]["version"], "a client knows by it which changes it lacks"
    answer = client.get(url)
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert sorted(operations(answer.text)) == [
        ("ADD", "us-ofac-sdn-7"),
        ("DEL", "us-ofac-sdn-3"),
        ("MOD", "us-ofac-sdn-36431"),
        ("MOD", "us-ofac-sdn-9999..2Fa..20b"),
    ]
    changed = next(json.loads(line)["entity"] for line in answer.text.splitlines() if "36431" in line)
    assert changed == client.get("/entities/us-ofac-sdn-36431?nested=false").json()
    assert (two / "deltas/us_ofac_sdn" / name / "entities.delta.json").read_text() == answer.text


def test_a_place_that_is_no_folder(two, serving):
    (two / "deltas").write_text("in the way")
    client = serving()
    (url,) = client.get("/deltas/us_ofac_sdn/delta.json").json()["versions"].values()
    assert len(operations(client.get(url).text)) == 4


@pytest.mark.parametrize(
    "path",
    ["other/delta.json", "..%2f..%2fetc/delta.json", "us_ofac_sdn/1999/entities.delta.json"],
)
def test_what_is_not_there(client, path):
    answer = client.get(f"/deltas/{path}")
    assert answer.status_code == 404
    assert "detail" in answer.json()


def test_a_list_of_one_version_has_an_empty_index(client):
    assert client.get("/deltas/us_ofac_sdn/delta.json").json() == {"versions": {}}
    datasets = {dataset["name"]: dataset for dataset in client.get("/catalog").json()["datasets"]}
    assert datasets["us_ofac_sdn"]["delta_url"] is None
