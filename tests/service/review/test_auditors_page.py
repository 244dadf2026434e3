"""The program that the auditor's page shows verifies an export, and finds what was changed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from service.review.checkpoints import load_signer
from service.review.export import export_lines
from service.review.hits import Screening
from service.review.intake import Counts
from service.review.ledger import Ledger
from service.review.trail import iso

PAGE = Path(__file__).parents[3] / "docs" / "review" / "auditors-page.md"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    path = tmp_path / "verify.py"
    path.write_text(code[1], encoding="utf-8")
    return path


@pytest.fixture
def trail(ledger: Ledger, take: Callable[..., Counts], make_screening: Callable[..., Screening]) -> list[str]:
    for number in range(120):
        take(make_screening(text=f"{number} ООО «Ромашка» said", organization=f"ООО «Ромашка» {number}"))
    ledger.seal("dora")
    with ledger.database.reading() as connection:
        return list(export_lines(connection, ledger.signer, iso(ledger.clock())))


def run(program: Path, lines: list[str], key: str) -> subprocess.CompletedProcess[str]:
    path = program.with_name("trail.jsonl")
    path.write_text("".join(lines), encoding="utf-8", newline="")
    command = [sys.executable, "-I", str(program), str(path), key]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_it_verifies_an_export(program: Path, trail: list[str], ledger: Ledger) -> None:
    done = run(program, trail, ledger.signer.public)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("whole: 120 events, 2 checkpoints, head ")


def test_it_finds_what_was_changed(program: Path, trail: list[str], ledger: Ledger, tmp_path: Path) -> None:
    key, another = ledger.signer.public, load_signer(tmp_path / "another").public
    changed = [*trail]
    changed[7] = changed[7].replace("case 7", "case 8")
    reordered = [trail[0], trail[2], trail[1], *trail[3:]]
    for lines, signed_with in (
        (changed, key),
        (reordered, key),
        (trail[:5] + trail[6:], key),
        (trail[:-2] + trail[-1:], key),
        (trail[:-1], key),
        (trail, another),
    ):
        assert run(program, lines, signed_with).returncode != 0
