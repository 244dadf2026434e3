"""The dashboard, and the self-test: planted names of each list, screened as an article would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from matchers.models import Options
from service.articles.article import Article, text_sha256
from service.review.desk import Desk
from service.review.pages.drawing import calibration
from service.review.statistics import Share, overview
from service.review.trail import iso
from service.review.web import DeskGiven, Reading, Writing, page
from service.schemas import SnapshotOut

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Planted:
    """A listed name, put into a sentence, and whether its entry was found."""

    list_id: str
    entry_id: str
    name: str
    confidence: float | None


@router.get("/dashboard")
def show_dashboard(request: Request, desk: DeskGiven, session: Reading) -> Response:
    """Show the numbers of the work, and how fresh the lists are."""
    with desk.ledger.database.reading() as connection:
        numbers = overview(connection, iso(desk.ledger.clock()))
    drawn = calibration(numbers.calibration)
    return page(
        request, "dashboard", session, {"numbers": numbers, "drawn": drawn, "snapshots": _snapshots(desk)}
    )


@router.get("/self-test")
def show_self_test(request: Request, session: Reading) -> Response:
    """Show the self-test before it is run."""
    return page(request, "self_test", session, {"planted": None})


@router.post("/self-test")
def run_self_test(request: Request, desk: DeskGiven, session: Writing) -> Response:
    """Plant names of every list in sentences, screen them, and show what was found and what was not."""
    planted = [_plant(desk, *name) for name in desk.samples()]
    found = sum(one.confidence is not None for one in planted)
    by_list = {
        list_id: _share([one for one in planted if one.list_id == list_id]) for list_id in _lists(planted)
    }
    with desk.ledger.change(session.user.name) as change:
        change.record("self-test run", "self-test", {"planted": len(planted), "found": found})
    return page(request, "self_test", session, {"planted": planted, "found": found, "by_list": by_list})


def _lists(planted: Sequence[Planted]) -> list[str]:
    return sorted({one.list_id for one in planted})


def _share(planted: Sequence[Planted]) -> Share:
    return Share(sum(one.confidence is not None for one in planted), len(planted))


def _plant(desk: Desk, list_id: str, entry_id: str, name: str) -> Planted:
    text = f"Officials said on Friday that {name} had signed the contract."
    assert desk.screen is not None  # noqa: S101 samples come from the lists that screening uses
    answer = desk.screen(_article(text), Options(limit=50), desk.ledger.clock().date())
    matches = (match for organization in answer.organizations for match in organization.matches)
    hit = next((match for match in matches if (match.list_id, match.entry_id) == (list_id, entry_id)), None)
    return Planted(list_id, entry_id, name, hit.confidence if hit else None)


def _snapshots(desk: Desk) -> list[SnapshotOut]:
    if desk.screen is None:
        return []
    return desk.screen(_article(""), Options(), desk.ledger.clock().date()).snapshots


def _article(text: str) -> Article:
    return Article(id="self-test", text=text, sha256=text_sha256(text))
