"""What is said about versions: what changed, when a party was on a list, what a refresh did, what was verified."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from lists.bundle import Bundled
from lists.differences import Difference, EntryChange, FieldChange
from lists.history import Row, Status
from lists.refresh import Outcome
from lists.verifying import Verified


class Said(BaseModel):
    """An answer, as it is written to a pipe."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)


class FieldOut(Said):
    """What came to a field and what went from it."""

    field: str
    added: list[JsonValue] = []
    removed: list[JsonValue] = []


class RowOut(Said):
    """One version in the timeline of a list or of an entry."""

    version: str
    published: date
    change: str
    fields: list[FieldOut] = []


class PointOut(Said):
    """Whether a party was listed on a day, as far as was known on another."""

    list_id: str = Field(alias="list")
    entry_id: str
    as_of: date
    known_as_of: date | None
    state: str
    basis: str
    detail: str
    versions: list[str]
    listed_since: str | None
    delisted_between: tuple[date, date] | None


class ChangeOut(Said):
    """What happened to one entry between two versions."""

    entry_id: str
    name: str
    change: str
    former_id: str | None = None
    fields: list[FieldOut] = []


class DifferenceOut(Said):
    """Two versions of a list compared."""

    list_id: str = Field(alias="list")
    old: str
    new: str
    counts: dict[str, int]
    changes: list[ChangeOut]


class OutcomeOut(Said):
    """What a refresh did to one list."""

    list_id: str = Field(alias="list")
    result: str
    detail: str
    version: str | None
    reasons: list[str] = []


class VerifiedOut(Said):
    """What was found out about one stored version."""

    list_id: str = Field(alias="list")
    version: str
    verdict: str
    detail: str


class BundleOut(Said):
    """What a bundle holds."""

    versions: dict[str, str]
    signed: bool
    sha256: str


def row_out(row: Row) -> RowOut:
    """Return a row of a timeline for the wire."""
    fields = [field_out(field) for field in row.fields]
    return RowOut(version=row.version, published=row.published, change=row.change, fields=fields)


def field_out(change: FieldChange) -> FieldOut:
    """Return a changed field for the wire."""
    return FieldOut.model_validate(
        {"field": change.field, "added": list(change.added), "removed": list(change.removed)}
    )


def point_out(ref: tuple[str, str], status: Status, as_of: date, known_as_of: date | None) -> PointOut:
    """Return a point in time for the wire."""
    return PointOut(
        list=ref[0],
        entry_id=ref[1],
        as_of=as_of,
        known_as_of=known_as_of,
        state=status.state,
        basis=status.basis,
        detail=status.detail,
        versions=list(status.versions),
        listed_since=status.listed_since,
        delisted_between=status.delisted_between,
    )


def difference_out(found: Difference) -> DifferenceOut:
    """Return a comparison for the wire."""
    return DifferenceOut(
        list=found.new.list_id,
        old=found.old.version,
        new=found.new.version,
        counts=dict(found.counts),
        changes=[_change_out(change) for change in found.changes],
    )


def _change_out(change: EntryChange) -> ChangeOut:
    return ChangeOut(
        entry_id=change.entry_id,
        name=change.name,
        change=change.change,
        former_id=change.former_id,
        fields=[field_out(field) for field in change.fields],
    )


def outcome_out(outcome: Outcome) -> OutcomeOut:
    """Return what a refresh did, for the wire."""
    version = outcome.snapshot.version if outcome.snapshot else None
    return OutcomeOut(
        list=outcome.list_id,
        result=outcome.result,
        detail=outcome.detail,
        version=version,
        reasons=list(outcome.reasons),
    )


def verified_out(found: Verified) -> VerifiedOut:
    """Return a verdict for the wire."""
    return VerifiedOut(list=found.list_id, version=found.version, verdict=found.verdict, detail=found.detail)


def bundle_out(bundled: Bundled) -> BundleOut:
    """Return what a bundle holds, for the wire."""
    versions = {snapshot.list_id: snapshot.version for snapshot in bundled.snapshots}
    return BundleOut(versions=versions, signed=bundled.signed, sha256=bundled.sha256)
