"""OFAC's publication service: delta files, the catalogue of hashes, the history, the archive."""

from __future__ import annotations

import json

import pytest

from lists.errors import ReadError
from lists.source import RawFile, Report
from lists.sources.catalogue import source_for
from lists.sources.ofac_catalogue import (
    Publication,
    missing_numbers,
    read_archive,
    read_catalogue,
    read_history,
)
from lists.sources.ofac_delta import FieldChange, read_delta

SHA = "a" * 64


def delta(bench, report=None):
    raw = RawFile("ofac_delta.xml", lambda: (bench.fixtures / "ofac_delta.xml").open("rb"))
    return read_delta(raw, source_for("us_ofac_sdn"), report or Report())


def test_delta_names_what_was_added_removed_and_corrected(bench):
    found = delta(bench)
    assert str(found.published) == "2026-01-16"
    assert found.publication_type == "Standard Action"
    assert (found.ids("add"), found.ids("remove"), found.ids("update")) == (
        {"60001"},
        {"4238"},
        {"36431", "15036"},
    )


def test_added_entity_is_an_entry_with_its_listing_date(bench):
    entry = delta(bench).changes[0].entry
    assert (entry.name, entry.designations[0].listing_date) == ("EXAMPLE TANKER", "2026-01-16")


def test_removed_entity_needs_nothing_but_its_id(bench):
    change = delta(bench).changes[1]
    assert (change.entry_id, change.entry, change.fields) == ("4238", None, ())


def test_correction_names_fields_before_and_after(bench):
    assert delta(bench).changes[2].fields == (
        FieldChange("generalInfo/remarks", "update", "Aircraft.", "Aircraft maker."),
        FieldChange("names/name", "add", "", "false PJSC UAC"),
        FieldChange("sanctionsPrograms/sanctionsProgram", "remove", "UKRAINE-EO13661", ""),
    )


def test_unknown_action_is_an_update_and_a_warning(bench):
    report = Report()
    assert delta(bench, report).changes[3].action == "update"
    assert report.counts["unknown action"] == 2


def test_full_file_is_no_delta(bench):
    raw = RawFile("full.xml", lambda: (bench.fixtures / "ofac_enhanced.xml").open("rb"))
    with pytest.raises(ReadError, match="no delta file"):
        read_delta(raw, source_for("us_ofac_sdn"), Report())


def test_catalogue_gives_hashes_by_file_name():
    hashes = json.dumps({"SHA-256": SHA.upper()})
    rows = [
        {"fileName": "SDN_ENHANCED.XML", "size": 109, "lastUpdated": "2026-09-04", "hashCodes": hashes},
        {"fileName": "SDN.CSV", "size": "7", "lastUpdated": None, "hashCodes": {"MD5": "b" * 32}},
        {"fileName": "OLD.XML", "size": None, "hashCodes": "no json"},
        {"size": 1},
    ]  # fmt: skip
    files = read_catalogue(json.dumps(rows).encode())
    assert files["SDN_ENHANCED.XML"].sha256 == SHA
    assert (files["SDN.CSV"].sha256, files["SDN.CSV"].size) == (None, 7)
    assert (files["OLD.XML"].sha256, files["OLD.XML"].size) == (None, None)
    assert len(files) == 3


@pytest.mark.parametrize(
    "wrap", [lambda rows: rows, lambda rows: {"publications": rows}], ids=["year", "day"]
)
def test_history_is_read_bare_and_wrapped(wrap):
    rows = [{"publicationID": 804, "datePublished": "b"}, {"publicationID": 803, "datePublished": "a"}]
    found = read_history(json.dumps(wrap(rows)).encode())
    assert found == (Publication(803, "a"), Publication(804, "b"))
    assert missing_numbers(found, frozenset({803})) == (804,)
    assert missing_numbers(found, frozenset({804})) == ()


def test_archive_sorts_deltas_of_a_day_by_number():
    names = [
        "2026-01-15_delta_10.xml",
        "2026-01-15_delta_9.xml",
        "2026-01-15_delta.xml",
        "2026-01-14_delta.xml",
    ]
    rows = [{"fileName": name, "downloadLink": f"DeltaArchive/{name}"} for name in names]
    found = read_archive(json.dumps(rows).encode())
    assert [(item.day, item.number) for item in found] == [
        ("2026-01-14", 1),
        ("2026-01-15", 1),
        ("2026-01-15", 9),
        ("2026-01-15", 10),
    ]


@pytest.mark.parametrize(
    ("reader", "content", "message"),
    [
        (read_catalogue, b"<html>", "no JSON"),
        (read_catalogue, b'"text"', "no list of objects"),
        (read_history, b"[{}]", "no publicationID"),
        (read_archive, b'[{"fileName": "other.xml"}]', "no name of a delta file"),
    ],
)
def test_another_answer_is_refused(reader, content, message):
    with pytest.raises(ReadError, match=message):
        reader(content)
