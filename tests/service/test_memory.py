"""Memory that is free goes back to the system."""

import platform
from pathlib import Path

import pytest

from service.memory import return_memory

PIECE, PIECES = 4_000, 30_000


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc keeps free pages that it can be told to give"
)
def test_free_pages_between_used_ones_are_given_back():
    held = [bytes(PIECE) for _ in range(PIECES)]
    kept = held[::100]
    del held
    before = resident()
    return_memory()
    assert before - resident() > PIECE * PIECES // 2
    assert len(kept) == PIECES // 100
