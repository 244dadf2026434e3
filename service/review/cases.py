"""Reading a case: everything that its page shows, in one consistent state.

And small changes that judge nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from lists.models import ListEntry
from service.review.accounts import get_row
from service.review.errors import Absent, Malformed
from service.review.hits import hit_data
from service.review.ledger import Change
from service.review.tables import alerts, articles, attachments, cases, decisions, entries, events, hits
from service.review.trail import iso
from service.schemas import MatchOut

MAX_ATTACHMENT = 10_000_000


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert with the match that it is about, and the complete entry where it is at hand."""

    id: int
    status: str
    judgement: str | None
    article_sha256: str
    match: MatchOut
    entry: ListEntry | None
    others: tuple[MatchOut, ...]
    """The other candidates of the same organization in the same article."""


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article of the case, with what was found in it."""

    row: Row[Any]
    mentions: tuple[tuple[int, int, str], ...]
    engine: dict[str, str]
    snapshots: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its articles, alerts and decisions, and what was decided before about the same party."""

    row: Row[Any]
    articles: tuple[ArticleView, ...]
    alerts: tuple[AlertView, ...]
    decisions: Sequence[Row[Any]]
    previous: Sequence[Row[Any]]
    attachments: Sequence[Any]


def get_case(connection: Connection, case_id: int) -> Row[Any]:
    """Return a case's row."""
    row = connection.execute(select(cases).where(cases.c.id == case_id)).first()
    if row is None:
        raise Absent(f"there is no case {case_id}")
    return row


def case_count(connection: Connection) -> int:
    """Return how many cases there are."""
    return int(connection.execute(select(func.count()).select_from(cases)).scalar_one())


def read_case(connection: Connection, case_id: int) -> CaseView:
    """Return all that is known about a case."""
    row = get_case(connection, case_id)
    found = connection.execute(
        select(alerts, hits.c.body, entries.c.body.label("entry"))
        .join(hits, hits.c.id == alerts.c.hit_id)
        .outerjoin(entries, entries.c.record_sha256 == alerts.c.record_sha256)
        .where(alerts.c.case_id == case_id)
        .order_by(alerts.c.confidence.desc(), alerts.c.list_id, alerts.c.entry_id, alerts.c.id)
    ).all()
    views = tuple(_alert(alert) for alert in found)
    return CaseView(
        row=row,
        articles=_articles(connection, found),
        alerts=views,
        decisions=connection.execute(
            select(decisions).where(decisions.c.case_id == case_id).order_by(decisions.c.id)
        ).all(),
        previous=_previous(connection, row),
        attachments=connection.execute(
            select(
                attachments.c.id,
                attachments.c.name,
                attachments.c.sha256,
                attachments.c.author,
                attachments.c.at,
            )
            .where(attachments.c.case_id == case_id)
            .order_by(attachments.c.id)
        ).all(),
    )


def case_events(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """Return the events of a case, in order."""
    return connection.execute(
        select(events).where(events.c.subject == f"case {case_id}").order_by(events.c.seq)
    ).all()


def record_view(change: Change, case_id: int) -> None:
    """Write down that a user looked at a case."""
    change.record("case viewed", f"case {case_id}", {})


def assign(change: Change, case_id: int, name: str | None) -> None:
    """Give a case to a user, or to nobody."""
    get_case(change.connection, case_id)
    if name is not None and get_row(change.connection, name) is None:
        raise Absent(f"there is no user {name}")
    change.connection.execute(update(cases).where(cases.c.id == case_id).values(assignee=name))
    change.record("case assigned", f"case {case_id}", {"assignee": name})


def hold(change: Change, case_id: int, *, on: bool, reason: str) -> None:
    """Put a case under legal hold, or lift it: its article outlives the end of its retention."""
    get_case(change.connection, case_id)
    if not reason.strip():
        raise Malformed("say why the legal hold is set or lifted")
    change.connection.execute(update(cases).where(cases.c.id == case_id).values(legal_hold=on))
    change.record("legal hold set" if on else "legal hold lifted", f"case {case_id}", {"reason": reason})


def attach(change: Change, case_id: int, name: str, content: bytes) -> None:
    """Keep a file with a case; its hash stands in the trail."""
    get_case(change.connection, case_id)
    if not content or len(content) > MAX_ATTACHMENT:
        raise Malformed(
            f"an attachment has between 1 and {MAX_ATTACHMENT} bytes; this one has {len(content)}"
        )
    shown = "".join(c for c in name if c.isprintable() and c not in '/\\"')[:200] or "attachment"
    sha256 = digest_bytes(content)
    change.connection.execute(
        insert(attachments).values(
            case_id=case_id,
            name=shown,
            sha256=sha256,
            content=content,
            author=change.actor,
            at=iso(change.now),
        )
    )
    change.record(
        "file attached", f"case {case_id}", {"name": shown, "sha256": sha256, "bytes": len(content)}
    )


def _alert(row: Row[Any]) -> AlertView:
    matches = [MatchOut.model_validate(plain) for plain in hit_data(row.body)["organization"]["matches"]]
    mine = next(m for m in matches if (m.list_id, m.entry_id) == (row.list_id, row.entry_id))
    return AlertView(
        id=row.id,
        status=row.status,
        judgement=row.judgement,
        article_sha256=row.article_sha256,
        match=mine,
        entry=ListEntry.model_validate_json(row.entry) if row.entry else None,
        others=tuple(match for match in matches if match is not mine),
    )


def _articles(connection: Connection, found: Sequence[Row[Any]]) -> tuple[ArticleView, ...]:
    bodies: dict[str, dict[str, Any]] = {}
    for alert in found:
        bodies.setdefault(alert.article_sha256, hit_data(alert.body))
    rows = {
        row.sha256: row
        for row in connection.execute(select(articles).where(articles.c.sha256.in_(list(bodies))))
    }
    return tuple(
        ArticleView(
            row=rows[sha256],
            mentions=tuple((m["start"], m["end"], m["text"]) for m in body["organization"]["mentions"]),
            engine=body["engine"],
            snapshots=tuple(body["snapshots"]),
        )
        for sha256, body in bodies.items()
    )


def _previous(connection: Connection, case: Row[Any]) -> Sequence[Row[Any]]:
    """Return what was decided in other cases about the same organization or the same entry."""
    return connection.execute(
        select(decisions, cases.c.organization, cases.c.entry_name)
        .join(cases, cases.c.id == decisions.c.case_id)
        .where(cases.c.id != case.id, decisions.c.kind == "decide")
        .where(
            (cases.c.organization_key == case.organization_key)
            | ((cases.c.list_id == case.list_id) & (cases.c.entry_id == case.entry_id))
        )
        .order_by(decisions.c.id.desc())
        .limit(10)
    ).all()


def digest_bytes(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
