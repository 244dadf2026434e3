"""`/reconcile/{dataset}`: the OpenRefine Reconciliation API 0.2, which reconciles a column of names with the lists."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from matchers.models import Query as NameQuery
from service.errors import BadRequest, InputError
from service.ftm.datasets import lists_named
from service.ftm.questions import answer_examples
from service.ftm.reconcile import (
    PROPERTIES,
    TYPES,
    candidate,
    cell_queries,
    entity_suggestion,
    extended,
    manifest,
    matching,
    suggested,
)
from service.ftm.refine_wire import CellsOut, ExtendedOut, ManifestOut, ProposedOut, SuggestionsOut
from service.ftm.search import Searching, find_begun
from service.ftm.wire import MatchParameters
from service.routes.desk import AtDesk, Desk, plain_response
from service.routes.examples import MOST_QUERIES, DatasetName, asking_of
from service.routes.naming import NamingRoute
from service.routes.problems import ASKING, BAD, LOOKING
from service.schemas.questions import MAX_NAME, shown

LIMIT = 5
"""Candidates of a cell that names no limit."""
FLOOR = 0.3
"""Least score of a candidate: whoever chooses by hand sees more than an alert would show."""
MOST = 100
MOST_IDS = 1_000
AnyDataset = Annotated[str, Path(alias="dataset", description="Any dataset: the answer is the same.")]
router = APIRouter(prefix="/reconcile", tags=["OpenRefine"], route_class=NamingRoute)
Prefix = Annotated[str, Query(max_length=MAX_NAME, description="What was typed so far.")]
Most = Annotated[int, Query(ge=1, le=MOST, description="Most suggestions.")]
Queries = Annotated[str, Query(description='Cells by key, as JSON: `{"q0": {"query": "KOMID"}}`.')]


class Reconciling(BaseModel):
    """The form that OpenRefine sends: cells to reconcile, or entities to extend."""

    model_config = shown({"queries": '{"q0": {"query": "KOMID", "type": "Organization", "limit": 3}}'})

    queries: str = Form(
        default="",
        description="Cells by key, as JSON: text, type, limit, properties.",
        examples=['{"q0": {"query": "KOMID", "type": "Organization", "limit": 3}}'],
    )
    extend: str = Form(
        default="",
        description="Ids of entities and of properties, as JSON.",
        examples=['{"ids": ["us-ofac-sdn-36431"], "properties": [{"id": "country"}]}'],
    )


@router.get(
    "/{dataset}",
    response_model=ManifestOut | CellsOut | ExtendedOut,
    response_description="The manifest.",
    summary="What can be reconciled",
    responses={**BAD, **LOOKING},
)
async def get_manifest(
    dataset: DatasetName,
    request: Request,
    desk: AtDesk,
    queries: Queries = "",
    extend: Annotated[str, Query(description="Ids of entities and of properties, as JSON.")] = "",
) -> Response:
    """Return the manifest of the service; with `queries` or `extend`, the same answer as by POST."""
    if queries or extend:
        return await _answer(dataset, Reconciling(queries=queries, extend=extend), MatchParameters(), desk)
    lists_named(dataset, [snapshot.list_id for snapshot in desk.runtime().snapshots])
    base = f"{str(request.base_url).rstrip('/')}/reconcile/{dataset}"
    return JSONResponse(manifest(dataset, base, request.url.query))


@router.post(
    "/{dataset}",
    response_model=CellsOut | ExtendedOut,
    response_description="Candidates by cell, or values by entity.",
    summary="Reconcile cells, or extend a table",
    responses=ASKING,
)
async def reconcile(
    dataset: DatasetName,
    form: Annotated[Reconciling, Form()],
    chosen: Annotated[MatchParameters, Query()],
    desk: AtDesk,
) -> Response:
    """Return candidates for each cell, best first; or values of properties for entities."""
    return await _answer(dataset, form, chosen, desk)


async def _answer(dataset: str, form: Reconciling, chosen: MatchParameters, desk: Desk) -> Response:
    if form.extend:
        return await _extend(form.extend, desk)
    if not form.queries:
        raise BadRequest("give `queries` or `extend`, as a field of a form")
    return await _reconcile(dataset, _read(form.queries, "queries"), chosen, desk)


def _read(text: str, name: str) -> dict[str, object]:
    """Return a JSON object that came in a field of a form; `BadRequest` where it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest(f"`{name}` is not JSON") from None
    if not isinstance(found, dict):
        raise BadRequest(f"`{name}` is not a JSON object")
    return found


