"""House aliases: a confirmed mention becomes a name of the listed entry, with who added it, from which case.

A second person approves it. The approved ones are put in force as one set (`service.house_aliases`), which a
running service takes over by itself; ending one puts the smaller set in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from service.house_aliases import HouseAlias, HouseAliases
from service.review.errors import Absent, Malformed, NotPossible
from service.review.hits import hit_data
from service.review.judgements import Judgement, Status, check_checker
from service.review.ledger import Change
from service.review.tables import alerts, hits
from service.review.tables import house_aliases as table
from service.review.trail import iso


def propose(change: Change, case_id: int, alert_id: int, alias: str) -> int:
    """Propose a mention of a confirmed true match as an alias; it must be one that the article has."""
    row = change.connection.execute(
        select(alerts, hits.c.body)
        .join(hits, hits.c.id == alerts.c.hit_id)
        .where(alerts.c.id == alert_id, alerts.c.case_id == case_id)
    ).first()
    if row is None:
        raise Absent(f"case {case_id} has no alert {alert_id}")
    if row.status != Status.DECIDED or row.judgement != Judgement.TRUE_MATCH:
        raise NotPossible("only a mention of a confirmed true match can become an alias")
    mentions = {mention["text"] for mention in hit_data(row.body)["organization"]["mentions"]}
    if alias not in mentions:
        raise Malformed(
            f"{alias!r} is not a mention in this article; they are: {', '.join(sorted(mentions))}"
        )
    about = {"list_id": row.list_id, "entry_id": row.entry_id, "alias": alias}
    if change.connection.execute(select(table.c.id).filter_by(**about)).first():
        raise NotPossible(f"{alias!r} is an alias of this entry already, or was proposed as one")
    values = about | {"entry_name": row.entry_name, "author": change.actor, "case_id": case_id}
    key = change.connection.execute(
        insert(table).values(**values, status="proposed", created=iso(change.now))
    ).inserted_primary_key
    change.record("alias proposed", f"case {case_id}", about)
    assert key is not None  # noqa: S101 an insert of one row has a key; for the type checker
    return int(key[0])


def approve(change: Change, number: int) -> None:
    """Approve a proposed alias; its author may not."""
    row = _get(change.connection, number)
    if row.status != "proposed":
        raise NotPossible(f"alias {number} is {row.status}, not proposed")
    check_checker(row.author, change.actor)
    change.connection.execute(
        update(table).where(table.c.id == number).values(status="active", approver=change.actor)
    )
    change.record("alias approved", f"alias {number}", {"alias": row.alias, "entry": row.entry_id})


def end(change: Change, number: int, reason: str) -> None:
    """Take an alias out of use."""
    row = _get(change.connection, number)
    if row.status == "ended":
        raise NotPossible(f"alias {number} has ended already")
    change.connection.execute(update(table).where(table.c.id == number).values(status="ended"))
    change.record("alias ended", f"alias {number}", {"alias": row.alias, "reason": reason})


def all_aliases(connection: Connection) -> Sequence[Row[Any]]:
    """Return every alias, newest first."""
    return connection.execute(select(table).order_by(table.c.id.desc())).all()


def approved_aliases(connection: Connection, now: datetime) -> HouseAliases:
    """Return the approved aliases as the set that the matcher gets."""
    rows = connection.execute(select(table).where(table.c.status == "active")).all()
    return HouseAliases((_alias(row) for row in rows), now)


def _alias(row: Row[Any]) -> HouseAlias:
    added = f"added by {row.author}, approved by {row.approver}, case {row.case_id}"
    return HouseAlias(row.list_id, row.entry_id, row.alias, added)


def _get(connection: Connection, number: int) -> Row[Any]:
    row = connection.execute(select(table).where(table.c.id == number)).first()
    if row is None:
        raise Absent(f"there is no alias {number}")
    return row
