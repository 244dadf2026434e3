"""Refreshing lists as the service does it: with its client, its policy for proxies, and one refresher at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.request import getproxies

import httpx
from filelock import FileLock, Timeout

from lists.addresses import AddressPolicy
from lists.checks import read_checks
from lists.download import Downloader
from lists.errors import StoreBusy
from lists.refresh import Outcome, enabled_sources, refresh
from lists.store import SnapshotStore


def refresh_lists(
    store: SnapshotStore, list_ids: Sequence[str], now: datetime, *, force: bool = False
) -> Iterator[Outcome]:
    """Refresh the lists named, else every enabled one, and yield what happened to each.

    Raises `StoreBusy` where another process is refreshing.
    """
    sources = enabled_sources(list_ids)
    store.root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(store.root / ".refresh.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreBusy("another process is refreshing", where=str(store.root)) from error
    try:
        with httpx.Client() as client:
            policy = AddressPolicy(proxy="https" in getproxies() or "all" in getproxies())
            yield from refresh(store, sources, Downloader(client, policy), now, force=force)
    finally:
        lock.release()


def lists_kept_fresh(store: SnapshotStore) -> tuple[str, ...]:
    """Return the lists that a person has refreshed at least once: those a service goes on refreshing.

    An installation that never asked a publisher for anything is not made to call one by itself.
    """
    known = {source.list_id for source in enabled_sources()}
    return tuple(sorted(known & read_checks(store).keys()))
