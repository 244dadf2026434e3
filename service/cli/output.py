"""Writing results: one answer after another, as JSON lines, JSON, CSV or tables, while they are computed."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from pydantic import BaseModel

from service.cli.options import Format
from service.rows import Cell, safe_cell

Item = TypeVar("Item")
Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Shape(Generic[Answer]):
    """How one kind of answer is shown: its columns and rows in CSV, and its table."""

    columns: Sequence[str]
    rows: Callable[[Answer], Iterable[Sequence[Cell]]]
    show: Callable[[Answer], None]
    finish: Callable[[], None] = lambda: None
    """Printed below the last table."""


class Writer(Generic[Answer]):
    """Writes answers in one format; used as a context manager, because some formats have an end."""

    def __init__(self, shape: Shape[Answer], chosen: Format | None) -> None:
        self.format = chosen or (Format.TABLE if sys.stdout.isatty() else Format.JSONL)
        self._shape = shape
        self._written = 0
        self._rows = csv.writer(sys.stdout, lineterminator="\n")

    def __enter__(self) -> Writer[Answer]:
        """Write what stands before the first answer."""
        if self.format is Format.CSV:
            self._rows.writerow(self._shape.columns)
        elif self.format is Format.JSON:
            sys.stdout.write("[")
        return self

    @property
    def is_table(self) -> bool:
        """Whether people read this."""
        return self.format is Format.TABLE

    def write(self, answer: Answer) -> None:
        """Write one answer."""
        if self.format is Format.TABLE:
            self._shape.show(answer)
        elif self.format is Format.CSV:
            self._rows.writerows([safe_cell(cell) for cell in row] for row in self._shape.rows(answer))
        else:
            before = "" if self.format is Format.JSONL else ",\n" if self._written else "\n"
            after = "\n" if self.format is Format.JSONL else ""
            sys.stdout.write(before + answer.model_dump_json(by_alias=True) + after)
        self._written += 1

    def __exit__(self, *_failure: object) -> None:
        """Write what stands after the last answer."""
        if self.format is Format.JSON:
            sys.stdout.write("\n]\n" if self._written else "]\n")
        elif self.format is Format.TABLE and self._written:
            self._shape.finish()
        sys.stdout.flush()


def in_batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of at most `size` items."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
