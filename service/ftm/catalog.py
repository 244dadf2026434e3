"""The catalog of datasets: every loaded list, and the collections of all of them, each with its version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lists.deltas import INDEX, release
from lists.history import dated
from lists.models import Snapshot
from lists.sources.catalogue import source_for
from service.runtime import Runtime


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S")


def _version(snapshots: Sequence[Snapshot], key: str) -> str:
    """Return a version that starts with the time of the newest files, as clients check freshness by it."""
    newest = max(snapshot.retrieved for snapshot in snapshots)
    return f"{newest:%Y%m%d%H%M%S}-{key[:8]}"


def _collection(name: str, title: str, runtime: Runtime) -> dict[str, object]:
    version = _version(runtime.snapshots, runtime.holdings.key)
    newest = max(snapshot.retrieved for snapshot in runtime.snapshots)
    return {
        "name": name,
        "title": title,
        "version": version,
        "index_version": version,
        "index_current": True,
        "load": True,
        "children": [part.snapshot.list_id for part in runtime.holdings.parts],
        "tags": ["sanctions"],
        "entity_count": runtime.holdings.current,
        "updated_at": _moment(newest),
        "last_export": _moment(newest),
    }


def _dataset(snapshot: Snapshot, delta_url: str | None) -> dict[str, object]:
    source = source_for(snapshot.list_id)
    version = release(snapshot)
    return {
        "name": snapshot.list_id,
        "title": source.title,
        "summary": snapshot.note or "",
        "url": source.page or None,
        "version": version,
        "index_version": version,
        "index_current": True,
        "load": True,
        "children": [],
        "tags": ["sanctions"],
        "entity_count": snapshot.counts.get("entries", 0),
        "delta_url": delta_url,
        "updated_at": _moment(snapshot.retrieved),
        "last_export": f"{dated(snapshot)}T00:00:00",
        "publisher": {
            "name": source.authority,
            "url": source.page or None,
            "official": bool(source.downloads),
        },
        "coverage": {"countries": [source.country] if source.country else [], "frequency": "unknown"},
        "listing": {"list": snapshot.list_id, "list_version": snapshot.version, "sha256": snapshot.sha256},
    }


def catalog(runtime: Runtime, problem: str, base_url: str) -> dict[str, object]:
    """Return every dataset with its version, and where its changes are.

    `problem` says why newer versions could not be taken over; `base_url` is the service's own.
    """
    several = runtime.past.histories
    datasets = [
        _collection("default", "Every list that is loaded", runtime),
        _collection("sanctions", "Every list that is loaded", runtime),
        *(
            _dataset(one, f"{base_url}deltas/{one.list_id}/{INDEX}" if one.list_id in several else None)
            for one in (part.snapshot for part in runtime.holdings.parts)
        ),
    ]
    return {
        "datasets": datasets,
        "current": [dataset["name"] for dataset in datasets],
        "outdated": [],
        "index_stale": bool(problem),
    }
