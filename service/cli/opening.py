"""Opening what a command works with: the settings, the runtime, the files that it reads."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

from matchers.mentions import Recognizer
from service.cli.console import Progress
from service.cli.given import settings_with
from service.errors import InputError, NotFound
from service.holdings import holdings_known_on, store_of
from service.runtime import Runtime, build_runtime, open_runtime
from service.schemas import MatchOptions, SnapshotOut


@dataclass(frozen=True, slots=True)
class Opened:
    """What a command works with: the runtime, the day that `now` means, and how progress is told."""

    runtime: Runtime
    today: date
    progress: Progress

    def snapshots(self, list_ids: list[str] | None) -> list[SnapshotOut]:
        """Return the versions that a question about these lists asks."""
        return self.runtime.snapshots_out(self.today, frozenset(list_ids or ()))


@contextmanager
def opened(
    data: Path | None,
    list_ids: list[str] | None = None,
    as_of: datetime | None = None,
    known_as_of: datetime | None = None,
    recognizers: Sequence[Recognizer] = (),
) -> Iterator[Opened]:
    """Open the runtime over the active versions, or over those known on a day; check the asked lists."""
    folder = settings_with(data).data
    progress = Progress()
    try:
        if known_as_of is None:
            runtime = open_runtime(folder, progress, recognizers)
        else:
            holdings = holdings_known_on(store_of(folder), known_as_of.date())
            runtime = build_runtime(holdings, folder, progress, known_as_of.date(), recognizers)
        check_lists(runtime, list_ids or [])
        today = as_of.date() if as_of else datetime.now(UTC).date()
        yield Opened(runtime, today, progress)
    finally:
        progress.stop()


def check_lists(runtime: Runtime, list_ids: list[str]) -> None:
    """Refuse a list that is not loaded: an answer about it would be empty for the wrong reason."""
    known = [snapshot.list_id for snapshot in runtime.snapshots]
    if missing := [list_id for list_id in list_ids if list_id not in known]:
        raise NotFound(f"list {', '.join(missing)} is not loaded; loaded: {', '.join(known)}")


def options_in(
    limit: int, min_confidence: float, list_ids: list[str] | None, prior: float | None = None
) -> MatchOptions:
    """Return the options of a question; a prior that is no share is refused."""
    if prior is not None and not 0 < prior < 1:
        raise InputError(
            f"--prior {prior} must lie between 0 and 1, for example 0.01 for one name in a hundred"
        )
    return MatchOptions(limit=limit, min_confidence=min_confidence, lists=tuple(list_ids or ()), prior=prior)


@contextmanager
def readable(name: str) -> Iterator[BinaryIO]:
    """Open a file for reading bytes; `-` is standard input."""
    if name == "-":
        yield sys.stdin.buffer
        return
    path = Path(name)
    if path.is_dir():
        raise InputError(f"{name} is a folder; give a file")
    try:
        stream = path.open("rb")
    except OSError as error:
        raise InputError(f"{name}: {error.strerror or error}") from error
    with stream:
        yield stream
