"""The lock files hold what pyproject.toml asks for, and install from wheels wherever Python runs."""

import csv
import os
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = ((3, 11), (3, 12), (3, 13))
PLATFORMS = {
    "Linux, x86_64": (
        {"sys_platform": "linux", "platform_machine": "x86_64", "platform_system": "Linux"},
        [f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)]
        + ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"],
    ),
    "Linux, ARM": (
        {"sys_platform": "linux", "platform_machine": "aarch64", "platform_system": "Linux"},
        [f"manylinux_2_{minor}_aarch64" for minor in range(28, 16, -1)] + ["manylinux2014_aarch64"],
    ),
    "macOS, Apple silicon": (
        {"sys_platform": "darwin", "platform_machine": "arm64", "platform_system": "Darwin"},
        list(mac_platforms((14, 0), "arm64")),
    ),
    "Windows": (
        {"sys_platform": "win32", "platform_machine": "AMD64", "platform_system": "Windows"},
        ["win_amd64"],
    ),
}


def locked(name: str) -> list[tuple[Requirement, frozenset[str]]]:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    found = []
    for line in text.splitlines():
        if line and not line.startswith(("#", " ")):
            requirement, *hashes = re.split(r"\s+--hash=sha256:", line.strip())
            found.append((Requirement(requirement), frozenset(hashes)))
    return found


def wheels() -> dict[tuple[str, str], list[tuple[str, str]]]:
    found = defaultdict(list)
    with (ROOT / "tests/hygiene/wheels.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found[row["package"], row["version"]].append((row["wheel"], row["sha256"]))
    return found


def version_of(requirement: Requirement) -> str:
    (specifier,) = requirement.specifier
    assert specifier.operator == "=="
    return specifier.version


def supported(python: tuple[int, int], platforms: list[str]) -> set[Tag]:
    return {*cpython_tags(python, platforms=platforms), *compatible_tags(python, platforms=platforms)}


def is_wanted(requirement: Requirement, facts: dict[str, str], python: tuple[int, int]) -> bool:
    version = f"{python[0]}.{python[1]}"
    environment = {
        **facts,
        "python_version": version,
        "python_full_version": f"{version}.1",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    return requirement.marker is None or requirement.marker.evaluate(environment)


@pytest.mark.parametrize("python", PYTHONS, ids=lambda version: f"3.{version[1]}")
@pytest.mark.parametrize("platform", PLATFORMS)
def test_everything_installs_from_a_wheel(platform, python):
    facts, platform_tags = PLATFORMS[platform]
    tags = supported(python, platform_tags)
    known = wheels()
    without = [
        str(requirement)
        for requirement, hashes in locked("requirements.lock")
        if is_wanted(requirement, facts, python)
        and not any(
            digest in hashes and not tags.isdisjoint(parse_wheel_filename(wheel)[3])
            for wheel, digest in known[canonicalize_name(requirement.name), version_of(requirement)]
        )
    ]
    assert without == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-build.lock", "requirements-dev.lock"])
def test_every_requirement_is_pinned_and_hashed(name):
    found = locked(name)
    assert found
    for requirement, hashes in found:
        assert version_of(requirement)
        assert hashes
        assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in hashes)


UNLOCKED = ("ner-en", "ner-ru")
"""Extras with exact pins of their own: their models would weigh on every development environment."""


def asked() -> list[str]:
    groups = PROJECT["dependency-groups"]
    extras = PROJECT["project"]["optional-dependencies"]
    listed = [*PROJECT["project"]["dependencies"]]
    locked_extras = [names for extra, names in extras.items() if extra not in UNLOCKED]
    for requirements in (*locked_extras, *groups.values()):
        listed += [line for line in requirements if isinstance(line, str)]
    return listed


def test_the_lock_holds_what_the_project_asks_for():
    pins = defaultdict(list)
    for requirement, _ in locked("requirements-dev.lock"):
        pins[canonicalize_name(requirement.name)].append(version_of(requirement))
    missing = [
        line
        for line in asked()
        if not all(
            version in Requirement(line).specifier
            for version in pins.get(canonicalize_name(Requirement(line).name)) or ["0"]
        )
    ]
    assert missing == [], "run `make lock`"


def test_the_lock_files_agree():
    versions = {
        (str(pin.name), str(pin.marker), version_of(pin)) for pin, _ in locked("requirements-dev.lock")
    }
    for name in ("requirements.lock", "requirements-build.lock"):
        names = {(str(pin.name), str(pin.marker), version_of(pin)) for pin, _ in locked(name)}
        pinned = {(pin[0], pin[2]) for pin in versions}
        assert {(pin[0], pin[2]) for pin in names} <= pinned


def test_every_core_dependency_has_a_reason():
    names = {canonicalize_name(Requirement(line).name) for line in PROJECT["project"]["dependencies"]}
    assert "pyicu" not in {canonicalize_name(pin.name) for pin, _ in locked("requirements.lock")}
    decisions = (ROOT / "docs/decisions/0002-core-dependencies.md").read_text(encoding="utf-8")
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", decisions)] == []


REGISTRY = {
    "Linux": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux2014_x86_64"),
    "macOS": ("macosx_14_0_arm64",),
    "Windows": ("win_amd64",),
}


def download(
    requirement: list[str], folder: Path, platforms: tuple[str, ...]
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += [f"--platform={platform}" for platform in platforms]
    command += ["--python-version=3.12", f"--dest={folder}", *requirement]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.skipif(not os.environ.get("CI"), reason="asks a package registry: only where CI is set")
@pytest.mark.parametrize("platform", REGISTRY)
def test_a_registry_has_the_wheels(platform, tmp_path):
    """The same question to a real registry, with pip's own choice of files and the hashes of the lock."""
    if download(["idna"], tmp_path, REGISTRY[platform]).returncode:
        pytest.skip("no package registry can be reached")
    done = download(
        ["--require-hashes", "--requirement", str(ROOT / "requirements.lock")], tmp_path, REGISTRY[platform]
    )
    assert done.returncode == 0, done.stderr[-2000:]
