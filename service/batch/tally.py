"""Counting what came of records as they go by: totals, reasons for skipping, the most confident hits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from service.batch.manifest import Shown, Totals
from service.batch.records import HitOut, Outcome
from service.review.judgements import BANDS, band

REASONS = 50
"""Different reasons for skipping that are told apart."""
MOST = 10
"""Entries whose most confident hit is kept."""


def kind_of(reason: str) -> str:
    """Return what a reason for skipping has in common with others: not where it was, and no detail.

    >>> kind_of("not JSON: line 1 column 7"), kind_of("name: Field required"), kind_of("4 cells; quote commas")
    ('not JSON', 'name: Field required', '4 cells')
    """
    short = reason.partition(";")[0]
    head = short.partition(":")[0]
    return (head if " " in head else short)[:120]


@dataclass(slots=True)
class Tally:
    """Counts outcomes in canonical order. Its size does not grow with their number."""

    records: int = 0
    skipped: int = 0
    with_hits: int = 0
    organizations: int = 0
    by_list: Counter[str] = field(default_factory=Counter)
    by_band: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    skipped_at: dict[str, str] = field(default_factory=dict)
    _top: dict[tuple[str, str], Shown] = field(default_factory=dict)
    """The most confident hit on each of the entries with the most confident ones; the first of equal ones."""

    @property
    def top(self) -> tuple[Shown, ...]:
        """The most confident hits, one an entry, best first."""
        return tuple(self._top.values())

    def count(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.records += 1
        self.organizations += outcome.organizations
        if outcome.outcome == "skipped":
            self._skip(outcome)
        self.with_hits += outcome.outcome == "hit"
        for hit in outcome.hits:
            self.by_list[hit.list_id] += 1
            self.by_band[band(hit.confidence)] += 1
            self._keep(hit, outcome)

    def _skip(self, outcome: Outcome) -> None:
        self.skipped += 1
        kind = kind_of(outcome.reason or "")
        kind = kind if kind in self.reasons or len(self.reasons) < REASONS else "other reasons"
        self.reasons[kind] += 1
        self.skipped_at.setdefault(kind, outcome.place or outcome.id or "")

    def _keep(self, hit: HitOut, outcome: Outcome) -> None:
        ref = (hit.list_id, hit.entry_id)
        known = self._top.get(ref)
        least = min(map(_confidence, self._top.values()), default=0.0) if len(self._top) >= MOST else -1.0
        if hit.confidence <= (least if known is None else _confidence(known)):
            return
        record = outcome.id or outcome.place or ""
        self._top[ref] = Shown(hit=hit.model_dump(by_alias=True), record=record, place=outcome.place)
        ranked = sorted(self._top.items(), key=lambda kept: -_confidence(kept[1]))
        self._top = dict(ranked[:MOST])

    def totals(self) -> Totals:
        """Return the counts."""
        bands = {name: self.by_band[name] for _, name in BANDS if self.by_band[name]}
        return Totals(
            records=self.records,
            screened=self.records - self.skipped,
            skipped=self.skipped,
            with_hits=self.with_hits,
            organizations=self.organizations,
            hits=sum(self.by_list.values()),
            by_list=dict(sorted(self.by_list.items())),
            by_band=bands,
            skipped_because=dict(sorted(self.reasons.items())),
            skipped_at=dict(sorted(self.skipped_at.items())),
        )


def _confidence(shown: Shown) -> float:
    return float(shown.hit["confidence"])
