"""Several names in one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchers.names.several import MOST, listed_as, names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Dana Works a.k.a Dana Astra", ("Dana Works", "Dana Astra")),
        ("SGM Most OOO (f.k.a., Obshchestvo SGM Most)", ("SGM Most OOO", "Obshchestvo SGM Most")),
        ("Universal Works [aka General Works, aka Tiger Works] (Hong Kong)", ("Universal Works", "General Works",
         "Tiger Works] (Hong Kong")),
        ("JIE LUO WORKS -AKA- IVY LUO", ("JIE LUO WORKS", "IVY LUO")),
        ("AL-ITIHAAD AL-ISLAMIYA / AIAI", ("AL-ITIHAAD AL-ISLAMIYA", "AIAI")),
        ("Росгвардия; Федеральная служба войск", ("Росгвардия", "Федеральная служба войск")),
        ("PMC Wagner; and any successor, sub-unit, or subsidiary thereof", ("PMC Wagner",)),
        ("Bell Works (also\nknown\nas Ruslan Works)", ("Bell Works", "Ruslan Works")),
        ("Ruslan Works (previously listed as)", ("Ruslan Works",)),
    ],
)  # fmt: skip
def test_names_are_read_where_a_text_gives_several(text, names):
    assert names_in(text) == (text, *names)


@pytest.mark.parametrize(
    "text",
    [
        "Ruslan Works",
        "Ruslan Works, Ltd.,",
        "Department 140/14",
        "Main Directorate (GU/GRU) of the General Staff",
        "China National Import/Export Co.",
        "each representing a 1/1,000th interest in a share",
        "AK. A. KARPINSKIY",
        "Kakaya Works",
        "",
    ],
)
def test_one_name_stays_one(text):
    assert names_in(text) == (text,)


def test_each_name_has_its_readings():
    assert listed_as("Butembo Airlines (BAL); Bell Works") == (
        "Butembo Airlines ; Bell Works",
        "BAL",
        "Butembo Airlines",
        "Bell Works",
    )


@given(st.text(max_size=200))
def test_any_text_is_itself_and_a_few_names_more(text):
    found = names_in(text)
    assert found[0] == text
    assert len(found) <= MOST
    assert len(set(found)) == len(found)
