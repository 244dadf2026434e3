"""The end of a run: committed parts, in canonical order, become the output, the outcomes and the manifest.

The manifest is written last: once it is there the run is done, and only then are the parts removed. Whoever is killed
before repeats the merging, which writes the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, groupby
from typing import BinaryIO, cast

from service.articles.article import Article
from service.batch.distribution import DATA
from service.batch.manifest import MANIFEST, OUTCOMES, InputOut, Manifest, OutputOut, write_model
from service.batch.outputs import Kind, Output, sink
from service.batch.parts import PARTS, committed, counts_of, read_part
from service.batch.plan import PLAN, Plan
from service.batch.records import Outcome, Record, read_unit
from service.batch.storage import Storage, shown, written
from service.batch.tally import Tally


class Outcomes:
    """Writes outcomes, a line each, and hashes them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()

    def write(self, outcome: bytes) -> None:
        """Write one outcome in JSON."""
        self._digest.update(outcome + b"\n")
        self._stream.write(outcome + b"\n")

    @property
    def sha256(self) -> str:
        """The hash of all that was written."""
        return self._digest.hexdigest()


@contextmanager
def outcomes_file(storage: Storage) -> Iterator[Outcomes]:
    """Open the outcomes of a run for writing; the same outcomes give the same bytes."""
    with (
        written(f"{storage.place}/{OUTCOMES}"),
        storage.writing(OUTCOMES) as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=5) as stream,
    ):
        yield Outcomes(cast(BinaryIO, stream))


def read_outcomes(storage: Storage) -> Iterator[bytes]:
    """Yield the outcomes of a finished run, in JSON."""
    with storage.reading(OUTCOMES) as raw, gzip.GzipFile(fileobj=raw) as stream:
        for line in stream:
            yield line.rstrip(b"\n")


def merged(storage: Storage) -> Iterator[Record]:
    """Yield the records of all parts in canonical order."""
    for name in committed(storage):
        yield from read_part(name, storage)


def answered_articles(plan: Plan, storage: Storage) -> Iterator[tuple[Article, bytes]]:
    """Yield each article that has an answer, read again for its text, with the answer."""
    parts = {unit: list(names) for unit, names in groupby(committed(storage), key=lambda name: name.unit)}
    for unit in plan.units():
        if any(counts_of(name, storage).hits for name in parts[unit.number]):
            records = chain.from_iterable(read_part(name, storage) for name in parts[unit.number])
            for item, record in zip(read_unit(unit, plan.question, lambda _: None), records, strict=True):
                if record.answer and isinstance(item, Article):
                    yield item, record.answer


def inputs_out(plan: Plan) -> tuple[InputOut, ...]:
    """Return the inputs as a manifest names them."""
    return tuple(InputOut(place=f.place, path=f.path, bytes=f.size, sha256=f.sha256) for f in plan.inputs)


def merge(
    plan: Plan,
    storage: Storage,
    into: tuple[Output, Kind],
    records: Iterable[Record],
    rescreens: str | None = None,
) -> tuple[Manifest, Tally]:
    """Write what a run found, in rows of a kind, and its outcomes; return its manifest with the tally."""
    output, kind = into
    tally = Tally()
    rows = 0
    with outcomes_file(storage) as outcomes, sink(output, kind) as write:
        for record in records:
            outcomes.write(record.outcome)
            tally.count(Outcome.model_validate_json(record.outcome))
            rows += write(record.answer) if record.answer else 0
    manifest = Manifest(
        question=plan.question,
        inputs=inputs_out(plan),
        outcomes_sha256=outcomes.sha256,
        totals=tally.totals(),
        output=OutputOut(place=shown(output.place), rows=rows),
        rescreens=rescreens,
    )
    return manifest, tally


def finish(storage: Storage, manifest: Manifest) -> None:
    """Make a run done: its manifest, then nothing left of its parts and plan."""
    with written(f"{storage.place}/{MANIFEST}"):
        write_model(storage, MANIFEST, manifest)
    storage.remove(PLAN)
    storage.remove(PARTS)
    storage.remove(DATA)
