"""`python -m service.indexing DATA [DAY]`: build and save the index of the versions that answer, in its own process.

A service starts this when a new version comes in. Building takes seconds of computing and several times the memory of
answering; here neither slows an answer down nor stays behind. What was built is then only opened.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

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


def build_apart(data: Path, day: date | None) -> bool:
    """Run this module in another process; says whether it was done there."""
    command = [sys.executable, "-m", __name__, str(data), *([day.isoformat()] if day else [])]
    done = subprocess.run(  # noqa: S603 this module
        command, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return done.returncode == 0


if __name__ == "__main__":
    main()
