"""A database of each kind, a clock that stands still until it is moved, and screenings to open cases from."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from matchers.models import Options
from service.review.checkpoints import load_signer
from service.review.database import Database, open_database
from service.review.hits import Screening
from service.review.intake import Counts, Intake, take_all
from service.review.judgements import Policy
from service.review.ledger import Ledger
from service.schemas import ScreenAnswer

MakeScreening = Callable[..., Screening]


class StoppedClock:
    """A clock that moves by a microsecond when read, and further when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def forward(self, **how_far: float) -> None:
        self.now += timedelta(**how_far)


def postgres_binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    return Path(on_path).parent if on_path else None


def _as_nobody(command: list[str | Path]) -> list[str]:
    """The server refuses to run as root: run it as an unprivileged user there."""
    words = [str(word) for word in command]
    return (
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *words]
        if os.geteuid() == 0
        else words
    )


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own."""
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with running_postgres(binaries) as url:
        yield url


@contextmanager
def running_postgres(binaries: Path, place: Path | None = None) -> Iterator[str]:
    """Run a PostgreSQL server on a free port of the loopback; in a temporary directory, where no place is given."""
    folder = place or Path(
        subprocess.check_output(["mktemp", "-d", "/tmp/xref-pg.XXXXXX"], text=True).strip()
    )
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, 65534)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    made = [binaries / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync"]
    if not data.exists():
        subprocess.run(_as_nobody(made), check=True, capture_output=True, cwd=folder, env=environment)
    serving = [binaries / "postgres", "-D", data, "-p", str(port), "-k", folder, "-h", "127.0.0.1"]
    silent = subprocess.DEVNULL
    server = subprocess.Popen(_as_nobody(serving), stdout=silent, stderr=silent, cwd=folder, env=environment)
    try:
        for _ in range(100):
            ready = subprocess.run(
                [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)],
                check=False,
                env=environment,
            )
            if ready.returncode == 0:
                break
            subprocess.run(["sleep", "0.1"], check=True)
        yield f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # "fast": connections that are still open do not hold it up
        server.wait(timeout=20)
        if place is None:
            shutil.rmtree(folder, ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on both databases where its module names it in ON_BOTH, or sets ON_BOTH = "all"."""
    named = getattr(metafunc.module, "ON_BOTH", ())
    if "database_url" in metafunc.fixturenames and (
        named == "all" or metafunc.definition.originalname in named
    ):
        metafunc.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: a SQLite file, or a PostgreSQL schema that is made new where a test asks for it."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path}/review.db"
    url: str = request.getfixturevalue("postgres_url")
    return empty_postgres(url)


def empty_postgres(url: str) -> str:
    """Drop everything in the server's database."""
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


ARTICLE = (
    "United Aircraft Corporation said on Friday that the Yuri Gagarin plant in Komsomolsk would deliver "
    "two more jets. UAC did not say to whom. A bakery in Lyon declined to comment."
)


def _match(
    name: str, list_id: str = "us_ofac_sdn", entry_id: str = "36431", **more: object
) -> dict[str, object]:
    record = hashlib.sha256(f"{list_id} {entry_id} {more.get('record', '')}".encode()).hexdigest()
    confidence = more.get("confidence", 0.91)
    return {
        "list": list_id,
        "entry_id": entry_id,
        "schema": "Organization",
        "name": name,
        "matched_name": {"text": name, "kind": "name", "quality": more.get("quality", "unstated")},
        "confidence": confidence,
        "score": 2.5,
        "features": [
            {"name": "prior", "value": 0.01, "contribution": -4.6, "detail": "1 in 100 names is listed"},
            {"name": "tokens", "value": 0.93, "contribution": 7.6, "detail": "3 of 3 tokens"},
            {"name": "country", "value": 0.0, "contribution": -0.5, "detail": "fr is not ru"},
        ],
        "alignment": [["United", "UNITED", "equal"], ["Aircraft", "AIRCRAFT", "equal"],
                      ["", "PJSC", "missing"]],
        "designations": [
            {"authority": "OFAC", "programmes": ["RUSSIA-EO14024"], "legal_basis": [],
             "listing_date": "2022-06-28", "end_date": None}
        ],
        "status": {"now": "listed", "on_article_date": "listed"},
        "provenance": {
            "snapshot": "a" * 64,
            "list_version": "2026-07-01-aaaaaaaaaaaa",
            "source_url": "https://example.org/list",
            "record_sha256": record,
            "field": "names[0]",
        },
    }  # fmt: skip


@pytest.fixture
def make_screening() -> MakeScreening:
    """Give a function that makes a screening of an article in which one organization is named."""

    def make(
        organization: str = "United Aircraft Corporation", text: str = ARTICLE, **more: Any
    ) -> Screening:
        start = max(text.find(organization), 0)
        matches = more.get("matches") or [
            _match(more.get("list_name", "UNITED AIRCRAFT CORPORATION"), **more.get("match", {}))
        ]
        answer = {
            "article": {"id": more.get("id", "a1"), "title": more.get("title", "Visit"),
                        "published": "2023-09-15", "language": "en",
                        "sha256": hashlib.sha256(text.encode()).hexdigest()},
            "engine": {"version": "0.1.0", "matcher": "1", "calibration": "1"},
            "snapshots": [
                {"list": "us_ofac_sdn", "version": "2026-07-01-aaaaaaaaaaaa", "sha256": "a" * 64,
                 "published": "2026-07-01", "retrieved": "2026-07-01T05:00:00Z", "stale": False, "note": None}
            ],
            "organizations": [
                {"name": organization, "matches": matches,
                 "mentions": [{"start": start, "end": start + len(organization), "text": organization}]}
            ],
        }  # fmt: skip
        return Screening(ScreenAnswer.model_validate(answer), text, Options(), date(2026, 7, 1))

    return make


@pytest.fixture
def make_match() -> Callable[..., dict[str, object]]:
    return _match


@pytest.fixture
def take(ledger: Ledger) -> Callable[..., Counts]:
    """Give a function that opens alerts from screenings."""

    def _take(*screenings: Screening, policy: Policy | None = None) -> Counts:
        with ledger.change("import") as change:
            intake = Intake(change, policy or Policy(), lambda *_: None, Counts())
            return take_all(intake, screenings)

    return _take
