"""A match as JSON and as a shape: byte by byte the same, whatever its entry, its evidence and its past hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.importing import Import, import_files
from matchers.models import Feature, Options, Query, Rows
from service.holdings import store_of
from service.house_aliases import HouseAlias, HouseAliases, put_in_force
from service.runtime import Runtime, open_runtime
from service.schemas.matches import When, features_json, features_out, match_json, match_out
from service.schemas.writing import json_of, plain_json

HEAD = "entry_id,schema,name,countries,programmes,listing_date,remarks\n"
STAYED = """1,Organization,BIG 100% HOLDING,ru,RUSSIA | IRAN,2014-03-20,
2,Organization,Малые заводы,ru,RUSSIA,2022-06-28,Linked To: BIG 100% HOLDING; Linked To: NOBODY KNOWN
"""
GONE = "3,Vessel,GONE SHIPPING,pa,,,\n"
EVERY = Options(limit=20, min_confidence=0)


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    """A list with two versions, of which only the older one has GONE SHIPPING, and a house alias."""
    for rows, day in ((STAYED + GONE, date(2023, 1, 1)), (STAYED, date(2024, 1, 1))):
        path = tmp_path / f"{day}.csv"
        path.write_text(HEAD + rows, encoding="utf-8")
        import_files(store_of(tmp_path), [path], Import("demo", published=day), datetime.now(UTC))
    put_in_force(tmp_path, HouseAliases([HouseAlias("demo", "2", "Small Works", "ann")], datetime.now(UTC)))
    return open_runtime(tmp_path)


@pytest.mark.parametrize("article", [None, "2014", "2023-07", "2024-05-01"])
def test_a_match_in_json_is_its_shape_in_json(runtime, article):
    when = When(runtime.past, date(2024, 6, 1), article, runtime.relations)
    names = "Big Holding", "Small Works", "Gone Shipping"
    queries = [Query(name, countries=("ru",), schema="Company") for name in names]
    matches = [match for found in runtime.matcher.match_many(queries, EVERY) for match in found]
    assert {match.candidate.listing.entry.entry_id for match in matches} == {"1", "2", "3"}
    written = [match_json(match, when) for match in matches]
    assert written == [json_of(match_out(match, when)) for match in matches]
    gone = b'"delisted_between":["2023-01-01","2024-01-01"]'
    for held in (gone, b'"kind":"houseAlias"', b"NOBODY KNOWN", b"100% HOLDING", b'"name":"country"'):
        assert held in b"".join(written)


NUMBERS = st.floats(-40, 40) | st.integers(-2, 2).map(float) | st.floats(-1e-4, 1e-4)
FEATURES = st.lists(
    st.builds(Feature, st.text(), NUMBERS | st.integers(-2, 2), NUMBERS, st.text()), max_size=4
)


@given(FEATURES, st.lists(st.tuples(st.text(), st.text(), NUMBERS, NUMBERS), min_size=1, max_size=5))
def test_rows_in_json_are_their_shapes_in_json(beside, fitted):
    names, details, values, contributions = zip(*fitted, strict=True)
    rows = Rows(names, details, tuple(round(value, 4) for value in values), contributions, tuple(beside))
    expected = plain_json(
        [
            {"name": row.name, "value": row.value, "contribution": row.contribution, "detail": row.detail}
            for row in features_out(rows)
        ]
    )
    assert features_json(rows) == expected
    assert features_json(tuple(rows)) == expected
    assert rows.total == sum(row.contribution for row in rows)
    assert [rows[place] for place in range(len(rows))] == list(rows)
