"""Two names compared by themselves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchers.models import Query
from matchers.pairs import default_pair_matcher


def compared(first, second, **more):
    return default_pair_matcher().compare(Query(first), Query(second, **more))


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_comparing_is_symmetric(first_name, second_name):
    one, other = compared(first_name, second_name), compared(second_name, first_name)
    assert one.score == pytest.approx(other.score)
    assert 0 <= one.confidence <= 1


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_the_rows_sum_to_the_score(first_name, second_name):
    found = compared(first_name, second_name)
    assert sum(row.contribution for row in found.features) == pytest.approx(found.score)


def test_an_acronym_in_brackets_changes_nothing_of_the_name_before_it():
    full = "Popular Front for Liberation of Nowhere"
    plain, bracketed = (compared(name, f"{full} (PFLN)") for name in (full, f"{full} (PFLN)"))
    assert bracketed.score == pytest.approx(plain.score, abs=0.01)
    assert plain.confidence > 0.9


def test_the_initials_of_a_name_beside_it_speak_for_it():
    alone = compared("PFLN", "Popular Front for Liberation of Nowhere")
    assert alone.confidence > 0.5
    assert alone.alignment[0].how == "acronym"


def test_a_name_beside_one_of_its_several_names_is_the_same():
    found = compared("Ruslan Works", "Bell Foundry (formerly known as Ruslan Works)")
    assert found.confidence > 0.9


def test_numbers_that_contradict_each_other_part_two_names():
    same, other = (compared("Ruslan Trading 1 LLC", f"Ruslan Trading {number} LLC") for number in (1, 2))
    assert same.confidence > 0.9
    assert other.confidence < 0.5


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "Precision Instrument Engineering Works Shanghai",
            "Precision Instrument Engineering Works Shenzhen",
        ),
        ("Viacom International Inc", "IAC International Inc."),
        ("Nanjing Rice Information Technology Co Ltd", "Nanjing Aixi Information Technology Co Ltd"),
    ],
)
def test_places_and_brands_part_names_of_nearly_the_same_letters(first, second):
    found = compared(first, second)
    assert [pair.how for pair in found.alignment].count("added") == 1
    assert found.confidence < 0.6


def test_equal_identifiers_decide():
    first = Query("Ruslan Works", identifiers=(("innCode", "7707083893"),))
    second = Query("Bell Foundry", identifiers=(("innCode", "7707083893"),))
    assert default_pair_matcher().compare(first, second).confidence > 0.9


def test_the_share_of_such_pairs_that_are_one_party_moves_the_confidence_alone():
    low, high = (
        default_pair_matcher().compare(Query("Ruslan Works"), Query("Ruslan Plant"), prior=prior)
        for prior in (0.01, 0.5)
    )
    assert low.confidence < high.confidence
    assert low.score == high.score


@pytest.mark.parametrize("name", ["", "  ", "…", "-"])
def test_what_holds_no_word_is_nobody(name):
    assert compared(name, "Ruslan Works").confidence == 0
