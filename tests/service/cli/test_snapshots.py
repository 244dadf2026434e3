import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from lists.checks import Check, record_check
from lists.importing import Import, draft_of
from lists.store import SnapshotStore


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_without_lists_the_sample_is_shown_and_said_to_be_one(run):
    done = run("lists", "status", "--format", "jsonl")
    assert done.code == 0
    states = lines(done.out)
    assert [state["list"] for state in states] == sorted(state["list"] for state in states)
    assert {"us_ofac_sdn", "un_sc", "eu_fsf"} <= {state["list"] for state in states}
    assert all("dated sample" in state["note"] for state in states)


def test_what_is_imported_answers_in_place_of_the_sample(loaded):
    (state,) = lines(loaded("lists", "status").out)
    assert state["list"] == "test_list"
    assert state["counts"]["entries"] == 3
    assert state["note"] is None
    assert len(state["sha256"]) == 64


def test_an_older_version_is_kept_and_can_be_used(loaded, table, tmp_path):
    newer = json.loads(loaded("lists", "status").out)["version"]
    older = tmp_path / "older.csv"
    older.write_text("\n".join(table.read_text().splitlines()[:3]) + "\n")
    done = loaded("lists", "import", "--list", "test_list", "--published", "2020-01-31", older)
    assert "kept for the past" in done.out
    assert json.loads(loaded("lists", "status").out)["version"] == newer
    assert loaded("lists", "use", "test_list", "2020-01").code == 0
    (state,) = lines(loaded("lists", "status").out)
    assert (state["published"], state["versions"]) == ("2020-01-31", 2)
    assert state["stale"] is True


def test_status_reads_as_a_dashboard(loaded, table):
    done = loaded("lists", "status", "--format", "table")
    assert "test_list" in done.out
    assert "undated" in done.out
    assert "no date is known of test_list" in done.out
    assert "1 lists, 3 entries, 0 stale" in done.out
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    done = loaded("lists", "import", "--list", "test_list", "--published", yesterday, table)
    assert "answers now" in done.out, "the same entries, of which the date is known now"
    done = loaded("lists", "status", "--format", "table", "--check")
    assert (done.code, "current" in done.out, "no date is known" in done.out) == (0, True, False)


def test_what_waits_for_a_person_is_said_with_the_command_that_helps(run, table, tmp_path):
    run("lists", "import", "--list", "us_ofac_sdn", "--published", "2022-01-31", table)
    store, now = SnapshotStore(tmp_path / "data/lists"), datetime.now(UTC)
    with store.writing():
        path = tmp_path / "newer.csv"
        path.write_text("".join(table.read_text().splitlines(keepends=True)[:2]))
        draft = draft_of([path], Import("us_ofac_sdn", published=now.date()), now)
        store.refuse(store.stage(draft), ("2 of 3 entries are gone, more than 5%",))
        record_check(store, "us_ofac_sdn", Check(checked=now, result="refused"))
    done = run("lists", "status", "--format", "table", "--check")
    assert done.code == 1
    assert "2 of 3 entries are gone" in done.out
    assert "`lists refresh us_ofac_sdn --accept" in done.out
    assert "days past its limit of 14; `lists refresh us_ofac_sdn`" in done.out
    newer = store.refused("us_ofac_sdn")[0].snapshot.version
    compared = lines(run("lists", "diff", "us_ofac_sdn", "2022", newer[:12], "--format", "jsonl").out)
    assert [one["change"] for one in compared] == ["removed", "removed"], "it can be looked at"
    assert run("lists", "use", "us_ofac_sdn", newer).code == 2, "but not be used without a reason"
    (state,) = lines(run("lists", "status", "--format", "jsonl").out)
    assert (state["stale"], state["refused"], state["check_result"]) == (True, 1, "refused")
    assert state["size"] > 1000