async def _reconcile(dataset: str, cells: dict[str, object], chosen: MatchParameters, desk: Desk) -> Response:
    if len(cells) > MOST_QUERIES:
        raise BadRequest(f"{len(cells)} queries; at most {MOST_QUERIES} in one request")
    runtime = desk.runtime()
    understood = {key: _understood(cell) for key, cell in cells.items()}
    most = max((limit for _, limit, _ in understood.values()), default=LIMIT)
    asking = asking_of(runtime, dataset, chosen.model_copy(update={"limit": most, "cutoff": FLOOR}))
    asked = [queries for queries, _, _ in understood.values()]
    answers = await desk.compute(lambda: answer_examples(runtime, asked, asking))
    body: dict[str, object] = {}
    for (key, (queries, limit, wrong)), (results, _) in zip(understood.items(), answers, strict=True):
        shown = results[:limit]
        desk.notes.count(
            "queries", (query.name for query in queries[:1]), (one["probability"] for one in shown)
        )
        body[key] = {"result": [candidate(one) for one in shown], **({"error": wrong} if wrong else {})}
    return plain_response(body)


def _understood(cell: object) -> tuple[list[NameQuery], int, str | None]:
    try:
        if not isinstance(cell, dict):
            raise InputError("a query is an object")
        limit = cell.get("limit")
        return cell_queries(cell), min(limit, MOST) if isinstance(limit, int) and limit > 0 else LIMIT, None
    except InputError as error:
        return [], LIMIT, str(error)


async def _extend(text: str, desk: Desk) -> Response:
    given = _read(text, "extend")
    ids, wanted = given.get("ids"), given.get("properties")
    if not isinstance(ids, list) or not isinstance(wanted, list) or len(ids) > MOST_IDS:
        raise BadRequest(f"`extend` has `ids`, at most {MOST_IDS:,}, and `properties`")
    names = [str(one.get("id", "")) if isinstance(one, dict) else str(one) for one in wanted[:MOST]]
    holdings = desk.runtime().holdings
    return plain_response(await desk.compute(lambda: extended([str(one) for one in ids], names, holdings)))


@router.get(
    "/{dataset}/suggest/entity",
    response_model=SuggestionsOut,
    response_description="The parties.",
    summary="Suggest listed parties",
    responses=LOOKING,
)
async def suggest_entity(
    dataset: DatasetName, desk: AtDesk, prefix: Prefix = "", limit: Most = 10
) -> Response:
    """Return listed parties that a text may mean, for whoever chooses by hand."""
    runtime = desk.runtime()
    scope = lists_named(dataset, [snapshot.list_id for snapshot in runtime.snapshots])
    asked = Searching(text=prefix, list_ids=scope)
    found = await desk.compute(lambda: find_begun(runtime, asked, limit)) if prefix.strip() else []
    desk.notes.count("searches", [prefix])
    return JSONResponse(suggested(prefix, [entity_suggestion(one) for one in found]))


@router.get(
    "/{dataset}/suggest/type",
    response_model=SuggestionsOut,
    response_description="The types.",
    summary="Suggest types",
    responses=LOOKING,
)
async def suggest_type(_dataset: AnyDataset, prefix: Prefix = "") -> Response:
    """Return types whose names start with a text."""
    return JSONResponse(suggested(prefix, matching(prefix, {name: name for name in TYPES})))


@router.get(
    "/{dataset}/suggest/property",
    response_model=SuggestionsOut,
    response_description="The properties.",
    summary="Suggest properties",
    responses=LOOKING,
)
async def suggest_property(_dataset: AnyDataset, prefix: Prefix = "") -> Response:
    """Return properties whose names start with a text."""
    return JSONResponse(suggested(prefix, matching(prefix, PROPERTIES)))


@router.get(
    "/{dataset}/extend/property",
    response_model=ProposedOut,
    response_description="The properties.",
    summary="Propose properties to extend with",
    responses=LOOKING,
)
async def propose_properties(
    _dataset: AnyDataset,
    kind: Annotated[str, Query(alias="type", max_length=100, description="A type.")] = "LegalEntity",
    limit: Most = MOST,
) -> Response:
    """Return properties that a table of this type can be extended with."""
    offered = matching("", PROPERTIES)[:limit]
    return JSONResponse({"type": kind, "limit": limit, "properties": offered})
