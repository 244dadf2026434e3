"""Remembered false positives: (organization × listed entry × content of the entry), with an end.

A remembered false positive suppresses later alerts about the same organization and entry as long as it has
been approved by a second person, has not expired, and the chosen fields of the entry are as they were.
Suppressed alerts stay visible as suppressed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from lists.models import ListEntry, canonical_json, entry_json
from service.review.errors import Absent, Malformed, NotPossible
from service.review.judgements import Judgement, Policy, Status, check_checker
from service.review.ledger import Change
from service.review.projection import refresh_case
from service.review.tables import alerts, cases, entries, good_guys
from service.review.trail import digest, iso
from service.schemas import MatchOut

CurrentEntry = Callable[[str, str], ListEntry | None]
"""(list id, entry id) → the entry as its publisher says it now, where it is listed."""


@dataclass(frozen=True, slots=True)
class Remembering:
    """What is to be remembered: for a case, with the reason in words."""

    case_id: int
    reason: str


def fingerprint(fields: Sequence[str], record_sha256: str, body: str | None) -> str:
    """Return the hash of an entry's chosen fields; of the whole record where the entry is not at hand."""
    if body is None:
        return record_sha256
    entry = json.loads(body)
    return digest(canonical_json({field: entry.get(field) for field in sorted(fields)}))


def is_remembered(change: Change, organization_key: str, match: MatchOut, body: str | None) -> bool:
    """Return whether an approved, unexpired memory covers the match as the entry is now."""
    rows = change.connection.execute(
        select(good_guys.c.fingerprint, good_guys.c.fields)
        .where(good_guys.c.organization_key == organization_key, good_guys.c.status == "active")
        .where(good_guys.c.list_id == match.list_id, good_guys.c.entry_id == match.entry_id)
        .where(good_guys.c.expires > iso(change.now))
    )
    record = match.provenance.record_sha256 or ""
    return any(row.fingerprint == fingerprint(json.loads(row.fields), record, body) for row in rows)


def propose(change: Change, policy: Policy, remembering: Remembering) -> int:
    """Propose to remember a case's false positives; a second person approves.

    Returns how many were proposed.
    """
    if not remembering.reason.strip():
        raise Malformed("say why this can be remembered")
    case = change.connection.execute(select(cases).where(cases.c.id == remembering.case_id)).first()
    if case is None:
        raise Absent(f"there is no case {remembering.case_id}")
    false = _false_positives(change, remembering.case_id)
    if not false:
        raise NotPossible("nothing in this case was decided to be a false positive")
    for alert in false:
        _insert(change, policy, remembering, (case, alert))
    listed = [{"list": alert.list_id, "entry": alert.entry_id} for alert in false]
    change.record(
        "good guy proposed",
        f"case {remembering.case_id}",
        {"organization": case.organization, "entries": listed, "reason": remembering.reason},
    )
    return len(false)


def approve(change: Change, number: int) -> None:
    """Approve a proposed memory; its author may not."""
    row = _get(change, number)
    if row.status != "proposed":
        raise NotPossible(f"memory {number} is {row.status}, not proposed")
    check_checker(row.author, change.actor)
    change.connection.execute(
        update(good_guys).where(good_guys.c.id == number).values(status="active", approver=change.actor)
    )
    change.record("good guy approved", f"good guy {number}", {"organization": row.organization})


def end(change: Change, number: int, reason: str) -> None:
    """End a memory at once."""
    row = _get(change, number)
    if row.status == "ended":
        raise NotPossible(f"memory {number} has ended already")
    change.connection.execute(update(good_guys).where(good_guys.c.id == number).values(status="ended"))
    change.record(
        "good guy ended", f"good guy {number}", {"organization": row.organization, "reason": reason}
    )


def has_expired(connection: Connection, now: str) -> bool:
    """Return whether `reopen_expired` would do anything."""
    over = select(good_guys.c.id).where(good_guys.c.status == "active", good_guys.c.expires <= now)
    return connection.execute(over.limit(1)).first() is not None


