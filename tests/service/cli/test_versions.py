"""The commands about versions: history, differences, verification, bundles, refreshing."""

import json
from pathlib import Path

import pytest

HEADER = "entry_id,schema,name,aliases,listing_date\n"
OLD = HEADER + "1,Organization,OLD BANK,,\n9,Organization,GONE BANK,,\n"
NEW = HEADER + "1,Organization,OLD BANK,OB,\n36431,Organization,UNITED AIRCRAFT,,\n"


@pytest.fixture
def two(run, tmp_path):
    """Two versions of `demo`, the newer one loaded first."""
    for day, text in (("2024-03-24", NEW), ("2022-01-31", OLD)):
        path = tmp_path / f"{day}.csv"
        path.write_text(text, encoding="utf-8")
        assert run("lists", "import", "--list", "demo", "--published", day, path).code == 0
    return run


def test_the_history_of_a_list_is_oldest_first(two):
    rows = json.loads(two("lists", "history", "demo", "--format", "json").out)
    assert [(row["published"], row["change"]) for row in rows] == [
        ("2022-01-31", "first version, 2 entries"),
        ("2024-03-24", "1 added, 1 changed, 1 removed"),
    ]


def test_the_history_of_an_entry_names_the_fields(two):
    rows = json.loads(two("lists", "history", "demo", "1", "--format", "json").out)
    assert [row["change"] for row in rows] == ["present", "changed"]
    assert rows[1]["fields"] == [
        {"field": "names", "added": [{"kind": "alias", "text": "OB"}], "removed": []}
    ]
    assert set(rows[0]) == {"version", "published", "change", "fields"}


@pytest.mark.parametrize(
    ("entry", "options", "state"),
    [
        ("36431", ["--as-of", "2022-01-31"], "not_listed"),
        ("36431", ["--as-of", "2023-01-01"], "unknown"),
        ("36431", ["--as-of", "2024-03-24"], "listed"),
        ("36431", ["--as-of", "2024-03-24", "--known-as-of", "2023-01-01"], "not_listed"),
        ("9", ["--as-of", "2025-01-01"], "not_listed"),
    ],
)
def test_a_point_in_time(two, entry, options, state):
    (said,) = json.loads(two("lists", "history", "demo", entry, *options, "--format", "json").out)
    assert said["state"] == state
    assert said["basis"]
    if entry == "9":
        assert said["delisted_between"] == ["2022-01-31", "2024-03-24"]


def test_a_difference_by_entry_and_field(two):
    changes = [json.loads(line) for line in two("lists", "diff", "demo", "2022", "2024").out.splitlines()]
    assert [(change["entry_id"], change["change"]) for change in changes] == [
        ("1", "changed"),
        ("36431", "added"),
        ("9", "removed"),
    ]
    shown = two("lists", "diff", "demo", "2022", "2024", "--format", "table").out
    assert "1 added, 1 changed, 1 removed" in shown
    assert "GONE BANK" in shown


def test_two_equal_versions_do_not_differ(two):
    done = two("lists", "diff", "demo", "2024", "2024", "--format", "table")
    assert done.code == 0
    assert "no change" in done.out


def test_our_difference_is_held_against_the_publishers(two, tmp_path):
    path = Path(__file__).parents[2] / "lists/sources/fixtures/ofac_delta.xml"
    versions = [json.loads(line)["version"] for line in two("lists", "history", "demo").out.splitlines()]
    done = two("lists", "check-deltas", "demo", *versions[:2], path)
    assert (done.code, "1 files are of another time" in done.err) == (1, True)
    assert "added by our difference only: 36431\nremoved by our difference only: 9\n" in done.out
    assert two("lists", "check-deltas", "demo", *versions[:2], tmp_path / "none.xml").code == 2
    wrong = tmp_path / "wrong.xml"
    wrong.write_text("<x/>")
    done = two("lists", "check-deltas", "demo", *versions[:2], wrong)
    assert (done.code, "is no delta file" in done.err) == (2, True)


def test_verification_finds_a_changed_byte(two, tmp_path):
    done = two("lists", "verify")
    assert done.code == 0
    assert [json.loads(line)["verdict"] for line in done.out.splitlines()] == ["whole", "whole"]
    lines = next((tmp_path / "data" / "lists" / "demo").glob("2024*/entries.jsonl"))
    lines.write_bytes(lines.read_bytes().replace(b"OLD BANK", b"OLD BARK"))
    done = two("lists", "verify", "demo", "--format", "table")
    assert done.code == 1
    assert "damaged" in done.out


@pytest.mark.parametrize("signed", [True, False])
def test_a_bundle_goes_to_another_site(two, tmp_path, signed):
    key = tmp_path / "key"
    key.write_text("0123456789abcdef0123", encoding="utf-8")
    options = ["--key-file", key] if signed else []
    bundle = tmp_path / "lists.sxb"
    assert two("lists", "export-bundle", bundle, *options).code == 0
    other = tmp_path / "other"
    done = two("lists", "import-bundle", bundle, *options, "--data", other)
    assert done.code == 0
    assert "demo 2024-03-24-" in done.out
    (state,) = [json.loads(line) for line in two("lists", "status", "--data", other).out.splitlines()]
    assert state["published"] == "2024-03-24"
    bundle.write_bytes(bundle.read_bytes().replace(b"OLD BANK", b"OLD BARK"))
    done = two("lists", "import-bundle", bundle, *options, "--data", tmp_path / "third")
    assert done.code != 0
    assert "was altered" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["history", "other"], "no version of this list"),
        (["history", "demo", "404"], "no version has an entry 404"),
        (["history", "demo", "--as-of", "2024-01-01"], "needs the id of an entry"),
        (["diff", "demo", "1999", "2024"], "no version 1999"),
        (["refresh", "nobody"], "no list to download is called nobody"),
        (["refresh", "demo", "--accept"], "needs the lists' ids and --reason"),
        (["refresh", "demo", "--accept", "--reason", "x"], "no version was refused"),
        (["export-bundle", "x.sxb", "--list", "other"], "not loaded: other"),
        (["import-bundle", "no-such-file"], "does not exist"),
        (["verify", "../etc"], "not a list id"),
    ],
)
def test_what_cannot_be_done_is_said_without_a_traceback(two, arguments, said):
    done = two("lists", *arguments)
    assert done.code in {1, 2}
    assert said in done.err
    assert "Traceback" not in done.err
