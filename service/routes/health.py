"""`GET /healthz`, `GET /readyz`, `GET /metrics`: whether the process runs, whether it can answer, what it has done."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.dashboard import newly_refused
from service.holdings import store_of
from service.metrics import CONTENT_TYPE, Metrics
from service.routes.access import GuardedRoute
from service.routes.desk import AtDesk, today
from service.routes.problems import NO_KEY, NOT_READY
from service.schemas.exchanges import Health, Readiness

router = APIRouter(tags=["operation"])
watching = APIRouter(tags=["operation"], route_class=GuardedRoute)


@router.get("/healthz", summary="Does the process run?", response_description="It does.")
async def healthz() -> Health:
    """Answer as long as the process runs, also under overload."""
    return Health()


@router.get(
    "/readyz", summary="Can questions be answered?", response_description="They can.", responses=NOT_READY
)
async def readyz(desk: AtDesk) -> Readiness:
    """Answer 200 once the lists are loaded, with their ages and what waits for a person; 503 before."""
    runtime = desk.runtime()
    snapshots, store = runtime.snapshots_out(today()), store_of(desk.settings.data)
    return Readiness(
        lists=len(snapshots),
        entries=runtime.holdings.current,
        age_days={snapshot.list_id: snapshot.age_days for snapshot in snapshots},
        stale=[snapshot.list_id for snapshot in snapshots if snapshot.stale],
        refused=[one.list_id for one in runtime.snapshots if newly_refused(one, store)],
        problem=desk.data_holder.problem or None,
        note=next((snapshot.note for snapshot in snapshots if snapshot.note), None),
    )


@watching.get(
    "/metrics",
    summary="What was asked, found and refused",
    response_class=Response,
    responses={
        200: {"description": "Metrics.", "content": {"text/plain": {"schema": {"type": "string"}}}},
        **NO_KEY,
    },
)
async def metrics(request: Request) -> Response:
    """Return the metrics in the text format of Prometheus; any good key may read them."""
    counted: Metrics = request.app.state.metrics
    return Response(await run_in_threadpool(counted.exposition), media_type=CONTENT_TYPE)
