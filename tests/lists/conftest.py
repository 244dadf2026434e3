"""What the tests of lists share: a store in a scratch directory, a clock that stands, files in memory."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lists.source import RawFile
from lists.store import SnapshotStore

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HEADER = (
    "entry_id,schema,name,aliases,weak_aliases,previous_names,countries,programmes,listing_date,end_date,"
    "identifiers,addresses,source_url,remarks\n"
)


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "store")


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Write an entry table of the given rows."""

    def write(*rows: str, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_text(HEADER + "".join(row + "\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def raw() -> Callable[[str, bytes | str], RawFile]:
    """Return a file in memory, as a reader takes it."""

    def make(name: str, content: bytes | str) -> RawFile:
        data = content.encode() if isinstance(content, str) else content
        return RawFile(name, lambda: io.BytesIO(data))

    return make


@pytest.fixture(scope="session")
def shared() -> Path:
    """The directory with real lists, where it is present."""
    beside = Path(__file__).parents[3] / "shared"
    place = Path(os.environ.get("SANCTIONS_XREF_SHARED", beside))
    if not (place / "data").is_dir():
        pytest.skip("the real lists are not here")
    return place
