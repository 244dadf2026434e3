"""`python -m service.indexing DATA [DAY]`: build and save the index of the versions that answer, in its own process.

A service starts this when a new version comes in. Building takes seconds of computing and several times the memory of
answering; here neither slows an answer down nor stays behind. What was built is then only opened.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

from service.errors import Unavailable
from service.holdings import holdings_known_on, store_of
from service.runtime import build_runtime, open_runtime


def main() -> None:
    """Build the index for the active versions, or for those that were current on a day."""
    data, *day = sys.argv[1:]
    folder = Path(data)
    if day:
        known = date.fromisoformat(day[0])
        build_runtime(holdings_known_on(store_of(folder), known), folder, known_as_of=known)
    else:
        open_runtime(folder)


class ApartBuilder:
    """Runs this module in other processes, and ends what runs when the service is stopped."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[bytes] | None = None
        self._is_stopped = False

    def __call__(self, data: Path, day: date | None) -> bool:
        """Build the index of a data folder, for now or for a day; says whether it was done there."""
        command = [sys.executable, "-m", __name__, str(data), *([day.isoformat()] if day else [])]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet) as process:  # noqa: S603 this module
            self._running = process
            if self._is_stopped:  # meanwhile
                process.terminate()
            code = process.wait()
        self._running = None
        if self._is_stopped:
            raise Unavailable("the service is being stopped")
        return code == 0

    def start(self) -> None:
        """Begin; nothing runs before something is to be built."""

    def stop(self) -> None:
        """End what runs; a half-built index is removed by whoever builds next."""
        self._is_stopped = True
        if self._running is not None:
            self._running.terminate()


if __name__ == "__main__":
    main()
