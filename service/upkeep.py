"""Lists that refresh themselves inside a running service: a background thread that looks for lists that are due.

A list is due when its publisher was last asked longer ago than the setting says, give or take a tenth, so that many
installations do not ask at the same minute. Several processes share the work: one refreshes at a time, and what one
has asked is not due for the others. Only lists that a person has refreshed once are kept fresh. What is published
is taken over like any other new version; a refusal or failure is logged, and the last good version answers.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from lists.checks import read_checks
from lists.errors import ListsError
from lists.refresh import Outcome
from lists.store import SnapshotStore
from service.refreshing import lists_kept_fresh, refresh_lists

LOG = logging.getLogger(__name__)
LONGEST_POLL = 300.0
Refresh = Callable[[SnapshotStore, tuple[str, ...], datetime], Iterable[Outcome]]


def due_lists(store: SnapshotStore, every: timedelta, now: datetime) -> tuple[str, ...]:
    """Return the lists whose publishers were last asked longer ago than `every`."""
    checks = read_checks(store)
    return tuple(list_id for list_id in lists_kept_fresh(store) if now - checks[list_id].checked > every)


class Upkeep:
    """Refreshes the lists of a store every so many hours, until it is stopped."""

    def __init__(self, store: SnapshotStore, hours: float, refresh: Refresh = refresh_lists) -> None:
        self._store = store
        self._refresh = refresh
        self._every = timedelta(hours=hours) * (0.9 + 0.2 * random.random())  # noqa: S311 no secret
        self._poll = min(LONGEST_POLL, hours * 3600 / 20)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        """Begin; the first look comes after the first pause."""
        self._thread.start()

    def stop(self) -> None:
        """Make no further look; a download that is under way ends with the process and harms nothing."""
        self._stopped.set()

    def look(self, now: datetime) -> tuple[Outcome, ...]:
        """Refresh what is due now, and log what happened; no error leaves this function."""
        try:
            due = due_lists(self._store, self._every, now)
            outcomes = tuple(self._refresh(self._store, due, now)) if due else ()
        except (ListsError, OSError) as error:
            LOG.warning("lists were not refreshed: %s", error)
            return ()
        for outcome in outcomes:
            level = logging.INFO if outcome.is_good else logging.WARNING
            LOG.log(level, "list %s %s: %s", outcome.list_id, outcome.result, outcome.detail)
        return outcomes

    def _run(self) -> None:
        while not self._stopped.wait(self._poll):
            self.look(datetime.now(UTC))
