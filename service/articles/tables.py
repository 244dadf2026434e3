"""CSV and TSV with a header row: an article a row. The separator is told from the header.

A row with more or fewer fields than the header is skipped with its place; the next row is read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from service.articles.article import Article, Note, ReadOptions, Skipped
from service.articles.encoding import Undecodable, decode
from service.articles.records import FieldMap, article_of
from service.articles.source import Source

_SEPARATORS = ("\t", ";", "|", ",")
_SAMPLE = 65_536


def read_table(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield the articles of a table."""
    sample = source.beginning(_SAMPLE)
    try:
        header, guessed = decode(sample[: sample.rfind(b"\n") + 1] or sample)
    except Undecodable as error:
        yield Skipped(source.place, str(error))
        return
    encoding = "utf-8-sig" if guessed is None else guessed.split(" ")[0]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    if guessed:
        note(f"{source.place}: read as {guessed}")
    lines = io.TextIOWrapper(source.stream, encoding, errors="replace", newline="")
    separator = _separator(source.name, header.partition("\n")[0])
    try:
        yield from _rows(csv.reader(lines, delimiter=separator), source, options, note)
    finally:
        lines.detach()


def _separator(name: str, header: str) -> str:
    if name.endswith((".tsv", ".tab")):
        return "\t"
    return max(_SEPARATORS, key=header.count)


def _rows(
    rows: Iterator[list[str]], source: Source, options: ReadOptions, note: Note
) -> Iterator[Article | Skipped]:
    csv.field_size_limit(options.limits.article_bytes)
    fields = FieldMap(options.columns, source.place, note)
    header: list[str] | None = None
    number = 0
    while True:
        number += 1
        place = f"{source.place} row {number}"
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Skipped(place, f"not a row of a table: {error}")
            continue
        if header is None:
            header = [name.strip() for name in row]
        elif row:
            yield _article(header, row, fields, options, place)


def _article(
    header: list[str], row: list[str], fields: FieldMap, options: ReadOptions, place: str
) -> Article | Skipped:
    if len(row) != len(header):
        return Skipped(place, f"{len(row)} fields where the header has {len(header)}")
    return article_of(dict(zip(header, row, strict=True)), fields, options, place)
