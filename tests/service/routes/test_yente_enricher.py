"""nomenklatura's YenteEnricher, unchanged, from its own environment (it needs PyICU), against a service."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from service.keys import KeyRing, Scope

ROOT = Path(__file__).parents[3]
PEERS = Path(os.environ.get("SANCTIONS_XREF_PEERS", ROOT / ".venv-peers"))

pytestmark = pytest.mark.skipif(
    not (PEERS / "bin/python").exists(),
    reason="no environment with nomenklatura: tests/benchmarks/peers/install.sh makes .venv-peers",
)


def enrich(address: str, *arguments: str) -> list[dict]:
    done = subprocess.run(
        [PEERS / "bin/python", ROOT / "tests/benchmarks/peers/enrich.py", address, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_it_matches_a_company_and_expands_it_with_its_sanction(serving, data):
    client = serving()
    _, key = KeyRing(data).create("enricher", [Scope.MATCH])
    match, same, *near = enrich(f"{client.base_url}/", "United Aircraft Corporation", key)
    assert (match["step"], match["id"]) == ("match", "us-ofac-sdn-36431")
    assert match["properties"]["topics"] == ["sanction"]
    assert "ofac-36431" in match["referents"]
    assert (same["step"], same["id"]) == ("expand", match["id"])
    found = {entity["schema"]: entity["properties"] for entity in near}
    assert found["Sanction"]["entity"] == [match["id"]]
    assert found["Sanction"]["listingDate"] == ["2022-06-28"]
    assert found["UnknownLink"]["role"] == ["Linked To"]
    assert found["LegalEntity"]["name"] == ["TEST BANK"]


def test_it_finds_nothing_where_there_is_nothing(serving):
    assert enrich(f"{serving().base_url}/", "Bakery of Nowhere") == []
