"""The wheel: with the compiled kernel where there is a C compiler, and whole without one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
KERNEL = "matchers/kernel/kernel.so"
ASK = (
    "from matchers.kernel import is_compiled; from matchers.index import CandidateIndex, build_index; "
    "from lists.models import Designation, ListedName, ListEntry; "
    "entry = ListEntry(list_id='one', entry_id='1', schema='Company', names=(ListedName(text='Zelenodar Shipyard'),), "
    "designations=(Designation(authority='Somebody'),)); index = CandidateIndex(build_index([entry])); "
    "print(is_compiled(), index.propose(index.prepare('Zelenodar Shipyards')).tolist())"
)


def build(folder: Path, compiler: str | None) -> Path:
    kept = {name: value for name, value in os.environ.items() if name != "CC"}
    environment = kept if compiler is None else {**kept, "CC": compiler}
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def asked(wheel: Path) -> str:
    """Return what a program says that takes the packages from the wheel's files alone."""
    folder = wheel.with_suffix("")
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or done.stderr


@pytest.mark.parametrize("compiler", ["", "no-such-compiler", "false"])
def test_without_a_compiler_it_is_pure_and_works(tmp_path: Path, compiler: str) -> None:
    wheel = build(tmp_path, compiler)
    assert wheel.name.endswith("-py3-none-any.whl")
    assert KERNEL not in ZipFile(wheel).namelist()
    assert asked(wheel) == "False [0]"


def test_with_one_it_is_of_the_platform_and_has_the_kernel(tmp_path: Path) -> None:
    if not any(map(shutil.which, ("cc", "gcc", "clang"))):
        pytest.skip("no C compiler here")
    wheel = build(tmp_path, None)
    assert not wheel.name.endswith("-any.whl")
    assert "-py3-none-" in wheel.name
    assert asked(wheel) == "True [0]"
