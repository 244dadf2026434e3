"""The review's routes, one small module a resource."""

from __future__ import annotations

from fastapi import APIRouter

from service.review.routes import (
    admin,
    audit,
    case_files,
    cases,
    decisions,
    login,
    memory,
    overview,
    queue,
    trying,
    webhooks,
)
from service.review.web import PREFIX


def review_router() -> APIRouter:
    """Return all routes of the review, under `/review`."""
    router = APIRouter(prefix=PREFIX, include_in_schema=False)
    for part in (
        login,
        queue,
        cases,
        decisions,
        case_files,
        memory,
        trying,
        overview,
        audit,
        admin,
        webhooks,
    ):
        router.include_router(part.router)
    return router
