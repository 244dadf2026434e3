"""Parts: what came of some hundred records of a unit, committed as one file that is whole or not there.

    parts/UNIT-SEQUENCE.jsonl         a head, then a line a record: its outcome, a tab, its answer
    parts/UNIT-SEQUENCE.last.jsonl    the same, and the unit ends with it

A unit is done when all its parts up to the last are there. Writing a part again writes the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from service.batch.desk import Desk
from service.batch.plan import Unit
from service.batch.question import Frozen, Question
from service.batch.records import Item, Note, Record, read_unit
from service.batch.storage import Storage, written
from service.errors import DataError

PARTS = "parts"
_NAME = re.compile(r"(\d+)-(\d+)(\.last)?\.jsonl$")


class Counts(Frozen):
    """What came of some records."""

    records: int = 0
    skipped: int = 0
    hits: int = 0


@dataclass(frozen=True, slots=True, order=True)
class PartName:
    """The place of a part in canonical order."""

    unit: int
    sequence: int
    is_last: bool = False

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{PARTS}/{self.unit:07d}-{self.sequence:05d}{'.last' if self.is_last else ''}.jsonl"


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker does of a unit: the parts whose sequence is `turn` modulo `turns`, but not those in `done`."""

    unit: Unit
    records: int
    """Records of a part."""
    turn: int = 0
    turns: int = 1
    done: frozenset[int] = frozenset()


def committed(storage: Storage) -> Iterator[PartName]:
    """Yield the parts that are there, in canonical order."""
    for name in storage.names(PARTS):
        if found := _NAME.match(name):
            yield PartName(int(found[1]), int(found[2]), found[3] is not None)


def batches(items: Iterable[Item], size: int) -> Iterator[tuple[int, list[Item], bool]]:
    """Yield the records of each part with its sequence number and whether it is the last; at least one, maybe empty."""
    left = iter(items)
    sequence, batch = 0, list(islice(left, size))
    while True:
        following = list(islice(left, size))
        yield sequence, batch, not following
        if not following:
            return
        sequence, batch = sequence + 1, following


def read_share(share: Share, question: Question, note: Note) -> Iterator[tuple[PartName, list[Item]]]:
    """Yield the records of each part that a share has still to do."""
    for sequence, batch, is_last in batches(read_unit(share.unit, question, note), share.records):
        if sequence % share.turns == share.turn and sequence not in share.done:
            yield PartName(share.unit.number, sequence, is_last), batch


def work(share: Share, desk: Desk, storage: Storage, note: Note) -> Iterator[Counts]:
    """Do a share: answer its records, commit each part, and yield what came of it."""
    for name, batch in read_share(share, desk.question, note):
        yield commit(name, desk.answer(batch), storage)


def commit(name: PartName, records: Sequence[Record], storage: Storage) -> Counts:
    """Write a part."""
    counts = Counts(
        records=len(records),
        skipped=sum(b'"outcome":"skipped"' in record.outcome for record in records),
        hits=sum(b'"outcome":"hit"' in record.outcome for record in records),
    )
    with written(f"{storage.place}/{name.file}"), storage.writing(name.file) as stream:
        stream.write(counts.model_dump_json().encode() + b"\n")
        for record in records:
            stream.write(record.outcome + b"\t" + record.answer + b"\n")
    return counts


def read_part(name: PartName, storage: Storage) -> Iterator[Record]:
    """Yield the records of a part; a file that is not what was committed is an error."""
    with storage.reading(name.file) as stream:
        expected = Counts.model_validate_json(stream.readline()).records
        for line in stream:
            outcome, _, answer = line.rstrip(b"\n").partition(b"\t")
            expected -= 1
            yield Record(outcome, answer)
    if expected:
        raise DataError(f"{storage.place}/{name.file} is damaged; remove it and run the same command again")


def counts_of(name: PartName, storage: Storage) -> Counts:
    """Return what a part says of itself."""
    with storage.reading(name.file) as stream:
        return Counts.model_validate_json(stream.readline())