@pytest.mark.parametrize("chosen", ["table", "jsonl", "json", "csv"])
def test_a_list_past_its_limit_is_never_asked_without_saying_so(run, table, chosen):
    run("lists", "import", "--list", "us_ofac_sdn", "--published", "2022-01-31", table)
    for name in ("KOMID", "Bakery of Nowhere"):
        out = run("match", name, "--format", chosen).out
        assert re.search(
            r"Older than its limit: us_ofac_sdn|\"stale\":\[\"us_ofac_sdn\"\]|,us_ofac_sdn$", out, re.M
        )


def test_status_as_csv(loaded):
    header, row = loaded("lists", "status", "--format", "csv").out.splitlines()
    assert header.startswith("list,version,published")
    assert row.startswith("test_list,")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lists", "import", "--list", "x", "no-such-file"], "no such file"),
        (["lists", "import", "--list", "x", "--format", "nonsense", "{table}"], "no format is called"),
        (["lists", "use", "test_list", "1999"], "no version 1999"),
        (["lists", "use", "other", "1999"], "no version 1999"),
        (["lists", "nonsense"], "No such command"),
        (["nonsense"], "No such command"),
        (["lists", "status", "--format", "xml"], "xml"),
    ],
)
def test_wrong_use_says_what_to_do(loaded, table, arguments, said):
    done = loaded(*(argument.format(table=table) for argument in arguments))
    assert done.code == 2
    assert said in done.err
    assert done.out == ""


def test_a_file_of_another_list_is_not_taken_for_this_one(run, tmp_path):
    path = tmp_path / "consolidated.xml"
    path.write_text(
        '<CONSOLIDATED_LIST dateGenerated="2026-08-01"><INDIVIDUALS/><ENTITIES><ENTITY><DATAID>1</DATAID>'
        "<FIRST_NAME>A PARTY</FIRST_NAME><REFERENCE_NUMBER>KPe.001</REFERENCE_NUMBER></ENTITY></ENTITIES>"
        "</CONSOLIDATED_LIST>"
    )
    done = run("lists", "import", "--list", "us_ofac_sdn", path)
    assert (done.code, "which us_ofac_sdn is not published in" in done.err) == (2, True)
    assert run("lists", "import", "--list", "us_ofac_sdn", "--format", "un-xml", path).code == 0
    assert run("lists", "import", "--list", "un_sc", path).code == 0


def test_each_file_is_a_list_and_a_bad_one_keeps_nobody_out(run, table, tmp_path):
    paths = [tmp_path / name for name in ("first.csv", "Not An Id.csv", "second.csv", "empty.csv")]
    for path in paths:
        path.write_text("" if path.stem == "empty" else table.read_text())
    done = run("lists", "import", "--each", *paths)
    assert done.code == 1
    assert "'Not An Id' is not a list id" in done.err
    assert "empty.csv: no reader recognises this: it is empty" in done.err
    assert "2 of 4 files were not loaded" in done.err
    assert [line.split()[0] for line in done.out.splitlines()] == ["first", "second"]
    assert run("lists", "import", "--each", paths[0], paths[2]).code == 0
    for wrong in ((), ("--each", "--list", "x")):
        assert run("lists", "import", *wrong, paths[0]).code == 2


def test_an_id_that_is_nearly_a_publishers_is_said(run, table):
    assert "did you mean us_ofac_sdn?" in run("lists", "import", "--list", "us_ofac_sdnn", table).err
    assert "did you mean" not in run("lists", "import", "--list", "our_customers", table).err


def test_a_list_id_is_plain(loaded, table):
    done = loaded("lists", "import", "--list", "../other", table)
    assert done.code == 2
    assert "'../other' is not a list id" in done.err


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 100, b"name\n", "näme;x\n".encode("latin-1")])
def test_a_file_that_is_no_list_changes_nothing(loaded, tmp_path, content):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(content)
    done = loaded("lists", "import", "--list", "test_list", bad)
    assert done.code == 2
    assert done.err.startswith("error: ")
    assert json.loads(loaded("lists", "status").out)["counts"]["entries"] == 3


def test_an_unknown_variable_is_wrong_use(run, monkeypatch):
    monkeypatch.setenv("SANCTIONS_XREF_DATTA", "x")
    done = run("lists", "status")
    assert done.code == 2
    assert "did you mean SANCTIONS_XREF_DATA?" in done.err
