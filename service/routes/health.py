"""`GET /healthz` and `GET /readyz`: whether the process runs, and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter

from service.routes.desk import AtDesk, today
from service.routes.problems import NOT_READY
from service.schemas.exchanges import Health, Readiness

router = APIRouter(tags=["operation"])


@router.get("/healthz", summary="Does the process run?")
async def healthz() -> Health:
    """Answer as long as the process runs, also under overload."""
    return Health()


@router.get("/readyz", summary="Can questions be answered?", responses=NOT_READY)
async def readyz(desk: AtDesk) -> Readiness:
    """Answer 200 once the lists are loaded, with their number and which of them are stale; 503 before."""
    runtime = desk.runtime()
    snapshots = runtime.snapshots_out(today())
    return Readiness(
        lists=len(snapshots),
        entries=len(runtime.holdings),
        stale=[snapshot.list_id for snapshot in snapshots if snapshot.stale],
        note=next((snapshot.note for snapshot in snapshots if snapshot.note), None),
    )
