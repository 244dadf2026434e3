"""How far a run is, on standard error: bars on a terminal, a plain line every ten seconds in a log."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from service.batch.shares import Progress as Reached
from service.cli.console import printable, say


class RunProgress:
    """Shows records, their rate, the time left, hits and what was skipped."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, every: float = 10.0) -> None:
        self._clock, self._every = clock, every
        self._began = clock()
        self._next = self._began + every
        self._first: int | None = None
        console = Console(stderr=True, highlight=False)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
        )
        self._bars = Progress(*columns, console=console, transient=True) if console.is_terminal else None
        self._bar = self._bars.add_task("reading", total=None) if self._bars else None
        if self._bars:
            self._bars.start()

    def note(self, message: str) -> None:
        """Say something once, above the bar."""
        if self._bars:
            self._bars.console.print(printable(message), markup=False)
        else:
            say(message)

    def __call__(self, reached: Reached) -> None:
        """Show how far it is."""
        now = self._clock()
        self._first = reached.done if self._first is None else self._first
        if self._bars is not None and self._bar is not None:
            text = self._told(reached, now)
            self._bars.update(
                self._bar, description=text, total=reached.total or None, completed=reached.done
            )
        elif now >= self._next:
            share = f"{100 * reached.done / reached.total:.0f} %, " if reached.total else ""
            say(f"{share}{self._told(reached, now)}{self._left(reached, now)}")
            self._next = now + self._every

    def _told(self, reached: Reached, now: float) -> str:
        rate = reached.records / max(now - self._began, 1e-9)
        return f"{reached.records:,} records, {rate:,.0f}/s, {reached.hits:,} with hits, {reached.skipped:,} skipped"

    def _left(self, reached: Reached, now: float) -> str:
        """Return the time left at the rate of this run, not counting what was done before it."""
        here = reached.done - (self._first or 0)
        if here <= 0 or reached.done >= reached.total:
            return ""
        seconds = (now - self._began) * (reached.total - reached.done) / here
        return f", {seconds // 3600:.0f}:{seconds // 60 % 60:02.0f}:{seconds % 60:02.0f} left"

    def stop(self) -> None:
        """Remove the bar."""
        if self._bars:
            self._bars.stop()
