"""The queue: which cases are shown, in which order, and how many there are of each kind.

The counts are counted, never estimated; they are of the cases that the filter shows with the one facet left
open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, Row, Select, func, or_, select

from matchers.names.folding import fold
from service.review.judgements import BANDS, Status, bounds
from service.review.tables import cases

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
    page: int
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
    cells = _cells(connection, asked.search)
    total = sum(cell.number for cell in cells if cell.fits(asked))
    page = min(asked.page, max(1, -(-total // PAGE)))
    order = ORDERS[asked.order]
    wanted = _filtered(asked, select(cases.c.id)).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
    ids = wanted.subquery()
    return Queue(
        rows=connection.execute(select(cases).join(ids, ids.c.id == cases.c.id).order_by(*order)).all(),
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE)),
        statuses=_facet(cells, replace(asked, status=""), lambda cell: (cell.status,)),
        bands=_facet(cells, replace(asked, band=""), lambda cell: (cell.band,)),
        list_ids=_facet(cells, replace(asked, list_id=""), lambda cell: cell.list_ids),
        assignees=_facet(cells, replace(asked, assignee=""), lambda cell: (cell.assignee,)),
    )


def next_case(connection: Connection, asked: Filter, after: int, me: str) -> int | None:
    """Return the first case of a queue but one that is just done and those that others work on, or None."""
    mine = cases.c.assignee.is_(None) | (cases.c.assignee == me)
    wanted = _filtered(asked, select(cases.c.id)).where(cases.c.id != after, mine)
    return connection.execute(wanted.order_by(*ORDERS[asked.order]).limit(1)).scalar()


def _filtered(asked: Filter, wanted: Select[Any]) -> Select[Any]:
    if asked.status:
        wanted = wanted.where(cases.c.status.in_(WORK if asked.status == "work" else (asked.status,)))
    if asked.band:
        low, high = bounds(asked.band)  # a range of the index by confidence
        wanted = wanted.where(cases.c.confidence >= low, cases.c.confidence < high)
    if asked.sampled:
        wanted = wanted.where(cases.c.sampled.is_(True))
    if asked.assignee:
        nobody = asked.assignee == UNASSIGNED
        wanted = wanted.where(cases.c.assignee.is_(None) if nobody else cases.c.assignee == asked.assignee)
    if asked.list_id:
        wanted = wanted.where(cases.c.list_ids.contains(f" {asked.list_id} ", autoescape=True))
    return _searched(asked.search, wanted)


def _searched(words: str, wanted: Select[Any]) -> Select[Any]:
    plain = words.strip()
    if not plain:
        return wanted
    number = plain.lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 10:
        return wanted.where(or_(cases.c.id == int(number), cases.c.entry_id == plain))
    folded = " ".join(fold(plain).split())
    everywhere = cases.alias()  # apart, so that every row is read once, in the order in which it lies
    found = select(everywhere.c.id).where(everywhere.c.search.contains(folded, autoescape=True))
    return wanted.where(cases.c.id.in_(found))


@dataclass(frozen=True, slots=True)
class _Cell:
    """How many cases there are of one kind: equal in everything that the filter tells apart."""

    status: str
    band: str
    list_ids: tuple[str, ...]
    assignee: str
    sampled: bool
    number: int

    def fits(self, asked: Filter) -> bool:
        """Say whether the filter shows the cases of this kind; the search was applied before."""
        return (
            asked.status in ("", self.status, "work" if self.status in WORK else "")
            and asked.band in ("", self.band)
            and asked.list_id in ("", *self.list_ids)
            and asked.assignee in ("", self.assignee)
            and (not asked.sampled or self.sampled)
        )


def _cells(connection: Connection, search: str) -> list[_Cell]:
    """Return the cases of each kind, counted in one pass; every facet is a sum of these."""
    kinds = (cases.c.status, cases.c.band, cases.c.list_ids, cases.c.assignee, cases.c.sampled)
    wanted = _searched(search, select(*kinds, func.count().label("number")).select_from(cases)).group_by(
        *kinds
    )
    return [
        _Cell(
            row.status,
            row.band,
            tuple(row.list_ids.split()),
            row.assignee or UNASSIGNED,
            row.sampled,
            row.number,
        )
        for row in connection.execute(wanted)
    ]


def _facet(
    cells: Sequence[_Cell], asked: Filter, values: Callable[[_Cell], tuple[str, ...]]
) -> dict[str, int]:
    counted = Counter[str]()
    for cell in cells:
        if cell.fits(asked):
            counted.update(dict.fromkeys(values(cell), cell.number))
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