def reopen_expired(change: Change) -> int:
    """End the memories whose time is over and open again what they suppressed; returns how many alerts."""
    now = iso(change.now)
    over = change.connection.execute(
        select(good_guys).where(good_guys.c.status == "active", good_guys.c.expires <= now)
    ).all()
    for row in over:
        end(change, row.id, "expired")
    return _reopen_uncovered(change)


def changed(connection: Connection, current: CurrentEntry) -> list[int]:
    """Return the active memories whose entry is not as it was, in the fields that were chosen.

    An entry that is no longer listed has not changed: its memory ends on its day.
    """
    active = connection.execute(select(good_guys).where(good_guys.c.status == "active")).all()
    return [row.id for row in active if _is_changed(row, current(row.list_id, row.entry_id))]


def reopen_changed(change: Change, current: CurrentEntry) -> int:
    """End the memories whose entry changed and open again what they suppressed; returns how many alerts."""
    for number in changed(change.connection, current):
        end(change, number, "the entry changed")
    return _reopen_uncovered(change)


def _is_changed(row: Any, entry: ListEntry | None) -> bool:
    if entry is None:
        return False
    now = {entry.record_sha256, fingerprint(json.loads(row.fields), "", entry_json(entry))}
    return row.fingerprint not in now


def _reopen_uncovered(change: Change) -> int:
    reopened = 0
    for alert in _suppressed(change):
        if not _covered(change, alert):
            change.connection.execute(
                update(alerts).where(alerts.c.id == alert.id).values(status=Status.OPEN.value)
            )
            refresh_case(change.connection, alert.case_id)
            change.record(
                "alert reopened", f"case {alert.case_id}", {"alert": alert.id, "why": "memory ended"}
            )
            reopened += 1
    return reopened


def _suppressed(change: Change) -> Sequence[Any]:
    wanted = select(alerts).where(alerts.c.status == Status.SUPPRESSED.value)
    return change.connection.execute(wanted).all()


def _covered(change: Change, alert: Any) -> bool:
    wanted = select(good_guys.c.id).where(
        good_guys.c.organization_key == alert.organization_key,
        good_guys.c.list_id == alert.list_id,
        good_guys.c.entry_id == alert.entry_id,
        good_guys.c.status == "active",
    )
    return change.connection.execute(wanted).first() is not None


def _false_positives(change: Change, case_id: int) -> Sequence[Any]:
    wanted = (
        select(alerts)
        .where(alerts.c.case_id == case_id)
        .where(alerts.c.judgement == Judgement.FALSE_POSITIVE.value)
        .where(or_(alerts.c.status == Status.DECIDED.value, alerts.c.status == Status.PROPOSED.value))
    )
    return change.connection.execute(wanted).all()


def _insert(change: Change, policy: Policy, remembering: Remembering, about: tuple[Any, Any]) -> None:
    case, alert = about
    body = change.connection.execute(
        select(entries.c.body).where(entries.c.record_sha256 == alert.record_sha256)
    ).scalar()
    change.connection.execute(
        insert(good_guys).values(
            organization=case.organization,
            organization_key=alert.organization_key,
            list_id=alert.list_id,
            entry_id=alert.entry_id,
            entry_name=alert.entry_name,
            fingerprint=fingerprint(policy.remember_fields, alert.record_sha256, body),
            fields=json.dumps(list(policy.remember_fields)),
            reason=remembering.reason,
            author=change.actor,
            status="proposed",
            created=iso(change.now),
            expires=iso(change.now + timedelta(days=policy.remember_days)),
            case_id=remembering.case_id,
        )
    )


def _get(change: Change, number: int) -> Any:
    row = change.connection.execute(select(good_guys).where(good_guys.c.id == number)).first()
    if row is None:
        raise Absent(f"there is no remembered false positive {number}")
    return row
