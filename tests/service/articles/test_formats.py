# ruff: noqa: E501 - a case is a line, however long
"""A sample of each format, made here, with a broken record in it: the others are read."""

from __future__ import annotations

import csv
import gzip
import io
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fpdf import FPDF

from service.articles import READERS, Article, ReadOptions, Skipped, optional, read_articles

Items = list[Article | Skipped]


def read(path: Path, **options: Any) -> Items:
    return list(read_articles([path], ReadOptions(html_extractor="lxml", **options)))


def good(items: Items) -> list[Article]:
    return [item for item in items if isinstance(item, Article)]


def bad(items: Items) -> list[Skipped]:
    return [item for item in items if isinstance(item, Skipped)]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("name", "separator"), [("a.csv", ","), ("a.csv", ";"), ("a.tsv", "\t"), ("a.csv", "|")]
)
def test_tables(tmp_path: Path, name: str, separator: str) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator)
    writer.writerow(["doc_id", "headline", "body", "date"])
    writer.writerow(["1", "One", 'Rosneft,\n"grew"; more.', "2023-09-15"])
    writer.writerow(["2", "Two", "too", "many", "fields", "here"])
    writer.writerow(["3", "Three", "Росатом.", "15 Sep 2023"])
    items = read(write(tmp_path, name, buffer.getvalue()))
    assert [(item.id, item.title, item.text, item.published) for item in good(items)] == [
        ("1", "One", 'Rosneft,\n"grew"; more.', "2023-09-15"),
        ("3", "Three", "Росатом.", "2023-09-15"),
    ]
    assert [item.place.rsplit(" ", 2)[-1] for item in bad(items)] == ["3"]


def test_a_table_in_utf16(tmp_path: Path) -> None:
    items = read(write(tmp_path, "a.csv", "text,date\nРосатом.,2020\n".encode("utf-16")))
    assert [item.text for item in good(items)] == ["Росатом."]


RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>News</title><link>https://news.example</link>
<item><title>One &amp; only</title><link>https://news.example/1</link><guid>n1</guid><pubDate>Fri, 15 Sep 2023 10:00:00 GMT</pubDate>
<description>Short.</description><content:encoded><![CDATA[<p>Rosneft <b>grew</b>.</p><p>More of it.</p>]]></content:encoded></item>
<item><title></title><link>https://news.example/2</link><description> </description></item>
<item><title>Three</title><link>https://news.example/3</link><description>Rosatom &lt;i&gt;too&lt;/i&gt;.</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><title>One</title><id>tag:1</id>
<link rel="self" href="https://news.example/self"/><link href="https://news.example/1"/><updated>2023-09-15T10:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Rosneft <b>grew</b>.</p></div></content></entry></feed>"""


def test_rss(tmp_path: Path) -> None:
    items = read(write(tmp_path, "a.xml", RSS))
    assert [(item.id, item.title, item.text, item.published, item.url) for item in good(items)] == [
        ("n1", "One & only", "Rosneft grew.\nMore of it.", "2023-09-15", "https://news.example/1"),
        ("https://news.example/3", "Three", "Rosatom too.", None, "https://news.example/3"),
    ]
    assert [item.reason for item in bad(items)] == ["no text"]


def test_atom(tmp_path: Path) -> None:
    (item,) = good(read(write(tmp_path, "a.atom", ATOM)))
    assert (item.id, item.text, item.url, item.published) == (
        "tag:1",
        "Rosneft grew.",
        "https://news.example/1",
        "2023-09-15",
    )


def test_a_feed_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    items = read(write(tmp_path, "a.rss", RSS[: RSS.index("<title>Three")]))
    assert len(good(items)) == 1
    assert "rest of the feed" in bad(items)[-1].reason


def test_a_feed_with_entities_is_refused(tmp_path: Path) -> None:
    hostile = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa">]><rss><channel><item><description>&a;</description></item></channel></rss>'
    assert "refused" in bad(read(write(tmp_path, "a.rss", hostile)))[0].reason


MAIL = (
    b"From: a@news.example\r\nTo: b@news.example\r\nSubject: =?utf-8?b?0KDQvtGB0LDRgtC+0Lw=?=\r\nDate: Fri, 15 Sep 2023 10:00:00 +0000\r\n"
    b"Message-ID: <m1@news.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=B\r\n\r\n"
    b"--B\r\nContent-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    + "Росатом растёт.".encode("cp1251")
    + b"\r\n--B\r\nContent-Type: text/html\r\n\r\n<p>No.</p>\r\n--B--\r\n"
)


def test_mail(tmp_path: Path) -> None:
    for name in ("a.eml", "unnamed"):
        (item,) = good(read(write(tmp_path, name, MAIL)))
        assert (item.id, item.title, item.text.strip(), item.published) == (
            "m1@news.example",
            "Росатом",
            "Росатом растёт.",
            "2023-09-15",
        )


def test_mail_in_html_only(tmp_path: Path) -> None:
    mail = b"Subject: x\nContent-Type: text/html; charset=utf-8\n\n<html><body><p>Rosneft <b>grew</b>.</p></body></html>\n"
    assert good(read(write(tmp_path, "a.eml", mail)))[0].text == "Rosneft grew."


def test_a_mailbox(tmp_path: Path) -> None:
    box = b"From a@x.example Fri Sep 15 10:00:00 2023\n" + MAIL.replace(b"\r\n", b"\n")
    box += b"\nFrom b@x.example Fri Sep 15 10:00:00 2023\n\nno header fields\n"
    box += b"\nFrom c@x.example Fri Sep 15 10:00:00 2023\nSubject: Two\n\nRosneft grew.\n"
    items = read(write(tmp_path, "a.mbox", box))
    assert [item.title for item in good(items)] == ["Росатом", "Two"]
    assert [item.place.rsplit(" ", 1)[-1] for item in bad(items)] == ["2"]


def pdf(*pages: str) -> bytes:
    document = FPDF()
    document.set_title("Visit")
    for page in pages:
        document.add_page()
        document.set_font("helvetica", size=12)
        document.multi_cell(0, text=page)
    return bytes(document.output())


def test_pdf(tmp_path: Path) -> None:
    (item,) = good(read(write(tmp_path, "a.pdf", pdf("Rosneft grew.", "United Aircraft Corporation too."))))
    assert item.title == "Visit"
    assert item.text.split("\n\n") == ["Rosneft grew.", "United Aircraft Corporation too."]
    assert item.published_basis == "metadata"


@pytest.mark.parametrize("content", [pdf("Rosneft grew.")[:300], b"%PDF-1.7 nothing", pdf("")])
def test_a_pdf_without_text_is_skipped(tmp_path: Path, content: bytes) -> None:
    assert "PDF" in bad(read(write(tmp_path, "a.pdf", content)))[0].reason


ROWS = {
    "id": ["1", "2", "3"],
    "text": ["Rosneft grew.", None, "Росатом."],
    "published": ["2023-09-15", None, None],
}


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table(ROWS), path)
    items = read(path)
    assert [(item.id, item.text) for item in good(items)] == [("1", "Rosneft grew."), ("3", "Росатом.")]
    assert [item.place.rsplit(" ", 1)[-1] for item in bad(items)] == ["2"]
    assert "cannot be read" in bad(read(write(tmp_path, "b.parquet", path.read_bytes()[:80])))[0].reason


@pytest.mark.parametrize("kind", ["file", "stream"])
def test_arrow(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.arrow"
    table = pa.table(ROWS)
    opening = pa.ipc.new_file if kind == "file" else pa.ipc.new_stream
    with path.open("wb") as sink, opening(sink, table.schema) as writer:
        writer.write_table(table)
    items = read(path)
    assert [item.id for item in good(items)] == ["1", "3"]
    assert len(bad(items)) == 1


def record(kind: str, uri: str, content_type: str, body: bytes) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: " + content_type.encode() + b"\r\n\r\n" + body
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nWARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:12345678-1234-1234-1234-{abs(hash(uri)) % 10**12:012d}>\r\nContent-Type: application/http; msgtype={kind}\r\nContent-Length: {len(http)}\r\n\r\n"
    return head.encode() + http + b"\r\n\r\n"


WARC = (
    record(
        "response",
        "https://news.example/1",
        "text/html; charset=windows-1251",
        "<html><body><p>Росатом растёт.</p></body></html>".encode("cp1251"),
    )
    + record("request", "https://news.example/1", "text/html", b"")
    + record("response", "https://news.example/pic", "image/png", b"\x89PNG\0")
    + record("response", "https://news.example/2", "text/html", b"<html><body></body></html>")
    + record("response", "https://news.example/3", "text/plain", b"Rosneft grew.")
)


@pytest.mark.parametrize("packed", [False, True])
def test_warc(tmp_path: Path, packed: bool) -> None:
    items = read(
        write(tmp_path, "a.warc.gz" if packed else "a.warc", gzip.compress(WARC) if packed else WARC)
    )
    assert [(item.url, item.text) for item in good(items)] == [
        ("https://news.example/1", "Росатом растёт."),
        ("https://news.example/3", "Rosneft grew."),
    ]
    assert [item.reason for item in bad(items)] == ["no text"]


def test_a_format_can_be_forced(tmp_path: Path) -> None:
    (item,) = good(read(write(tmp_path, "a.txt", "<p>Rosneft grew.</p>"), format="text"))
    assert item.text == "<p>Rosneft grew.</p>"


def test_an_unknown_format_is_said(tmp_path: Path) -> None:
    (item,) = bad(read(write(tmp_path, "a.txt", "Rosneft."), format="docx"))
    assert "docx" in item.reason
    assert all(name in item.reason for name in READERS)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7"),
        ("a.parquet", b"PAR1"),
        ("a.arrow", b"ARROW1\0\0"),
        ("a.warc", b"WARC/1.0\r\n"),
        ("a.zst", b"\x28\xb5\x2f\xfd"),
    ],
)
def test_a_missing_package_is_named_with_the_way_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes
) -> None:
    for module in (
        "pypdf",
        "pypdf.errors",
        "pyarrow",
        "pyarrow.parquet",
        "fastwarc",
        "fastwarc.warc",
        "zstandard",
    ):
        monkeypatch.setitem(sys.modules, module, None)
    optional.found.cache_clear()
    try:
        (item,) = bad(read(write(tmp_path, name, content)))
    finally:
        optional.found.cache_clear()
    assert 'pip install "sanctions-xref[articles]"' in item.reason
