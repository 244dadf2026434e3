"""The data files, read in their own way, against the plain way."""

from matchers.names.knowledge import lettered_forms, rarities, rows, stem


def test_the_long_table_is_read_as_any_other():
    assert rarities() == {row["word"]: int(row["rarity"]) for row in rows("rarity.csv")}


def test_a_legal_form_of_initials_is_told_from_a_shortened_one():
    assert {"llp", "ooo", "gmbh", "sa"} <= lettered_forms()
    assert not {"co", "ltd", "inc", "limited"} & lettered_forms()


def test_the_ending_of_a_chemical_works_is_no_adjective():
    assert stem("lenachim") == "lenachim"
    assert stem("kazachiy") == "kazach"
