"""`GET /entities/{id}` and what is adjacent, `GET /catalog`, `POST /updatez`, as clients of the yente API ask."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from matchers.models import Listing
from service.errors import NotAllowed, NotFound
from service.ftm.catalog import catalog
from service.ftm.entities import adjacent, canonical_id, find_entity, flat_entity, nested_entity
from service.ftm.wire import AdjacentOut, CatalogOut, EntityOut, NeighboursOut, UpdatedOut
from service.routes.desk import AtDesk, Desk
from service.routes.naming import NamingRoute
from service.routes.problems import LOOKING, NO_KEY, NOT_READY

router = APIRouter(tags=["yente"], route_class=NamingRoute)
EntityId = Annotated[
    str, Path(description="Id of the entity.", examples=["us-ofac-sdn-36431"], max_length=400)
]
Limit = Annotated[int, Query(ge=0, le=500, description="Most neighbours by property.")]
Offset = Annotated[int, Query(ge=0, le=9_499, description="Neighbours to leave out before.")]


def _find(identity: str, desk: Desk) -> Listing:
    found = find_entity(identity, desk.runtime().holdings)
    if found is None:
        raise NotFound(f"no entity {identity}")
    return found


def _moved(identity: str, request: Request, desk: Desk) -> RedirectResponse | None:
    """Return where an entity is that is asked for by an id of others, or None."""
    canonical = canonical_id(identity, desk.runtime().holdings)
    if canonical is None:
        return None
    path = request.scope["path"].replace(f"/entities/{identity}", f"/entities/{canonical}", 1)
    root = request.scope.get("root_path", "")
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{'' if path.startswith(root) else root}{path}{query}", 308)


@router.get(
    "/entities/{entity_id}",
    response_model=EntityOut,
    response_description="The party.",
    summary="One entity",
    responses={**LOOKING, 308: {"description": "Its id is another."}},
)
async def get_entity(
    entity_id: EntityId,
    request: Request,
    desk: AtDesk,
    nested: Annotated[bool, Query(description="With its sanctions and relations inside.")] = True,  # noqa: FBT002 a query parameter
) -> Response:
    """Return a listed party; 308 where it is asked for by an id of others."""
    if moved := _moved(entity_id, request, desk):
        return moved
    found = _find(entity_id, desk)
    holdings = desk.runtime().holdings
    return JSONResponse(nested_entity(found, holdings) if nested else flat_entity(found))


@router.get(
    "/entities/{entity_id}/adjacent",
    response_model=AdjacentOut,
    response_description="The party and its neighbours.",
    summary="Neighbours of an entity",
    responses=LOOKING,
)
async def get_adjacent(
    entity_id: EntityId, request: Request, desk: AtDesk, limit: Limit = 10, offset: Offset = 0
) -> Response:
    """Return an entity and its neighbours by property, a page of each."""
    if moved := _moved(entity_id, request, desk):
        return moved
    found = _find(entity_id, desk)
    near = adjacent(found, desk.runtime().holdings)
    pages = {prop: _page(neighbours, limit, offset) for prop, neighbours in near.items()}
    return JSONResponse({"entity": flat_entity(found), "adjacent": pages})


@router.get(
    "/entities/{entity_id}/adjacent/{prop}",
    response_model=NeighboursOut,
    response_description="A page of neighbours.",
    summary="Neighbours by one property",
    responses=LOOKING,
)
async def get_adjacent_by(
    entity_id: EntityId,
    prop: Annotated[str, Path(description="A property.", examples=["sanctions"], max_length=100)],
    desk: AtDesk,
    limit: Limit = 10,
    offset: Offset = 0,
) -> Response:
    """Return a page of the neighbours of an entity by one property."""
    near = adjacent(_find(entity_id, desk), desk.runtime().holdings)
    return JSONResponse(_page(near.get(prop, []), limit, offset))


def _page(neighbours: Sequence[object], limit: int, offset: int) -> dict[str, object]:
    return {
        "results": neighbours[offset : offset + limit],
        "total": {"value": len(neighbours), "relation": "eq"},
        "limit": limit,
        "offset": offset,
    }


@router.get(
    "/catalog",
    response_model=CatalogOut,
    response_description="The datasets.",
    summary="What can be asked",
    responses={304: {"description": "Nothing has changed."}, **NO_KEY, **NOT_READY},
)
@router.get("/manifest", include_in_schema=False)
async def get_catalog(request: Request, desk: AtDesk) -> Response:
    """Return every dataset with its version; 304 where the caller has this answer already."""
    body = json.dumps(catalog(desk.runtime(), desk.data_holder.problem, str(request.base_url))).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "public, max-age=300"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@router.post(
    "/updatez",
    response_model=UpdatedOut,
    response_description="It was looked.",
    summary="Take newer versions over now",
    responses=LOOKING,
)
async def updatez(
    desk: AtDesk, token: Annotated[str, Query(description="The token of SANCTIONS_XREF_UPDATE_TOKEN.")] = ""
) -> Response:
    """Look for newer versions of the lists and take them over; refused unless a token is set and equal."""
    wanted = desk.settings.update_token
    if not wanted or not hmac.compare_digest(wanted.encode(), token.encode("utf-8", "replace")):
        raise NotAllowed("the token is not that of SANCTIONS_XREF_UPDATE_TOKEN, or none is set")
    changed = await run_in_threadpool(desk.data_holder.refresh_quietly)
    return JSONResponse({"status": "ok", "changed": changed})
