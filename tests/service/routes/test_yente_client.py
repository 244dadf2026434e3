"""The official client of the yente API, unchanged, against a service: as a library and as a command."""

import csv
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

pytest.importorskip("yente_client", reason="yente-client is not installed: pip install 'yente-client[cli]'")

import yente_client
from yente_client import Client, Company

from service.keys import KeyRing, Scope


@pytest.fixture
def official(client: httpx.Client):
    with Client(base_url=str(client.base_url), api_key="unused") as asking:
        yield asking


def test_it_finds_a_listed_company(official):
    answer = official.match(Company(name="United Aircraft Corporation", country="ru"))
    assert answer.top is not None
    assert answer.top.id == "us-ofac-sdn-36431"
    assert answer.top.match is True
    assert answer.top.score >= 0.7
    assert answer.total.value == len(answer.matches) == 1
    assert answer.top.contributing_explanations
    assert answer.query["properties"]["name"] == ["United Aircraft Corporation"]


def test_it_finds_nothing_where_there_is_nothing(official):
    answer = official.match(Company(name="Bakery of Nowhere"))
    assert (answer.results, answer.total.value) == ([], 0)


def test_its_filters_arrive(official):
    query = Company(name="United Aircraft Corporation")
    assert official.match(query, datasets=["us_ofac_sdn", "eu_fsf"]).results
    assert official.match(query, exclude_datasets=["us_ofac_sdn"]).results == []
    assert official.match(query, exclude_schemata=["Organization"]).results == []
    assert official.match(query, threshold=1.0, cutoff=0.1, limit=1).matches == []


def test_it_streams_a_batch(official):
    names = {str(number): Company(name="KOMID") for number in range(12)}
    answers = dict(official.match_iter(names.items()))
    assert answers.keys() == names.keys()
    assert all(answer.top.id.startswith("us-ofac-sdn-9999") for answer in answers.values())


def test_it_fetches_an_entity_its_neighbours_and_follows_a_moved_id(official):
    found = official.fetch("us-ofac-sdn-36431")
    assert found.properties["sanctions"][0].schema_ == "Sanction"
    assert official.fetch("ofac-36431").id == "us-ofac-sdn-36431"
    assert official.adjacent("us-ofac-sdn-36431").adjacent["sanctions"].total.value == 1
    assert official.adjacent("us-ofac-sdn-36431", prop="sanctions").results


def test_it_searches(official):
    answer = official.search("united aircraft", limit=3)
    assert [found.id for found in answer.results] == ["us-ofac-sdn-36431"]
    assert answer.total.value == 1
    assert answer.facets


def test_it_reads_catalog_algorithms_and_health(official):
    assert {"default", "us_ofac_sdn"} <= {dataset.name for dataset in official.datasets().datasets}
    assert official.algorithms().best
    assert (official.healthz().status, official.readyz().status) == ("ok", "ok")


def test_it_understands_refusals(serving, data):
    service = serving()
    _, text = KeyRing(data).create("client", [Scope.MATCH])
    address = str(service.base_url)
    with Client(base_url=address, api_key=text) as good, Client(base_url=address, api_key="wrong") as bad:
        assert good.match(Company(name="KOMID")).results
        with pytest.raises(yente_client.YenteError):
            bad.match(Company(name="KOMID"))
        with pytest.raises(yente_client.YenteError, match="nobody"):
            good.fetch("nobody")


def test_its_command_screens_a_file(client, tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("ref,company\n1,United Aircraft Corporation\n2,Bakery of Nowhere\n")
    command = Path(sys.executable).with_name("yente-cli")
    done = subprocess.run(
        [
            *(command, "--base-url", str(client.base_url), "--api-key", "unused", "screen", source, target),
            *("--schema", "Company", "--input", "company=name", "--include-empty"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    rows = list(csv.DictReader(target.read_text().splitlines()))
    assert [row["ref"] for row in rows] == ["1", "2"]
    assert "us-ofac-sdn-36431" in rows[0].values()
