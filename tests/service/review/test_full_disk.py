"""What stands after the disk was full: everything that was answered, and nothing half.

Both databases lie on a file system of their own that is really full, where the test may mount one.
"""

from __future__ import annotations

import os
import random
import re
import runpy
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, OperationalError

from service.review.cases import attach
from service.review.checkpoints import load_signer
from service.review.database import open_database
from service.review.hits import Screening
from service.review.importing import import_screenings
from service.review.ledger import Ledger, count_events
from service.review.tables import attachments, cases
from service.review.verification import verify_database

CONFTEST = runpy.run_path(str(Path(__file__).with_name("conftest.py")))
postgres_binaries, running_postgres = CONFTEST["postgres_binaries"], CONFTEST["running_postgres"]
MEGABYTE = 1_000_000


@contextmanager
def mounted(size: str) -> Iterator[Path]:
    """Mount a file system of this size; it is reachable for the user that runs PostgreSQL."""
    place = Path(tempfile.mkdtemp(prefix="xref-small-"))
    place.chmod(0o755)
    options = f"size={size},uid=65534,mode=700"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True, check=False
    )
    try:
        if done.returncode:
            pytest.skip("a small file system cannot be mounted here")
        yield place
    finally:
        if not done.returncode:
            subprocess.run(["umount", "--lazy", str(place)], check=True)
        place.rmdir()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    with mounted("4m") as place:
        yield place


def fill(ledger: Ledger, make_screening: Callable[..., Screening], room: int = 700) -> int:
    """Open cases until the disk is full; return how many were answered."""
    for number in range(100_000):
        noise = random.Random(number).randbytes(room).hex()  # what repeats itself would be kept small
        text = f"{number} United Aircraft Corporation {noise}"
        screening = make_screening(text=text, organization=f"{number} United")
        try:
            import_screenings(ledger, [screening], lambda *_: None, "import")
        except DBAPIError as error:
            if not re.search("full|No space|terminat|closed", str(error)):
                raise
            return number
    pytest.fail("the disk never was full")


def test_a_full_disk_loses_nothing_and_leaves_nothing_half(
    small_disk: Path, tmp_path: Path, clock: object, make_screening: Callable[..., Screening]
) -> None:
    database = open_database(f"sqlite:///{small_disk}/review.db")
    ledger = Ledger(database, load_signer(tmp_path / "key"), clock)  # type: ignore[arg-type]  # a clock
    answered = fill(ledger, make_screening)
    assert answered > 10
    assert whole(ledger, answered) == answered
    filler = os.statvfs(small_disk).f_bavail
    assert filler * 4_096 < MEGABYTE
    database.close()

    again = open_database(f"sqlite:///{small_disk}/review.db")  # as after a restart, the disk still full
    assert whole(Ledger(again, ledger.signer, ledger.clock), answered) == answered
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    more = make_screening(
        text="Later, United Aircraft Corporation", organization="United Aircraft Corporation"
    )
    import_screenings(Ledger(again, ledger.signer, ledger.clock), [more], lambda *_: None, "import")
    assert whole(Ledger(again, ledger.signer, ledger.clock), answered + 1) == answered + 1
    again.close()


@pytest.mark.skipif(os.name == "nt", reason="no file system can be mounted")
def test_a_full_disk_under_postgresql_loses_nothing_and_leaves_nothing_half(
    tmp_path: Path, clock: object, make_screening: Callable[..., Screening]
) -> None:
    if (binaries := postgres_binaries()) is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    signer = load_signer(tmp_path / "key")
    with mounted("96m") as place:
        with running_postgres(binaries, place) as url:
            database = open_database(url)
            ledger = Ledger(database, signer, clock)  # type: ignore[arg-type]  # a clock
            answered = fill(ledger, make_screening, room=600_000)
            database.close()
        assert answered > 5
        subprocess.run(["mount", "-o", "remount,size=400m", str(place)], check=True)
        with running_postgres(binaries, place) as url:
            again = open_database(url)
            ledger = Ledger(again, signer, clock)  # type: ignore[arg-type]  # a clock
            assert whole(ledger, answered) == answered
            import_screenings(ledger, [make_screening()], lambda *_: None, "import")
            assert whole(ledger, answered + 1) == answered + 1
            again.close()


def test_a_large_file_that_does_not_fit_leaves_no_trace(
    small_disk: Path, tmp_path: Path, clock: object, make_screening: Callable[..., Screening]
) -> None:
    database = open_database(f"sqlite:///{small_disk}/review.db")
    ledger = Ledger(database, load_signer(tmp_path / "key"), clock)  # type: ignore[arg-type]  # a clock
    import_screenings(ledger, [make_screening()], lambda *_: None, "import")
    with pytest.raises(OperationalError, match="full"), ledger.change("ann") as change:
        attach(change, 1, "photo.jpg", os.urandom(8 * MEGABYTE))
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(attachments)).scalar_one() == 0
        assert count_events(connection) == 1
    with ledger.change("ann") as change:
        attach(change, 1, "small.txt", b"it fits")
    verify_database(database)
    database.close()


def whole(ledger: Ledger, least: int) -> int:
    """Verify everything and return how many cases there are."""
    assert verify_database(ledger.database, ledger.signer.public).events >= least
    with ledger.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(cases)).scalar_one())
