"""Standard output and standard error: results on the one, everything else on the other."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from io import TextIOWrapper

from rich.console import Console
from rich.status import Status

CONTROL = {
    code: "\N{REPLACEMENT CHARACTER}"
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if code not in (0x09, 0x0A)
}
"""Characters that move the cursor, colour the screen or turn the reading direction."""


def printable(text: str) -> str:
    r"""Replace what a text from outside could do to a terminal, and put it on one line.

    >>> printable("A\x1b[2JB")
    'A�[2JB'
    """
    return " ".join(text.translate(CONTROL).split())


def open_streams() -> None:
    """Write UTF-8 whatever the locale says, and never fail on a character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def results() -> Console:
    """Return the console for results; as wide as the terminal, or 120 columns in a pipe."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 120)


def say(message: str) -> None:
    """Write a line for the person to standard error."""
    print(printable(message), file=sys.stderr, flush=True)  # noqa: T201 the one place that does


class Progress:
    """Says on standard error what is going on once it takes longer than a second.

    On a terminal it is a line with a spinner that goes away; elsewhere a line every ten seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, after: float = 1.0) -> None:
        self._clock = clock
        self._next = clock() + after
        self._status: Status | None = None
        self._console = Console(stderr=True, highlight=False)

    def __call__(self, message: str) -> None:
        """Tell what is being done now."""
        now = self._clock()
        if self._status is not None:
            self._status.update(printable(message))
        elif now >= self._next and self._console.is_terminal:
            self._status = self._console.status(printable(message))
            self._status.start()
        elif now >= self._next:
            say(message)
            self._next = now + 10

    def stop(self) -> None:
        """Remove the spinner, if any."""
        if self._status is not None:
            self._status.stop()
            self._status = None
