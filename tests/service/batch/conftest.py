"""Runs of the installed command over small dumps, against a small list."""

from __future__ import annotations

import gzip
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyarrow.fs import FileSelector, FileSystem

COMMAND = Path(sys.executable).with_name("sanctions-xref")
HEADER = (
    "entry_id,schema,name,aliases,weak_aliases,previous_names,countries,programmes,"
    "listing_date,end_date,identifiers,addresses,source_url,remarks\n"
)
ROWS = {
    "1": "1,Organization,PUBLIC JOINT STOCK COMPANY UNITED AIRCRAFT CORPORATION,PJSC UAC | UNITED AIRCRAFT CORPORATION,"
    "MIG,OJSC UAC,ru,RUSSIA-EO14024,2022-06-28,,innCode:7708619320,Moscow,https://example.org/1,\n",
    "2": "2,Organization,KOREA MINING DEVELOPMENT TRADING CORPORATION,KOMID,,,kp,NPWMD,2005-06-28,,,,"
    "https://example.org/2,\n",
    "3": "3,Organization,MAHAN AIR,MAHAN AIRLINES,,,ir,SDGT,2011-10-12,,,,https://example.org/3,\n",
}
SENTENCES = (
    "Officials visited United Aircraft Corporation on Friday, and the visit was long.",
    "A spokesman for KOMID in Pyongyang said nothing of the kind.",
    "Mahan Air flew to Caracas twice a week until the summer of that year.",
    "The bakery of Nowhere sold bread to Somebody Ltd. and to nobody else.",
    "Farmers in the valley look back on a wet spring and a dry summer.",
)

KILLED = """
import os, signal, sys
from service.batch import parts
from service.cli.main import main

commit, left = parts.commit, [int(sys.argv.pop(1))]

def commit_and_die(*given):
    counts = commit(*given)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return counts

parts.commit = commit_and_die
main()
"""
"""The command, which kills itself as soon as it has committed so many parts."""


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def summary(self) -> dict[str, object]:
        """The summary in JSON, the last line of standard output."""
        value: dict[str, object] = json.loads(self.out.splitlines()[-1])
        return value


@dataclass(frozen=True)
class Desk:
    """The command with a data folder, run in a working folder: in one process where nothing else is said."""

    data: Path
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SANCTIONS_XREF_")}
        return {**kept, "SANCTIONS_XREF_DATA": str(self.data), "COLUMNS": "120", "NO_COLOR": "1"}

    def __call__(self, *arguments: object, given: bytes = b"", **environment: str) -> Ended:
        done = subprocess.run(
            [COMMAND, *map(str, arguments), *([] if says_who_works(arguments) else ["--processes", "1"])],
            cwd=self.folder,
            env={**self.environment, **environment},
            input=given,
            capture_output=True,
            check=False,
            timeout=300,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def killed(self, parts: int, *arguments: object) -> None:
        """Run the command in one process, killed the moment it has committed so many parts."""
        command = [sys.executable, "-c", KILLED, parts, *arguments, "--processes", 1]
        done = subprocess.run(
            [str(word) for word in command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()

    def load(self, *ids: str, day: str = "2026-01-01", rows: dict[str, str] = ROWS) -> None:
        """Load a version of the list that has these entries."""
        table = self.folder / f".table-{day}.csv"
        table.write_text(HEADER + "".join(rows[entry] for entry in ids), encoding="utf-8")
        done = self("lists", "import", "--list", "test_list", table, "--published", day)
        assert done.code == 0, done.err

    def read(self, name: str) -> bytes:
        """Return a file of the working folder."""
        return (self.folder / name).read_bytes()

    def upload(self, s3: str, name: str, path: Path) -> None:
        """Put a file into the bucket."""
        files, root = FileSystem.from_uri(f"s3://bucket{s3}")
        files.create_dir(root)
        with files.open_output_stream(f"{root}/{name}", compression=None) as stream:
            stream.write(path.read_bytes())

    def download(self, s3: str, name: str) -> bytes:
        """Return an object of the bucket."""
        files, root = FileSystem.from_uri(f"s3://bucket{s3}")
        with files.open_input_stream(f"{root}/{name}", compression=None) as stream:
            content: bytes = stream.read()
        return content

    def listing(self, s3: str, folder: str) -> list[str]:
        """Return the names of the objects below a folder."""
        files, root = FileSystem.from_uri(f"s3://bucket{s3}")
        found = files.get_file_info(FileSelector(f"{root}/{folder}", recursive=True, allow_not_found=True))
        return [info.path for info in found if info.is_file]

    def outcomes(self, output: str) -> list[dict[str, object]]:
        """Return the outcomes of a run."""
        lines = gzip.decompress(self.read(f"{output}.run/outcomes.jsonl.gz")).splitlines()
        return [json.loads(line) for line in lines]

    def manifest(self, output: str) -> dict[str, object]:
        """Return the manifest of a run, without the name of its output."""
        value: dict[str, object] = json.loads(self.read(f"{output}.run/manifest.json"))
        value.pop("output")
        return value


def says_who_works(arguments: tuple[object, ...]) -> bool:
    """Whether a command is no run to an output, or says how many processes work."""
    return "--output" not in arguments or not {"--processes", "--engine"}.isdisjoint(arguments)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The command against a list of three parties."""
    (tmp_path / "work").mkdir()
    made = Desk(tmp_path / "data", tmp_path / "work")
    made.load("1", "2", "3")
    return made


@pytest.fixture
def rows() -> dict[str, str]:
    """The rows of the list by entry id."""
    return dict(ROWS)


@pytest.fixture
def terminal(desk: Desk) -> Callable[..., tuple[int, str]]:
    """Run the command on a terminal; return its exit code and what is shown."""

    def run(*arguments: object) -> tuple[int, str]:
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            cwd=desk.folder,
            env={**desk.environment, "TERM": "xterm"},
            stdin=follower,
            stdout=follower,
            stderr=follower,
        )
        os.close(follower)
        shown = b""
        while chunk := read_terminal(leader):
            shown += chunk
        os.close(leader)
        return process.wait(60), shown.decode()

    return run


def read_terminal(leader: int) -> bytes:
    """Return what is shown next; nothing once the other side is closed."""
    try:
        return os.read(leader, 65_536)
    except OSError:
        return b""


def article_text(number: int) -> str:
    """Return a text; two in five name a listed party, each text is another one."""
    first, second = SENTENCES[number % 5], SENTENCES[(number // 5 + 3) % 5]
    return f"{first} {second} This was report {number} of the day."


def make_dump(path: Path, count: int, first: int = 0) -> Path:
    """Write JSON lines, one in a hundred of them broken."""
    with path.open("w", encoding="utf-8") as stream:
        for number in range(first, first + count):
            if number % 100 == 57:
                stream.write('{"id": "broken\n')
            else:
                day = f"2024-{number % 12 + 1:02d}-15"
                value = {"id": f"a{number}", "published": day, "text": article_text(number)}
                stream.write(json.dumps(value) + "\n")
    return path


@pytest.fixture
def dump(desk: Desk) -> Callable[..., Path]:
    """Make a dump in the working folder."""
    return lambda count, name="dump.jsonl": make_dump(desk.folder / name, count)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An object store of this machine: the parameters that an address needs to reach it."""
    server = pytest.importorskip("moto.server", reason="needs moto[server]").ThreadedMotoServer(port=0)
    server.start()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    _, port = server.get_host_and_port()
    yield f"?endpoint_override=127.0.0.1:{port}&scheme=http&region=us-east-1&allow_bucket_creation=true"
    server.stop()
