"""The wheel holds everything that the command needs, and nothing else."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("lists", "matchers", "service")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    pytest.importorskip("hatchling", reason="the wheel is built with hatchling: requirements-build.lock")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def members(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_every_tracked_file_of_the_packages_is_in_the_wheel(members):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout: the tracked files are not known")
    tracked = {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}
    assert len(tracked) > 50
    assert tracked - set(members) == set()


def test_the_wheel_holds_only_the_packages_and_its_metadata(members):
    tops = {name.split("/")[0] for name in members}
    (metadata,) = tops - set(PACKAGES)
    assert metadata.startswith("sanctions_xref-")
    assert f"{metadata}/licenses/LICENSE" in members


def test_the_embedded_sample_reads_from_the_unpacked_wheel(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = (
        "import lists.embedded as sample, pathlib; "
        "assert pathlib.Path(sample.__file__).is_relative_to(pathlib.Path.cwd()), sample.__file__; "
        "print(sum(len(entries) for _, entries in sample.embedded_versions()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100
