"""OFAC's CSV files: header or none, `-0-`, 0x1A, remarks that go on in another file, quoted weak aliases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lists.errors import ReadError
from lists.models import ListEntry
from lists.source import RawFile, Report
from lists.sources import ofac_csv
from lists.sources.catalogue import US_OFAC_SDN

Raw = Callable[[str, bytes | str], RawFile]

SDN = (
    '100,"HARBOUR CRANE WORKS OAO",-0- ,"RUSSIA-EO14024] [SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '"Organization Established Date 2006; Tax ID No. 7708619320 (Russia); Registration Number 1067759884598 '
    "(Russia); a.k.a. 'HCW; CRANES'; f.k.a. 'OLD 'YARD''; Linked To: BIG HOLDING; Legal Entity Nu\"\r\n"
    '200,"MAR AZUL","vessel","CUBA",-0- ,"CL2192","Tug",-0- ,"212","Cuba","Samir de Navegacion S.A.",'
    '"Vessel Registration Identification IMO 7406784; MMSI 572469210; nationality of nobody."\r\n'
    '300,"DOE, John","individual","SDGT","Treasurer",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '"DOB circa 1962; POB Riga, Latvia; nationality Latvia; Passport A1 (Atlantis) expires 1 Jan 2030."\r\n'
    "\x1a\r\n"
)
ALT = (
    '100,1,"aka","HCW",-0- \r\n100,2,"fka","OLD YARD",-0- \r\n200,3,"zka","BLUE SEA","seen in 1999"\r\n'
    '999,4,"aka","NOBODY",-0- \r\n\x1a\r\n'
)
ADD = (
    '100,1,"1 Quay","Riga LV-1000","Latvia",-0- \r\n100,2,-0- ,-0- ,"Russia",-0- \r\n'
    "300,3,-0- ,-0- ,-0- ,-0- \r\n"
)
COMMENTS = "100,\"mber 253400WSS48YWMBUA688; a.k.a. 'TAIL'.\"\r\n\x1a\r\n"
HEADER = ",".join(ofac_csv.SDN_COLUMNS) + "\n"


def read(raw: Raw, **texts: str) -> tuple[dict[str, ListEntry], Report]:
    files = tuple(raw(f"{name}.csv", text) for name, text in sorted(texts.items()))
    assert ofac_csv.recognizes(files)
    report = Report()
    return {entry.entry_id: entry for entry in ofac_csv.read(files, US_OFAC_SDN, report)}, report


def test_names_come_from_the_three_files_with_their_strength(raw: Raw) -> None:
    entries, _ = read(raw, sdn=SDN, alt=ALT, add=ADD, comments=COMMENTS)
    names = [(name.text, name.kind.value, name.quality.value, name.derived) for name in entries["100"].names]
    assert names == [
        ("HARBOUR CRANE WORKS OAO", "name", "unstated", "source"),
        ("HCW", "alias", "strong", "source"),
        ("OLD 'YARD'", "previousName", "weak", "remarks"),
        ("OLD YARD", "previousName", "strong", "source"),
        ("HCW; CRANES", "weakAlias", "weak", "remarks"),
        ("TAIL", "weakAlias", "weak", "remarks"),
    ]


def test_remarks_go_on_in_the_middle_of_a_word(raw: Raw) -> None:
    entries, _ = read(raw, sdn=SDN, alt=ALT, add=ADD, comments=COMMENTS)
    found = {(number.kind, number.value, number.valid) for number in entries["100"].identifiers}
    assert found == {
        ("innCode", "7708619320", True),
        ("ogrnCode", "1067759884598", True),
        ("leiCode", "253400WSS48YWMBUA688", True),
    }
    assert "Legal Entity Number 253400WSS48YWMBUA688" in entries["100"].remarks[0]


def test_what_else_an_organization_has(raw: Raw) -> None:
    entry = read(raw, sdn=SDN, alt=ALT, add=ADD)[0]["100"]
    assert entry.schema_ == "Organization"
    assert entry.designations[0].programmes == ("RUSSIA-EO14024", "SDGT")
    assert entry.designations[0].asset_freeze is True
    assert entry.designations[0].listing_date is None
    assert [(link.role, link.target_name, link.derived) for link in entry.relations] == [
        ("Linked To", "BIG HOLDING", "remarks")
    ]
    assert [address.full for address in entry.addresses] == ["1 Quay, Riga LV-1000, Latvia", "Russia"]
    assert entry.countries == ("lv", "ru")
    assert entry.source_url == "https://sanctionssearch.ofac.treas.gov/Details.aspx?id=100"


def test_a_vessel_has_its_numbers_and_its_owner(raw: Raw) -> None:
    entries, report = read(raw, sdn=SDN, alt=ALT, add=ADD)
    entry = entries["200"]
    assert entry.schema_ == "Vessel"
    assert {(number.kind, number.value) for number in entry.identifiers} == {
        ("callSign", "CL2192"),
        ("imoNumber", "7406784"),
        ("mmsi", "572469210"),
    }
    assert [(link.kind, link.direction, link.target_name) for link in entry.relations] == [
        ("Ownership", "in", "Samir de Navegacion S.A.")
    ]
    assert entry.features["GRT"] == ("212",)
    assert entry.features["Alias Remarks"] == ("BLUE SEA: seen in 1999",)
    assert report.counts["unknown alias type"] == 1


def test_a_person_has_dates_and_a_warning_for_an_unknown_country(raw: Raw) -> None:
    entry = read(raw, sdn=SDN, alt=ALT, add=ADD)[0]["300"]
    assert entry.features["Date of Birth"] == ("circa 1962",)
    assert entry.features["Place of Birth"] == ("Riga, Latvia",)
    assert entry.countries == ("lv",)
    assert any("Atlantis" in warning for warning in entry.warnings)


def test_rows_that_belong_to_nobody_are_counted(raw: Raw) -> None:
    _, report = read(raw, sdn=SDN, alt=ALT, add=ADD, comments='888,"x"\r\n')
    assert report.counts["alias without entry"] == 1
    assert report.counts["comment without entry"] == 1


def test_a_header_row_changes_nothing(raw: Raw) -> None:
    plain, _ = read(raw, sdn=SDN, alt=ALT, add=ADD)
    headed, _ = read(
        raw,
        OFAC_SDN=HEADER + SDN.replace("-0- ", ""),
        OFAC_ALT="ent_num,alt_num,alt_type,alt_name,alt_remarks\n" + ALT.replace("-0- ", ""),
        OFAC_ADD="Ent_num,Add_num,Address,City/State,Country,Add_remarks\n" + ADD.replace("-0- ", ""),
    )
    assert [entry.names for entry in plain.values()] == [entry.names for entry in headed.values()]
    assert [entry.addresses for entry in plain.values()] == [entry.addresses for entry in headed.values()]


def test_a_short_row_is_kept_and_counted(raw: Raw) -> None:
    entries, report = read(raw, sdn=SDN + '400,"CUT OFF"\r\n')
    assert entries["400"].name == "CUT OFF"
    assert report.counts["row length"] == 1
    assert report.counts["missing file"] == 2


def test_other_files_are_not_taken_for_it(raw: Raw) -> None:
    assert not ofac_csv.recognizes((raw("a.csv", "entry_id,name\n1,A\n"),))
    assert not ofac_csv.recognizes((raw("alt.csv", ALT),))
    assert not ofac_csv.recognizes((raw("a.bin", b"\x00" * 100),))
    with pytest.raises(ReadError, match="twelve columns"):
        list(ofac_csv.read((raw("alt.csv", ALT),), US_OFAC_SDN, Report()))
