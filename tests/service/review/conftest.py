"""A database of each kind, a clock that stands still until it is moved, and screenings to open cases from."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.review.checkpoints import load_signer
from service.review.database import Database, open_database
from service.review.ledger import Ledger


class StoppedClock:
    """A clock that moves by a microsecond when read, and further when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def forward(self, **how_far: float) -> None:
        self.now += timedelta(**how_far)


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    return Path(on_path).parent if on_path else None


def _as_nobody(command: list[str | Path]) -> list[str]:
    """The server refuses to run as root: run it as an unprivileged user there."""
    words = [str(word) for word in command]
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *words] if os.geteuid() == 0 else words


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own in a temporary directory on a free port of the loopback interface."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    folder = Path(subprocess.check_output(["mktemp", "-d", "/tmp/xref-pg.XXXXXX"], text=True).strip())
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, 65534)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    subprocess.run(
        _as_nobody([binaries / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync"]),
        check=True, capture_output=True, cwd=folder, env=environment,
    )  # fmt: skip
    server = subprocess.Popen(
        _as_nobody([binaries / "postgres", "-D", data, "-p", str(port), "-k", folder, "-h", "127.0.0.1"]),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, env=environment,
    )  # fmt: skip
    try:
        for _ in range(100):
            ready = subprocess.run(
                [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False, env=environment
            )
            if ready.returncode == 0:
                break
            subprocess.run(["sleep", "0.1"], check=True)
        yield f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: a SQLite file, and a PostgreSQL schema that is made new."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/review.db"
    url: str = request.getfixturevalue("postgres_url")
    return empty_postgres(url)


def empty_postgres(url: str) -> str:
    """Drop everything in the server's database."""
    from sqlalchemy import create_engine

    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def ledger(database: Database, clock: StoppedClock, tmp_path: Path) -> Ledger:
    return Ledger(database, load_signer(tmp_path / "checkpoint.key"), clock)
