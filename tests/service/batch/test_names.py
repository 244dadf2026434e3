"""Names of a customer file: its own columns, all processes, and the answers of `match`."""

from __future__ import annotations

import csv
import gzip
import io

from openpyxl import Workbook

CUSTOMERS = "No;Company;Ctry;Turnover\n" + "".join(
    f"{number};{name};{country};{number * 7}\n"
    for number, (name, country) in enumerate(
        [
            ("United Aircraft Corp", "ru"),
            ("Bakery of Nowhere", ""),
            ("KOMID", "kp"),
            ("", ""),
            ("Mahan Airlines", ""),
        ]
        * 60
    )
)
COLUMNS = ("--column", "name=Company", "--column", "id=No", "--column", "country=Ctry")


def test_a_customer_file_with_its_own_columns(desk) -> None:
    (desk.folder / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    for processes in (1, 2):
        done = desk(
            "match",
            "--input",
            "customers.csv",
            *COLUMNS,
            "--output",
            f"{processes}.csv",
            "--processes",
            processes,
        )
        assert done.code == 1
        assert done.summary["totals"]["records"] == 300
        assert done.summary["totals"]["skipped"] == 60
    assert desk.read("1.csv") == desk.read("2.csv")
    rows = list(csv.DictReader(io.StringIO(desk.read("1.csv").decode())))
    assert [row["id"] for row in rows if row["entry_id"] == "2"] == [str(n) for n in range(2, 300, 5)]
    plain = desk("match", "--input", "customers.csv", *COLUMNS, "--format", "csv")
    read = [row for row in csv.DictReader(io.StringIO(plain.out)) if not row["error"]]
    assert read == rows
    found = desk.outcomes("1.csv")
    assert [one.get("id") for one in found if one["outcome"] != "skipped"] == [
        str(n) for n in range(300) if n % 5 != 3
    ]


def test_json_lines_with_other_fields(desk) -> None:
    (desk.folder / "customers.jsonl").write_text(
        '{"Company": "KOMID", "Since": 1999}\n' * 3, encoding="utf-8"
    )
    done = desk("match", "--input", "customers.jsonl", "--column", "name=Company", "--output", "hits.parquet")
    assert done.code == 0, done.err
    assert done.summary["totals"]["with_hits"] == 3


def test_a_column_that_is_not_there_or_not_known_is_said(desk) -> None:
    (desk.folder / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    done = desk("match", "--input", "customers.csv", "--column", "nom=Company", "--output", "hits.csv")
    assert done.code == 2
    assert "name, id, schema, country, identifiers" in done.err
    missing = desk("match", "--input", "customers.csv", "--column", "name=Firm", "--output", "hits.csv")
    assert missing.code == 2
    assert "no column is called 'firm'; the line is 'No;Company;Ctry;Turnover'" in missing.err
    assert not list(desk.folder.glob("hits.csv*"))


def test_a_file_in_another_encoding(desk) -> None:
    (desk.folder / "customers.csv").write_bytes("Nr;Société\n1;Café KOMID\n2;KOMID\n".encode("cp1252"))
    asked = ("match", "--input", "customers.csv", "--column", "name=Société", "--output", "hits.csv")
    refused = desk(*asked)
    assert refused.code == 2
    assert "--encoding" in refused.err
    assert desk(*asked, "--encoding", "cp1252").code == 0
    assert [one["id"] for one in desk.outcomes("hits.csv")] == ["Café KOMID", "KOMID"]


def test_a_folder_of_files_is_read_file_by_file(desk) -> None:
    (desk.folder / "names").mkdir()
    (desk.folder / "names" / "a.csv").write_text("firm\nKOMID\n", encoding="utf-8")
    (desk.folder / "names" / "b.bin").write_bytes(bytes(range(256)) * 8)
    (desk.folder / "names" / "c.jsonl").write_text('{"firm": "KOMID"}\n' * 2, encoding="utf-8")
    (desk.folder / "names" / "d.csv.gz").write_bytes(gzip.compress(b"id,firm\n7,KOMID\n"))
    sheet = Workbook()
    for row in (["firm", "id"], ["KOMID", 8], ["Bakery of Nowhere", 9]):
        sheet.active.append(row)
    sheet.save(desk.folder / "names" / "e.xlsx")
    done = desk("match", "--input", "names", "--column", "name=firm", "--output", "hits.csv")
    assert done.code == 1
    assert done.summary["totals"]["with_hits"] == 5
    ids = [one.get("id") for one in desk.outcomes("hits.csv")]
    assert ids == ["KOMID", None, "KOMID", "KOMID", "7", "8", "9"]
    (lost,) = (one for one in desk.outcomes("hits.csv") if one["outcome"] == "skipped")
    assert lost["place"] == "names/b.bin"
