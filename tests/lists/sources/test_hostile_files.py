"""What readers refuse, and that they say what, where, and what to do about it."""

from __future__ import annotations

import io
import zipfile

import pytest

from lists.errors import HostileFile, ReadError

XML_FORMATS = {
    "ofac-enhanced-xml": ("ofac_enhanced.xml", "us_ofac_sdn"),
    "ofac-advanced-xml": ("ofac_advanced.xml", "us_ofac_cons"),
    "ofac-xml": ("ofac_legacy.xml", "us_ofac_sdn"),
    "eu-xml": ("eu_fsf.xml", "eu_fsf"),
    "uk-xml": ("uk_list.xml", "gb_uksl"),
    "seco-xml": ("ch_seco.xml", "ch_seco"),
    "ca-xml": ("ca_sema.xml", "ca_sema"),
}


@pytest.mark.parametrize("format_name", XML_FORMATS)
def test_doctype_is_refused(bench, format_name):
    name, list_id = XML_FORMATS[format_name]
    content = (bench.fixtures / name).read_text(encoding="utf-8")
    head, rest = content.split("?>", 1)
    hostile = f'{head}?><!DOCTYPE x [<!ENTITY a "b">]>{rest}'
    with pytest.raises(HostileFile, match="DOCTYPE"):
        bench.read_bytes(format_name, hostile.encode(), list_id)


@pytest.mark.parametrize("format_name", XML_FORMATS)
def test_doctype_behind_a_long_comment_is_refused(bench, format_name):
    name, list_id = XML_FORMATS[format_name]
    content = (bench.fixtures / name).read_text(encoding="utf-8")
    head, rest = content.split("?>", 1)
    hostile = f'{head}?><!--{"x" * 5000}--><!DOCTYPE x [<!ENTITY a "b">]>{rest}'
    with pytest.raises(HostileFile, match="DOCTYPE"):
        bench.read_bytes(format_name, hostile.encode(), list_id)


@pytest.mark.parametrize("format_name", XML_FORMATS)
def test_truncated_file_is_refused(bench, format_name):
    name, list_id = XML_FORMATS[format_name]
    content = (bench.fixtures / name).read_bytes()
    with pytest.raises(ReadError, match="line"):
        bench.read_bytes(format_name, content[:-40], list_id)


@pytest.mark.parametrize("format_name", XML_FORMATS)
def test_file_of_another_format_is_refused(bench, format_name):
    _, list_id = XML_FORMATS[format_name]
    with pytest.raises(ReadError, match=r"root element|whole list"):
        bench.read_bytes(format_name, b"<?xml version='1.0'?><html><body>busy</body></html>", list_id)


@pytest.mark.parametrize("format_name", XML_FORMATS)
def test_empty_file_is_refused(bench, format_name):
    with pytest.raises(ReadError, match="empty"):
        bench.read_bytes(format_name, b"", XML_FORMATS[format_name][1])


def test_advanced_bytes_in_the_enhanced_reader_are_refused_by_name(bench):
    content = (bench.fixtures / "ofac_advanced.xml").read_bytes()
    with pytest.raises(ReadError, match=r"'Sanctions'.*formats of their own"):
        bench.read_bytes("ofac-enhanced-xml", content, "us_ofac_sdn")


def test_delta_in_the_enhanced_reader_is_refused(bench):
    with pytest.raises(ReadError, match="SDN_ENHANCED"):
        bench.read("ofac-enhanced-xml", "ofac_delta.xml", "us_ofac_sdn")


def test_legacy_file_with_another_record_count_is_refused(bench):
    content = (bench.fixtures / "ofac_legacy.xml").read_bytes()
    wrong = content.replace(b"<Record_Count>2<", b"<Record_Count>3<")
    with pytest.raises(ReadError, match="Record_Count is 3, but there are 2"):
        bench.read_bytes("ofac-xml", wrong, "us_ofac_sdn")


