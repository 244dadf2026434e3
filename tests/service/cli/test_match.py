import csv
import io
import json

import pytest


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_one_line_a_query_in_order_with_the_right_party_first(loaded):
    done = loaded("match", "United Aircraft Corp", "Bakery of Nowhere", "--format", "jsonl")
    first, second = lines(done.out)
    assert done.code == 0
    assert [first["query"]["name"], second["query"]["name"]] == ["United Aircraft Corp", "Bakery of Nowhere"]
    assert first["schema_version"] == "1"
    assert (first["matches"][0]["list"], first["matches"][0]["entry_id"]) == ("test_list", "1")
    assert second["matches"] == []


def test_a_match_says_who_since_when_why_and_where(loaded):
    (line,) = lines(loaded("match", "United Aircraft Corporation", "--format", "jsonl").out)
    match = line["matches"][0]
    assert match["matched_name"] == {
        "text": "UNITED AIRCRAFT CORPORATION",
        "kind": "alias",
        "quality": "unstated",
    }
    assert sum(feature["contribution"] for feature in match["features"]) == pytest.approx(
        match["score"], abs=1e-4
    )
    assert match["designations"][0]["listing_date"] == "2022-06-28"
    assert match["status"]["now"] == "listed"
    provenance = match["provenance"]
    assert provenance["source_url"] == "https://example.org/1"
    state = json.loads(loaded("lists", "status").out)
    assert (provenance["snapshot"], provenance["list_version"]) == (state["sha256"], state["version"])
    assert provenance["field"].startswith("names[")


def test_status_as_of_another_day(loaded):
    def now(*options: str) -> str:
        return lines(loaded("match", "KOMID", "--format", "jsonl", *options).out)[0]["matches"][0]["status"][
            "now"
        ]

    assert now("--as-of", "2005-06-28") == "listed"
    assert now("--as-of", "2005-06-27") == "not_listed"


def test_a_delisted_party_is_found_and_said_to_be_delisted(loaded):
    (line,) = lines(loaded("match", "CHON MA SAN", "--format", "jsonl").out)
    assert line["matches"][0]["status"]["now"] == "not_listed"
    assert line["matches"][0]["designations"][0]["end_date"] == "2020-01-01"


@pytest.mark.parametrize("source", ["-", "file"])
def test_json_lines_are_read_from_a_pipe_or_a_file(loaded, tmp_path, source):
    given = b'{"name": "KOMID", "id": "x", "schema": "Organization"}\n'
    path = tmp_path / "queries.jsonl"
    path.write_bytes(given)
    name = "-" if source == "-" else str(path)
    (line,) = lines(
        loaded("match", "--input", name, "--limit", "1", "--min-confidence", "0", given=given).out
    )
    assert line["query"] == {"name": "KOMID", "id": "x"}
    assert len(line["matches"]) == 1


def test_a_dash_in_place_of_a_name_is_standard_input(loaded):
    assert [line["query"]["name"] for line in lines(loaded("match", "-", given=b"KOMID\nSukhoi\n").out)] == [
        "KOMID",
        "Sukhoi",
    ]


def test_a_bad_line_is_answered_in_its_place_and_the_exit_code_says_so(loaded):
    done = loaded("match", "-", given=b"KOMID\nGesch\xe4ft\nSukhoi\n")
    first, bad, last = lines(done.out)
    assert "error" not in first
    assert "not UTF-8" in bad["error"]
    assert bad["matches"] == []
    assert "error" not in last
    assert done.code == 1
    assert "1 of 3 names could not be read" in done.err


def test_csv_has_a_row_a_match_and_quotes_what_a_spreadsheet_would_run(loaded):
    done = loaded("match", "United Aircraft Corporation", '=cmd("x")', "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert rows[0]["entry_id"] == "1"
    assert rows[0]["programmes"] == "RUSSIA-EO14024"
    assert rows[-1]["query"] == '\'=cmd("x")'


def test_json_is_one_document(loaded):
    assert len(json.loads(loaded("match", "KOMID", "Sukhoi", "--format", "json").out)) == 2


def test_a_table_reads_well_and_explains(loaded):
    done = loaded("match", "United Aircraft Corp", "Bakery of Nowhere", "--format", "table", "--explain")
    assert "UNITED AIRCRAFT CORPORATION" in done.out
    assert "since" in done.out
    assert "why 0." in done.out
    assert "no match above 0.50 against test_list" in done.out
    assert "not a finding" in done.out
    assert "cleared" not in done.out


def test_the_sample_says_that_it_is_one(run):
    done = run("match", "United Aircraft Corporation", "--format", "table")
    assert "Note: dated sample" in done.out
    assert "36431" in done.out


def test_a_list_filter_asks_that_list_only(run):
    (line,) = lines(run("match", "United Aircraft Corporation", "--list", "eu_fsf").out)
    assert {match["list"] for match in line["matches"]} == {"eu_fsf"}


def test_a_prior_moves_the_confidence(loaded):
    def confidence(prior: str) -> float:
        done = loaded("match", "United Aircraft", "--prior", prior, "--min-confidence", "0")
        return lines(done.out)[0]["matches"][0]["confidence"]

    assert confidence("0.0001") < confidence("0.1") < confidence("0.9")


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (["match"], b"", "give names or --input FILE"),
        (["match", "--input", "no-such-file"], b"", "no-such-file: No such file"),
        (["match", "--input", "/"], b"", "is a folder"),
        (["match", "-"], b"", "nothing to read"),
        (["match", "-"], b"\x00\x01\x02\xff" * 50, "this is not text"),
        (["match", "x", "--list", "nowhere"], b"", "list nowhere is not loaded; loaded: test_list"),
        (["match", "x", "--prior", "2"], b"", "--prior 2.0 must lie between 0 and 1"),
        (["match", "x", "--min-confidence", "7"], b"", "min-confidence"),
        (["match", "x", "--as-of", "yesterday"], b"", "as-of"),
        (["match", "x", "--known-as-of", "1999-01-01"], b"", "no list has a version of 1999-01-01"),
        (["match", "x", "--nonsense"], b"", "nonsense"),
    ],
)
def test_wrong_use_says_what_to_do(loaded, arguments, given, said):
    done = loaded(*arguments, given=given)
    assert done.code == 2
    assert said in done.err
    assert done.out == ""


def test_hostile_names_do_not_reach_the_terminal(loaded):
    done = loaded("match", "-", "--format", "table", given="A\x1b[2J\u202eB [red]x[/red]\n".encode())
    assert done.code == 0
    assert "\x1b[2J" not in done.out
    assert "\u202e" not in done.out
    assert "[red]x[/red]" in done.out


@pytest.mark.parametrize(
    "name",
    ["(((((((((", "A" * 1999, "\u0301" * 200, "\U0001f600" * 50, "' OR 1=1 --", "%s%s%n", "$(reboot)", "…"],
)
def test_strange_names_are_answered(loaded, name):
    done = loaded("match", "-", given=(name + "\n").encode())
    assert done.code == 0
    assert len(lines(done.out)) == 1


def test_ten_megabytes_of_a_name_are_said_to_be_too_long(loaded):
    done = loaded("match", "-", given=b"x" * 10_000_000)
    assert done.code == 1
    assert "longer than 1,000,000 bytes" in lines(done.out)[0]["error"]
