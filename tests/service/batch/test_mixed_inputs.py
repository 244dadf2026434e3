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
import zstandard

TEXT = "Officials visited United Aircraft Corporation on Friday, and a spokesman for KOMID said nothing of the kind."
PAGE = f"<html><head><title>T</title></head><body><article><p>{TEXT}</p></article></body></html>"
ATOM = (
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>N</title>'
    f"<entry><id>t1</id><title>One</title><content>{TEXT}</content></entry>"
    "<entry><id>t2</id><title></title><content> </content></entry></feed>"
)
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


def spoiled(content: bytes, what: bytes) -> bytes:
    """Return content with zeros in place of the second occurrence of some bytes, or of the only one."""
    first, *others = content.split(what)
    before = first if len(others) == 1 else first + what + others.pop(0)
    return before + bytes(len(what)) + what.join(others)


def row_groups(*texts: str) -> bytes:
    """Return a Parquet file with a row group a text."""
    buffer = io.BytesIO()
    table = pa.Table.from_pylist([{"text": text} for text in texts])
    pq.write_table(table, buffer, row_group_size=1, compression="zstd", use_dictionary=False)
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
POST = "From a@example.org Fri Sep 15 10:00:00 2023\n"
ZSTD = b"\x28\xb5\x2f\xfd"
FILES = {
    "a.jsonl": lines(GOOD) + b'{"id": "broken\n' + lines(GOOD),
    "b.json": json.dumps([GOOD, EMPTY]).encode(),
    "c.csv": f'id,text\n1,"{TEXT}"\n2,too,many,fields\n3,{TEXT.replace(",", "")}\n'.encode(),
    "d.tsv": f"id\ttext\n1\t{TEXT}\n2\n3\t{TEXT}\n".encode(),
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
    "o.txt": BINARY,
    "p.pdf": b"%PDF-1.7\nthis is no document",
    "q.html": b"<html><body></body></html>",
    "r.jsonl.zst": zstandard.compress(lines(GOOD) + b"{broken\n"),
    "s.atom": ATOM.encode(),
    "t.mbox": f"{POST}{MAIL}\n{POST}Subject: none\n\n\n".encode(),
    "u.jsonl.gz": gzip.compress(lines(GOOD) + b" " * 200_000)[:-9],
    "v.zip": spoiled(
        zipped(a_txt=TEXT.encode(), lost_txt=f"{TEXT} Ended.".encode(), z_txt=TEXT.encode()), b"Ended"
    ),
    "w.parquet": spoiled(row_groups(TEXT, TEXT, TEXT), ZSTD),
    "x.eml": b"From: a@example.org\nTo: b@example.org\nSubject: S\n\n",
}
HITS = {"l.eml", "m.txt", "n.html"} | set("abcdefghijkrstuvw")
"""Files of which something is screened, or their letters."""
MORE = 5
"""Articles that come after the broken record of their file."""
SKIPPED = {
    "news/a.jsonl line 2": "not JSON",
    "news/b.json record 2": "no text",
    "news/c.csv row 3": "4 fields where the header has 2",
    "news/d.tsv row 3": "1 fields where the header has 2",
    "news/e.parquet row 2": "no text",
    "news/f.arrow row 2": "no text",
    "news/g.warc record 2": "no text",
    "news/h.xml entry 2": "no text",
    "news/i.jsonl.gz line 2": "not JSON",
    "news/j.zip: bad.bin": "binary content",
    "news/k.tar: bad.bin": "binary content",
    "news/o.bin": "binary content",
    "news/o.txt": "binary content",
    "news/p.pdf": "broken PDF",
    "news/q.html": "no text",
    "news/r.jsonl.zst line 2": "not JSON",
    "news/s.atom entry 2": "no text",
    "news/t.mbox message 2": "no text",
    "news/u.jsonl.gz": "cannot be read further: broken compressed data",
    "news/v.zip: lost.txt": "cannot be read further: broken compressed data: Bad CRC-32",
    "news/w.parquet after row 1": "cannot be read further: ZSTD",
    "news/x.eml": "no text",
}
"""What cannot be read: its place, and how the reason begins."""


@pytest.fixture
def news(desk) -> Path:
    folder: Path = desk.folder / "news"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_broken_record_in_every_format_is_said_with_its_place_and_the_rest_goes_on(
    desk, news: Path
) -> None:
    done = desk("screen", "news", "--output", "hits.csv", "--processes", 2)
    assert done.code == 1
    found = desk.outcomes("hits.csv")
    skipped = {str(one["place"]): str(one["reason"]) for one in found if one["outcome"] == "skipped"}
    assert skipped.keys() == SKIPPED.keys()
    assert {place: reason for place, reason in skipped.items() if not reason.startswith(SKIPPED[place])} == {}
    hits = {str(one.get("place") or one["id"])[5] for one in found if one["outcome"] == "hit"}
    assert hits == {name[0] for name in HITS}
    assert sum(one["outcome"] == "hit" for one in found) == len(HITS) + MORE
    assert done.summary["totals"]["skipped"] == len(SKIPPED)


def test_a_first_run_without_options_gives_a_table_and_a_file(desk, news: Path) -> None:
    done = desk("screen", "news")
    assert done.code == 1
    assert len(done.out.splitlines()) == len(HITS) + MORE
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
