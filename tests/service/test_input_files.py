"""Files of names as they come: packed, in archives, as spreadsheets; what breaks says so, and the rest is kept."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import zstandard
from openpyxl import Workbook

from service.errors import Unreadable
from service.input_files import read_file
from service.inputs import BadLine, Reading, read_pairs, read_queries

TABLE = b'No,Company,land\n7,"Rosneft, OAO",ru\n8,KOMID,kp\n'


class Pipe(io.RawIOBase):
    """Bytes that cannot be sought in."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer, /) -> int:
        return self._content.readinto(buffer)


def queries(
    content: bytes,
    name: str = "customers",
    reading: Reading | None = None,
    notes: list[str] | None = None,
    wrap: Callable[[bytes], io.RawIOBase | io.BytesIO] = io.BytesIO,
):
    note = (notes if notes is not None else []).append
    stream = io.BufferedReader(wrap(content))
    return list(read_file(lambda found: read_queries(found, name, note, reading), stream, name, note))


def tar(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(*sheets: Iterable[Iterable[object]]) -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(list(row))
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("wrap", [io.BytesIO, Pipe])
@pytest.mark.parametrize(
    "pack",
    [
        bytes,
        gzip.compress,
        bz2.compress,
        lzma.compress,
        zstandard.compress,
        lambda content: zipped({"customers.csv": content}),
        lambda content: tar({"customers.csv": content}),
        lambda content: gzip.compress(tar({"customers.csv": content})),
    ],
)
def test_a_packed_file_is_read_as_what_it_holds(pack, wrap) -> None:
    reading = Reading({"name": "Company", "id": "No", "country": "land"})
    found = queries(pack(TABLE), "customers.csv", reading, wrap=wrap)
    assert [(one.id, one.name, one.country) for one in found] == [
        ("7", "Rosneft, OAO", ("ru",)),
        ("8", "KOMID", ("kp",)),
    ]


def test_a_packed_table_without_the_column_is_no_list_of_names() -> None:
    with pytest.raises(Unreadable, match=r"customers.csv.gz, line 1: no column is called 'name'"):
        queries(gzip.compress(TABLE), "customers.csv.gz")


def test_a_place_says_the_file_as_it_is_called() -> None:
    (bad,) = queries(gzip.compress(b"name,id\n,3\n"), "customers.csv.gz")
    assert bad.place == "customers.csv.gz, line 2"


def test_a_cut_file_gives_what_comes_before_the_cut_and_says_so() -> None:
    chance = random.Random(3)
    names = [f"{chance.getrandbits(64):x} Shipping" for _ in range(20_000)]
    packed = gzip.compress("\n".join(names).encode())
    *found, last = queries(packed[: len(packed) // 2], "names.gz")
    assert 5_000 < len(found) < 15_000
    assert [one.name for one in found] == names[: len(found)]
    assert isinstance(last, BadLine)
    assert "cannot be read further: broken compressed data" in last.reason


@pytest.mark.parametrize("name", ["cut.gz", "cut.zip", "cut.xlsx"])
def test_a_file_of_which_nothing_can_be_read_is_an_error(name: str) -> None:
    content = {"cut.gz": gzip.compress(TABLE)[:12], "cut.zip": zipped({"a.csv": TABLE})[:-30]}
    with pytest.raises(Unreadable, match=name):
        queries(content.get(name, workbook([["name"], ["KOMID"]])[:2000]), name)


def damaged(book: bytes) -> bytes:
    """Return a spreadsheet whose sheet breaks off, in an archive that does not."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zipped({name: text[:200] if "sheet1" in name else text for name, text in members.items()})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (workbook([["name"], ["KOMID"]])[:2000], "a spreadsheet or zip file that is cut off or damaged"),
        (damaged(workbook([["name"], ["KOMID"]])), "not a readable spreadsheet"),
        (zipped({"xl/workbook.xml": b"<a/>"}), "not a readable spreadsheet"),
    ],
)
def test_a_broken_spreadsheet_says_which_what_and_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        queries(content, "customers.xlsx")
    assert str(caught.value).startswith("customers.xlsx: ")
    assert said in str(caught.value)
    assert "copy or save it again, or give it as CSV" in str(caught.value)


def test_a_file_that_grows_beyond_measure_is_not_read_to_its_end() -> None:
    bomb = gzip.compress(b"KOMID\n" + b"A" * 900_000 + b"\n" + b" " * 30_000_000)
    found = queries(bomb, "bomb.gz")
    assert [one.name for one in found[:1]] == ["KOMID"]
    assert isinstance(found[-1], BadLine)
    assert "times its compressed size" in found[-1].reason


def test_a_spreadsheet_that_grows_beyond_measure_is_refused() -> None:
    bomb = zipped({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * 20_000_000})
    with pytest.raises(Unreadable, match="times its size"):
        queries(bomb, "bomb.xlsx")


@pytest.mark.parametrize("pack", [zipped, tar])
def test_a_second_file_of_an_archive_is_not_dropped_silently(pack) -> None:
    first, last = queries(pack({"a.txt": b"KOMID\n", "b.txt": b"Rosneft\n"}))
    assert first.name == "KOMID"
    assert "several files, of which the first was read" in last.reason


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "no spreadsheet of Excel"),
        (zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}), "no spreadsheet of Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "before 2007; save it as .xlsx or CSV"),
    ],
)
def test_other_documents_are_refused_with_a_cure(content: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        queries(content)


@pytest.mark.parametrize("wrap", [io.BytesIO, Pipe])
def test_a_spreadsheet_is_read_by_its_header(wrap) -> None:
    notes: list[str] = []
    rows = [
        ["Company", "No", "turnover"],
        ["Rosneft, OAO", 7, 3.5],
        [],
        ['OOO "Romashka"', 8.0, None],
        [None, 9],
    ]
    found = queries(workbook(rows), "c.xlsx", Reading({"name": "company", "id": "No"}), notes, wrap)
    assert [(one.name, one.id) for one in found[:2]] == [("Rosneft, OAO", "7"), ('OOO "Romashka"', "8")]
    assert [(one.place, one.reason) for one in found[2:]] == [("c.xlsx, row 5", "name: Field required")]
    assert notes == ["c.xlsx: columns not read: turnover"]


def test_a_spreadsheet_of_nothing_but_names() -> None:
    found = queries(workbook([['"Romashka" OOO'], ["A, B & C"], ["KOMID"]]))
    assert [one.name for one in found] == ['"Romashka" OOO', "A, B & C", "KOMID"]


def test_what_is_not_read_of_a_spreadsheet_is_said() -> None:
    notes: list[str] = []
    (one,) = queries(
        workbook([["name", "turnover"], ["KOMID", 3]], [["name"], ["Rosneft"]]), "c.xlsx", notes=notes
    )
    assert one.name == "KOMID"
    assert notes == ["c.xlsx: has 2 sheets; the first is read", "c.xlsx: columns not read: turnover"]


@pytest.mark.parametrize(
    ("rows", "fields", "message"),
    [
        ([], {}, "an empty sheet"),
        (
            [["Company", "land"], ["KOMID", "kp"]],
            {},
            "row 1: no column is called 'name' .--column name=FIELD",
        ),
        ([["Company"], ["KOMID"]], {"name": "Company", "id": "No"}, "no column is called 'no'"),
        ([["name", "name"], ["KOMID", "UAC"]], {}, "two columns are called 'name'"),
    ],
)
def test_a_spreadsheet_without_the_columns_is_refused(rows, fields: dict[str, str], message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        queries(workbook(rows), "c.xlsx", Reading(fields) if fields else None)


def test_pairs_are_read_from_spreadsheets_too() -> None:
    content = io.BufferedReader(io.BytesIO(workbook([["name1", "name2"], ["UAC", "United Aircraft"]])))
    (pair,) = read_file(lambda found: read_pairs(found, "p", [].append), content, "p", [].append)
    assert (pair.name1, pair.name2) == ("UAC", "United Aircraft")


def test_a_plain_file_on_disk(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_bytes(b"KOMID\n")
    with (tmp_path / "names.txt").open("rb") as stream:
        (one,) = read_file(lambda found: read_queries(found, "n", print), stream, "n", print)
    assert one.name == "KOMID"


def test_a_worker_loads_what_reads_spreadsheets_only_where_one_comes() -> None:
    asked = "import sys, service.batch.pool; print('openpyxl' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
