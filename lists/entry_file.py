"""The stored form of a version's entries: canonical JSON lines by entry id, with an index of their offsets.

`entries.jsonl` holds the lines, sorted by entry id (by code point); its SHA-256 is the version's content
hash. `entries.offsets` holds one more number than there are entries: unsigned 64-bit, little endian, the byte
at which each line starts, and the file's length. Both are memory-mapped: opening is instant, and a line is
parsed only when it is asked for.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from pydantic import ValidationError

from lists.durable import durable_file
from lists.errors import NotStored, ReadError, StoreDamaged
from lists.models import ListEntry, canonical_json
from lists.source import Report

LINES, OFFSETS = "entries.jsonl", "entries.offsets"
_WIDTH = 8
_ENTRY_ID = re.compile(rb'"entry_id":"([^"\\]*)","(?:features|identifiers|list_id)":')
"""The id in a canonical line, where it stands before one of the keys that may follow it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the SHA-256 of the lines; entries by schema, and `entries` and `names`, counted."""

    sha256: str
    counts: dict[str, int]


def sealed_line(entry: ListEntry) -> bytes:
    """Return the stored line of an entry: `entry_json(seal(entry))` in one pass, with a line end."""
    value = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"record_sha256"})
    value["record_sha256"] = hashlib.sha256(canonical_json(value).encode()).hexdigest()
    return canonical_json(value).encode() + b"\n"


def write_entries(directory: Path, entries: Iterable[ListEntry], report: Report) -> Written:
    """Write both files. An id that comes twice is numbered (`101`, `101~2`) with a warning, not lost."""
    counts: Counter[str] = Counter()
    lines: dict[str, bytes] = {}
    for entry in entries:
        unique = _with_free_id(entry, lines, report)
        lines[unique.entry_id] = sealed_line(unique)
        counts.update({"entries": 1, "names": len(entry.names), entry.schema_.value: 1})
    if not lines:
        raise ReadError("the files hold no entry", hint="an empty list is refused; is this the right file?")
    return Written(_write_lines(directory, lines), dict(counts))


def _with_free_id(entry: ListEntry, lines: dict[str, bytes], report: Report) -> ListEntry:
    if entry.entry_id not in lines:
        return entry
    number = 2
    while f"{entry.entry_id}~{number}" in lines:
        number += 1
    message = f"the id {entry.entry_id} stands for entry {number} as well: {entry.name}"
    warning = report.warn("repeated id", message, f"entry {entry.entry_id}")
    renamed = {"entry_id": f"{entry.entry_id}~{number}", "warnings": (*entry.warnings, warning)}
    return entry.model_copy(update=renamed)


def _write_lines(directory: Path, lines: dict[str, bytes]) -> str:
    digest, offset, offsets = hashlib.sha256(), 0, bytearray()
    with durable_file(directory / LINES) as stream:
        for entry_id in sorted(lines):
            offsets += offset.to_bytes(_WIDTH, "little")
            stream.write(lines[entry_id])
            digest.update(lines[entry_id])
            offset += len(lines[entry_id])
    offsets += offset.to_bytes(_WIDTH, "little")
    with durable_file(directory / OFFSETS) as stream:
        stream.write(offsets)
    return digest.hexdigest()


class EntryFile(Sequence[ListEntry]):
    """Random access to the entries of one version, by position in the order of entry ids."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / LINES
        self._lines = _map(self.path)
        self._offsets = _map(directory / OFFSETS)
        self._length = len(self._offsets) // _WIDTH - 1
        if self._length < 1 or self._offset(self._length) != len(self._lines):
            raise StoreDamaged("the offsets do not fit the entries", where=str(self.path), hint=_VERIFY)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, position: int) -> ListEntry: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[ListEntry]: ...
    def __getitem__(self, position: int | slice) -> ListEntry | Sequence[ListEntry]:
        """Return the entry at a position; negative positions count from the end."""
        if isinstance(position, slice):
            return [self[number] for number in range(*position.indices(self._length))]
        number = position + self._length if position < 0 else position
        if not 0 <= number < self._length:
            raise IndexError(f"{self.path}: no entry {position} among {self._length}")
        return self._parse(number)

    def __iter__(self) -> Iterator[ListEntry]:
        return (self._parse(number) for number in range(self._length))

    def line(self, number: int) -> bytes:
        """Return the stored line of an entry, without its line end."""
        return self._lines[self._offset(number) : self._offset(number + 1) - 1]

    def entry_id(self, number: int) -> str:
        """Return the id of an entry without parsing the entry."""
        line = self.line(number)
        found = _ENTRY_ID.search(line)
        return found[1].decode() if found else str(json.loads(line)["entry_id"])

    def position(self, entry_id: str) -> int | None:
        """Return the position of an entry id, by binary search; None where the version does not have it."""
        low, high = 0, self._length
        while low < high:
            middle = (low + high) // 2
            if self.entry_id(middle) < entry_id:
                low = middle + 1
            else:
                high = middle
        return low if low < self._length and self.entry_id(low) == entry_id else None

    def find(self, entry_id: str) -> ListEntry:
        """Return the entry with this id, or raise `NotStored`."""
        position = self.position(entry_id)
        if position is None:
            raise NotStored(f"no entry {entry_id}", where=str(self.path.parent.name))
        return self[position]

    def _offset(self, number: int) -> int:
        start = number * _WIDTH
        return int.from_bytes(self._offsets[start : start + _WIDTH], "little")

    def _parse(self, number: int) -> ListEntry:
        try:
            return ListEntry.model_validate_json(self.line(number))
        except ValidationError as error:
            where = f"{self.path}, entry {number + 1}"
            raise StoreDamaged("a stored entry cannot be read", where=where, hint=_VERIFY) from error


_VERIFY = "run `sanctions-xref lists verify`"


def _map(path: Path) -> mmap.mmap:
    try:
        with path.open("rb") as stream:
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise StoreDamaged("a stored file is missing or empty", where=str(path), hint=_VERIFY) from error
