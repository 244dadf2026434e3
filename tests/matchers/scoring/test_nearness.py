"""What stands near a mention moves the score of the entry that it belongs to, and of no other."""

from __future__ import annotations

import pytest

from lists.models import Address, Designation, ListedName, ListEntry
from matchers.models import Query
from matchers.scoring.evidence import evidence, most_evidence
from matchers.scoring.nearness import is_generic

PLANT = "Branch of AO Company Sukhoi Yuri Gagarin Komsomolsk on Amur Aircraft Plant"


def entry(name: str, *countries: str, city: str | None = None) -> ListEntry:
    return ListEntry(
        list_id="one",
        entry_id="1",
        schema="Organization",
        names=(ListedName(text=name),),
        designations=(Designation(authority="Somebody"),),
        countries=countries,
        addresses=(Address(city=city),) if city else (),
    )


def weights(query: Query, listed: ListEntry) -> dict[str, float]:
    found = {feature.name: feature.contribution for feature in evidence(query, listed)}
    assert sum(value for value in found.values() if value > 0) <= most_evidence(query) + 1e-9
    return found


def test_words_of_the_name_that_the_mention_lacks_count_where_they_stand_near() -> None:
    near = Query("Yuri Gagarin Aviation Plant", context=("Komsomolsk-on-Amur", "Kim Jong Un"))
    far = Query("Yuri Gagarin Aviation Plant", context=("Vladivostok", "Aircraft", "Branch"))
    assert weights(near, entry(PLANT))["words nearby"] > 0
    assert weights(far, entry(PLANT)) == {}
    assert (
        weights(near, entry("Komsomolsk-on-Amur Shipyard")) == {}
    )  # shares no telling word with the mention


def test_a_country_or_a_people_is_no_word_nearby() -> None:
    query = Query("Gagarin Plant", context=("Russia", "Russian"))
    assert weights(query, entry("Russian Gagarin Plant")) == {}


def test_a_city_of_the_address_counts() -> None:
    query = Query("Gagarin Trading", context=("Izhevsk",))
    assert weights(query, entry("Gagarin Trading", city="Izhevsk")) == {"place nearby": pytest.approx(0.8)}
    assert weights(query, entry("Gagarin Trading", city="Tula")) == {}


@pytest.mark.parametrize(
    ("near", "far", "sign"),
    [
        (("ru",), (), 1),
        ((), ("ru",), 1),
        (("cn",), ("ru",), 1),
        (("cn",), (), -1),
        ((), ("cn",), -1),
        ((), (), 0),
    ],
)
def test_the_country_speaks_for_its_own_and_against_others(
    near: tuple[str, ...], far: tuple[str, ...], sign: int
) -> None:
    found = weights(
        Query("Gagarin Plant", near_countries=near, article_countries=far), entry("Gagarin", "ru")
    )
    assert [value > 0 for value in found.values()] == ([sign > 0] if sign else [])


def test_the_sentence_weighs_more_than_the_rest_of_the_text() -> None:
    listed = entry("Gagarin", "ru")
    beside = weights(Query("Gagarin", near_countries=("ru",)), listed)["country nearby"]
    elsewhere = weights(Query("Gagarin", article_countries=("ru",)), listed)["country nearby"]
    other_beside = weights(Query("Gagarin", near_countries=("cn",)), listed)["country nearby"]
    other_elsewhere = weights(Query("Gagarin", article_countries=("cn",)), listed)["country nearby"]
    assert beside > elsewhere > 0 > other_elsewhere > other_beside


def test_another_country_weighs_more_for_a_name_without_a_word_of_its_own() -> None:
    listed = entry("Foreign Trade Bank", "kp")
    own = weights(Query("Gagarin Trade Bank", near_countries=("cn",)), listed)["country nearby"]
    generic = weights(Query("Foreign Trade Bank", near_countries=("cn",)), listed)["country nearby"]
    assert generic < own < 0


def test_a_mention_without_a_word_of_its_own_counts_less_until_something_near_agrees() -> None:
    listed = entry("Sky Trading", "ru", city="Izhevsk")
    assert weights(Query("Sky Trading", context=("Tula",)), listed) == {"no own word": pytest.approx(-1.2)}
    for query in (
        Query("Sky Trading"),  # asked by itself, and not met in a text
        Query("Sky Trading", context=("Izhevsk",)),
        Query("Sky Trading", context=("Russia",), near_countries=("ru",)),
        Query("Gagarin Trading", context=("Tula",)),
    ):
        assert "no own word" not in weights(query, listed)


