"""`POST /match/{dataset}` and `GET /algorithms`: entities by example, as clients of the yente API ask.

Two faults of the model are not copied: a result whose score equals the cutoff is kept, and a bad example gets a
status 400 of its own while the others are answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import JSONResponse, Response

from matchers.models import Query as NameQuery
from service.errors import BadRequest, InputError
from service.ftm.datasets import lists_in, scope_of
from service.ftm.questions import (
    ALGORITHMS,
    Asking,
    Filters,
    ScoredEntity,
    answer_examples,
    check_date,
    queries_for,
)
from service.ftm.wire import AlgorithmsOut, ExampleIn, MatchedExamples, MatchExamples, MatchParameters
from service.inputs import BadLine
from service.remembered import Found, question_of
from service.routes.desk import AtDesk, bytes_response, desk_of, today
from service.routes.matching import BRIEF
from service.routes.naming import NamingRoute
from service.routes.problems import ASKING, LOOKING
from service.routes.repeating import repeatable_router
from service.runtime import Runtime
from service.schemas.writing import json_object, plain_json

MOST_QUERIES = 100
DatasetName = Annotated[
    str, Path(description="A list, or `default` or `sanctions` for all.", examples=["default"])
]
Understood = tuple[dict[str, object], list[NameQuery], str | None]
"""An example as it was understood, what is asked for it, and what is wrong with it."""
router = repeatable_router("", "yente")
naming = APIRouter(tags=["yente"], route_class=NamingRoute)


@router.post(
    "/match/{dataset}",
    response_model=MatchedExamples,
    response_description="The results of each example, by your key.",
    summary="Look entities up",
    responses=ASKING,
)
async def match(
    dataset: DatasetName,
    asked: MatchExamples,
    chosen: Annotated[MatchParameters, Query()],
    request: Request,
) -> Response:
    """Return for each example the listed parties that it may be; a bad example does not fail the others."""
    desk = desk_of(request)
    if len(asked.queries) > MOST_QUERIES:
        raise BadRequest(f"{len(asked.queries)} queries; at most {MOST_QUERIES} in one request")
    if asked.weights or asked.config:
        raise BadRequest("weights and config cannot be set: the weights are fitted; leave both empty")
    if chosen.algorithm not in ALGORITHMS:
        raise BadRequest(f"no algorithm {chosen.algorithm[:50]!r}; there are {', '.join(ALGORITHMS)}")
    runtime = desk.runtime()
    asking = asking_of(runtime, dataset, chosen)
    understood = {key: _understood(example) for key, example in asked.queries.items()}
    names = sum(len(queries) for _, queries, _ in understood.values())
    found = await desk.compute(lambda: _found(runtime, understood, asking), brief=names <= BRIEF)
    desk.notes.count(
        "queries",
        (query.name for _, queries, _ in understood.values() for query in queries),
        (confidence for one in found for confidence in one.confidences),
    )
    named = runtime.named_in_json(today(), asking.filters.list_ids)
    answers = zip(understood.items(), found, strict=True)
    body = {
        "responses": json_object({key: _answered(example, one) for (key, example), one in answers}),
        "limit": plain_json(asking.limit),
        "engine": named["engine"],
        "snapshots": named["snapshots"],
    }
    response = bytes_response(json_object(body))
    response.headers["x-batch-size"] = str(len(found))
    return response


def asking_of(runtime: Runtime, dataset: str, chosen: MatchParameters) -> Asking:
    """Return how a batch is asked; unknown datasets, an unreadable day and an empty scope are errors."""
    loaded = [snapshot.list_id for snapshot in runtime.snapshots]
    scope = scope_of(dataset, chosen.include_dataset, loaded) - lists_in(chosen.exclude_dataset, loaded)
    filters = Filters(
        list_ids=scope,
        exclude_schemata=frozenset(chosen.exclude_schema),
        topics=frozenset(chosen.topics),
        changed_since=check_date(chosen.changed_since),
        exclude_ids=frozenset(chosen.exclude_entity_ids),
    )
    return Asking(filters, chosen.limit, chosen.threshold, chosen.cutoff)


def _understood(example: ExampleIn | BadLine) -> Understood:
    if isinstance(example, BadLine):
        return {"id": None, "schema": "Thing", "properties": {}}, [], example.reason
    echoed: dict[str, object] = {
        "id": example.id,
        "schema": example.schema_,
        "properties": {
            key: value if isinstance(value, list) else [value] for key, value in example.properties.items()
        },
    }
    try:
        return echoed, queries_for(example.schema_, example.properties), None
    except InputError as error:
        return echoed, [], str(error)


def _found(runtime: Runtime, understood: Mapping[str, Understood], asking: Asking) -> list[Found]:
    """Return the results of each example, in order; what was asked before is not computed again."""
    asked = [queries if asking.filters.list_ids else [] for _, queries, _ in understood.values()]

    def find(places: Sequence[int]) -> Iterator[Found]:
        found = answer_examples(runtime, [asked[place] for place in places], asking)
        return (_found_in(results, total) for results, total in found)

    return runtime.remembered.answers([question_of(*queries, asking) for queries in asked], find)


def _found_in(results: Sequence[ScoredEntity], total: int) -> Found:
    members = {"total": plain_json({"value": total, "relation": "eq"}), "results": plain_json(results)}
    return Found(members, tuple(one["probability"] for one in results))


def _answered(example: Understood, found: Found) -> bytes:
    echoed, _, wrong = example
    members = {
        "status": plain_json(400 if wrong else 200),
        "query": plain_json(echoed),
        **found.members,
    }
    if wrong:
        members["detail"] = plain_json(wrong)
    return json_object(members)


@naming.get(
    "/algorithms",
    response_model=AlgorithmsOut,
    response_description="The names.",
    summary="Ways of matching",
    responses=LOOKING,
)
async def algorithms(desk: AtDesk) -> Response:
    """Return the names of algorithms that are accepted; there is one matcher behind all of them."""
    engine = desk.runtime().engine
    described = [
        {
            "name": name,
            "description": about,
            "features": {},
            "docs": {"name": name, "description": about, "config": {}, "features": {}},
        }
        for name, about in ALGORITHMS.items()
    ]
    version = {"matcher": engine.matcher, "calibration": engine.calibration}
    return JSONResponse({"algorithms": described, "default": "best", "best": "xref", "engine": version})
