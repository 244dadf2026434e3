"""The data files, read in their own way, against the plain way."""

from matchers.names.knowledge import rarities, rows


def test_the_long_table_is_read_as_any_other():
    assert rarities() == {row["word"]: int(row["rarity"]) for row in rows("rarity.csv")}
