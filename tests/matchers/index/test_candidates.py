"""Candidates over a list written here: every way in which a name is found, and many threads at once."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from rapidfuzz.distance import Indel

from lists.models import Address, Designation, ListedName, ListEntry
from matchers.index import CandidateIndex, build_index
from matchers.names.reading import read_name
from matchers.scoring.similarity import SIMILAR, similarity

NAMES = [
    "TELESERVE PLUS",
    "TECHNOLAB",
    "NATIONAL IRANIAN OIL COMPANY",
    "Joint Stock Company Uralvagonzavod",
    "OBSHCHESTVO S OGRANICHENNOI OTVETSTVENNOSTYU KRON",
    "SHANGHAI FUDAN MICROELECTRONICS CO., LTD.",
    "WOKE TRADING HONGKONG LIMITED",
    "HAIGE GUANGZHOU COMMUNICATIONS",
    "KOREA MINING DEVELOPMENT TRADING CORPORATION",
    "ABU SAYYAF GROUP",
    "ALBADR FIGHTERS",
    "RED STEEL",
    "AGROPECUARIA LA PERLA LTDA.",
    "NORTHERN UNIVERSAL BANK",
    "SAKHATRANS LLC",
    "MORVEN",
    "MORVAN DRILLING EQUIPMENT TRADING",
    "TULSKOE NIGP",
    "ZAVOD KOMPLEKSNYE DOROZHNYE MASHINY",
    "ZORSECURITY",
    "BOUTIQUE LA MAISON",
    "NPP GERAN",
]


def entry(number, name):
    return ListEntry(
        list_id="one",
        entry_id=str(number),
        schema="Organization",
        names=(ListedName(text=name),),
        designations=(Designation(authority="Somebody"),),
        countries=("ir",) if "IRAN" in name else (),
        addresses=(Address(city="Nizhny Tagil"),),
    )


@pytest.fixture(scope="module")
def index():
    return CandidateIndex(build_index([entry(number, name) for number, name in enumerate(NAMES)]))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Teleserveplus", "TELESERVE PLUS"),
        ("Techno Lab", "TECHNOLAB"),
        ("NIOC", "NATIONAL IRANIAN OIL COMPANY"),
        ("National Iranian Oil Company (NIOC)", "NATIONAL IRANIAN OIL COMPANY"),
        ("Uralvagonsavod", "Joint Stock Company Uralvagonzavod"),
        ("Limited Liability Company Kron", "OBSHCHESTVO S OGRANICHENNOI OTVETSTVENNOSTYU KRON"),
        ("Obshchestvo s organichernnoi otvetstvennostyu Kron", NAMES[4]),
        ("Fudan Micro-Electronics, Shanghai", "SHANGHAI FUDAN MICROELECTRONICS CO., LTD."),
        ("Woke Trading Hong Kong Ltd", "WOKE TRADING HONGKONG LIMITED"),
        ("Guangzhou Haige Communications", "HAIGE GUANGZHOU COMMUNICATIONS"),
        ("Abusayyaf", "ABU SAYYAF GROUP"),
        ("Al-Badr", "ALBADR FIGHTERS"),
        ("Agroperla", "AGROPECUARIA LA PERLA LTDA."),
        ("Noruniversalbank", "NORTHERN UNIVERSAL BANK"),
        ("Sakha Transportnaya Kompaniya", "SAKHATRANS LLC"),
        ("Morvan", "MORVAN DRILLING EQUIPMENT TRADING"),
        # a part of one name is the initials of a part of the other
        ("Tulskoe Nauchno Issledovatelskoe Geologicheskoe Predpriyatie", "TULSKOE NIGP"),
        ("Zavod KDM", "ZAVOD KOMPLEKSNYE DOROZHNYE MASHINY"),
        ("Tsor Security", "ZORSECURITY"),
        ("Boutique La Maiaon", "BOUTIQUE LA MAISON"),
        ("NPO Gran", "NPP GERAN"),
    ],
)
def test_a_name_is_proposed_first(index, asked, expected):
    assert NAMES[index.propose(index.prepare(asked))[0]] == expected


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("Teleserveplus", ["teleserve", "plus"]),
        ("Teleservplus", ["teleservplus"]),
        ("Techno Lab", ["technolab"]),
        ("Technolap", ["technolap"]),
        ("Red Steel", ["red", "steel"]),
        ("Abusayyaf", ["sayyaf"]),
        ("Badr", ["albadr"]),
        ("Alsteel", ["alsteel"]),
    ],
)
def test_words_are_parted_as_the_lists_part_them(index, asked, words):
    assert [word.token.text for word in index.prepare(asked).words] == words


def test_what_shares_nothing_proposes_nothing(index):
    assert len(index.propose(index.prepare("Bakery of Nowhere"))) == 0


def test_many_threads_get_the_answers_of_one(index):
    asked = [index.prepare(name) for name in NAMES for _ in range(40)]
    one = [index.propose(query).tolist() for query in asked]
    with ThreadPoolExecutor(8) as pool:
        assert [found.tolist() for found in pool.map(index.propose, asked)] == one


def test_similar_words_are_those_that_comparing_every_word_finds(index):
    words = sorted({token.key for name in NAMES for token in read_name(name).tokens})
    for asked in ("uralvagonsavod", "teleserv", "haigee", "fudann"):
        _, numbers, alike = index.vocabulary.similar(asked)
        found = {index.vocabulary.words[number]: like for number, like in zip(numbers, alike, strict=True)}
        slow = {
            word: similarity(asked, word) for word in words if word in index.vocabulary.words.some(numbers)
        }
        assert found == pytest.approx(slow)
        near = [word for word in words if Indel.normalized_similarity(asked, word) > 0.85 > SIMILAR]
        assert set(near) <= found.keys()


def test_a_short_word_is_found_in_another_romanization_and_no_other_way():
    arrays = build_index(
        [entry(number, name) for number, name in enumerate(("PFC Start", "EXI Bank", "IBB"))]
    )
    words = CandidateIndex(arrays).vocabulary
    for asked, found in (("pfk", ["pfc"]), ("eksi", ["exi"]), ("pfd", []), ("iib", []), ("ibb", ["ibb"])):
        _, numbers, alike = words.similar(asked)
        assert words.words.some(numbers) == found
        assert alike.tolist() == pytest.approx([similarity(asked, word) for word in found])


def test_an_entry_says_the_words_of_its_names_addresses_and_countries(index):
    iranian = index.arrays["said"][index.arrays["said"] >> 32 == 2]
    assert len(iranian) >= len(read_name(NAMES[2]).core) + len(read_name("Nizhny Tagil").core)
    assert np.all(np.diff(index.arrays["said"]) > 0)


def test_a_word_is_as_common_as_the_parties_of_one_list_that_bear_it():
    """Spellings of one name, and the same party on another list, make no word more common."""
    parties = [entry(number, f"ORDINARY {number}") for number in range(40)]

    def named(*texts, **changes):
        names = tuple(ListedName(text=text) for text in texts)
        return parties[0].model_copy(update={"names": names, **changes})

    spelled = named("NAFTAN OAO")
    often = named("NAFTAN OAO", "NAFTAN AD", "NAFTAN JSC", "NAFTAN PLC")
    elsewhere = named("NAFTAN OAO", list_id="other")
    two = named("NAFTAN KHIM", entry_id="two")

    def weight(*entries):
        found = CandidateIndex(build_index([*entries, *parties[1:]]))
        return found.prepare("Naftan").words[0].weight

    assert weight(spelled) == weight(often) > weight(often, two)
    assert weight(often, elsewhere) == pytest.approx(weight(often), abs=0.002)
