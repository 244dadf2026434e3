"""Reading a fixture beside the tests as the store would: the reader by format, the list by id."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lists.models import ListEntry
from lists.source import RawFile, Report
from lists.sources.catalogue import source_for
from lists.sources.registry import READERS

FIXTURES = Path(__file__).with_name("fixtures")


@dataclass(frozen=True)
class Reading:
    """What came out of a file: entries by id, and the report."""

    entries: dict[str, ListEntry]
    report: Report

    def __getitem__(self, entry_id: str) -> ListEntry:
        return self.entries[entry_id]


@dataclass(frozen=True)
class Bench:
    """Reads fixtures and bytes with the reader of a format."""

    fixtures: Path = FIXTURES

    def read(
        self, format_name: str, path: str | Path, list_id: str, *, select: tuple[str, ...] | None = None
    ) -> Reading:
        location = self.fixtures / path
        return self._read(format_name, RawFile(location.name, lambda: location.open("rb")), list_id, select)

    def read_bytes(self, format_name: str, content: bytes, list_id: str, *, name: str = "file") -> Reading:
        return self._read(format_name, RawFile(name, lambda: io.BytesIO(content)), list_id, None)

    def _read(self, format_name: str, raw: RawFile, list_id: str, select: tuple[str, ...] | None) -> Reading:
        reader = next(reader for reader in READERS if reader.format == format_name)
        source = source_for(list_id)
        if select is not None:
            source = replace(source, select=select)
        report = Report()
        entries = list(reader.read((raw,), source, report))
        by_id = {entry.entry_id: entry for entry in entries}
        assert len(by_id) == len(entries), "entry ids repeat"
        return Reading(by_id, report)


@pytest.fixture(scope="session")
def bench() -> Bench:
    return Bench()


@pytest.fixture
def shared_lists() -> Path:
    """The real files beside the checkout, or a skip."""
    stated = os.environ.get("SANCTIONS_XREF_SHARED")
    root = Path(stated) if stated else Path(__file__).resolve().parents[3].parent / "shared"
    if not (root / "data" / "lists").is_dir():
        pytest.skip("no shared lists beside the checkout")
    return root / "data" / "lists"
