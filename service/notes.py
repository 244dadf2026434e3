"""What a request turned out to be: told by its route, read by the log and the metrics. Counts and hashes, no names.

The names themselves are in `texts`; the log writes them only where `SANCTIONS_XREF_LOG_NAMES` is on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

if TYPE_CHECKING:
    from service.runtime import Runtime

QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Routes that machines ask every few seconds; they are counted, but neither logged nor traced."""


@dataclass(slots=True)
class Notes:
    """Facts about one request, gathered while it is answered. Durations are in seconds."""

    request_id: str = ""
    """The id that goes through everything that is written of the request."""
    caller: str = ""
    """Id of the key, or the address of the caller."""
    items: dict[str, int] = field(default_factory=dict)
    """How many queries, pairs or articles were answered, by kind."""
    confidences: list[float] = field(default_factory=list)
    """The confidence of every match that was returned."""
    answered_by: Runtime | None = None
    """What the answer came from."""
    texts: list[str] = field(default_factory=list)
    """What was asked for: personal data."""
    spans: list[tuple[str, float, float]] = field(default_factory=list)
    """Stages (`wait` for a turn, `compute`), when each began and ended, by `time.perf_counter`."""

    candidates: list[int] = field(default_factory=list)
    """How many listed names were proposed for each name that was looked up."""
    recalled: int = 0
    """How many queries were answered with what had been found before."""
    within: dict[str, float] = field(default_factory=dict)
    """Seconds of parts of `compute`, by name."""

    def spend(self, stage: str, seconds: float) -> None:
        """Add to the time of a part of `compute`."""
        self.within[stage] = self.within.get(stage, 0.0) + seconds

    def count(self, kind: str, texts: Iterable[str], confidences: Iterable[float] = ()) -> None:
        """Add items of a kind, what they asked for, and the confidences of what was found."""
        asked = list(texts)
        self.items[kind] = self.items.get(kind, 0) + len(asked)
        self.texts += asked
        self.confidences += confidences

    @property
    def stages(self) -> dict[str, float]:
        """How long each stage took, all its turns together, and the parts of computing."""
        spent = dict(self.within)
        for stage, begun, ended in self.spans:
            spent[stage] = spent.get(stage, 0.0) + ended - begun
        return spent

    @property
    def fingerprint(self) -> str:
        """A short hash of what was asked, by which equal questions are recognized and none can be read."""
        joined = "\0".join(self.texts).encode("utf-8", "replace")
        return hashlib.sha256(joined).hexdigest()[:16] if self.texts else ""


CURRENT: ContextVar[Notes | None] = ContextVar("notes", default=None)
"""The notes of the request that is answered in this task or thread."""


def notes_of(request: HTTPConnection) -> Notes:
    """Return the notes of a request; new ones where nothing goes around the application."""
    state = request.scope.setdefault("state", {})
    found: Notes = state.setdefault("notes", Notes())
    return found
