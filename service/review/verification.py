"""Verifying a whole database: the chain, its checkpoints, and the rows that they tell of.

The order: every event follows the one before it; every checkpoint fits; the checkpoints that were written
down beside the database are still in it (a trail that was cut and signed again lacks them); every decision,
article and hit is as the trail says; every case stands where its decisions put it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from lists.models import canonical_json
from service.review.checkpoints import Checkpoint, check_checkpoint
from service.review.database import Database
from service.review.errors import TrailBroken
from service.review.export import Verified
from service.review.judgements import Judgement, Kind, Status, case_status, status_after
from service.review.ledger import read_checkpoints, read_events
from service.review.tables import alerts, articles, cases, decisions, hits
from service.review.trail import GENESIS, Event, digest, verified


def verify_database(
    database: Database, trusted_key: str | None = None, witnesses: Iterable[Checkpoint] = ()
) -> Verified:
    """Verify the trail and what it tells of; raise `TrailBroken` with the place of the first change."""
    hashes: list[str] = []
    told: dict[int, str] = {}
    standing: dict[int, Status] = {}
    with database.reading() as connection:
        for event in verified(read_events(connection)):
            hashes.append(event.hash)
            _listen(event, told, standing)
        signed = read_checkpoints(connection)
        for checkpoint in (*signed, *witnesses):
            known = hashes[checkpoint.seq - 1] if 0 < checkpoint.seq <= len(hashes) else None
            check_checkpoint(checkpoint, known, trusted_key)
        _check_decisions(connection, told)
        _check_texts(connection)
        _check_cases(connection, standing)
    last = signed[-1].seq if signed else 0
    key = signed[-1].key if signed else None
    return Verified(len(hashes), len(signed), hashes[-1] if hashes else GENESIS, key, len(hashes) - last)


def read_witnesses(path: Path) -> Iterator[Checkpoint]:
    """Yield the checkpoints that were written down in a file, one JSON object a line."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield Checkpoint(**json.loads(line))
            except (ValueError, TypeError):
                raise TrailBroken(
                    f"{path.name}, line {number}", "is not a checkpoint: it was changed"
                ) from None


def write_witness(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint down beside the database, for whoever copies it away."""
    line = canonical_json(asdict(checkpoint)) + "\n"
    if not path.exists() or line not in path.read_text(encoding="utf-8"):
        with path.open("a", encoding="utf-8") as file:
            file.write(line)


def _check_decisions(connection: Connection, told: dict[int, str]) -> None:
    for row in connection.execute(select(decisions).order_by(decisions.c.id)):
        place = f"decision {row.id}"
        if row.id not in told:
            raise TrailBroken(place, "is not in the trail: it was slipped in")
        if told.pop(row.id) != row.frozen_sha256 or digest(row.frozen) != row.frozen_sha256:
            raise TrailBroken(place, "is not the one that the trail tells of")
    if told:
        raise TrailBroken(f"decision {min(told)}", "was removed; the trail tells of it")


def _check_texts(connection: Connection) -> None:
    for article in connection.execute(
        select(articles.c.sha256, articles.c.text).where(articles.c.text.is_not(None))
    ):
        if digest(article.text) != article.sha256:
            raise TrailBroken(f"article {article.sha256[:12]}", "its text was changed")
    for hit in connection.execute(select(hits.c.id, hits.c.sha256, hits.c.body)):
        if digest(hit.body) != hit.sha256:
            raise TrailBroken(f"hit {hit.id}", "was changed")


def _listen(event: Event, told: dict[int, str], standing: dict[int, Status]) -> None:
    """Keep what an event says about decisions, and where the alerts stand after it."""
    if event.action == "alert reopened":
        standing[event.data()["alert"]] = Status.OPEN
    if not event.action.startswith("decision "):
        return
    data = event.data()
    told[data["decision"]] = data["frozen_sha256"]
    for alert in data["alert_ids"]:
        standing[alert] = _status_told(data)


def _status_told(data: dict[str, Any]) -> Status:
    if data["kind"] == Kind.DECIDE:
        return status_after(Judgement(data["judgement"]), second=data["needs_second"])
    return Status.DECIDED if data["kind"] == Kind.APPROVE else Status.OPEN


def _check_cases(connection: Connection, told: dict[int, Status]) -> None:
    by_case: dict[int, list[Status]] = {}
    for row in connection.execute(select(alerts.c.id, alerts.c.case_id, alerts.c.status)):
        status = Status(row.status)
        undecided = row.id not in told and status in (Status.OPEN, Status.SUPPRESSED)
        if not undecided and told.get(row.id) != status:
            raise TrailBroken(
                f"alert {row.id} of case {row.case_id}", f"says {status}, which the trail does not"
            )
        by_case.setdefault(row.case_id, []).append(status)
    for case in connection.execute(select(cases.c.id, cases.c.status)):
        if case.status != case_status(by_case.get(case.id, [])):
            raise TrailBroken(f"case {case.id}", f"says {case.status}, which its alerts do not")
