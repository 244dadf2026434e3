"""A body that is read by its own shape is answered like one that goes FastAPI's way.

Both ways read JSON; only `application/json` goes the direct one, so the same body as `application/some+json` shows
what the other way makes of it.
"""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NAME = "United Aircraft Corp"
GOOD = {
    "queries": [{"name": NAME, "country": "ru|us"}],
    "limit": "3",
    "min_confidence": 0,
    "as_of": "2024-02-01",
}
BODIES = (
    json.dumps(GOOD).encode(),
    json.dumps(GOOD).encode("utf-16"),
    b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
    json.dumps({"queries": [GOOD, {"name": NAME, "id": 7}, {"name": "\ud800"}, {"name": True}, 7]}).encode(),
    json.dumps({"queries": [{"name": NAME}], "limit": 0, "prior": 2, "colour": "red"}).encode(),
    b'{"queries": [{"name": "a", "name": "United Aircraft Corp"}], "limit": 1, "limit": 2}',
    b'{"queries": [{"name": "United Aircraft Corp"}], "prior": NaN}',
    b'{"queries": [{"name": "United Aircraft Corp"}], "limit": 3.0, "as_of": 1700000000}',
    b'{"queries": [{"name": "United Aircraft Corp"}], "limit": true}',
    b'{"queries": [{"name": "broken',
    b'{"queries": [{"name": "\xff"}]}',
    b'{"queries": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    b"",
    b"null",
    b"7",
    b"[]",
)  # fmt: skip
PLAIN = st.none() | st.booleans() | st.integers(-2, 600) | st.floats() | st.text(max_size=4) | st.just(NAME)
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=2), max_leaves=3)
QUERIES = st.dictionaries(st.sampled_from(("name", "id", "schema", "country", "x")), VALUES, max_size=4)
OPTIONS = st.dictionaries(
    st.sampled_from(("limit", "min_confidence", "prior", "lists", "schemas", "as_of", "known_as_of", "y")),
    VALUES,
    max_size=3,
)


def both(client, path: str, body: bytes) -> list[tuple[int, object]]:
    """What is answered on either way: status and body."""
    answers = (
        client.post(path, content=body, headers={"content-type": kind})
        for kind in ("application/json; charset=utf-8", "application/some+json")
    )
    return [(answer.status_code, answer.json()) for answer in answers]


@pytest.mark.parametrize("body", BODIES)
def test_either_way_reads_the_same(client, body):
    direct, other = both(client, "/v1/match", body)
    assert direct == other


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(QUERIES | VALUES, max_size=2), OPTIONS)
def test_either_way_reads_the_same_of_whatever_is_sent(client, queries, options):
    direct, other = both(client, "/v1/match", json.dumps({"queries": queries, **options}).encode())
    assert direct == other


@pytest.mark.parametrize(
    "body", [{"name1": NAME, "name2": NAME}, {"name1": NAME}, {"name1": NAME, "name2": 7}, []]
)
def test_either_way_compares_the_same(client, body):
    direct, other = both(client, "/v1/compare", json.dumps(body).encode())
    assert direct == other


def test_a_text_that_is_no_json_by_its_type_is_refused(client):
    answer = client.post("/v1/match", content=BODIES[0], headers={"content-type": "text/plain"})
    assert answer.status_code == 422


def test_the_way_is_the_direct_one(client, monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("went the other way")

    monkeypatch.setattr("fastapi.routing.solve_dependencies", refuse)
    assert client.post("/v1/match", json=GOOD).status_code == 200
