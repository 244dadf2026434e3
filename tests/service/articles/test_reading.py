"""Inputs of each kind, good and broken: what is read, what is skipped, and that nothing is raised."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from service.articles import Article, Columns, Limits, ReadOptions, Skipped, read_articles
from service.articles.article import text_sha256

RECORDS = (
    {"id": "a", "title": "One", "text": "Rosneft grew.", "published": "2023-09-15T10:00:00Z", "url": "https://x.example/1"},
    {"id": "b", "text": "Росатом под санкциями.", "published": "1987", "language": "ru"},
)  # fmt: skip
LINES = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS)


def articles(
    *paths: Path | str, options: ReadOptions | None = None, stdin: bytes | None = None
) -> list[Article]:
    found = read_all(*paths, options=options, stdin=stdin)
    assert not [item for item in found if isinstance(item, Skipped)], found
    return [item for item in found if isinstance(item, Article)]


def read_all(
    *paths: Path | str, options: ReadOptions | None = None, stdin: bytes | None = None
) -> list[Article | Skipped]:
    stream = io.BytesIO(stdin) if stdin is not None else None
    return list(read_articles(paths, options, stdin=stream))


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_text_file_is_one_article_as_given(tmp_path: Path) -> None:
    text = "A line.\r\n\r\nÉcole e\u0301.\n"
    (article,) = articles(write(tmp_path, "a.txt", text))
    assert article.text == text
    assert article.sha256 == text_sha256(text)
    assert (article.published, article.published_basis) == (None, "unknown")


def test_json_lines_keep_their_fields_and_order(tmp_path: Path) -> None:
    one, two = articles(write(tmp_path, "a.jsonl", LINES))
    assert (one.id, one.title, one.published, one.url) == ("a", "One", "2023-09-15", "https://x.example/1")
    assert (two.text, two.published, two.published_basis, two.language) == (
        "Росатом под санкциями.",
        "1987",
        "field",
        "ru",
    )


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        json.dumps({"articles": RECORDS}, indent=1),
        "\ufeff" + LINES,
        LINES.rstrip("\n"),
        LINES.replace("\n", "\r\n\r\n"),
        json.dumps(RECORDS[0], indent=1) + json.dumps(RECORDS[1]),
    ],
    ids=["array", "indented", "wrapped", "marked", "unended", "spaced", "joined"],
)
def test_json_in_other_layouts_is_the_same(tmp_path: Path, content: str) -> None:
    assert [article.id for article in articles(write(tmp_path, "a.json", content))] == ["a", "b"]


def test_a_broken_line_is_skipped_with_its_place(tmp_path: Path) -> None:
    lines = LINES.splitlines()
    content = "\n".join([lines[0], '{"id": "x", "text"', '["no"]', '{"id": "y"}', "", lines[1]])
    found = read_all(write(tmp_path, "a.jsonl", content))
    assert [type(item) for item in found] == [Article, Skipped, Skipped, Skipped, Article]
    places = [item.place.rsplit(" ", 2)[-2:] for item in found if isinstance(item, Skipped)]
    assert places == [["line", "2"], ["line", "3"], ["line", "4"]]


def test_a_line_that_is_no_utf8_is_skipped(tmp_path: Path) -> None:
    content = b'{"text": "caf\xe9 Rosneft"}\n' + LINES.encode()
    found = read_all(write(tmp_path, "a.jsonl", content))
    assert isinstance(found[0], Skipped)
    assert "UTF-8" in found[0].reason
    assert len(found) == 3


def test_standard_input_tells_text_from_json_lines() -> None:
    assert articles("-", stdin=b"Rosneft grew.")[0].text == "Rosneft grew."
    assert [article.id for article in articles("-", stdin=LINES.encode())] == ["a", "b"]


def test_columns_may_be_named_and_may_lie_deeper(tmp_path: Path) -> None:
    record = {"payload": {"full": "Rosneft grew."}, "text": "no", "when": "15 September 2023"}
    options = ReadOptions(columns=Columns(text="payload.full", published="when"))
    (article,) = articles(write(tmp_path, "a.jsonl", json.dumps(record)), options=options)
    assert (article.text, article.published) == ("Rosneft grew.", "2023-09-15")


def test_guessed_columns_are_told(tmp_path: Path) -> None:
    told: list[str] = []
    path = write(tmp_path, "a.jsonl", json.dumps({"headline": "One", "body": "Rosneft grew."}))
    (article,) = read_articles([path], note=told.append)
    assert isinstance(article, Article)
    assert article.title == "One"
    assert any("'body'" in line for line in told)


def test_a_directory_is_read_by_name(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    write(tmp_path / "b", "x.txt", "Second.")
    write(tmp_path, "a.txt", "First.")
    write(tmp_path, ".hidden", "No.")
    assert [article.text for article in articles(tmp_path)] == ["First.", "Second."]


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz", "zst", "zip", "tar", "tar.gz"])
def test_compressed_files_and_archives_are_opened(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"news.jsonl.{ending}"
    path.write_bytes(packed(LINES.encode(), ending))
    found = articles(path)
    assert [article.id for article in found] == ["a", "b"]
    member = ": inner.jsonl" if ending in ("zip", "tar", "tar.gz") else ""
    assert [article.place for article in found] == [f"{path}{member} line {line}" for line in (1, 2)]


def packed(content: bytes, ending: str, name: str = "inner.jsonl") -> bytes:
    buffer = io.BytesIO()
    if ending == "gz":
        return gzip.compress(content)
    if ending in ("bz2", "xz"):
        return bz2.compress(content) if ending == "bz2" else lzma.compress(content)
    if ending == "zst":
        return zstandard.compress(content)
    if ending == "zip":
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        return buffer.getvalue()
    with tarfile.open(fileobj=buffer, mode="w:gz" if ending.endswith("gz") else "w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz", "zst", "zip", "tar.gz"])
def test_an_archive_that_grows_beyond_measure_is_refused(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path, f"bomb.txt.{ending}", packed(b"a" * 3_000_000, ending, "bomb.txt"))
    options = ReadOptions(limits=Limits(ratio=10, ratio_floor=100_000))
    skipped, *rest = read_all(path, options=options)
    assert isinstance(skipped, Skipped)
    assert "compressed size" in skipped.reason
    assert all(isinstance(one, Skipped) for one in rest)  # of a stream around it, what comes after


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz", "zst", "zip", "tar.gz", "tar"])
def test_a_cut_archive_gives_what_it_can_and_says_so(tmp_path: Path, ending: str) -> None:
    content = packed((LINES * 2000).encode(), ending)
    path = write(tmp_path, f"cut.jsonl.{ending}", content[: len(content) // 2])
    found = read_all(path)
    assert any(isinstance(item, Skipped) for item in found)


def test_archives_in_archives_end(tmp_path: Path) -> None:
    content = b"Rosneft."
    for _ in range(6):
        content = gzip.compress(content)
    (skipped,) = read_all(write(tmp_path, "deep.gz", content))
    assert isinstance(skipped, Skipped)
    assert "deep" in skipped.reason


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b"  \n ", "no text"),
        ("binary.txt", bytes(range(256)) * 20, "binary"),
        ("image.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "binary"),
        ("large.txt", b"word " * 500_000, "characters"),
        ("broken.zip", b"PK\x03\x04broken", "zip"),
        ("empty.html", b"<html><body></body></html>", "no text"),
        ("deep.json", b"[" * 100_000, "JSON"),
    ],
)
def test_what_cannot_be_read_is_skipped_with_a_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (skipped,) = read_all(write(tmp_path, name, content))
    assert isinstance(skipped, Skipped)
    assert reason in skipped.reason
    assert name in skipped.place


def test_an_address_in_place_of_a_path_is_skipped_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("KOMID met officials.")
    address, article = read_articles(["https://example.org/a", tmp_path / "a.txt"])
    assert isinstance(address, Skipped)
    assert address.place == "https://example.org/a"
    assert "curl" in address.reason
    assert isinstance(article, Article)


def test_a_record_with_an_address_only_is_skipped_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1", "url": "https://example.org/a"}\n{"id": "2"}\n')
    with_url, without = read_articles([path])
    assert isinstance(with_url, Skipped)
    assert isinstance(without, Skipped)
    assert with_url.reason.endswith("(--text-field), or give the page: a url is not fetched here")
    assert without.reason.endswith("(--text-field)")


def test_a_missing_file_is_skipped_and_the_next_is_read(tmp_path: Path) -> None:
    missing, found = read_all(tmp_path / "none.txt", write(tmp_path, "a.txt", "Rosneft."))
    assert isinstance(missing, Skipped)
    assert isinstance(found, Article)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "Росатом"),
        ("utf-16", "Росатом"),
        ("cp1251", "Под санкции попала государственная корпорация Росатом, сообщили вчера в Москве. " * 4),
        ("cp1252", "La société Générale a déclaré son bénéfice. C’était prévu à Genève et à Nîmes. " * 4),
        ("gb18030", "深圳市恩贝尔科技有限公司被列入实体清单，该公司表示将采取措施。" * 6),
    ],
)
def test_encodings_are_detected(tmp_path: Path, encoding: str, text: str) -> None:
    (article,) = articles(write(tmp_path, "a.txt", text.encode(encoding)))
    assert article.text == text


def test_lines_in_another_encoding_do_not_spoil_the_rest(tmp_path: Path) -> None:
    content = "Росатом.\nРостех.\n".encode() + "Générale\n".encode("cp1252")
    (article,) = articles(write(tmp_path, "a.txt", content))
    assert article.text == "Росатом.\nРостех.\nGénérale\n"


@settings(max_examples=150, deadline=None)
@given(content=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)))
def test_no_bytes_raise(content: bytes) -> None:
    for item in read_articles(["-"], stdin=io.BytesIO(content)):
        assert isinstance(item, (Article, Skipped))
        if isinstance(item, Article):
            assert item.text.strip()
