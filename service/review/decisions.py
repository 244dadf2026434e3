"""Deciding: one function a kind of decision, each one transaction with its event.

Who changes a case says which version of it was read (`version`); where somebody else was faster, nothing is
written and `Stale` is raised. Every decision freezes what it was about: the hits with article hash, spans,
query, all candidates with their scores, engine, snapshots, settings, and the policy in force.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from lists.models import canonical_json
from service.review.errors import Absent, NotPossible, Stale
from service.review.hits import hit_data
from service.review.judgements import (
    UNDECIDED,
    Judgement,
    Kind,
    Policy,
    Ruling,
    Standing,
    Status,
    case_judgement,
    check_checker,
    check_ruling,
    check_undecided,
    needs_second,
    status_after,
)
from service.review.ledger import Change
from service.review.projection import refresh_case
from service.review.tables import alerts, articles, cases, decisions, entries, hits
from service.review.trail import digest, iso


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case as somebody read it."""

    id: int
    version: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A decision that is about to be written."""

    kind: Kind
    alert_ids: tuple[int, ...]
    about: int | None = None
    judgement: str | None = None
    reason: str | None = None
    comment: str = ""
    needs_second: bool = False
    seconds: float | None = None


def decide(
    change: Change,
    policy: Policy,
    case: CaseRef,
    ruling: Ruling,
    *,
    only: Sequence[int] = (),
    seconds: float | None = None,
) -> int:
    """Judge a case's undecided alerts (or `only` some of them) and return the decision's number."""
    check_ruling(ruling)
    _claim(change, case)
    about = [alert for alert in _standing(change.connection, case.id) if _is_meant(alert, only)]
    check_undecided(about)
    second = needs_second(policy, ruling.judgement, about)
    ids = tuple(alert.id for alert in about)
    frozen = {**_freeze(change.connection, ids), "policy": asdict(policy), "ruling": _ruling_json(ruling)}
    row = _Row(
        kind=Kind.DECIDE,
        alert_ids=ids,
        judgement=ruling.judgement,
        reason=ruling.reason,
        comment=ruling.comment,
        needs_second=second,
        seconds=seconds,
    )
    number = _write(change, case.id, row, frozen)
    _set_alerts(change, ids, status_after(ruling.judgement, second=second), ruling.judgement)
    _finish(change, case.id)
    return number


def approve(change: Change, case: CaseRef, comment: str = "") -> int:
    """Confirm the proposed decision of another reviewer: it takes effect."""
    return _answer(change, case, Kind.APPROVE, comment)


def reject(change: Change, case: CaseRef, comment: str) -> int:
    """Send the proposed decision of another reviewer back: its alerts are open again."""
    if not comment.strip():
        raise NotPossible("say why the decision is sent back")
    return _answer(change, case, Kind.REJECT, comment)


def undo(change: Change, case: CaseRef, comment: str = "") -> int:
    """Undo the case's newest decision that stands: a new event, nothing is erased.

    Its alerts are open again.
    """
    _claim(change, case)
    last = newest_standing(change.connection, case.id)
    if last is None:
        raise NotPossible("there is no decision to undo in this case")
    ids = tuple(json.loads(last.alert_ids))
    row = _Row(kind=Kind.UNDO, alert_ids=ids, about=last.id, comment=comment)
    number = _write(change, case.id, row, {"undoes": last.frozen_sha256})
    _set_alerts(change, ids, Status.OPEN, None)
    _finish(change, case.id)
    return number


def newest_standing(connection: Connection, case_id: int) -> Row[Any] | None:
    """Return the case's newest `decide` that was neither undone nor sent back."""
    rows = connection.execute(
        select(decisions).where(decisions.c.case_id == case_id).order_by(decisions.c.id.desc())
    ).all()
    gone = {row.about for row in rows if row.kind in (Kind.UNDO, Kind.REJECT)}
    return next((row for row in rows if row.kind == Kind.DECIDE and row.id not in gone), None)


def get_decision(connection: Connection, number: int) -> Row[Any]:
    """Return a decision by number."""
    row = connection.execute(select(decisions).where(decisions.c.id == number)).first()
    if row is None:
        raise Absent(f"there is no decision {number}")
    return row


