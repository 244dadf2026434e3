"""Each fixture and everything that is read from it, reviewed line by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lists.models import entry_json
from lists.source import RawFile
from lists.sources.registry import READERS

FIXTURES = Path(__file__).with_name("fixtures")
CASES = [
    ("ofac-enhanced-xml", "ofac_enhanced.xml", "us_ofac_sdn"),
    ("ofac-enhanced-xml", "ofac_enhanced_cons.xml", "us_ofac_cons"),
    ("ofac-advanced-xml", "ofac_advanced.xml", "us_ofac_cons"),
    ("ofac-xml", "ofac_legacy.xml", "us_ofac_sdn"),
    ("eu-xml", "eu_fsf.xml", "eu_fsf"),
    ("uk-xml", "uk_list.xml", "gb_uksl"),
    ("uk-csv", "uk_list.csv", "gb_uksl"),
    ("csl-json", "us_csl.json", "us_bis_entity_list"),
    ("csl-json", "us_csl.json", "us_bis_dpl"),
    ("csl-json", "us_csl.json", "us_bis_uvl"),
    ("csl-json", "us_csl.json", "us_state_debarred"),
    ("csl-json", "us_csl.json", "us_state_isn"),
    ("csl-json", "us_csl.json", "us_ofac_sdn"),
    ("seco-xml", "ch_seco.xml", "ch_seco"),
    ("ca-xml", "ca_sema.xml", "ca_sema"),
    ("dfat-xlsx", "au_dfat.xlsx", "au_dfat"),
    ("ftm-jsonl", "opensanctions.jsonl", "opensanctions"),
    ("opensanctions-csv", "opensanctions_targets.csv", "opensanctions"),
]


@pytest.mark.parametrize(("format_name", "name", "list_id"), CASES)
def test_fixture_gives_expected_entries(bench, format_name, name, list_id):
    reading = bench.read(format_name, name, list_id)
    found = {
        "published": str(reading.report.published),
        "facts": reading.report.facts,
        "warnings": dict(reading.report.counts),
        "entries": [json.loads(entry_json(entry)) for entry in reading.entries.values()],
    }
    expected = json.loads((FIXTURES / f"{name}.{list_id}.json").read_text(encoding="utf-8"))
    assert found == expected


@pytest.mark.parametrize(("format_name", "name", "list_id"), CASES)
def test_reading_again_gives_the_same_bytes(bench, format_name, name, list_id):
    once, again = (bench.read(format_name, name, list_id) for _ in range(2))
    assert [entry_json(entry) for entry in once.entries.values()] == [
        entry_json(entry) for entry in again.entries.values()
    ]


@pytest.mark.parametrize(("format_name", "name", "list_id"), CASES)
def test_format_is_recognised_by_its_own_reader_alone(format_name, name, list_id):
    raw = RawFile(name, lambda: (FIXTURES / name).open("rb"))
    assert [reader.format for reader in READERS if reader.recognizes((raw,))] == [format_name]
