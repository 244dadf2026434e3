"""The state of every list: version, age, staleness, counts, refusals, checks; for people, pipes and HTTP alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from lists.checks import Check, read_checks
from lists.models import Snapshot
from lists.sources.catalogue import source_for
from lists.store import Refused, SnapshotStore
from service.schemas import ListOut
from service.schemas.conversion import snapshot_out

NEVER = Check.model_construct(checked=None, result=None, detail="")
"""The check of a list whose publisher was never asked."""


def list_states(snapshots: Iterable[Snapshot], store: SnapshotStore, today: date) -> list[ListOut]:
    """Return the state of these versions' lists, in their order."""
    checks = read_checks(store)
    return [_state(one, store, checks.get(one.list_id, NEVER), today) for one in snapshots]


def _state(snapshot: Snapshot, store: SnapshotStore, check: Check, today: date) -> ListOut:
    source = source_for(snapshot.list_id)
    refused = newly_refused(snapshot, store)
    return ListOut(
        **snapshot_out(snapshot, today, source.stale_after_days).model_dump(by_alias=True),
        title=source.title,
        authority=source.authority,
        stale_after_days=source.stale_after_days,
        published_basis=snapshot.published_basis,
        counts=snapshot.counts,
        licence=snapshot.licence,
        attribution=snapshot.attribution,
        page=source.page or None,
        versions=len(store.versions(snapshot.list_id)),
        refused=len(refused),
        refused_reason=_why(refused),
        checked=check.checked,
        check_result=check.result,
        check_detail=check.detail,
        size=store.size(snapshot.list_id),
    )


def newly_refused(snapshot: Snapshot, store: SnapshotStore) -> list[Refused]:
    """Return the versions that gates refused since this one came."""
    return [one for one in store.refused(snapshot.list_id) if one.snapshot.retrieved > snapshot.retrieved]


def _why(refused: list[Refused]) -> str | None:
    return "; ".join(refused[-1].reasons) if refused else None


def duties(states: Sequence[ListOut]) -> Iterator[str]:
    """Yield what waits for a person, one sentence each, with the command that helps."""
    for state in states:
        name = state.list_id
        source = source_for(name)
        if state.refused:
            accept = f'`lists refresh {name} --accept --reason "…"`'
            yield f"{name}: a newer version was refused ({state.refused_reason}); look at it, then {accept}"
        elif state.check_result == "failed":
            yield f"{name}: the last refresh failed: {state.check_detail}"
        if state.stale:
            late = state.age_days - state.stale_after_days
            cure = f"`lists refresh {name}`" if source.downloads else "import a newer version"
            yield f"{name}: {late} days past its limit of {state.stale_after_days}; {cure}"
    if undated := [state.list_id for state in states if state.published is None]:
        yield f"no date is known of {', '.join(undated)}: their age counts from the import; --published states it"
