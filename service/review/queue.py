"""The queue: which cases are shown, in which order, and how many there are of each kind.

The counts are counted, never estimated; they are of the cases that the filter shows with the one facet left
open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, Row, Select, func, or_, select

from service.review.judgements import BANDS, Status
from service.review.tables import alerts, cases

PAGE = 50
ORDERS = {
    "confidence": (cases.c.confidence.desc(), cases.c.id),
    "age": (cases.c.opened, cases.c.id),
    "due": (cases.c.due, cases.c.id),
    "newest": (cases.c.id.desc(),),
}
WORK = (Status.OPEN.value, Status.ESCALATED.value, Status.PROPOSED.value)
UNASSIGNED = "nobody"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reviewer wants to see; empty means any."""

    status: str = Status.OPEN.value
    band: str = ""
    list_id: str = ""
    assignee: str = ""
    search: str = ""
    sampled: str = ""
    order: str = "confidence"
    page: int = 1

    def query(self, **changed: object) -> str:
        """Return the filter as a query string, with some fields changed.

        A changed filter starts at page 1.
        """
        now = replace(self, **{"page": 1, **changed})  # type: ignore[arg-type]  # fields by name
        standard = Filter()
        shown = {
            name: getattr(now, name)
            for name in self.__dataclass_fields__
            if getattr(now, name) != getattr(standard, name)
        }
        return "?" + urlencode(shown)


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of cases with the counts beside it."""

    rows: Sequence[Row[Any]]
    total: int
    pages: int
    statuses: Mapping[str, int]
    bands: Mapping[str, int]
    list_ids: Mapping[str, int]
    assignees: Mapping[str, int]


def read_filter(query: Mapping[str, str]) -> Filter:
    """Return the filter that a query string asks for; what is no filter is left out."""
    query = {key: value.replace("\x00", "") for key, value in query.items()}
    known = {status.value for status in Status} | {"", "work"}
    status = query.get("status", Status.OPEN.value)
    page = query.get("page", "1")
    return Filter(
        status=status if status in known else Status.OPEN.value,
        band=query.get("band", "") if query.get("band", "") in {name for _, name in BANDS} else "",
        list_id=query.get("list_id", "")[:100],
        assignee=query.get("assignee", "")[:200],
        search=query.get("search", "")[:200],
        sampled="yes" if query.get("sampled") == "yes" else "",
        order=query.get("order", "") if query.get("order") in ORDERS else "confidence",
        page=min(max(int(page), 1), 100_000) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


def read_queue(connection: Connection, asked: Filter) -> Queue:
    """Return the cases that a filter shows, and the counts."""
    total = int(connection.execute(_filtered(asked, select(func.count(cases.c.id)))).scalar_one())
    wanted = _filtered(asked, select(cases)).order_by(*ORDERS[asked.order])
    return Queue(
        rows=connection.execute(wanted.limit(PAGE).offset((asked.page - 1) * PAGE)).all(),
        total=total,
        pages=max(1, -(-total // PAGE)),
        statuses=_facet(connection, replace(asked, status=""), cases.c.status),
        bands=_facet(connection, replace(asked, band=""), cases.c.band),
        list_ids=_facet(connection, replace(asked, list_id=""), cases.c.list_id),
        assignees=_facet(
            connection, replace(asked, assignee=""), func.coalesce(cases.c.assignee, UNASSIGNED)
        ),
    )


def neighbour(connection: Connection, asked: Filter, after: int) -> int | None:
    """Return the case that comes after another one in the queue, or the first.

    None where the queue is empty.
    """
    wanted = _filtered(asked, select(cases.c.id)).where(cases.c.id != after).order_by(*ORDERS[asked.order])
    return connection.execute(wanted.limit(1)).scalar()


def _filtered(asked: Filter, wanted: Select[Any]) -> Select[Any]:
    if asked.status == "work":
        wanted = wanted.where(cases.c.status.in_(WORK))
    elif asked.status:
        wanted = wanted.where(cases.c.status == asked.status)
    if asked.band:
        wanted = wanted.where(cases.c.band == asked.band)
    if asked.sampled:
        wanted = wanted.where(cases.c.sampled.is_(True))
    if asked.assignee:
        nobody = asked.assignee == UNASSIGNED
        wanted = wanted.where(cases.c.assignee.is_(None) if nobody else cases.c.assignee == asked.assignee)
    if asked.list_id:
        wanted = wanted.where(
            or_(
                cases.c.list_id == asked.list_id,
                cases.c.id.in_(select(alerts.c.case_id).where(alerts.c.list_id == asked.list_id)),
            )
        )
    return _searched(asked.search.strip(), wanted)


def _searched(words: str, wanted: Select[Any]) -> Select[Any]:
    if not words:
        return wanted
    if words.lstrip("#").isascii() and words.lstrip("#").isdigit():
        return wanted.where(cases.c.id == int(words.lstrip("#")[:9]))
    return wanted.where(
        or_(
            cases.c.organization.icontains(words, autoescape=True),
            cases.c.entry_name.icontains(words, autoescape=True),
            cases.c.entry_id == words,
        )
    )


def _facet(connection: Connection, asked: Filter, column: Any) -> dict[str, int]:
    wanted = _filtered(asked, select(column.label("value"), func.count().label("number"))).group_by(column)
    rows = connection.execute(wanted.select_from(cases)).all()
    return {row.value: row.number for row in sorted(rows, key=lambda row: (-row.number, row.value))}
