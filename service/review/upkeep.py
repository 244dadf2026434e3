"""What the review does by itself while a service runs: it tends the review every few seconds.

The order: messages to other systems; the house aliases in force; remembered false positives whose time is over;
article texts whose retention has ended; a signed checkpoint where the newest one is old. Several processes may
tend one database: each step does nothing where another was faster. No error leaves the thread; it is logged, and
the next round tries again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

from sqlalchemy import select

from service.review.desk import Desk
from service.review.errors import ReviewError
from service.review.good_guys import changed, has_expired, reopen_changed, reopen_expired
from service.review.house_aliases import approved_aliases
from service.review.ledger import Ledger, last_event
from service.review.retention import end_retention, texts_to_end
from service.review.tables import checkpoints
from service.review.trail import iso
from service.review.verification import write_witness
from service.review.webhooks import is_due

LOG = logging.getLogger(__name__)
SEAL_EVERY = timedelta(hours=1)
ACTOR = "upkeep"


class Upkeep:
    """Tends a review until it is stopped."""

    def __init__(self, desk: Callable[[], Desk], seconds: float) -> None:
        self._desk = desk
        self._seconds = seconds
        self._checked = ""
        self._said = ""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="review upkeep", daemon=True)

    def start(self) -> None:
        """Begin; the first round comes after the first pause."""
        self._thread.start()

    def stop(self) -> None:
        """Make no further round, and wait for the one that is under way."""
        self._stopped.set()
        self._thread.join(30)

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            try:
                desk = self._desk()
                tend(desk)
                self._compare(desk)
            except ReviewError as error:
                self._say_once(str(error))
            except Exception:
                LOG.exception("the review was not tended; the next round tries again")

    def _say_once(self, why: str) -> None:
        if why != self._said:
            LOG.warning("the review was not tended; the next round tries again: %s", why)
            self._said = why

    def _compare(self, desk: Desk) -> None:
        """Compare what is remembered with the entries, once for each set of versions."""
        if (versions := desk.versions()) != self._checked:
            end_what_changed(desk)
            self._checked = versions


def tend(desk: Desk) -> None:
    """Do once what is due."""
    send_messages(desk.ledger)
    publish_aliases(desk)
    with desk.ledger.database.reading() as connection:
        now = desk.ledger.clock()
        due = has_expired(connection, iso(now)), bool(texts_to_end(connection, now))
    if due[0]:
        with desk.ledger.change(ACTOR) as change:
            reopen_expired(change)
    if due[1]:
        with desk.ledger.change(ACTOR) as change:
            end_retention(change)
    seal_if_old(desk)


def send_messages(ledger: Ledger) -> None:
    """Send the messages that are due; what sends them is loaded only then."""
    with ledger.database.reading() as connection:
        is_anything = is_due(connection, ledger.clock())
    if is_anything:
        import_module("service.review.delivering").send(ledger)


def end_what_changed(desk: Desk) -> int:
    """End what is remembered about entries that changed since; return how many alerts are open again."""
    with desk.ledger.database.reading() as connection:
        if not changed(connection, desk.current):
            return 0
    with desk.ledger.change(ACTOR) as change:
        return reopen_changed(change, desk.current)


def publish_aliases(desk: Desk) -> bool:
    """Put the approved house aliases in force; say whether the set is another one than before."""
    with desk.ledger.database.reading() as connection:
        aliases = approved_aliases(connection, desk.ledger.clock())
    return desk.publish(aliases)


def seal_if_old(desk: Desk) -> bool:
    """Sign the trail where events wait for longer than `SEAL_EVERY`, and write the checkpoint down beside it."""
    with desk.ledger.database.reading() as connection:
        last = last_event(connection)
        newest = connection.execute(select(checkpoints).order_by(checkpoints.c.seq.desc()).limit(1)).first()
    if last is None or (newest is not None and newest.seq == last.seq):
        return False
    if newest is not None and newest.at > iso(desk.ledger.clock() - SEAL_EVERY):
        return False
    checkpoint = desk.ledger.seal(ACTOR)
    if checkpoint is not None:
        write_witness(desk.places.witness, checkpoint)
    return checkpoint is not None
