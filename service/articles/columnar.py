"""Parquet and Arrow files, read with pyarrow in batches: an article a row, fields as in any record."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from service.articles.article import Article, Note, ReadOptions, Skipped
from service.articles.limits import LimitReached, read_limited
from service.articles.optional import MissingPackage, needed
from service.articles.records import FieldMap, article_of
from service.articles.source import Source

_ROWS = 256


def read_parquet(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield the articles of a Parquet file."""
    yield from _read(source, options, note, _parquet_groups)


def read_arrow(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield the articles of an Arrow file or stream (Feather version 2)."""
    yield from _read(source, options, note, _arrow_groups)


Group = tuple[int, Iterator[dict[str, Any]]]
"""Rows that can be read though those before them cannot: how many there are before, and the rows."""


def _read(source: Source, options: ReadOptions, note: Note, groups: Any) -> Iterator[Article | Skipped]:
    try:
        errors = needed("pyarrow", "this format").ArrowException
    except MissingPackage as error:
        yield Skipped(source.place, str(error))
        return
    broken = (errors, OSError, ValueError, LimitReached)
    fields = FieldMap(options.columns, source.place, note)
    try:
        for group in groups(_seekable(source, options)):
            yield from _read_group(group, source.place, (fields, options), broken)
    except broken as error:
        yield Skipped(source.place, f"cannot be read further: {error}")


def _read_group(
    group: Group, place: str, how: tuple[FieldMap, ReadOptions], broken: tuple[type[Exception], ...]
) -> Iterator[Article | Skipped]:
    number, rows = group
    try:
        for record in rows:
            number += 1
            yield article_of(record, *how, f"{place} row {number}")
    except broken as error:
        where = f"{place} after row {number}" if number else place
        yield Skipped(where, f"cannot be read further: {error}")


def _seekable(source: Source, options: ReadOptions) -> BinaryIO:
    """Return the stream, or what it holds where it cannot be moved in (a pipe, an archive)."""
    if source.stream.seekable():
        return source.stream
    return io.BytesIO(read_limited(source.stream, options.limits.article_bytes * 10))


def _parquet_groups(stream: BinaryIO) -> Iterator[Group]:
    file = needed("pyarrow.parquet", "Parquet").ParquetFile(stream)
    before = 0
    for number in range(file.num_row_groups):
        batches = file.iter_batches(batch_size=_ROWS, row_groups=[number])
        yield before, (row for batch in batches for row in batch.to_pylist())
        before += file.metadata.row_group(number).num_rows


def _arrow_groups(stream: BinaryIO) -> Iterator[Group]:
    yield 0, _arrow_rows(stream)


def _arrow_rows(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    ipc = needed("pyarrow", "Arrow").ipc
    beginning = stream.read(6)
    stream.seek(0)
    if beginning != b"ARROW1":
        for batch in ipc.open_stream(stream):
            yield from batch.to_pylist()
        return
    file = ipc.open_file(stream)
    for number in range(file.num_record_batches):
        yield from file.get_batch(number).to_pylist()