def test_a_short_acronym_that_the_text_does_not_explain_is_no_word_of_its_own() -> None:
    listed = entry("Kama Concrete Works", "ru")
    assert "no own word" in weights(Query("KCW", context=("Tula",)), listed)
    for query in (
        Query("KCW"),
        Query("KCW", context=("Tula",), stands_for="Kama Concrete Works"),
        Query("KCW", context=("Tula",), near_countries=("ru",)),
        Query("Kama", context=("Tula",)),
        Query("KAMAZ", context=("Tula",)),
    ):
        assert "no own word" not in weights(query, listed)


def test_a_party_that_states_no_country_is_from_where_its_names_say() -> None:
    abroad = Query("Liberal Party", context=("Tokyo",), near_countries=("jp",))
    unknown, named = (
        weights(abroad, entry(name)) for name in ("Liberal Party", "Partidul Liberal din Rusia")
    )
    assert "country nearby" not in unknown
    assert named["country nearby"] < 0
    assert "country nearby" not in weights(
        Query("Liberal Party", near_countries=("jp",)), entry("Partidul Rusia")
    )


@pytest.mark.parametrize(
    ("acronym", "stands_for", "listed", "is_other"),
    [
        ("CCC", "Commodity Credit Corporation", "CCC INC.", True),
        ("NPC", "National People's Congress", "National Petrochemical Company", True),
        ("IAIO", "Iran Aviation Industries Organization", "Iran Aviation Industries Organization", False),
        ("IAIO", "Iran Aviation Industries Organization", "Iranian Aviation Industry Org.", False),
        ("MAZ", "Minsk Automobile Plant", "Minsky Avtomobilny Zavod", False),
        ("MAZ", "", "MAZ Group", False),
    ],
)
def test_the_full_name_of_an_acronym_tells_parties_apart(
    acronym: str, stands_for: str, listed: str, is_other: bool
) -> None:
    found = weights(Query(acronym, stands_for=stands_for), entry(listed))
    assert ("stands for" in found) is is_other
    assert found.get("stands for", -1) < 0


def test_an_acronym_that_both_explain_differently_speaks_more_against() -> None:
    query = Query("CCC", stands_for="Commodity Credit Corporation")
    alone, explained = (entry(listed) for listed in ("CCC Inc.", "China Cement Company"))
    assert weights(query, explained)["stands for"] < weights(query, alone)["stands for"] < 0


@pytest.mark.parametrize(
    ("name", "countries", "near", "is_home"),
    [
        ("Звезда", ("ru",), (), True),
        ("Звезда", ("ru",), ("tr",), True),  # Turkey is spoken of, and the news is Russian
        ("Звезда", ("ru",), ("ru",), False),  # that is said by the country itself
        ("Звезда", ("ir",), (), False),
        ("Zvezda", ("ru",), (), False),
    ],
)
def test_the_script_of_a_text_speaks_for_parties_from_where_it_is_written(
    name: str, countries: tuple[str, ...], near: tuple[str, ...], is_home: bool
) -> None:
    found = weights(Query(name, context=("Анкара",), near_countries=near), entry("Zvezda", *countries))
    assert ("home script" in found) is is_home
    assert not (is_home and "country nearby" in found)


def test_a_ministry_is_no_company_and_not_that_of_another_country() -> None:
    query = Query("Ministry of Industry and Trade", near_countries=("ru",))
    assert weights(query, entry("SC (DALIAN) INDUSTRY & TRADE CO., LTD.", "cn"))["state body"] < -2
    foreign = weights(query, entry("Ministry of Industry and Trade", "sy"))
    assert foreign["country nearby"] < -3
    assert "state body" not in foreign
    assert weights(query, entry("Ministry of Industry and Trade", "ru"))["country nearby"] > 0


def test_who_imposes_sanctions_says_nothing_against_a_party() -> None:
    query = Query("Gagarin Plant", near_countries=("us",), cues=("sanctions",))
    assert weights(query, entry("Gagarin Plant", "ru")) == {"sanctions nearby": pytest.approx(2.0)}


@pytest.mark.parametrize(
    ("name", "generic"),
    [
        ("Ministry of Industry and Trade", True),
        ("National Bank", True),
        ("Bank of China", True),
        ("Министерство обороны", True),
        ("Rosneft", False),
        ("Bank Melli", False),
        ("Ministry of Gagarin", False),
    ],
)
def test_names_without_a_word_of_their_own(name: str, generic: bool) -> None:
    assert is_generic(name) is generic


@pytest.mark.parametrize(
    ("labels", "weight"), [(("ORG",), 0.3), (("PERSON",), -0.2), (("PER", "ORG"), 0.3), ((), 0.0)]
)
def test_a_label_moves_the_score_and_vetoes_nothing(labels: tuple[str, ...], weight: float) -> None:
    assert sum(weights(Query("Gagarin Plant", labels=labels), entry("Gagarin")).values()) == pytest.approx(
        weight
    )