def test_legacy_file_is_no_list_inside_the_consolidated_one(bench):
    with pytest.raises(ReadError, match="us_ofac_cons"):
        bench.read("ofac-xml", "ofac_legacy.xml", "us_ofac_ssi")


def test_closed_ofsi_list_is_refused_by_its_name_and_date(bench):
    with pytest.raises(ReadError, match=r"28 January 2026.*UK-Sanctions-List\.xml"):
        bench.read("uk-csv", "ofsi_conlist.csv", "gb_uksl")


def test_partial_swiss_list_is_refused(bench):
    content = (bench.fixtures / "ch_seco.xml").read_bytes().replace(b'"whole-list"', b'"delta"', 1)
    with pytest.raises(ReadError, match="Gesamtliste"):
        bench.read_bytes("seco-xml", content, "ch_seco")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"results": [{"name": "A", "source": "x (EL)"}', "cut off"),
        (b'{"results": [{"name": "A", "source": "x (EL)"}]', "cut off"),
        (b'{"results": [{"name": NaN, "source": "x (EL)"}]}', "NaN"),
        (b'{"results": [1]}', "no record"),
        (b'{"rows": []}', "no array 'results'"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b'{"results": [' + b"[" * 100_000 + b"]}", "cannot be read|not well-formed"),
    ],
)
def test_broken_json_is_refused(bench, content, message):
    with pytest.raises(ReadError, match=message):
        bench.read_bytes("csl-json", content, "us_bis_entity_list")


def test_records_that_span_chunks_are_read_whole(bench):
    rows = ",".join(
        f'{{"name": "Company {number} {"x" * 900}", "source": "Entity List (EL) - BIS"}}'
        for number in range(500)
    )
    reading = bench.read_bytes(
        "csl-json", f'{{"total": 500, "results": [{rows}]}}'.encode(), "us_bis_entity_list"
    )
    assert len(reading.entries) == 500


def test_swiss_spellings_do_not_explode(bench):
    variants = "".join(
        f'<spelling-variant lang="rus" script="CYRL">Имя{number}</spelling-variant>' for number in range(40)
    )
    parts = "".join(
        f'<name-part order="{order}" name-part-type="given-name"><value>N{order}</value>{variants}</name-part>'
        for order in range(1, 6)
    )
    content = (
        '<swiss-sanctions-list list-type="whole-list" date="2026-09-28"><target ssid="1"><entity><identity main="true">'
        f'<name name-type="primary-name">{parts}</name></identity></entity></target></swiss-sanctions-list>'
    )
    entry = bench.read_bytes("seco-xml", content.encode(), "ch_seco")["1"]
    assert len(entry.names) == 51
    assert any(warning.startswith("too many spellings") for warning in entry.warnings)


def archive(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(name, data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 this is no archive", "not a spreadsheet"),
        (archive({"xl/worksheets/sheet1.xml": b"<a/>" + b" " * 20_000_000}), "times its size"),
        (archive({f"{number}.bin": b"" for number in range(1200)}), "1,200 members"),
        (archive({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><workbook/>'}), "DOCTYPE"),
        (archive({"readme.txt": b"hello"}), "not a readable spreadsheet"),
    ],
)
def test_spreadsheet_that_is_none_or_a_bomb_is_refused(bench, content, message):
    with pytest.raises(ReadError, match=message):
        bench.read_bytes("dfat-xlsx", content, "au_dfat", name="list.xlsx")


def test_truncated_spreadsheet_is_refused(bench):
    content = (bench.fixtures / "au_dfat.xlsx").read_bytes()
    with pytest.raises(ReadError, match="spreadsheet"):
        bench.read_bytes("dfat-xlsx", content[:2000], "au_dfat", name="list.xlsx")


def test_json_lines_with_a_broken_line_are_refused_with_its_number(bench):
    lines = (bench.fixtures / "opensanctions.jsonl").read_bytes().splitlines(keepends=True)
    with pytest.raises(ReadError, match="line 3"):
        bench.read_bytes("ftm-jsonl", b"".join(lines[:2]) + lines[2][:60], "opensanctions")
