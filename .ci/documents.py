"""Keep what documents show of the program the real thing.

A fenced block of commands and their output after the line `<!-- run -->` is written anew from a real run, the
table between `<!-- settings -->` and `<!-- end -->` from the settings that the program knows, one after
`<!-- table: COMMAND -->` from what that command prints:

    python .ci/documents.py            write
    python .ci/documents.py --check    say what is out of date, end 1

Commands run in the repository with the embedded sample and none of the caller's settings, 110 columns wide. A
line with `…` alone, as the last of a command's output, stands for the rest.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from service.settings import Settings, variable

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", "docs/api-guide.md", "docs/lists.md", "docs/operators-guide.md")
BLOCK = re.compile(r"(?<=<!-- run -->\n)```console\n(.*?)```\n", re.DOTALL)
TABLE = re.compile(r"(?<=<!-- settings -->\n).*?(?=<!-- end -->)", re.DOTALL)
PRINTED = re.compile(r"<!-- table: (.*?) -->\n(.*?)(?=<!-- end -->)", re.DOTALL)
COMMAND = re.compile(r"\$ .*\n(?:> .*\n)*")
"""A command: the line after `$ `, and the lines after `> ` that go on with it."""
REST = "…"


def run(command: str, folder: str) -> list[str]:
    """Return the lines that a command prints to standard output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANCTIONS_XREF_")}
    environment = {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}",
        "SANCTIONS_XREF_DATA": folder,
        "COLUMNS": "110",
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{command}: ended {done.returncode}\n{done.stderr}")
    return [line.rstrip() for line in done.stdout.splitlines()]


def renew(block: str) -> str:
    """Return a block with the output of its commands written anew, cut where it was cut."""
    lines: list[str] = []
    for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
        found = COMMAND.match(part)
        if not found:
            continue
        shown = part[found.end() :].splitlines()
        with tempfile.TemporaryDirectory() as folder:
            printed = run(re.sub("^[$>] ", "", found[0], flags=re.MULTILINE), folder)
        if shown and shown[-1].strip() == REST:
            printed = [*printed[: len(shown) - 1], REST]
        lines += [found[0].rstrip(), *printed]
    return "\n".join(lines) + "\n"


def printed_table(command: str) -> str:
    """Return the place of a table with what its command prints."""
    with tempfile.TemporaryDirectory() as folder:
        return f"<!-- table: {command} -->\n" + "\n".join(run(command, folder)) + "\n"


def settings_table() -> str:
    """Return a row for each setting: its variable, its default, and what it is for."""
    rows = ["| variable | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "the user's data folder" if field.default_factory else f"`{field.default}`"
        if field.default in ("", ()):
            default = "none"
        rows.append(f"| `{variable(name)}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Write the documents, or say how they differ."""
    differences: list[str] = []
    for name in DOCUMENTS:
        path = ROOT / name
        if not path.is_file():
            continue
        old = path.read_text(encoding="utf-8")
        new = BLOCK.sub(lambda found: f"```console\n{renew(found[1])}```\n", old)
        new = TABLE.sub(lambda _: settings_table(), new)
        new = PRINTED.sub(lambda found: printed_table(found[1]), new)
        if "--check" in sys.argv:
            differences += difflib.unified_diff(
                old.splitlines(), new.splitlines(), name, "a real run", lineterm=""
            )
        else:
            path.write_text(new, encoding="utf-8")
    print("\n".join(differences))
    sys.exit(bool(differences))


if __name__ == "__main__":
    main()
