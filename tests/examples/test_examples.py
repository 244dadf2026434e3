"""The example articles against the embedded sample: what has to be found, and what must not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SURE = 0.5


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    command = [
        str(Path(sys.executable).with_name("sanctions-xref")),
        "screen",
        "examples",
        "--format",
        "jsonl",
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANCTIONS_XREF_")}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**kept, "SANCTIONS_XREF_DATA": str(tmp_path_factory.mktemp("data"))},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(answer["article"]["id"]).stem: answer for answer in found}


def hits(answer, text):
    """Return (list, entry id) of the sure matches of the organization that has this mention."""
    return {
        (match["list"], match["entry_id"])
        for organization in answer["organizations"]
        if any(text in mention["text"] for mention in organization["mentions"])
        for match in organization["matches"]
        if match["confidence"] >= SURE
    }


def test_every_article_is_answered_with_the_note(answers):
    assert set(answers) == {
        "komsomolsk-visit",
        "drone-programme",
        "bakery-prize",
        "near-names",
        "chip-traders",
        "shipping-desk",
        "zavody-ru",
    }
    for answer in answers.values():
        assert len(answer["snapshots"]) == 5
        assert all("dated sample" in snapshot["note"] for snapshot in answer["snapshots"])


def test_dates_and_languages_are_read(answers):
    dates = {name: answer["article"]["published"] for name, answer in answers.items()}
    assert dates["komsomolsk-visit"].startswith("2023-09-15")
    assert dates["zavody-ru"] == "2023-12-19"
    assert answers["zavody-ru"]["article"]["language"] == "ru"


def test_the_plant_is_one_organization_under_both_names(answers):
    answer = answers["komsomolsk-visit"]
    assert ("us_bis_entity_list", "ru-knaaz") in hits(answer, "Yuri Gagarin Aviation Plant")
    (plant,) = [
        organization
        for organization in answer["organizations"]
        if any("Gagarin" in mention["text"] for mention in organization["mentions"])
    ]
    assert len([mention for mention in plant["mentions"] if "Gagarin" in mention["text"]]) == 3


@pytest.mark.parametrize(
    "ref",
    [
        ("us_ofac_sdn", "36431"),
        ("us_bis_entity_list", "ru-united-aircraft"),
        ("eu_fsf", "EU.7812.41"),
        ("gb_uksl", "RUS0239"),
    ],
)
def test_the_corporation_is_found_on_four_lists(answers, ref):
    assert ref in hits(answers["komsomolsk-visit"], "United Aircraft Corporation")


@pytest.mark.parametrize(
    ("article", "text", "ref"),
    [
        ("komsomolsk-visit", "Yakovlev plant", ("us_ofac_sdn", "35901")),
        ("drone-programme", "Iran Aviation Industries Organization", ("us_ofac_sdn", "16436")),
        ("drone-programme", "IAIO", ("gb_uksl", "INU0079")),
        ("drone-programme", "MODAFL", ("us_ofac_sdn", "10392")),
        ("drone-programme", "KOMID", ("un_sc", "KPe.001")),
        ("drone-programme", "Mahan Air", ("us_ofac_sdn", "12927")),
        ("drone-programme", "Qeshm Fars Air", ("us_ofac_sdn", "26344")),
        ("chip-traders", "King Pai Technology Co Ltd", ("us_bis_entity_list", "cn-king-pai")),
        ("chip-traders", "Winninc Electronic Co Ltd", ("us_bis_entity_list", "cn-winninc")),
        ("chip-traders", "Uralvagonzavod", ("us_bis_entity_list", "ru-uralvagonzavod")),
        ("shipping-desk", "Sovcomflot", ("us_ofac_sdn", "34741")),
        ("shipping-desk", "Korea Kwangson Banking Corp", ("us_ofac_sdn", "11581")),
        ("shipping-desk", "Korea Kwangsong Trading Corporation", ("us_ofac_sdn", "9523")),
        ("shipping-desk", "Wagner Group", ("us_ofac_sdn", "22543")),
        ("shipping-desk", "Syrian Arab Airlines", ("us_ofac_sdn", "13440")),
        ("zavody-ru", "Комсомольский-на-Амуре авиационный завод", ("eu_fsf", "EU.10988.53")),
        ("zavody-ru", "Калашников", ("eu_fsf", "EU.8174.69")),
        ("zavody-ru", "Рособоронэкспорт", ("eu_fsf", "EU.7808.66")),
        ("zavody-ru", "Сбербанк", ("eu_fsf", "EU.8537.32")),
    ],
)
def test_a_listed_party_is_found(answers, article, text, ref):
    assert ref in hits(answers[article], text)


@pytest.mark.parametrize("text", ["Kremlin", "TASS", "AFP", "Vostochny Cosmodrome"])
def test_a_bystander_is_not_taken_for_a_listed_party(answers, text):
    assert hits(answers["komsomolsk-visit"], text) == set()


def test_a_place_at_the_head_of_a_report_is_not_a_plant_there(answers):
    assert hits(answers["komsomolsk-visit"], "KOMSOMOLSK-ON-AMUR") == set()


def test_a_long_name_is_not_cut_at_its_and(answers):
    names = {organization["name"] for organization in answers["drone-programme"]["organizations"]}
    assert "Ministry of Defense" not in names
    assert ("un_sc", "KPe.054") not in hits(answers["drone-programme"], "MODAFL")


@pytest.mark.parametrize("text", ["M23", "Bank Melli"])
def test_an_alias_that_stands_alone_is_found(answers, text):
    assert hits(answers["shipping-desk"], text) != set()


def sure_names(answer):
    return {
        (organization["name"], match["name"])
        for organization in answer["organizations"]
        for match in organization["matches"]
        if match["confidence"] >= SURE
    }


def test_an_article_without_a_listed_party_has_no_sure_match(answers):
    assert sure_names(answers["bakery-prize"]) == set()


def test_of_names_near_listed_ones_only_the_one_that_is_written_alike_is_a_lead(answers):
    """The writer Yakovlev and the aircraft maker Yakovlev have one name: only a reader can tell them apart."""
    sure = sure_names(answers["near-names"])
    assert ("Yakovlev", "PUBLIC JOINT STOCK COMPANY YAKOVLEV") in sure
    assert all(name == "Yakovlev" and "YAKOVLEV" in listed.upper() for name, listed in sure)


def test_namesakes_one_letter_apart_are_kept_apart(answers):
    answer = answers["shipping-desk"]
    for text, other in (("Kwangson Banking", "9523"), ("Kwangsong Trading", "11581")):
        assert ("us_ofac_sdn", other) not in hits(answer, text)


def test_an_ended_listing_has_its_own_status(answers):
    (match,) = [
        match
        for organization in answers["shipping-desk"]["organizations"]
        for match in organization["matches"]
        if match["entry_id"] == "13440"
    ]
    assert match["status"]["on_article_date"] == "listed"
    assert match["status"]["now"] == "not_listed"


def test_offsets_of_json_lines_slice_back(answers):
    lines = (ROOT / "examples/newsroom.jsonl").read_text(encoding="utf-8").splitlines()
    for article in map(json.loads, lines):
        for organization in answers[article["id"]]["organizations"]:
            for mention in organization["mentions"]:
                assert article["text"][mention["start"] : mention["end"]] == mention["text"]
