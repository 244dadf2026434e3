"""What holds for every tracked file: nothing of one machine, small modules that say what they are for."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("lists", "matchers", "service")
MOST_LINES = 350

# Spelled in parts, so that this file does not hold what it looks for.
MACHINE = re.compile(
    "|".join(
        (
            "/work" + "/",
            "/opt/py" + "pi",
            "/home" + "/[a-z]",
            "/Us" + "ers/[A-Za-z]",
            "file" + "://",
            r"\.pyenv" + "/",
            "/tmp/" + "bash",
        )
    )
)
REGISTRY = re.compile(r"https?://")
WORDS_LEFT = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout: the tracked files are not known")
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def modules() -> list[Path]:
    return [path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] in PACKAGES]


def places(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]


def test_there_is_something_to_check():
    assert len(modules()) > 30


def test_nothing_compiled_is_kept():
    assert not tracked("*.so", "*.o", "*.pyc", "*.dylib", "*.dll", "*.whl")


def test_no_file_names_a_path_of_one_machine():
    assert places(MACHINE, tracked()) == []


def test_lock_files_name_no_registry():
    assert places(REGISTRY, tracked("*.lock", "tests/hygiene/wheels.csv")) == []


def test_nothing_is_left_to_do_without_a_decision():
    assert places(WORDS_LEFT, tracked("*.py", "Makefile", "Dockerfile", ".ci/*")) == []


def test_tests_are_not_packages():
    assert [str(path.relative_to(ROOT)) for path in tracked("tests/*") if path.name == "__init__.py"] == []


def test_every_module_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in [*modules(), *tracked(".ci/*.py")]
        if not ast.get_docstring(ast.parse(text_of(path)))
    ]
    assert silent == []


def test_modules_are_small():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if (lines := len(text_of(path).splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_module_is_named_after_nothing():
    nothing = {"utils", "util", "helpers", "common", "manager", "handler", "processor", "base", "v2"}
    assert [str(path.relative_to(ROOT)) for path in modules() if path.stem in nothing] == []


def test_imports_stand_at_the_top():
    inside = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules()
        for function in ast.walk(ast.parse(text_of(path)))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []
