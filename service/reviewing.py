"""The one place that looks for the review: it is there where its extra is installed and the setting is on.

Nothing else of the service imports it, so that matching and screening run without a database library.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

from fastapi import APIRouter, FastAPI

from service.errors import NotFound
from service.runtime import RuntimeHolder
from service.settings import Settings

NEEDS = ("alembic", "argon2", "cryptography", "fpdf", "jinja2", "sqlalchemy")
"""What the extra `review` installs."""


absent = APIRouter(prefix="/review", include_in_schema=False)
"""What stands in the place of the pages where they are not served."""


@absent.get("")
@absent.get("/{rest:path}")
def say_what_is_needed() -> None:
    """Say how the pages come to be served."""
    raise NotFound(
        "the reviewers' pages are not served here; they need the extra `review` "
        '(pip install "sanctions-xref[review]") and SANCTIONS_XREF_REVIEW=true'
    )


class ReviewModule(Protocol):
    """What the service asks of the review."""

    def install(self, app: FastAPI, settings: Settings, holder: RuntimeHolder) -> None:
        """Serve the review's pages in an application."""

    def invitation(self, settings: Settings) -> str:
        """Return where the pages are, and how the first user is made while there is none."""


def review_module(settings: Settings) -> ReviewModule | None:
    """Return the review, or None where it is off or its extra is not installed."""
    if not settings.review or any(find_spec(name) is None for name in NEEDS):
        return None
    return cast("ReviewModule", import_module("service.review.installing"))
