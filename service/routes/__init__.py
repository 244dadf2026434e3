"""The routes, one small module a resource; `ROUTERS` is the whole service."""

from __future__ import annotations

from fastapi import APIRouter

from service.routes import health, matching, screening, snapshots

ROUTERS: tuple[APIRouter, ...] = (screening.router, matching.router, snapshots.router, health.router)
"""In the order of the documentation."""
