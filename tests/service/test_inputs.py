import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.articles.encoding import without_surrogates
from service.errors import InputError
from service.inputs import MAX_LINE, BadLine, Reading, read_pairs, read_queries


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


def test_an_open_quote_costs_its_own_line_only():
    first, bad, last = queries(b'name,id\nAlpha,1\n"open,2\nBeta,3\n')
    assert (first.name, last.name) == ("Alpha", "Beta")
    assert bad.place == "in, line 3"
    assert "quote" in bad.reason
    rows = [b'"open,%d\n' % number if number % 50 == 7 else b'"A, %d",1\n' % number for number in range(500)]
    found = queries(b"name,id\n" + b"".join(rows))
    assert [item.name for item in found if not isinstance(item, BadLine)] == [
        f"A, {number}" for number in range(500) if number % 50 != 7
    ]
    assert [item.place for item in found if isinstance(item, BadLine)] == [
        f"in, line {number + 2}" for number in range(7, 500, 50)
    ]


def test_an_open_quote_before_much_text_costs_its_own_line_only():
    found = queries(b'name,id\n"open,1\n' + b"Alpha,2\n" * 30_000)
    assert isinstance(found[0], BadLine)
    assert len(found) == 30_001


def test_an_unreadable_line_within_quotes_costs_both_lines_only():
    first, *bad, last = queries(b'name,id\nAlpha,1\n"Ge\nsch\xe4ft",2\nBeta,3\n')
    assert (first.name, last.name) == ("Alpha", "Beta")
    assert [line.place for line in bad] == ["in, line 3", "in, line 4"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le", "cp1251", "gb18030"])
def test_an_encoding_that_is_named(encoding):
    name = {"cp1251": "Газпром", "gb18030": "中国石油"}.get(encoding, "Société “Générale”")
    raw = f"name,id\n{name},1\nBeta,2\n".encode(encoding)
    found = list(read_queries(io.BytesIO(raw), "in", [].append, Reading(encoding=encoding)))
    assert [query.name for query in found] == [name, "Beta"]


def test_bytes_that_a_named_encoding_does_not_know_cost_their_line():
    raw = b"name\nAlpha\nx\x81y\nBeta\n"
    first, bad, last = read_queries(io.BytesIO(raw), "in", [].append, Reading(encoding="cp1252"))
    assert (first.name, last.name) == ("Alpha", "Beta")
    assert "not cp1252" in bad.reason
    with pytest.raises(InputError, match="unknown encoding: klingon"):
        list(read_queries(io.BytesIO(raw), "in", [].append, Reading(encoding="klingon")))


def test_the_line_by_which_spreadsheets_say_their_delimiter():
    (query,) = queries(b"sep=|\nid|name\n1|A, B; C\n")
    assert (query.id, query.name) == ("1", "A, B; C")


def test_what_looks_like_a_table_without_a_name_is_said():
    notes: list[str] = []
    assert [query.name for query in queries(b"KOMID;kp\nAlpha;ir\n", notes)] == ["KOMID;kp", "Alpha;ir"]
    assert "one name a line" in notes[0]
    with pytest.raises(InputError, match="--column name=FIELD"):
        list(read_queries(io.BytesIO(b"KOMID;kp\nAlpha;ir\n"), "in.csv", [].append))
    assert list(read_queries(io.BytesIO(b"KOMID\nAlpha\n"), "in.csv", notes.append))
    assert notes[1].startswith("in.csv: read as one name a line")


def test_what_tables_write_for_nothing_is_said_once():
    notes: list[str] = []
    assert len(queries(b"name,id\nNaN,1\nnull,2\nAlpha,3\n", notes)) == 3
    assert notes == ["in: a name is “NaN”, as tables write what is missing; it is asked as a name"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"Nr;Firma\n1;KOMID\n", "no column is called 'company'; the line is 'Nr;Firma'"),
        (b"Company;Firma\nKOMID;1\n", "no column is called 'no'"),
        (b"Company;No;no\nKOMID;1;2\n", "two columns are called 'id'"),
        (b"Soci\xe9t\xe9;No\nKOMID;1\n", "line 1: byte 5 is not UTF-8"),
    ],
)
def test_columns_that_were_asked_for_have_to_be_there_once(raw, said):
    reading = Reading({"name": "Company", "id": "No"})
    with pytest.raises(InputError, match=said):
        list(read_queries(io.BytesIO(raw), "in", [].append, reading))


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


def test_pairs_that_were_decided_are_compared_without_the_decision():
    pair, bad = pairs(
        b'{"name1": "UAC", "name2": "OAK", "schema": "Company", "label": 1, "entry_id": "3"}\n'
        b'{"name1": "UAC", "name2": "OAK", "lable": 1}\n'
    )
    assert (pair.name1, pair.name2, pair.schema_) == ("UAC", "OAK", "Company")
    assert "lable" in bad.reason


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
