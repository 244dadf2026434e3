"""The embedded sample reads without a warning, and says nothing that cannot be."""

import csv
import io
from itertools import chain

import pytest

from lists.embedded.sample import DATE, NOTE, SOURCES, sample_files
from lists.identifiers import CHECKS
from lists.models import EntitySchema, ListEntry
from lists.source import Report, Source
from lists.sources.entry_table import READER

SEPARATOR = " | "


def read(source: Source) -> tuple[list[ListEntry], Report]:
    report = Report()
    return list(READER.read(sample_files(source.list_id), source, report)), report


def rows(source: Source) -> list[dict[str, str]]:
    (file,) = sample_files(source.list_id)
    with file.open() as stream:
        return list(csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8"), strict=True))


@pytest.fixture(scope="module")
def entries() -> list[ListEntry]:
    return list(chain.from_iterable(read(source)[0] for source in SOURCES))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.list_id)
def test_every_row_reads_without_a_warning(source):
    found, report = read(source)
    assert [str(warning) for warning in report.warnings] == []
    assert [entry.entry_id for entry in found if entry.warnings] == []
    assert [entry.entry_id for entry in found] == [row["entry_id"] for row in rows(source)]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.list_id)
def test_every_name_of_a_row_is_kept(source):
    for entry, row in zip(read(source)[0], rows(source), strict=True):
        columns = (row[name] for name in ("name", "aliases", "weak_aliases", "previous_names"))
        typed = {text for column in columns for text in column.split(SEPARATOR) if text}
        assert {name.text for name in entry.names} == typed


def test_files_are_recognized_and_open_twice():
    for source in SOURCES:
        files = sample_files(source.list_id)
        assert READER.recognizes(files)
        with files[0].open() as first, files[0].open() as second:
            assert first.read() == second.read()


def test_size_and_kinds(entries):
    assert 110 <= len(entries) <= 160
    assert {entry.schema_ for entry in entries} == {
        EntitySchema.ORGANIZATION,
        EntitySchema.LEGAL_ENTITY,
        EntitySchema.VESSEL,
    }


def test_ids_and_sources_are_unique_and_sorted(entries):
    refs = [entry.ref for entry in entries]
    assert len(set(refs)) == len(refs)
    ids = [source.list_id for source in SOURCES]
    assert ids == sorted(set(ids))


def test_check_digits_agree(entries):
    checked = [
        (entry.ref, number.kind, number.value)
        for entry in entries
        for number in entry.identifiers
        if number.kind in CHECKS
    ]
    assert len(checked) > 30
    assert [place for place in checked if not CHECKS[place[1]](place[2])] == []


def test_no_listing_is_later_than_the_sample(entries):
    dates = [act.listing_date for entry in entries for act in entry.designations if act.listing_date]
    assert len(dates) > 80
    assert max(dates) <= DATE.isoformat()


def test_one_listing_has_ended(entries):
    ended = [entry.ref for entry in entries if any(act.end_date for act in entry.designations)]
    assert ended == [("us_ofac_sdn", "13440")]


def test_the_parties_of_the_examples_are_there(entries):
    refs = {entry.ref for entry in entries}
    assert refs >= {
        ("us_ofac_sdn", "36431"),
        ("us_ofac_sdn", "35341"),
        ("us_ofac_sdn", "35901"),
        ("us_ofac_sdn", "35352"),
        ("us_bis_entity_list", "ru-knaaz"),
        ("us_bis_entity_list", "ru-united-aircraft"),
        ("eu_fsf", "EU.7812.41"),
        ("gb_uksl", "RUS0239"),
    }


def test_the_note_names_the_date_and_the_cure():
    assert DATE.isoformat() in NOTE
    assert "sanctions-xref lists import" in NOTE
