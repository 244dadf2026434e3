"""A folder of everything, a broken record in each of them: all is counted and said, the rest is screened."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

TEXT = "Officials visited United Aircraft Corporation on Friday, and a spokesman for KOMID said nothing of the kind."
PAGE = f"<html><head><title>T</title></head><body><article><p>{TEXT}</p></article></body></html>"
RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>N</title>'
    f"<item><guid>f1</guid><title>One</title><description>{TEXT}</description></item>"
    "<item><title></title><link>https://news.example/2</link><description> </description></item></channel></rss>"
)
MAIL = (
    f"From: a@example.org\nTo: b@example.org\nSubject: S\nDate: Fri, 15 Sep 2023 10:00:00 +0000\n\n{TEXT}\n"
)
WARC = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/{id}\r\n"
    "WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-00000000000{id}>\r\n"
    "Content-Type: application/http; msgtype=response\r\nContent-Length: {length}\r\n\r\n{http}\r\n\r\n"
)


def lines(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def parquet(*rows: dict[str, object]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), buffer)
    return buffer.getvalue()


def arrow(*rows: dict[str, object]) -> bytes:
    buffer = io.BytesIO()
    table = pa.Table.from_pylist(list(rows))
    with pa.ipc.new_file(buffer, table.schema) as writer:
        writer.write_table(table)
    return buffer.getvalue()


def warc() -> bytes:
    records = []
    for number, body in enumerate((PAGE, "<html><body></body></html>"), 1):
        http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}"
        records.append(WARC.format(id=number, length=len(http.encode()), http=http).encode())
    return b"".join(records)


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


def tarred(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members.items():
            about = tarfile.TarInfo(name.replace("_", "."))
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return buffer.getvalue()


GOOD, EMPTY = {"id": "g", "text": TEXT}, {"id": "e", "text": ""}
BINARY = bytes(range(256)) * 40
FILES = {
    "a.jsonl": lines(GOOD) + b'{"id": "broken\n',
    "b.json": json.dumps([GOOD, EMPTY]).encode(),
    "c.csv": f'id,text\n1,"{TEXT}"\n2,too,many,fields\n'.encode(),
    "d.tsv": f"id\ttext\n1\t{TEXT}\n2\n".encode(),
    "e.parquet": parquet(GOOD, EMPTY),
    "f.arrow": arrow(GOOD, EMPTY),
    "g.warc": warc(),
    "h.xml": RSS.encode(),
    "i.jsonl.gz": gzip.compress(lines(GOOD) + b"{broken\n"),
    "j.zip": zipped(good_txt=TEXT.encode(), bad_bin=BINARY),
    "k.tar": tarred(good_html=PAGE.encode(), bad_bin=BINARY),
    "l.eml": MAIL.encode(),
    "m.txt": TEXT.encode(),
    "n.html": PAGE.encode(),
    "o.bin": BINARY,
    "p.pdf": b"%PDF-1.7\nthis is no document",
    "q.html": b"<html><body></body></html>",
}
"""The files of a folder; all but the mail, the text and the first page hold something that cannot be read."""
WHOLE = {"l.eml", "m.txt", "n.html"}
LOST = {"o.bin", "p.pdf", "q.html"}
"""Files of which nothing is left."""


@pytest.fixture
def news(desk) -> Path:
    folder: Path = desk.folder / "news"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_broken_record_in_every_format_is_counted_and_said(desk, news: Path) -> None:
    done = desk("screen", "news", "--output", "hits.csv", "--processes", 2)
    assert done.code == 1
    found = desk.outcomes("hits.csv")
    skipped: dict[str, list[object]] = {}
    hits: dict[str, int] = {}
    for one in found:
        place = str(one.get("place") or one["id"])
        name = next(
            name
            for name in FILES
            if place.startswith(f"news/{name.removesuffix('.gz').removesuffix('.zip')}")
        )
        if one["outcome"] == "skipped":
            skipped.setdefault(name, []).append(one["reason"])
        else:
            hits[name] = hits.get(name, 0) + (one["outcome"] == "hit")
    assert {name: len(reasons) for name, reasons in skipped.items()} == dict.fromkeys(set(FILES) - WHOLE, 1)
    assert all(reason for reasons in skipped.values() for reason in reasons)
    assert hits == dict.fromkeys(set(FILES) - LOST, 1)
    assert done.summary["totals"]["skipped"] == len(FILES) - len(WHOLE)


def test_a_first_run_without_options_gives_a_table_and_a_file(desk, news: Path) -> None:
    done = desk("screen", "news")
    assert done.code == 1
    assert len(done.out.splitlines()) == len(FILES) - len(LOST)
    assert "most confident hits" in done.err
    assert "hits by list" in done.err
    (written,) = desk.folder.glob("[!.]*.csv")
    assert written.name == "news-hits.csv"
    assert f"hits: {written}" in done.err
    assert desk("screen", "news", "--format", "csv").out.encode() == written.read_bytes()
    assert desk("screen", "news").code == 1
    assert [path.name for path in desk.folder.glob("[!.]*.csv")] == ["news-hits.csv"]


def test_on_a_terminal_it_is_a_run(desk, news: Path, terminal: Callable[..., tuple[int, str]]) -> None:
    code, shown = terminal("screen", "news")
    assert code == 1
    assert "most confident hits" in shown
    assert "skipped because" in shown
    assert "hits: news-hits.csv" in shown
    assert (desk.folder / "news-hits.csv.run" / "manifest.json").exists()


def test_a_file_of_that_name_that_is_not_ours_stays(desk, news: Path) -> None:
    (desk.folder / "news-hits.csv").write_text("precious")
    done = desk("screen", "news")
    assert "news-hits-2.csv" in done.err
    assert (desk.folder / "news-hits.csv").read_text() == "precious"


def test_an_output_in_the_folder_that_is_screened_is_no_input(desk, news: Path) -> None:
    desk("screen", "news", "--output", "news/hits.jsonl")
    first = desk.read("news/hits.jsonl")
    again = desk("screen", "news", "--output", "news/hits.jsonl")
    assert "nothing to do" in again.err
    assert desk.read("news/hits.jsonl") == first
