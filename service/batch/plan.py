"""The plan of a run: its units of work in canonical order. It depends on the inputs alone, never on the workers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from service.batch.inputs import InputFile, section_size
from service.batch.question import Question
from service.batch.storage import Storage

PLAN = "plan.jsonl"
RECORDS = (500, 5_000)
LARGE = 20_000_000_000
"""Bytes of inputs from which parts are the larger ones."""
TOGETHER = 200
"""Small files that are one unit at most."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of work: some whole files, or the lines of one file from `start` to `end` (bytes)."""

    number: int
    files: tuple[InputFile, ...]
    size: int
    start: int = 0
    end: int | None = None
    first_line: int = 1

    @property
    def is_section(self) -> bool:
        """Whether it is a section of a file."""
        return self.end is not None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is going to do: what it asks, and of which files."""

    question: Question
    inputs: tuple[InputFile, ...]

    @property
    def size(self) -> int:
        """Bytes to read."""
        return sum(file.size for file in self.inputs)

    @property
    def records(self) -> int:
        """Records of a part: more for inputs so large that there would be very many parts."""
        return RECORDS[self.size > LARGE]

    def units(self) -> Iterator[Unit]:
        """Yield the units in canonical order."""
        number = 0
        for files in _groups(self.inputs, section_size(self.size)):
            for unit in _sections(files[0], number) if files[0].cuts else [_group(files, number)]:
                yield unit
                number += 1


def _groups(inputs: Sequence[InputFile], section: int) -> Iterator[list[InputFile]]:
    group: list[InputFile] = []
    size = 0
    for file in inputs:
        if group and (file.cuts or group[0].cuts or size + file.size > section or len(group) == TOGETHER):
            yield group
            group, size = [], 0
        group.append(file)
        size += file.size
    if group:
        yield group


def _group(files: list[InputFile], number: int) -> Unit:
    return Unit(number, tuple(files), sum(file.size for file in files))


def _sections(file: InputFile, number: int) -> Iterator[Unit]:
    ends = [start for start, _ in file.cuts[1:]] + [file.size]
    for count, ((start, line), end) in enumerate(zip(file.cuts, ends, strict=True)):
        yield Unit(number + count, (file,), end - start, start, end, line)


def save_plan(plan: Plan, storage: Storage) -> None:
    """Keep a plan: its question on the first line, then a line a file."""
    with storage.writing(PLAN) as stream:
        stream.write(plan.question.model_dump_json(by_alias=True).encode() + b"\n")
        for file in plan.inputs:
            stream.write(json.dumps(asdict(file), ensure_ascii=True).encode() + b"\n")


def load_plan(storage: Storage) -> Plan | None:
    """Return the plan that was kept, or None."""
    if not storage.exists(PLAN):
        return None
    with storage.reading(PLAN) as stream:
        question = Question.model_validate_json(stream.readline())
        return Plan(question, tuple(_file_of(json.loads(line)) for line in stream))


def _file_of(kept: dict[str, object]) -> InputFile:
    cuts = kept.pop("cuts")
    pairs = tuple((int(start), int(line)) for start, line in cuts) if isinstance(cuts, list) else ()
    return InputFile(**kept, cuts=pairs)  # type: ignore[arg-type]  # as it was written by `save_plan`
