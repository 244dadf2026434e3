"""The real files beside the checkout, read whole: every record becomes an entry, and what is unusual is counted."""

from __future__ import annotations

import io
import json
from collections import Counter
from xml.etree import ElementTree

import pytest

from lists.source import RawFile, Report
from lists.sources import us_csl
from lists.sources.catalogue import source_for

pytestmark = pytest.mark.shared


def test_ofac_consolidated_list(bench, shared_lists):
    path = shared_lists / "us-ofac-cons" / "consolidated.xml"
    reading = bench.read("ofac-xml", path, "us_ofac_cons")
    schemas = Counter(entry.schema_.value for entry in reading.entries.values())
    assert str(reading.report.published) == "2025-03-28"
    assert schemas == {"Organization": 363, "Person": 80}
    assert sum(len(entry.names) - 1 for entry in reading.entries.values()) == 1136
    assert not reading.report.warnings
    assert reading["30902"].name.casefold() == "aero engine corporation of china"


def test_canadian_list(bench, shared_lists):
    path = shared_lists / "ca-sema" / "sema-lmes.xml"
    reading = bench.read("ca-xml", path, "ca_sema")
    assert len(reading.entries) == len(ElementTree.parse(path).getroot())
    assert Counter(entry.schema_.value for entry in reading.entries.values()) == {
        "Person": 3334,
        "Organization": 1316,
        "Vessel": 109,
    }
    assert reading.report.counts == {"bad date": 3, "two-digit year": 1}
    assert all(entry.designations[0].listing_date for entry in reading.entries.values())


def results(shared_lists) -> dict[str, object]:
    """The converted screening list in the publisher's layout again, as far as its fields were kept."""
    kept = json.loads((shared_lists / "us-csl" / "screening-list.json").read_text(encoding="utf-8"))
    tables = kept["tables"]

    def value(row, key, table):
        return tables[table][row[key]] if key in row else None

    return {
        "results": [
            {
                "name": row["n"],
                "alt_names": row.get("a", []),
                "source": value(row, "s", "sources"),
                "type": row.get("t"),
                "entity_number": row.get("e"),
                "addresses": [{"country": country} for country in row.get("c", [])],
                "programs": [value(row, "pg", "programmes")] if "pg" in row else None,
                "federal_register_notice": row.get("fr"),
                "license_requirement": value(row, "lr", "licenceRequirements"),
                "license_policy": value(row, "lp", "licencePolicies"),
                "source_list_url": value(row, "u", "urls"),
            }
            for row in kept["entries"]
        ],
        "search_performed_at": kept["sourceGeneratedAt"],
    }


def test_screening_list_gives_each_source_its_own_rows(shared_lists):
    content = json.dumps(results(shared_lists)).encode()
    raw = RawFile("consolidated.json", lambda: io.BytesIO(content))
    expected = {
        "us_bis_entity_list": 3420,
        "us_bis_dpl": 1596,
        "us_state_isn": 161,
        "us_ofac_ssi": 286,
    }
    found = {}
    for list_id in expected:
        report = Report()
        entries = list(us_csl.read((raw,), source_for(list_id), report))
        found[list_id] = len({entry.entry_id for entry in entries})
        assert str(report.published) == "2026-07-31"
    assert found == expected
