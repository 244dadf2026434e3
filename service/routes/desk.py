"""What the routes share: the runtime that a request works with, its day, its turn, and answers as bytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State
from starlette.responses import Response

from service.admission import Turns
from service.errors import NotFound, TooLarge, Unavailable
from service.notes import Notes, notes_of
from service.pages import Pages
from service.runtime import Runtime, RuntimeHolder
from service.schemas.writing import json_of, plain_json
from service.settings import Settings

Result = TypeVar("Result")


class Desk:
    """Where a request is worked on: the runtime that was current when it came in, and the limits."""

    def __init__(self, state: State, notes: Notes) -> None:
        self._holder: RuntimeHolder = state.holder
        self._turns: Turns = state.turns
        self.settings: Settings = state.settings
        self.pages: Pages = state.pages
        self.notes = notes

    @property
    def data_holder(self) -> RuntimeHolder:
        """The holder of the current runtime."""
        return self._holder

    def runtime(self) -> Runtime:
        """Return the current runtime; `Unavailable` while the first one is being built."""
        if self._holder.current is None:
            raise Unavailable(self._holder.problem or "the lists are being loaded; try again", retry_after=2)
        self.notes.answered_by = self._holder.current
        return self._holder.current

    async def runtime_for(self, known_as_of: date | None, list_ids: Collection[str] = ()) -> Runtime:
        """Return the runtime for a question, current or of a past day; `NotFound` where a list is missing."""
        if known_as_of is None:
            found = self.runtime()
        else:
            found = self.notes.answered_by = await run_in_threadpool(self._holder.known_on, known_as_of)
        if list_ids:
            _check_lists(list_ids, {snapshot.list_id for snapshot in found.snapshots})
        return found

    def check_batch(self, items: int) -> None:
        """Refuse more items than the limit."""
        if items > self.settings.max_batch:
            raise TooLarge(f"{items:,} items; at most {self.settings.max_batch:,} in one request")

    async def compute(self, work: Callable[[], Result], *, brief: bool = False) -> Result:
        """Do the work when it is its turn; brief work on the loop itself, the rest in a thread."""
        came = time.perf_counter()
        async with self._turns:
            begun = time.perf_counter()
            self.notes.spans.append(("wait", came, begun))
            try:
                return work() if brief else await run_in_threadpool(work)
            finally:
                self.notes.spans.append(("compute", begun, time.perf_counter()))


def _check_lists(asked: Collection[str], known: Collection[str]) -> None:
    if missing := sorted(set(asked) - set(known)):
        raise NotFound(f"list {', '.join(missing)} is not loaded; loaded: {', '.join(sorted(known))}")


def desk_of(request: Request) -> Desk:
    """Return the desk of a request."""
    return Desk(request.app.state, notes_of(request))


async def _desk(request: Request) -> Desk:
    """Return the desk; a coroutine, because anything else is handed to a thread."""
    return desk_of(request)


AtDesk = Annotated[Desk, Depends(_desk)]
"""What most routes ask for; those that answer in less time than FastAPI looks for it call `desk_of`."""


def today() -> date:
    """Return the day in UTC."""
    return datetime.now(UTC).date()


def json_response(answer: BaseModel) -> Response:
    """Return an answer as the command line writes it."""
    return bytes_response(json_of(answer))


def bytes_response(body: bytes) -> Response:
    """Return an answer that is JSON already."""
    return Response(body, media_type="application/json")


def plain_response(answer: Mapping[str, object]) -> Response:
    """Return an answer of texts, numbers, lists, objects and shapes of ours, in the shape of another system."""
    return bytes_response(plain_json(answer))