def _answer(change: Change, case: CaseRef, kind: Kind, comment: str) -> int:
    _claim(change, case)
    last = newest_standing(change.connection, case.id)
    ids = tuple(json.loads(last.alert_ids)) if last else ()
    waiting = [
        a for a in _standing(change.connection, case.id) if a.id in ids and a.status is Status.PROPOSED
    ]
    if last is None or not waiting:
        raise NotPossible("no decision of this case waits for a second reviewer")
    check_checker(last.author, change.actor)
    row = _Row(kind=kind, alert_ids=ids, about=last.id, judgement=last.judgement, comment=comment)
    number = _write(change, case.id, row, {"answers": last.frozen_sha256})
    approved = kind is Kind.APPROVE
    _set_alerts(
        change, ids, Status.DECIDED if approved else Status.OPEN, last.judgement if approved else None
    )
    _finish(change, case.id)
    return number


def _claim(change: Change, case: CaseRef) -> None:
    """Raise the version of the case, or `Stale` where it is no longer the one that was read."""
    claimed = change.connection.execute(
        update(cases)
        .where(cases.c.id == case.id, cases.c.version == case.version)
        .values(version=case.version + 1)
    )
    if claimed.rowcount == 1:
        return
    now = change.connection.execute(select(cases.c.version).where(cases.c.id == case.id)).scalar()
    if now is None:
        raise Absent(f"there is no case {case.id}")
    raise Stale(f"case {case.id} was changed by somebody else since you opened it; read it again")


def _standing(connection: Connection, case_id: int) -> list[Standing]:
    rows = connection.execute(select(alerts).where(alerts.c.case_id == case_id).order_by(alerts.c.id))
    return [Standing(row.id, row.list_id, row.confidence, Status(row.status)) for row in rows]


def _is_meant(alert: Standing, only: Sequence[int]) -> bool:
    return alert.id in only if only else alert.status in UNDECIDED


def _freeze(connection: Connection, alert_ids: Sequence[int]) -> dict[str, Any]:
    rows = connection.execute(
        select(
            alerts,
            hits.c.body,
            hits.c.sha256.label("hit_sha256"),
            entries.c.body.label("entry"),
            articles.c.url,
        )
        .join(hits, hits.c.id == alerts.c.hit_id)
        .join(articles, articles.c.sha256 == alerts.c.article_sha256)
        .outerjoin(entries, entries.c.record_sha256 == alerts.c.record_sha256)
        .where(alerts.c.id.in_(alert_ids))
        .order_by(alerts.c.id)
    ).all()
    return {
        "alerts": [
            {"id": row.id, "hit": row.hit_sha256, "list": row.list_id, "entry": row.entry_id}
            | {"record_sha256": row.record_sha256, "confidence": row.confidence}
            for row in rows
        ],
        "hits": {row.hit_sha256: hit_data(row.body) for row in rows},
        "entries": {row.record_sha256: json.loads(row.entry) for row in rows if row.entry},
    }


def _ruling_json(ruling: Ruling) -> dict[str, Any]:
    return {
        "judgement": ruling.judgement.value,
        "reason": ruling.reason,
        "comment": ruling.comment,
        "steps": [list(step) for step in ruling.steps],
    }


def _write(change: Change, case_id: int, row: _Row, frozen: dict[str, Any]) -> int:
    text = canonical_json(frozen)
    written = asdict(row) | {
        "kind": row.kind.value,
        "alert_ids": json.dumps(list(row.alert_ids)),
        "case_id": case_id,
        "author": change.actor,
        "at": iso(change.now),
        "frozen": text,
        "frozen_sha256": digest(text),
    }
    key = change.connection.execute(insert(decisions).values(**written)).inserted_primary_key
    assert key is not None  # noqa: S101 an insert of one row has a key; for the type checker
    number = int(key[0])
    body = asdict(row) | {"kind": row.kind.value, "decision": number, "alert_ids": list(row.alert_ids)}
    change.record(
        f"decision {row.kind.value}",
        f"case {case_id}",
        body | {"frozen": frozen, "frozen_sha256": digest(text)},
    )
    return number


def _set_alerts(
    change: Change, ids: Sequence[int], status: Status, judgement: Judgement | str | None
) -> None:
    value = str(judgement) if judgement is not None else None
    change.connection.execute(
        update(alerts).where(alerts.c.id.in_(ids)).values(status=status.value, judgement=value)
    )


def _finish(change: Change, case_id: int) -> None:
    refresh_case(change.connection, case_id)
    mine = select(alerts.c.judgement).where(alerts.c.case_id == case_id)
    judgement = case_judgement([row.judgement for row in change.connection.execute(mine)])
    status = change.connection.execute(select(cases.c.status).where(cases.c.id == case_id)).scalar_one()
    done = iso(change.now) if status == Status.DECIDED.value else None
    change.connection.execute(
        update(cases).where(cases.c.id == case_id).values(judgement=judgement, decided=done)
    )
