"""`GET /v1/lists` and `GET /v1/entries/{list}/{entry_id}`: what is loaded, and one listed party."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from lists.history import Row, dated
from lists.models import entry_json
from service.dashboard import list_states
from service.errors import NotFound
from service.holdings import store_of
from service.routes.desk import AtDesk, json_response, today
from service.routes.naming import NamingRoute
from service.routes.problems import LOOKING
from service.runtime import Runtime
from service.schemas.connections import all_relations, ownership
from service.schemas.exchanges import EntryResponse, EntryVersionOut, ListsResponse

router = APIRouter(prefix="/v1", tags=["lists"], route_class=NamingRoute)
ListId = Annotated[str, Path(description="List id.", examples=["us_ofac_sdn"], max_length=64)]
EntryId = Annotated[str, Path(description="Id of the entry in its list.", examples=["36431"], max_length=200)]

WithHistory = Annotated[bool, Query(description="Also say what each stored version of the list did to it.")]


@router.get(
    "/lists",
    response_model=ListsResponse,
    summary="What is loaded",
    response_description="The lists.",
    responses=LOOKING,
)
async def get_lists(desk: AtDesk) -> Response:
    """Return every list with its version, age, counts and terms."""
    runtime = desk.runtime()
    store = store_of(desk.settings.data)
    versions = [part.snapshot for part in runtime.holdings.parts]
    states = await desk.compute(lambda: list_states(versions, store, today()))
    return json_response(ListsResponse(lists=states))


@router.get(
    "/entries/{list_id}/{entry_id:path}",
    response_model=EntryResponse,
    response_description="The party.",
    summary="One listed party",
    responses=LOOKING,
)
async def get_entry(
    list_id: ListId,
    entry_id: EntryId,
    desk: AtDesk,
    as_of: Annotated[date | None, Query(description="Say whether it was listed on this day.")] = None,
    known_as_of: Annotated[
        date | None, Query(description="Ask the version that was current on this day.")
    ] = None,
    history: WithHistory = False,  # noqa: FBT002 a query parameter
) -> Response:
    """Return a listed party whole: names, identifiers, designations, relations, and where that stands."""
    runtime = await desk.runtime_for(known_as_of, [list_id])
    found = await desk.compute(lambda: _entry(runtime, list_id, entry_id, as_of or today()), brief=True)
    if history:
        rows = await desk.compute(lambda: _history(runtime, list_id, entry_id))
        found = found.model_copy(update={"history": rows})
    return json_response(found)


def _history(runtime: Runtime, list_id: str, entry_id: str) -> list[EntryVersionOut]:
    """Return what each version did to an entry; a list of one version has it as it is."""
    several = runtime.past.histories.get(list_id)
    if several is None:
        (only,) = (one for one in runtime.snapshots if one.list_id == list_id)
        return [EntryVersionOut(version=only.version, published=dated(only), change="present", fields=[])]
    return [_version_out(row) for row in several.timeline(entry_id)]


def _version_out(row: Row) -> EntryVersionOut:
    changes = [
        {"field": one.field, "added": list(one.added), "removed": list(one.removed)} for one in row.fields
    ]
    return EntryVersionOut.model_validate(
        {"version": row.version, "published": row.published, "change": row.change, "fields": changes}
    )


def _entry(runtime: Runtime, list_id: str, entry_id: str, day: date) -> EntryResponse:
    listing = runtime.holdings.find(list_id, entry_id)
    if listing is None:
        raise NotFound(f"{list_id} has no entry {entry_id} in its version {_version(runtime, list_id)}")
    status = runtime.past.status(listing, day)
    shown = runtime.snapshots_out(day, frozenset({list_id}))
    snapshot = next(one for one in shown if one.list_id == list_id)
    return EntryResponse(
        snapshot=snapshot,
        status=status.state,
        status_basis=status.detail,
        entry=json.loads(entry_json(listing.entry)),
        relations=all_relations(runtime.relations, listing.entry.ref),
        ownership=ownership(runtime.relations, listing.entry.ref),
    )


def _version(runtime: Runtime, list_id: str) -> str:
    return next(snapshot.version for snapshot in runtime.snapshots if snapshot.list_id == list_id)
