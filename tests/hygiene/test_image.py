"""The Dockerfile keeps its promises, and the script that stands in for Docker runs the same steps."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STAND_IN = (ROOT / "deploy/check-image").read_text(encoding="utf-8")
SCRIPTS = ("deploy/check-image", "deploy/check-files", ".ci/run")


def tool(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    return found or pytest.skip(f"{name} is not installed")


def steps(text: str) -> set[str]:
    """Return the pip and hatchling steps of a file, without the places where it runs them."""
    joined = text.replace("\\\n", " ").replace('"', "")
    found = re.findall(r"-m (?:pip install|hatchling build) [^&\n]+", joined)
    return {" ".join(re.sub(r"(?:/opt|\$place)/(app|dist)", r"/\1", step).split()) for step in found}


def test_hadolint_finds_nothing():
    done = subprocess.run(
        [tool("hadolint"), str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert done.stdout + done.stderr == ""


@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_nothing(script):
    done = subprocess.run(
        [tool("shellcheck"), "--severity=warning", str(ROOT / script)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout + done.stderr == ""


def test_the_image_is_lean_and_not_root():
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(stages) == 2
    assert all("-slim-" in stage for stage in stages)
    last = DOCKERFILE.rsplit("\nFROM", 1)[1]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert 'CMD ["serve"]' in last
    assert "pip install" not in last


def test_the_stand_in_runs_the_same_steps():
    assert len(steps(DOCKERFILE)) == 4
    assert steps(DOCKERFILE) == steps(STAND_IN)


def test_the_stand_in_fails_with_its_steps_and_leaves_nothing(tmp_path):
    done = subprocess.run(
        [str(ROOT / "deploy/check-image"), "false"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert done.returncode != 0
    assert "install what the lock names" in done.stdout, "it failed where the interpreter is first used"
    assert not list(tmp_path.iterdir())


def test_the_build_context_is_the_same():
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    allowed = set(re.findall(r"^!(\S+)$", ignore, re.MULTILINE))
    copied = set(re.search(r"for name in (.+); do", STAND_IN)[1].split())
    assert allowed == copied
