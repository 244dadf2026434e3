"""`screen` takes a file of every format without options, and goes on after a broken record."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from fpdf import FPDF
from pyarrow import feather

TEXT = "Officials visited United Aircraft Corporation on Friday and spoke of the weather for an hour."
LINE = json.dumps({"id": "1", "text": TEXT}).encode()
PAGE = f"<html><head><title>Visit</title></head><body><article><p>{TEXT}</p></article></body></html>".encode()
TABLE = pa.table({"id": ["1"], "text": [TEXT]})


def columnar(kind: str) -> bytes:
    sink = io.BytesIO()
    if kind == "parquet":
        pq.write_table(TABLE, sink)
    elif kind == "feather":
        feather.write_feather(TABLE, sink)
    else:
        with pa.ipc.new_stream(sink, TABLE.schema) as writer:
            writer.write_table(TABLE)
    return sink.getvalue()


def pdf() -> bytes:
    document = FPDF()
    document.add_page()
    document.set_font("helvetica", size=12)
    document.multi_cell(0, text=TEXT)
    return bytes(document.output())


def warc() -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/1\r\n"
        "WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:12345678-1234-1234-1234-123456789012>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def zipped() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("news/a.txt", TEXT)
    return sink.getvalue()


def tarred() -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as archive:
        member = tarfile.TarInfo("news/a.html")
        member.size = len(PAGE)
        archive.addfile(member, io.BytesIO(PAGE))
    return sink.getvalue()


FEED = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>News</title><item><title>Visit</title>"
    f"<guid>1</guid><description>{TEXT}</description></item></channel></rss>"
).encode()
ATOM = (
    "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>Visit</title>"
    f"<content>{TEXT}</content></entry></feed>"
).encode()
MAIL = b"From: a@news.example\nSubject: Visit\nContent-Type: text/plain; charset=utf-8\n\n" + TEXT.encode()
SAMPLES = {
    "a.txt": TEXT.encode(),
    "a.md": TEXT.encode(),
    "unnamed": TEXT.encode(),
    "utf16.txt": TEXT.encode("utf-16"),
    "a.html": PAGE,
    "page-without-ending": PAGE,
    "a.json": b"[" + LINE + b"]",
    "a.jsonl": LINE + b"\n",
    "a.ndjson": LINE + b"\n",
    "a.csv": f'id,text\n1,"{TEXT}"\n'.encode(),
    "a.tsv": f"id\tbody\n1\t{TEXT}\n".encode(),
    "a.parquet": columnar("parquet"),
    "a.arrow": columnar("stream"),
    "a.feather": columnar("feather"),
    "a.warc": warc(),
    "a.warc.gz": gzip.compress(warc()),
    "a.eml": MAIL,
    "a.mbox": b"From a@news.example Fri Sep 15 10:00:00 2023\n" + MAIL + b"\n",
    "a.rss": FEED,
    "a.xml": FEED,
    "a.atom": ATOM,
    "a.pdf": pdf(),
    "a.txt.gz": gzip.compress(TEXT.encode()),
    "a.jsonl.zst": zstandard.compress(LINE + b"\n"),
    "a.jsonl.bz2": bz2.compress(LINE + b"\n"),
    "a.jsonl.xz": lzma.compress(LINE + b"\n"),
    "a.zip": zipped(),
    "a.tar.gz": tarred(),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_of_each_format_is_screened_without_options(loaded, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(SAMPLES[name])
    done = loaded("screen", path, "--format", "jsonl")
    assert done.code == 0, done.err
    (answer,) = map(json.loads, done.out.splitlines())
    assert [one["name"] for one in answer["organizations"]] == ["United Aircraft Corporation"], done.err


@pytest.mark.parametrize("name", ["a.jsonl", "a.pdf", "a.parquet", "a.zip", "a.eml", "a.jsonl.zst"])
def test_standard_input_is_told_by_content(loaded, name: str) -> None:
    done = loaded("screen", "-", "--format", "jsonl", given=SAMPLES[name])
    assert done.code == 0, done.err
    assert '"United Aircraft Corporation"' in done.out


def test_a_folder_of_everything_is_one_article_a_sample(loaded, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    for name, content in SAMPLES.items():
        (folder / name).write_bytes(content)
    done = loaded("screen", folder, "--format", "jsonl")
    assert done.code == 0, done.err
    assert len(done.out.splitlines()) == len(SAMPLES)


def test_a_broken_record_is_said_with_its_place_and_the_rest_goes_on(loaded, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINE + b"\n{broken\n" + LINE.replace(b'"1"', b'"3"') + b"\n")
    done = loaded("screen", path, "--format", "jsonl")
    assert done.code == 1
    assert [json.loads(line)["article"]["id"] for line in done.out.splitlines()] == ["1", "3"]
    assert "a.jsonl" in done.err
    assert "line 2" in done.err
    assert "1 skipped, 2 screened" in done.err
