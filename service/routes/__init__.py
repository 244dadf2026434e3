"""The routes, one small module a resource; `ROUTERS` is all of them, each behind the scope that it needs."""

from __future__ import annotations

from fastapi import APIRouter

from service.keys import Scope
from service.routes import (
    deltas,
    entities,
    examples,
    health,
    matching,
    reconciling,
    reference,
    screening,
    searching,
    snapshots,
    streaming,
)
from service.routes.access import guarded

ROUTERS: tuple[APIRouter, ...] = (
    guarded(matching.router, Scope.MATCH),
    guarded(streaming.matching, Scope.MATCH),
    guarded(screening.router, Scope.SCREEN),
    guarded(streaming.screening, Scope.SCREEN),
    guarded(snapshots.router, None),
    guarded(examples.router, Scope.MATCH),
    guarded(examples.naming, Scope.MATCH),
    guarded(searching.router, Scope.MATCH),
    guarded(entities.router, None),
    guarded(deltas.router, None),
    guarded(reconciling.router, Scope.MATCH),
    guarded(health.watching, None),
    reference.router,
    health.router,
)
"""In the order of the documentation; the last two may be asked without a key."""
