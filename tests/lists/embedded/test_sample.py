"""The embedded sample reads without a warning, and says nothing that cannot be."""

import csv
from importlib.resources import files

import pytest

from lists.drafts import Incoming, read_draft
from lists.embedded import embedded_versions
from lists.embedded.sample import DATE, LIST_IDS, NOTE, sample_draft
from lists.identifiers import CHECKS
from lists.models import EntitySchema

FOLDER = files("lists.embedded") / "data"
NAME_COLUMNS = ("name", "aliases", "weak_aliases", "previous_names")


def rows(list_id):
    with (FOLDER / f"{list_id}.csv").open(encoding="utf-8", newline="") as stream:
        return {row["entry_id"]: row for row in csv.DictReader(stream, strict=True)}


@pytest.fixture(scope="module")
def versions():
    return tuple(embedded_versions())


@pytest.fixture(scope="module")
def entries(versions):
    return [entry for _, found in versions for entry in found]


@pytest.mark.parametrize("list_id", LIST_IDS)
def test_every_row_reads_without_a_warning(list_id):
    file = FOLDER / f"{list_id}.csv"
    _, found, report = read_draft(sample_draft(list_id, Incoming(file.name, file)))
    assert [str(warning) for warning in report.warnings] == []
    assert [entry.entry_id for entry in found if entry.warnings] == []
    assert [entry.entry_id for entry in found] == sorted(rows(list_id))


def test_every_name_of_a_row_is_kept(entries):
    for entry in entries:
        row = rows(entry.list_id)[entry.entry_id]
        typed = {text for column in NAME_COLUMNS for text in row[column].split(" | ") if text}
        assert {name.text for name in entry.names} == typed


def test_versions_are_sorted_dated_and_carry_the_note(versions):
    assert tuple(snapshot.list_id for snapshot, _ in versions) == LIST_IDS == tuple(sorted(LIST_IDS))
    for snapshot, found in versions:
        assert snapshot.published == snapshot.retrieved.date() == DATE
        assert snapshot.version == f"{DATE.isoformat()}-{snapshot.sha256[:12]}"
        assert snapshot.note == NOTE
        assert snapshot.counts["entries"] == len(found)
        assert snapshot.licence != "unstated"


def test_reading_again_gives_the_same(versions):
    assert tuple(embedded_versions()) == versions


def test_size_and_kinds(entries):
    assert 110 <= len(entries) <= 160
    assert {entry.schema_ for entry in entries} == {
        EntitySchema.ORGANIZATION,
        EntitySchema.LEGAL_ENTITY,
        EntitySchema.VESSEL,
    }


def test_ids_are_unique(entries):
    assert len({entry.ref for entry in entries}) == len(entries)


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
    assert {entry.ref for entry in entries} >= {
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
