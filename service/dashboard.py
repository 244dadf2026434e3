"""The state of every list: version, age, staleness, counts, refusals; the same for people, pipes and HTTP."""

from __future__ import annotations

from datetime import date

from lists.history import dated
from lists.models import Snapshot
from lists.sources.catalogue import source_for
from lists.store import Refused, SnapshotStore
from service.holdings import Holdings
from service.schemas import ListOut
from service.schemas.conversion import snapshot_out


def list_states(holdings: Holdings, store: SnapshotStore, today: date) -> list[ListOut]:
    """Return the state of every list that answers, by list id."""
    return [_state(snapshot, store, today) for snapshot in holdings.snapshots]


def _state(snapshot: Snapshot, store: SnapshotStore, today: date) -> ListOut:
    source = source_for(snapshot.list_id)
    refused = [one for one in store.refused(snapshot.list_id) if one.snapshot.retrieved > snapshot.retrieved]
    return ListOut(
        **snapshot_out(snapshot, today, source.stale_after_days).model_dump(by_alias=True),
        title=source.title,
        authority=source.authority,
        age_days=(today - dated(snapshot)).days,
        stale_after_days=source.stale_after_days,
        published_basis=snapshot.published_basis,
        counts=snapshot.counts,
        licence=snapshot.licence,
        attribution=snapshot.attribution,
        page=source.page or None,
        versions=len(store.versions(snapshot.list_id)),
        refused=len(refused),
        refused_reason=_why(refused),
    )


def _why(refused: list[Refused]) -> str | None:
    return "; ".join(refused[-1].reasons) if refused else None
