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
    yield from _read(source, options, note, _parquet_rows)


def read_arrow(source: Source, options: ReadOptions, note: Note) -> Iterator[Article | Skipped]:
    """Yield the articles of an Arrow file or stream (Feather version 2)."""
    yield from _read(source, options, note, _arrow_rows)


def _read(source: Source, options: ReadOptions, note: Note, rows: Any) -> Iterator[Article | Skipped]:
    fields = FieldMap(options.columns, source.place, note)
    number = 0
    try:
        errors = needed("pyarrow", "this format").ArrowException
    except MissingPackage as error:
        yield Skipped(source.place, str(error))
        return
    try:
        for record in rows(_seekable(source, options)):
            number += 1
            yield article_of(record, fields, options, f"{source.place} row {number}")
    except (errors, OSError, ValueError, LimitReached) as error:
        where = f"{source.place} after row {number}" if number else source.place
        yield Skipped(where, f"cannot be read further: {error}")


def _seekable(source: Source, options: ReadOptions) -> BinaryIO:
    """Return the stream, or what it holds where it cannot be moved in (a pipe, an archive)."""
    if source.stream.seekable():
        return source.stream
    return io.BytesIO(read_limited(source.stream, options.limits.article_bytes * 10))


def _parquet_rows(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    file = needed("pyarrow.parquet", "Parquet").ParquetFile(stream)
    for batch in file.iter_batches(batch_size=_ROWS):
        yield from batch.to_pylist()


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
