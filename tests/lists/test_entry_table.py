"""The entry table: every column, and what happens to rows that are not as they should be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from lists.drafts import read_draft
from lists.errors import ReadError, UnknownFormat
from lists.importing import Import, draft_of, import_files
from lists.models import ListEntry, NameKind, Quality
from lists.source import Report
from lists.store import SnapshotStore

Table = Callable[..., Path]


def entries(path: Path, now: datetime) -> tuple[tuple[ListEntry, ...], Report]:
    _, found, report = read_draft(draft_of([path], Import("demo"), now))
    return found, report


def test_every_column_is_read(table: Table, now: datetime) -> None:
    row = (
        '7,Organization,Harbour Crane Works,"HCW | Crane Works, Ltd",Cranes,Old Yard,ru | Belarus,'
        "PROG-1 | PROG-2,"
        "2022-03-15,2024-01,innCode:7708619320 | imoNumber:IMO 9562233,"
        '"1 Quay, Riga | 2 Pier",https://example.org/7,Linked To: BIG YARD; Linked To: SMALL YARD'
    )
    (entry,), report = entries(table(row), now)
    assert report.total == 0 or dict(report.counts) == {"check digits": 1}
    assert [(name.text, name.kind.value, name.quality.value) for name in entry.names] == [
        ("Harbour Crane Works", "name", "unstated"),
        ("Crane Works, Ltd", "alias", "unstated"),
        ("HCW", "alias", "unstated"),
        ("Old Yard", "previousName", "unstated"),
        ("Cranes", "weakAlias", "weak"),
    ]
    (designation,) = entry.designations
    assert designation.programmes == ("PROG-1", "PROG-2")
    assert (designation.listing_date, designation.listing_date_basis) == ("2022-03-15", "source-field")
    assert designation.end_date == "2024-01"
    assert entry.countries == ("by", "ru")
    assert [(found.kind, found.value) for found in entry.identifiers] == [
        ("innCode", "7708619320"),
        ("imoNumber", "9562233"),
    ]
    assert [address.full for address in entry.addresses] == ["1 Quay, Riga", "2 Pier"]
    assert [relation.target_name for relation in entry.relations] == ["BIG YARD", "SMALL YARD"]
    assert entry.source_url == "https://example.org/7"


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("1,Organisation,A B,,,,,,,,,,,", "unknown schema"),
        ("1,Organization,,,,,,,,,,,,", "no name"),
        (",Organization,A B,,,,,,,,,,,", "no entry id"),
        ("1,Organization,A B,,,,Atlantis,,,,,,,", "unknown country"),
        ("1,Organization,A B,,,,,,15.3.2022,,,,,", "bad date"),
        ("1,Organization,A B,,,,,,,,12345,,,", "bad identifier"),
        ("1,Organization,A B,,,,,,,,imoNumber:1234568,,,", "check digits"),
        ("1,Organization,A B", "row length"),
        ("1,Organization,A B,,,,,,,,,,,,extra", "row length"),
        ('1,Organization,"A B,,,,,,,,,,,', "open quotation mark"),
        ('1,Organization,"A" B,,,,,,,,,,,', "csv"),
        ("1,Organization,Soci\u00c3\u00a9t\u00c3\u00a9,,,,,,,,,,,", "mojibake"),
    ],
)
def test_an_unusual_row_is_kept_and_counted(table: Table, now: datetime, row: str, kind: str) -> None:
    found, report = entries(table(row, "2,Organization,After It,,,,,,,,,,,"), now)
    assert len(found) == 2, "no row may be lost"
    assert report.counts[kind] == 1
    assert any("line 2" in warning.place for warning in report.warnings)
    assert any(kind in warning for entry in found for warning in entry.warnings) or kind in {
        "csv",
        "open quotation mark",
    }


def test_what_cannot_be_read_stays_in_the_entry(table: Table, now: datetime) -> None:
    (entry,), _ = entries(table("1,Boat,A B,,,,Atlantis | ru,,soon,,x9,,,"), now)
    assert entry.schema_.value == "Thing"
    assert entry.features == {"countries": ("Atlantis",), "listing_date": ("soon",)}
    assert entry.countries == ("ru",)
    assert [(found.kind, found.value) for found in entry.identifiers] == [("other", "x9")]


def test_a_repeated_id_is_numbered(store: SnapshotStore, table: Table, now: datetime) -> None:
    path = table(*(f"5,Organization,Party {letter},,,,,,,,,,," for letter in "ABC"))
    done = import_files(store, [path], Import("demo"), now)
    assert [entry.entry_id for entry in store.entries(done.snapshot)] == ["5", "5~2", "5~3"]
    assert done.warning_counts == {"repeated id": 2}


def test_a_line_in_another_encoding_is_read_and_counted(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "mixed.csv"
    path.write_bytes(b"entry_id,name\n1,Caf\xe9 Caf\xe9\n2,Caf\xc3\xa9\n")
    found, report = entries(path, now)
    assert [entry.name for entry in found] == ["Café Café", "Café"]
    assert report.counts == {"encoding": 1}


def test_an_unclosed_quotation_mark_does_not_swallow_the_file(table: Table, now: datetime) -> None:
    rows = [
        '0,Organization,"never closed,,,,,,,,,,,',
        *(f"{n},Organization,Party {n},,,,,,,,,,," for n in range(1, 500)),
    ]
    found, report = entries(table(*rows), now)
    assert len(found) == 500
    assert report.counts["open quotation mark"] == 1


def test_a_cell_may_hold_line_breaks(table: Table, now: datetime) -> None:
    (entry,), report = entries(table('1,Organization,"Two\nLines",,,,,,,,,,,'), now)
    assert entry.name == "Two Lines"
    assert report.total == 0


def test_a_weak_alias_that_is_also_a_strong_one_is_strong(table: Table, now: datetime) -> None:
    (entry,), _ = entries(table("1,Organization,A B,Same,Same,,,,,,,,,"), now)
    assert [(name.kind, name.quality) for name in entry.names[1:]] == [(NameKind.ALIAS, Quality.UNSTATED)]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02" * 500, b"name,schema\nA,Person\n", b"<html><body>Login</body></html>", b"{}"],
)
def test_what_is_no_list_is_named_and_nothing_is_stored(
    store: SnapshotStore, tmp_path: Path, now: datetime, content: bytes
) -> None:
    path = tmp_path / "strange.bin"
    path.write_bytes(content)
    with pytest.raises(UnknownFormat, match=r"strange\.bin: no reader recognises this"):
        import_files(store, [path], Import("demo"), now)
    with pytest.raises(ReadError):
        import_files(store, [path], Import("demo", format="entry-table"), now)
    assert store.active() == ()


@pytest.mark.shared
def test_lines_that_end_with_cr_alone_are_lines(store: SnapshotStore, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(b"entry_id,name\r1,One\r2,Two\r")
    done = import_files(store, [path], Import("demo"), now)
    assert [entry.name for entry in store.entries(done.snapshot)] == ["One", "Two"]


def test_a_cell_longer_than_any_text_is_cut_and_counted(
    store: SnapshotStore, tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / "long.csv"
    path.write_text("entry_id,name\n1," + "A" * 10_000_000 + "\n2,Two\n")
    done = import_files(store, [path], Import("demo"), now)
    assert [len(entry.name) for entry in store.entries(done.snapshot)] == [65_536, 3]
    assert done.warning_counts == {"long cell": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b" \r\n", "it is empty"),
        ("entry_id,name\n1,A\n".encode("utf-16"), "save it as UTF-8"),
        (b"<!DOCTYPE html><title>Login</title>", "it is an HTML page"),
        (b'<?xml version="1.0"?><!DOCTYPE x><CONSOLIDATED_LIST/>', "it holds a DOCTYPE"),
        (b"\x1f\x8b\x08\x00", "unpack it first"),
        (b"PK\x03\x04rest", "unpack it first"),
        (b"\xd0\xcf\x11\xe0rest", "old kind"),
        (b"%PDF-1.7", "it is a PDF"),
        (b'\r\x00\x01"\xff', "no reader recognises this"),
    ],
)
def test_a_file_that_is_no_list_is_named(
    store: SnapshotStore, tmp_path: Path, now: datetime, content: bytes, said: str
) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)
    with pytest.raises(UnknownFormat, match=re.escape(said)):
        import_files(store, [path], Import("demo"), now)


def test_the_real_lists_import_whole(store: SnapshotStore, shared: Path, now: datetime) -> None:
    total, unusual = 0, 0
    for path in sorted((shared / "data" / "import").glob("*.csv")):
        done = import_files(store, [path], Import(path.stem), now)
        total += done.snapshot.counts["entries"]
        unusual += sum(done.warning_counts.values())
        assert sum(done.warning_counts.values()) == done.snapshot.counts["warnings"]
    assert (total, len(store.active())) == (38851, 15)
    assert unusual == sum(len(entry.warnings) for active in store.active() for entry in store.entries(active))
