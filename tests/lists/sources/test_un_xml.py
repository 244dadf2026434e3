"""The UN list: names, strengths, dates, documents, relations by reference; hostile and broken files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from lists.errors import HostileFile, ReadError
from lists.models import ListEntry
from lists.source import RawFile, Report
from lists.sources import un_xml
from lists.sources.catalogue import UN_SC

Raw = Callable[[str, bytes | str], RawFile]

ENTITY = """<ENTITY><DATAID>6900001</DATAID><VERSIONNUM>1</VERSIONNUM><FIRST_NAME>HARBOUR  FRONT
 (HF)</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE><REFERENCE_NUMBER>KPe.023 </REFERENCE_NUMBER>
<LISTED_ON>2016-03-02-04:00</LISTED_ON><NAME_ORIGINAL_SCRIPT>القاعدة</NAME_ORIGINAL_SCRIPT>
<COMMENTS1>Associated with Other Party (QDe.004) and itself (KPe.023). INTERPOL-UN Security Council Special
 Notice web link: https://example.org/notice</COMMENTS1>
<LAST_DAY_UPDATED><VALUE>2022-07-26</VALUE><VALUE>2018-01-01</VALUE></LAST_DAY_UPDATED>
<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>Front One; Front Two</ALIAS_NAME></ENTITY_ALIAS>
<ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Old Front</ALIAS_NAME></ENTITY_ALIAS>
<ENTITY_ALIAS><QUALITY/><ALIAS_NAME/></ENTITY_ALIAS>
<ENTITY_ADDRESS><STREET>1 Quay</STREET><CITY>Nampo</CITY><ZIP_CODE>Nampo Region</ZIP_CODE>
<COUNTRY>Democratic People's Republic of Korea</COUNTRY></ENTITY_ADDRESS></ENTITY>"""
INDIVIDUAL = """<INDIVIDUAL><DATAID>6900002</DATAID><FIRST_NAME>JOHN</FIRST_NAME><SECOND_NAME>Q.</SECOND_NAME>
<THIRD_NAME>DOE</THIRD_NAME><UN_LIST_TYPE>Taliban</UN_LIST_TYPE>
<REFERENCE_NUMBER>TAi.900</REFERENCE_NUMBER><LISTED_ON>2001-01-25</LISTED_ON>
<NATIONALITY><VALUE>Latvia</VALUE><VALUE>Atlantis</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Johnny</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1960</FROM_YEAR>
<TO_YEAR>1962</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport
</TYPE_OF_DOCUMENT><NUMBER>A1</NUMBER><ISSUING_COUNTRY>Latvia</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>
<SHOE_SIZE>43</SHOE_SIZE></INDIVIDUAL>"""


def document(*entities: str, individuals: str = "", generated: str = "2026-08-01T23:00:03") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="{generated}"><INDIVIDUALS>'
        f"{individuals}</INDIVIDUALS><ENTITIES>{''.join(entities)}</ENTITIES></CONSOLIDATED_LIST>"
    )


def read(raw: Raw, text: str | bytes) -> tuple[list[ListEntry], Report]:
    report = Report()
    return list(un_xml.read((raw("un.xml", text),), UN_SC, report)), report


def test_an_entity_is_read_whole(raw: Raw) -> None:
    assert un_xml.recognizes((raw("un.xml", document(ENTITY)),))
    (entry,), report = read(raw, document(ENTITY))
    assert (report.published, report.published_basis) == (date(2026, 8, 1), "in-file")
    assert report.total == 0
    assert entry.entry_id == "KPe.023"
    assert [(name.text, name.kind.value, name.derived) for name in entry.names] == [
        ("HARBOUR FRONT (HF)", "name", "source"),
        ("Front One", "alias", "split"),
        ("Front Two", "alias", "split"),
        ("القاعدة", "alias", "source"),
        ("Old Front", "previousName", "source"),
    ]
    (designation,) = entry.designations
    assert (designation.listing_date, designation.modified) == ("2016-03-02", "2022-07-26")
    assert [event.kind for event in designation.events] == ["listed", "amended", "amended"]
    assert designation.programmes == ("DPRK",)
    assert [(link.target_id, link.derived) for link in entry.relations] == [("QDe.004", "remarks")]
    assert "INTERPOL" not in entry.remarks[0]
    assert (entry.addresses[0].region, entry.addresses[0].postal_code) == ("Nampo Region", None)
    assert entry.countries == ("kp",)


def test_an_individual_has_a_weak_alias_and_a_range_of_years(raw: Raw) -> None:
    (entry,), report = read(raw, document(individuals=INDIVIDUAL))
    assert [(name.text, name.kind.value, name.quality.value) for name in entry.names] == [
        ("JOHN Q. DOE", "name", "unstated"),
        ("Johnny", "weakAlias", "weak"),
    ]
    assert entry.features["Date of Birth"] == ("1960 to 1962",)
    assert entry.features["Nationality"] == ("Latvia", "Atlantis")
    assert [(number.kind, number.value, number.country) for number in entry.identifiers] == [
        ("passportNumber", "A1", "lv")
    ]
    assert report.counts == {"unknown field": 1, "unknown country": 1}
    assert any("SHOE_SIZE" in warning for warning in entry.warnings)


def test_a_namespace_changes_nothing(raw: Raw) -> None:
    plain = document(ENTITY)
    spaced = plain.replace("<CONSOLIDATED_LIST ", '<CONSOLIDATED_LIST xmlns="https://example.org/un" ')
    assert read(raw, plain)[0] == read(raw, spaced)[0]


def test_an_entity_without_reference_is_known_by_its_row(raw: Raw) -> None:
    (entry,), report = read(raw, document("<ENTITY><DATAID>7</DATAID><FIRST_NAME>A B</FIRST_NAME></ENTITY>"))
    assert entry.entry_id == "7"
    assert report.counts == {"no reference number": 1, "no listing date": 1}


@pytest.mark.parametrize(
    ("text", "error", "match"),
    [
        (document(ENTITY).replace("?>", '?><!DOCTYPE x [<!ENTITY n "gone">]>'), HostileFile, "DOCTYPE"),
        ("<!doctype html><html></html>", HostileFile, "DOCTYPE"),
        ("<html><body>Log in</body></html>", ReadError, "the root is html"),
        (document(ENTITY)[:-60], ReadError, "line 11"),
        (document("<A>" * 400), HostileFile, "depth"),
        (document(ENTITY).replace("UTF-8", "UTF-7"), HostileFile, "UTF-7"),
        (document(ENTITY).encode("utf-16"), HostileFile, "not UTF-8"),
        ("", ReadError, "empty"),
    ],
)
def test_a_broken_or_hostile_file_is_refused_with_its_place(
    raw: Raw, text: str | bytes, error: type[ReadError], match: str
) -> None:
    with pytest.raises(error, match=match) as caught:
        read(raw, text)
    assert caught.value.where.startswith("un.xml")


def test_a_doctype_behind_a_long_comment_is_refused(raw: Raw) -> None:
    text = document(ENTITY).replace("?>", f"?><!--{'x' * 9000}--><!DOCTYPE x>")
    with pytest.raises(HostileFile, match="DOCTYPE"):
        read(raw, text)
