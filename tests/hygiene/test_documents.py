"""What the documents show exists: commands, options, links, decisions; what they print is what is printed."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lists.sources.catalogue import SOURCES
from service.app import create_app
from service.cli.main import COMMANDS, app
from service.settings import Settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
COMMAND = re.compile(r"sanctions-xref((?: +[a-z][a-z-]*)*)")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def shown_commands(path: Path) -> list[str]:
    """Return the command lines of a document's code blocks that call us, continuation lines joined."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:console|sh|bash|text)?\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    starts = re.compile(r"^(?:\$ +)?(?:[^|]* \| *)?(?:\.venv/bin/)?sanctions-xref\b")
    return [line for line in lines if starts.search(line)]


@cache
def help_of(*arguments: str) -> str:
    asked = CliRunner().invoke(app, [*arguments, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert asked.exit_code == 0, f"{arguments}: {asked.output}"
    return asked.output


@cache
def commands() -> tuple[tuple[str, ...], ...]:
    """Return every command and sub-command, as the help lists them."""
    found: list[tuple[str, ...]] = []
    for name in COMMANDS:
        found.append((name,))
        _, _, below = help_of(name).partition("Commands:\n")
        found += [(name, word) for word in re.findall(r"^  ([a-z][a-z-]+)\b", below, re.MULTILINE)]
    return tuple(found)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_shown_commands_and_options_exist(path):
    for line in shown_commands(path):
        called = line[line.index("sanctions-xref") :].split(" | ")[0].split(" > ")[0]
        words = called.split()[1:]
        known = [command for command in commands() if tuple(words[: len(command)]) == command]
        assert known or words[0].startswith("--"), f"{name_of(path)} shows an unknown command: {line}"
        text = help_of(*max(known, key=len)) if known else help_of()
        for option in re.findall(r"(?<= )--?[a-z][a-z-]*", called):
            assert re.search(rf"{option}\b", text), f"{name_of(path)}: no {option} in: {line}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path):
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{name_of(path)} links to {target}"


def test_readme_opens_with_one_sentence_and_a_run():
    lines = README.splitlines()
    assert lines[0] == "# sanctions-xref"
    assert "<!-- run -->" in lines[:30]
    assert any(line.startswith("$ ") for line in lines[:30])


def test_readme_covers_every_command():
    for command in ("screen", "match", "compare", "lists", "serve"):
        assert f"sanctions-xref {command}" in README


def test_tasks_that_are_named_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {
        task
        for path in DOCUMENTS
        for task in re.findall(r"\bmake ([a-z]+)`", path.read_text(encoding="utf-8"))
    }
    assert named
    assert [task for task in sorted(named) if not re.search(rf"^{task}:", makefile, re.MULTILINE)] == []


def test_decisions_are_numbered_dated_and_say_why_not():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for number, path in enumerate(DECISIONS, 1):
        text = path.read_text(encoding="utf-8")
        assert re.match(rf"# {number}\. \S", text), name_of(path)
        assert re.search(r"^\d{4}-\d{2}-\d{2}$", text, re.MULTILINE), name_of(path)
        assert "why not" in text.lower(), name_of(path)


def test_the_changelog_has_the_form_it_names():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text
    kinds = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_shown_output_is_what_is_printed():
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci/documents.py"), "--check"],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"run `make docs` and read the difference\n{done.stdout}{done.stderr}"


def test_readme_names_every_known_list():
    assert [source.list_id for source in SOURCES if f"`{source.list_id}`" not in README] == []


def test_routes_that_are_named_exist():
    named = {
        (method, route)
        for path in (ROOT / "README.md", ROOT / "docs/api-guide.md")
        for method, route in re.findall(r"`?(GET|POST) (/[^\s`,]+)", path.read_text(encoding="utf-8"))
    }
    known = create_app(Settings()).openapi()["paths"]
    blind = {re.sub(r"\{[^}]+\}", "{}", route): set(methods) for route, methods in known.items()}
    assert len(named) >= 7
    for method, route in sorted(named):
        assert method.lower() in blind.get(re.sub(r"\{[^}]+\}", "{}", route), set()), f"{method} {route}"
