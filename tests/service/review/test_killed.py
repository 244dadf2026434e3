"""What stands after a process was killed while it decided.

Every decision that was answered, and nothing half.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from service.review.database import open_database
from service.review.hits import Screening
from service.review.intake import Counts
from service.review.ledger import Ledger
from service.review.tables import decisions
from service.review.verification import verify_database

ON_BOTH = "all"
DECIDER = """
import sys
from pathlib import Path
from sqlalchemy import select
from service.review.decisions import CaseRef, decide, undo
from service.review.desk import Places, open_ledger
from service.review.judgements import Judgement, Policy, Ruling
from service.review.tables import cases

ledger = open_ledger(Places(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[2] + ".jsonl")))
for number in range(100_000):
    with ledger.database.reading() as connection:
        row = connection.execute(select(cases).where(cases.c.id == 1)).one()
    with ledger.change("ann") as change:
        case = CaseRef(1, row.version)
        if row.status == "decided":
            undo(change, case)
        else:
            decide(change, Policy(), case, Ruling(Judgement.FALSE_POSITIVE, "other"))
    print(number + 1, flush=True)
"""


def test_a_killed_process_leaves_nothing_half(
    ledger: Ledger, take: Callable[..., Counts], make_screening: Callable[..., Screening],
    database_url: str, tmp_path: Path,
) -> None:  # fmt: skip
    take(make_screening())
    answered = 0
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", DECIDER, database_url, str(tmp_path / "checkpoint.key")],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        for _ in range(7):
            process.stdout.readline()
        time.sleep(0.005)
        process.kill()
        rest = process.stdout.read()
        process.wait()
        process.stdout.close()
        answered += 7 + rest.count("\n")
        again = open_database(database_url)
        result = verify_database(again, ledger.signer.public)
        with again.reading() as connection:
            kept = connection.execute(select(func.count()).select_from(decisions)).scalar_one()
        again.close()
        assert answered <= kept <= answered + 1  # the one that was kept but not yet answered
        assert result.events == kept + 1
        answered = kept
