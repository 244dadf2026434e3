"""`GET /deltas/{list}/delta.json` and the files that it names: what changed in a list, for systems that re-screen.

The form is that of OpenSanctions, which yente and Marble read. A file is computed when it is first asked for and kept
in the data folder; where that cannot be written, it is computed each time.
"""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import JSONResponse, Response

from lists.deltas import FILE, INDEX, delta_file, delta_index, deltas
from lists.errors import NotStored, StoreError
from lists.store import SnapshotStore
from service.errors import NotFound
from service.ftm.entities import entity_of
from service.ftm.wire import DeltaIndexOut
from service.holdings import store_of
from service.routes.access import GuardedRoute
from service.routes.desk import AtDesk, Desk
from service.routes.problems import LOOKING

router = APIRouter(prefix="/deltas", tags=["yente"], route_class=GuardedRoute)
ListId = Annotated[str, Path(description="List id.", examples=["us_ofac_sdn"], max_length=64)]
Release = Annotated[
    str, Path(description="A release that the index names.", examples=["20261125093000-0a1b2c3d"])
]


LINES: dict[str, object] = {
    "description": "A JSON line for each change.",
    "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
}


@router.get(
    f"/{{list_id}}/{INDEX}",
    response_model=DeltaIndexOut,
    response_description="The releases.",
    summary="Releases of a list with changes",
    responses=LOOKING,
)
async def get_index(list_id: ListId, request: Request, desk: AtDesk) -> Response:
    """Return where the changes of each release are, oldest first; the first release has none."""
    store = _store(list_id, desk)
    base = f"{request.base_url}deltas/{list_id}"
    return JSONResponse(
        await desk.compute(lambda: delta_index(store, list_id, lambda name: f"{base}/{name}/{FILE}"))
    )


@router.get(
    f"/{{list_id}}/{{release}}/{FILE}",
    summary="What a release changed",
    response_class=Response,
    responses={200: LINES, **LOOKING},
)
async def get_delta(list_id: ListId, release: Release, desk: AtDesk) -> Response:
    """Return one JSON line a change: `ADD` and `MOD` with the whole entity, `DEL` with its id."""
    store, target = _store(list_id, desk), desk.settings.data / "deltas"
    body = await desk.compute(lambda: _body(store, list_id, release, target))
    return Response(
        body, media_type="application/x-ndjson", headers={"cache-control": "private, max-age=86400"}
    )


def _store(list_id: str, desk: Desk) -> SnapshotStore:
    """Return the store; `NotFound` where the list is not loaded."""
    store = store_of(desk.settings.data)
    if list_id not in store.list_ids():
        raise NotFound(f"list {list_id} is not loaded; loaded: {', '.join(store.list_ids()) or 'none'}")
    return store


def _body(store: SnapshotStore, list_id: str, release: str, target: FilePath) -> bytes:
    try:
        return delta_file(store, list_id, release, target, entity_of).read_bytes()
    except NotStored:
        raise
    except (StoreError, OSError):  # a folder that cannot be written
        lines = (delta.line() for delta in deltas(store, list_id, release, entity_of))
        return "".join(f"{line}\n" for line in lines).encode()
