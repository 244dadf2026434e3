"""The function of a run over Arrow batches: articles in, what came of each out. Ray Data and Spark both take it.

    in     id, text, title, published, url, language, place    strings; only `text` is needed
    out    outcome (JSON), answer (JSON as `screen` writes it; null where there is no hit)

One row out for each row in, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from service.articles.article import Article, Skipped, text_sha256
from service.articles.dates import read_date
from service.batch.desk import Desk
from service.batch.pool import Setting
from service.batch.question import Question
from service.batch.records import Item, Record
from service.schemas import QueryIn

_FIELDS = ("id", "text", "title", "published", "published_basis", "url", "language", "sha256", "place")
ITEM = pa.struct([(name, pa.binary()) for name in (*_FIELDS, "reason", "query")])
"""A record on its way between processes: an article, one that could not be read (`reason`), or a query (JSON).

Texts are bytes in UTF-8 where lone surrogates pass, which no Arrow string can hold and some dumps do.
"""
ANSWERED = pa.schema([("outcome", pa.string()), ("answer", pa.string())])


def screener(question: Question, data: Path) -> Desk:
    """Return a desk for a worker; its index is memory-mapped from the data folder."""
    return Setting(question, data, "").open_desk()


def screen_batches(desk: Desk, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield what came of the articles of each batch; the function of Spark's `mapInArrow`."""
    for batch in batches:
        yield _answered(desk.answer([article_of(row) for row in batch.to_pylist()]))


def article_of(row: dict[str, object]) -> Item:
    """Return the article of a row, or what is wrong with it."""
    text = row.get("text")
    place = str(row.get("place") or row.get("id") or "row")
    if not isinstance(text, str) or not text.strip():
        return Skipped(place, "no text")
    published = read_date(row.get("published"))
    return Article(
        id=str(row.get("id") or place),
        text=text,
        title=_text(row.get("title")),
        published=published,
        published_basis="field" if published else "unknown",
        url=_text(row.get("url")),
        language=_text(row.get("language")),
        sha256=text_sha256(text),
        place=place,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _answered(records: Sequence[Record]) -> pa.RecordBatch:
    outcomes = [record.outcome.decode() for record in records]
    answers = [record.answer.decode() or None for record in records]
    return pa.RecordBatch.from_pydict({"outcome": outcomes, "answer": answers}, schema=ANSWERED)


def pack(items: Sequence[Item]) -> list[dict[str, bytes | None]]:
    """Return records as rows of `ITEM`."""
    return [{name: _bytes(value) for name, value in _fields(item).items()} for item in items]


def _bytes(value: str | None) -> bytes | None:
    return None if value is None else value.encode("utf-8", "surrogatepass")


def _fields(item: Item) -> dict[str, str | None]:
    if isinstance(item, Article):
        return asdict(item)
    if isinstance(item, QueryIn):
        return {"query": item.model_dump_json(by_alias=True)}
    return {"place": item.place, "reason": item.reason}


def unpack(rows: Iterable[dict[str, bytes | None]]) -> list[Item]:
    """Return the records of rows of `ITEM`."""
    return [_item({name: _str(value) for name, value in row.items()}) for row in rows]


def _str(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "surrogatepass")


def _item(row: dict[str, str | None]) -> Item:
    if row["query"] is not None:
        return QueryIn.model_validate_json(row["query"])
    if row["reason"] is not None:
        return Skipped(row["place"] or "", row["reason"])
    return Article(**{name: row[name] for name in _FIELDS})  # type: ignore[arg-type]  # as it was packed
