"""What a run writes: Parquet, CSV or JSON lines, told by the name; a folder of parts where it ends with `/`.

    hits.parquet   a row a hit                       hits/           a folder of Parquet parts
    hits.csv       the same as `--format csv`        hits.csv/       a folder of CSV parts
    hits.jsonl     the same as `--format jsonl`, but of articles only those with a hit

Rows are in canonical order, and the same rows give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Literal, Protocol

from service.articles.optional import MissingPackage, needed
from service.batch.storage import Storage, is_url, storage_at, written
from service.errors import InputError
from service.rows import QUERY_COLUMNS, SCREEN_COLUMNS, Cell, query_rows, safe_cell, screen_rows
from service.schemas import MatchAnswer, ScreenAnswer

Form = Literal["parquet", "csv", "jsonl"]
_ENDINGS: dict[str, Form] = {
    ".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
Kind = Literal["articles", "names", "changes"]
"""What rows are about; the answers to `changes` are lists of differences, not answers of `screen`."""
CHANGE_COLUMNS = ("change", "because", "record", "sha256", "name", "list", "entry_id", "before", "after")
PART_ROWS = 50_000
"""Rows (answers in JSON lines) of a part of a folder."""
GROUP_ROWS = 2_000
"""Rows of a row group of Parquet: with their evidence some 10 kB each, held until the group is full."""
_COUNTS = ("mentions", "first_offset")
_FIGURES = ("confidence", "score", "before", "after")
_EXTRA = ("article_sha256", "title", "spans", "features")


@dataclass(frozen=True, slots=True)
class Output:
    """Where results go: the storage, the name in it, the form, and whether it is a folder of parts."""

    place: str
    form: Form
    is_folder: bool

    @property
    def parent(self) -> str:
        """The folder or prefix that holds it."""
        path, mark, parameters = self.place.partition("?") if is_url(self.place) else (self.place, "", "")
        head, _, _ = path.rstrip("/").rpartition("/")
        return (head or ("/" if path.startswith("/") else ".")) + mark + parameters

    @property
    def name(self) -> str:
        """Its own name."""
        path = self.place.partition("?")[0] if is_url(self.place) else self.place
        return path.rstrip("/").rpartition("/")[2]


def output_at(place: str) -> Output:
    """Return the output of a path or address; `InputError` where its form cannot be told."""
    path = place.partition("?")[0] if is_url(place) else place
    is_folder = path.endswith("/")
    ending = PurePosixPath(path.rstrip("/")).suffix.lower()
    form = _ENDINGS.get(ending, "parquet" if is_folder else None)
    if form is None:
        raise InputError(
            f"--output {place}: end it with .parquet, .csv or .jsonl, or with / for a folder of Parquet parts"
        )
    if form == "parquet":
        _pyarrow()
    return Output(place, form, is_folder)


def _pyarrow() -> Any:
    try:
        needed("pyarrow", "Parquet")
        return needed("pyarrow.parquet", "Parquet")
    except MissingPackage as error:
        raise InputError(f"{error}, or write .csv or .jsonl") from None


class Sink(Protocol):
    """Takes answers as JSON, in order; returns how many rows an answer made."""

    def __call__(self, answer: bytes, /) -> int:
        """Write one answer."""
        ...


@contextmanager
def sink(output: Output, kind: Kind) -> Iterator[Sink]:
    """Open an output; it appears under its name once the context ends well. A folder is replaced part by part."""
    storage = storage_at(output.parent)
    opener = _OPENERS[output.form]
    with written(output.place):
        if not output.is_folder:
            with storage.writing(output.name) as stream, opener(stream, kind) as write:
                yield write
            return
        with _Parts(output, storage, lambda stream: opener(stream, kind)) as parts:
            yield parts.write


class _Parts:
    """A folder of parts of `PART_ROWS` rows; at the end, parts of an earlier run are removed."""

    def __init__(self, output: Output, storage: Storage, opener: Callable[[BinaryIO], Any]) -> None:
        self._output, self._storage, self._opener = output, storage, opener
        self._open: ExitStack | None = None
        self._write: Sink | None = None
        self._rows = self._number = 0

    def __enter__(self) -> _Parts:
        """Begin with the first part, so that a run without a hit leaves an empty table."""
        self._begin()
        return self

    def _file(self, number: int) -> str:
        return f"{self._output.name}/part-{number:05d}.{self._output.form}"

    def _begin(self) -> None:
        self._open = ExitStack()
        stream = self._open.enter_context(self._storage.writing(self._file(self._number)))
        self._write = self._open.enter_context(self._opener(stream))
        self._number, self._rows = self._number + 1, 0

    def write(self, answer: bytes) -> int:
        """Write one answer; all rows of an answer are in one part."""
        if self._rows >= PART_ROWS and self._open is not None:
            self._open.close()
            self._begin()
        assert self._write is not None  # noqa: S101 it was begun; for the type checker
        rows = self._write(answer)
        self._rows += rows
        return rows

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        """Finish the last part and remove those that are left from before."""
        if self._open is not None:
            self._open.__exit__(kind, error, trace)
        if error is None:
            own = {self._file(number).rpartition("/")[2] for number in range(self._number)}
            for name in self._storage.names(self._output.name):
                if name.startswith("part-") and name not in own:
                    self._storage.remove(f"{self._output.name}/{name}")


@contextmanager
def _json_lines(stream: BinaryIO, kind: Kind) -> Iterator[Sink]:
    def write(answer: bytes) -> int:
        lines = [answer] if kind != "changes" else [_text(row).encode() for row in json.loads(answer)]
        stream.writelines(line + b"\n" for line in lines)
        return len(lines)

    yield write


@contextmanager
def _csv(stream: BinaryIO, kind: Kind) -> Iterator[Sink]:
    text = io.TextIOWrapper(stream, "utf-8", newline="", write_through=False)
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(columns(kind))

    def write(answer: bytes) -> int:
        cells = [[safe_cell(cell) for cell in row] for row in rows_of(answer, kind)]
        rows.writerows(cells)
        return len(cells)

    try:
        yield write
        text.flush()
    finally:
        text.detach()


@contextmanager
def _parquet(stream: BinaryIO, kind: Kind) -> Iterator[Sink]:
    arrow, parquet = needed("pyarrow", "Parquet"), _pyarrow()
    schema = parquet_schema(kind)
    waiting: list[dict[str, Any]] = []
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:

        def flush() -> None:
            writer.write_table(arrow.Table.from_pylist(waiting, schema))
            waiting.clear()

        def write(answer: bytes) -> int:
            rows = _parquet_rows(answer, kind)
            waiting.extend(rows)
            if len(waiting) >= GROUP_ROWS:
                flush()
            return len(rows)

        yield write
        flush()


_OPENERS: dict[Form, Callable[[BinaryIO, Kind], Any]] = {
    "jsonl": _json_lines, "csv": _csv, "parquet": _parquet,
}  # fmt: skip


def columns(kind: Kind) -> Sequence[str]:
    """Return the columns of the rows of articles or names."""
    return {"articles": SCREEN_COLUMNS, "names": QUERY_COLUMNS, "changes": CHANGE_COLUMNS}[kind]


def rows_of(answer: bytes, kind: Kind) -> list[Sequence[Cell]]:
    """Return the rows of an answer in JSON."""
    if kind == "articles":
        return list(screen_rows(ScreenAnswer.model_validate_json(answer)))
    if kind == "changes":
        return [tuple(row[name] for name in CHANGE_COLUMNS) for row in json.loads(answer)]
    return list(query_rows(MatchAnswer.model_validate_json(answer)))


def parquet_schema(kind: Kind) -> Any:
    """Return the Arrow schema of the rows: those of CSV with their types, and for articles the evidence as JSON."""
    arrow = needed("pyarrow", "Parquet")
    extra: Sequence[str] = {"articles": _EXTRA, "names": ("features",)}.get(kind, ())
    types = dict.fromkeys(_COUNTS, arrow.int64()) | dict.fromkeys(_FIGURES, arrow.float64())
    return arrow.schema([(name, types.get(name, arrow.string())) for name in (*columns(kind), *extra)])


def _parquet_rows(answer: bytes, kind: Kind) -> list[dict[str, Any]]:
    rows = [dict(zip(columns(kind), row, strict=True)) for row in rows_of(answer, kind)]
    if kind != "changes":
        for row, extra in zip(rows, _evidence(json.loads(answer), kind), strict=True):
            row.update(extra)
    return rows


def _evidence(answer: dict[str, Any], kind: Kind) -> Iterator[dict[str, Any]]:
    if kind != "articles":
        for match in answer["matches"] or [{}]:
            yield {"features": _cell(match.get("features"))}
        return
    about = {"article_sha256": answer["article"]["sha256"], "title": answer["article"]["title"]}
    for organization in answer["organizations"]:
        for match in organization["matches"] or [{}]:
            spans, features = _cell(organization["mentions"]), _cell(match.get("features"))
            yield {**about, "spans": spans, "features": features}


def _cell(value: object) -> str | None:
    return None if value is None else _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
