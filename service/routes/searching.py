"""`GET /search/{dataset}`: free search, as clients of the yente API ask."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from service.ftm.datasets import lists_in, scope_of
from service.ftm.questions import check_date
from service.ftm.search import Page, Searching, search
from service.ftm.wire import Lenient, SearchOut
from service.routes.desk import AtDesk, plain_response
from service.routes.examples import DatasetName
from service.routes.naming import NamingRoute
from service.routes.problems import LOOKING
from service.schemas.questions import MAX_NAME, SCHEMATA

router = APIRouter(tags=["yente"], route_class=NamingRoute)


class SearchParameters(Lenient):
    """What is searched for; parameters that are not known are ignored."""

    q: str = Field(
        default="", max_length=MAX_NAME, description="The text; everything where it is empty or `*`."
    )
    schema_: str = Field(default="Thing", alias="schema", description="Only this schema and its kinds.")
    include_dataset: list[str] = Field(default=[], description="Only these datasets.")
    exclude_dataset: list[str] = Field(default=[], description="None of these datasets.")
    datasets: list[str] = Field(default=[], description="Only these datasets, as chosen from the facet.")
    exclude_schema: list[str] = Field(default=[], description="No entities of these schemata.")
    countries: list[str] = Field(default=[], description="Only entities of one of these countries.")
    topics: list[str] = Field(default=[], description="Only entities with one of these topics.")
    changed_since: str | None = Field(default=None, description="Only what changed on this day or later.")
    filter_: list[str] = Field(default=[], alias="filter", description="Only what has `property:value`.")
    facets: list[str] = Field(default=["countries", "topics", "datasets"], description="Facets to count.")
    sort: list[str] = Field(
        default=[], description="`caption:asc`, `last_change:desc` …; best first otherwise."
    )
    limit: int = Field(default=10, ge=0, le=500, description="Most results of a page.")
    offset: int = Field(default=0, ge=0, le=9_499, description="Results to leave out before.")


@router.get(
    "/search/{dataset}",
    response_model=SearchOut,
    response_description="A page of results.",
    summary="Search",
    responses=LOOKING,
)
async def get_search(
    dataset: DatasetName, asked: Annotated[SearchParameters, Query()], desk: AtDesk
) -> Response:
    """Return the listed parties that a text may mean, with facets; use `/match` where a score is needed."""
    runtime = desk.runtime()
    loaded = [snapshot.list_id for snapshot in runtime.snapshots]
    scope = scope_of(dataset, asked.include_dataset, loaded) - lists_in(asked.exclude_dataset, loaded)
    pairs = (text.partition(":") for text in asked.filter_)
    searching = Searching(
        text=asked.q,
        list_ids=scope & lists_in(asked.datasets, loaded) if asked.datasets else scope,
        schema=SCHEMATA.get(asked.schema_.lower(), asked.schema_),
        exclude_schemata=frozenset(asked.exclude_schema),
        countries=frozenset(country.lower() for country in asked.countries),
        topics=frozenset(asked.topics),
        changed_since=check_date(asked.changed_since),
        properties=tuple((name, value) for name, colon, value in pairs if colon),
    )
    page = Page(asked.limit, asked.offset, tuple(asked.sort), tuple(asked.facets))
    if not searching.list_ids:
        page = Page(asked.limit, asked.offset, facets=())
    found = await desk.compute(lambda: search(runtime, searching, page))
    desk.notes.count("searches", [asked.q])
    return plain_response(found)
