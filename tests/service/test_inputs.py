import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.articles.encoding import without_surrogates
from service.errors import InputError
from service.inputs import MAX_LINE, BadLine, read_pairs, read_queries


def queries(raw: bytes, notes: list[str] | None = None):
    return list(read_queries(io.BytesIO(raw), "in", (notes if notes is not None else []).append))


def pairs(raw: bytes):
    return list(read_pairs(io.BytesIO(raw), "in", [].append))


def test_names_one_a_line():
    assert [query.name for query in queries("Alpha\r\n\n  Газпром \nlast".encode())] == [
        "Alpha",
        "Газпром",
        "last",
    ]


def test_json_lines_with_all_fields():
    raw = (
        b'{"name": "KOMID", "id": 7, "schema": "Organization", "country": "kp|cn", '
        b'"identifiers": ["imoNumber:8660313"]}'
    )
    (query,) = queries(raw)
    assert (query.name, query.id, query.schema_) == ("KOMID", "7", "Organization")
    assert (query.country, query.identifiers) == (("kp", "cn"), ("imoNumber:8660313",))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_any_usual_delimiter(delimiter):
    raw = delimiter.join(["id", "Name", "country"]) + "\n" + delimiter.join(["1", '"A, B; Co"', "ru"]) + "\n"
    (query,) = queries(raw.encode())
    assert (query.id, query.name, query.country) == ("1", "A, B; Co", ("ru",))


def test_columns_that_are_not_read_are_named():
    notes: list[str] = []
    assert queries(b"name,turnover\nAlpha,3\n", notes)[0].name == "Alpha"
    assert notes == ["in: columns not read: turnover"]


def test_byte_order_marks():
    assert queries("\ufeffname\nAlpha\n".encode())[0].name == "Alpha"
    assert queries("name,id\nAlpha,1\n".encode("utf-16"))[0].id == "1"


def test_a_cell_may_hold_a_line_break():
    (query,) = queries(b'name,id\n"Alpha\nBeta",1\n')
    assert query.name == "Alpha\nBeta"


@pytest.mark.parametrize(
    ("raw", "place", "reason"),
    [
        (b"Alpha\nGesch\xe4ft\nBeta\n", "in, line 2", "not UTF-8"),
        (b'{"name": "Alpha"}\n{"name": 7\n{"name": "Beta"}\n', "in, line 2", "EOF"),
        (b'{"name": "Alpha"}\n{"nom": "x"}\n{"name": "Beta"}\n', "in, line 2", "name: Field required"),
        (b'{"name": "Alpha"}\n{"name": ""}\n{"name": "Beta"}\n', "in, line 2", "at least 1 character"),
        (b'{"name": "Alpha"}\n' + b"[" * 5000 + b'\n{"name": "Beta"}\n', "in, line 2", "recursion limit"),
        (b"name,id\nAlpha,1\nx,2,3,4\nBeta,5\n", "in, line 3", "4 cells for 2 columns"),
        (b"name,id\nAlpha,1\n,2\nBeta,5\n", "in, line 3", "name: Field required"),
        (b"Alpha\n" + b"x" * 3000 + b"\nBeta\n", "in, line 2", "at most 2000 characters"),
        (b"Alpha\n" + b"x" * (3 * MAX_LINE) + b"\nBeta\n", "in, line 2", "longer than 1,000,000 bytes"),
    ],
)
def test_a_bad_line_keeps_its_place_and_stops_nobody(raw, place, reason):
    first, bad, last = queries(raw)
    assert (first.name, last.name) == ("Alpha", "Beta")
    assert isinstance(bad, BadLine)
    assert bad.place == place
    assert reason in bad.reason


def test_an_open_quote_is_said_and_what_stood_before_is_read():
    first, bad = queries(b'name,id\nAlpha,1\n"open,2\nBeta,3\n')
    assert first.name == "Alpha"
    assert "quote" in bad.reason


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "nothing to read"),
        (b"\n\n  \n", "nothing to read"),
        (b"\x7fELF\x00\x00", "not text"),
        (b"Alpha\n\x00\n", "not text"),
        (b"\xff\xfeA", "UTF-16"),
        (b'[{"name": "Alpha"}]', "JSON array"),
    ],
)
def test_input_that_cannot_be_read_at_all_is_an_error(raw, said):
    with pytest.raises(InputError, match=said):
        queries(raw)


def test_pairs_need_two_columns():
    (pair,) = pairs(b"name1,name2,schema\nJSC Sukhoi,Sukhoi OAO,Company\n")
    assert (pair.name1, pair.name2, pair.schema_) == ("JSC Sukhoi", "Sukhoi OAO", "Company")
    with pytest.raises(InputError, match="name1, name2 and optionally schema"):
        pairs(b"JSC Sukhoi\n")


def test_half_characters_are_replaced_one_for_one():
    assert without_surrogates("A\ud800B\U0001f600") == "A\ufffdB\U0001f600"


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(raw):
    try:
        queries(raw)
        pairs(raw)
    except InputError:
        pass


@given(st.lists(st.text(min_size=1, max_size=30).filter(lambda text: text.strip()), min_size=1, max_size=5))
def test_every_line_is_answered(names):
    raw = "name\n" + "".join('"' + name.replace('"', '""') + '"\n' for name in names)
    if "\0" not in raw and not any("\ud800" <= letter <= "\udfff" for letter in raw):
        assert len(queries(raw.encode())) == len(names)
