"""Whatever happens to a file on its way, a reader gives entries or says what is wrong with it, and nothing else."""

from __future__ import annotations

import io
import random
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lists.csv_rows import csv_rows
from lists.errors import ReadError
from lists.source import RawFile, Report
from lists.sources.catalogue import source_for
from lists.sources.registry import READERS

FIXTURES = Path(__file__).with_name("fixtures")
FILES = sorted(
    path for path in FIXTURES.iterdir() if path.suffix in {".xml", ".csv", ".json", ".jsonl", ".xlsx"}
)
EXPECTED = re.compile(r"\.(xml|csv|json|jsonl|xlsx)\.\w+\.json$|^ofac_delta")
PUBLISHED = [path for path in FILES if not EXPECTED.search(path.name)]
ROUNDS = 40


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return the content with some stretch of it lost, doubled, or turned into something else."""
    value = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(value))
        end = min(len(value), start + chance.choice([1, 1, 4, 40, 400]))
        other = chance.choice(
            [b"", bytes(value[start:end]) * 2, chance.randbytes(end - start), b'"', b"<", b"\r", b"\0"]
        )
        value[start:end] = other
        if not value:
            return b""
    return bytes(value)


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.name)
def test_a_damaged_file_gives_entries_or_a_reason(path: Path) -> None:
    chance = random.Random(path.name)
    content, outcomes = path.read_bytes(), set()
    readers = [
        reader for reader in READERS if reader.recognizes((RawFile(path.name, lambda: io.BytesIO(content)),))
    ]
    for _ in range(ROUNDS):
        damaged = mutated(content, chance)
        raw = RawFile(path.name, lambda damaged=damaged: io.BytesIO(damaged))
        for reader in readers:
            try:
                entries = list(reader.read((raw,), source_for("us_ofac_sdn"), Report()))
                outcomes.add("entries" if entries else "none")
            except (ReadError, ValidationError) as error:
                outcomes.add(type(error).__name__)
    assert outcomes, "no reader recognises the fixture"


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.format)
@pytest.mark.parametrize("name", [path.name for path in PUBLISHED])
def test_the_wrong_reader_says_so(reader, name: str) -> None:
    content = (FIXTURES / name).read_bytes()
    raw = RawFile(name, lambda: io.BytesIO(content))
    with suppress(ReadError, ValidationError):
        list(reader.read((raw,), source_for("us_ofac_sdn"), Report()))


@given(st.binary(max_size=400) | st.text('"\r\n,;a\0', max_size=60).map(str.encode))
def test_no_bytes_are_too_strange_for_rows(content: bytes) -> None:
    rows = list(csv_rows(RawFile("x.csv", lambda: io.BytesIO(content)), Report()))
    assert all(any(cell.strip() for cell in cells) for _, cells in rows)
