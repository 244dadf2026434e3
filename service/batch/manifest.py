"""The manifest of a run, and its summary.

`manifest.json` says what was asked of what and where the results are; the same run has the same manifest, byte for
byte. `outcomes.jsonl.gz` beside it has a line a record in canonical order: what came of it. `summary.json` has the
figures that differ from run to run.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pydantic import Field

from service.batch.question import Frozen, Question
from service.batch.records import Outcome
from service.batch.storage import Storage
from service.errors import InputError
from service.review.judgements import BANDS, band
from service.schemas import EngineOut

MANIFEST, OUTCOMES, SUMMARY = "manifest.json", "outcomes.jsonl.gz", "summary.json"
REASONS = 50
"""Different reasons for skipping that a summary tells apart."""


class InputOut(Frozen):
    """An input as it was read."""

    place: str
    path: str
    bytes: int
    sha256: str


class Totals(Frozen):
    """What a run found. `by_list` and `by_band` count hits; an article may have several."""

    records: int
    screened: int
    skipped: int
    with_hits: int
    organizations: int
    hits: int
    by_list: dict[str, int]
    by_band: dict[str, int]
    skipped_because: dict[str, int]


class OutputOut(Frozen):
    """What was written."""

    place: str
    rows: int


class Manifest(Frozen):
    """A whole run: what was asked, of what, what came out."""

    schema_version: str = "1"
    question: Question
    inputs: tuple[InputOut, ...]
    outcomes_sha256: str = Field(description="SHA-256 of the outcomes before compression.")
    totals: Totals
    output: OutputOut
    rescreens: str | None = Field(
        default=None, description="SHA-256 of the manifest that was screened again."
    )


class Shown(Frozen):
    """A hit for the summary's table."""

    hit: dict[str, str | float]
    record: str


class Summary(Frozen):
    """A run in figures. Times are in seconds."""

    totals: Totals
    output: OutputOut
    manifest: str
    engine: EngineOut
    snapshots: dict[str, str] = Field(description="The asked version of each list.")
    seconds: float
    records_per_second: float
    processes: int
    resumed: bool = Field(description="The run was begun before and went on.")
    top: tuple[Shown, ...] = Field(default=(), description="The most confident hits.")


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
    """Counts outcomes as they go by, and keeps the most confident hits."""

    records: int = 0
    skipped: int = 0
    with_hits: int = 0
    organizations: int = 0
    by_list: Counter[str] = field(default_factory=Counter)
    by_band: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    top: list[tuple[float, int, Shown]] = field(default_factory=list)

    def count(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.records += 1
        self.organizations += outcome.organizations
        if outcome.outcome == "skipped":
            self._skip(outcome.reason or "")
        self.with_hits += outcome.outcome == "hit"
        for hit in outcome.hits:
            self.by_list[hit.list_id] += 1
            self.by_band[band(hit.confidence)] += 1
        if outcome.hits:
            self._keep(outcome)

    def _skip(self, reason: str) -> None:
        self.skipped += 1
        kind = kind_of(reason)
        self.reasons[kind if kind in self.reasons or len(self.reasons) < REASONS else "other reasons"] += 1

    def _keep(self, outcome: Outcome) -> None:
        best = max(outcome.hits, key=lambda hit: hit.confidence)
        if len(self.top) == 10 and best.confidence <= self.top[-1][0]:
            return
        shown = Shown(hit=best.model_dump(by_alias=True), record=outcome.id or outcome.place or "")
        self.top.append((best.confidence, -self.records, shown))
        self.top.sort(key=lambda kept: kept[:2], reverse=True)
        del self.top[10:]

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
        )


def write_model(storage: Storage, name: str, model: Frozen) -> None:
    """Write a value as readable JSON."""
    with storage.writing(name) as stream:
        stream.write(model.model_dump_json(by_alias=True, indent=1).encode() + b"\n")


def load_manifest(storage: Storage) -> Manifest | None:
    """Return the manifest of a finished run, or None."""
    if not storage.exists(MANIFEST):
        return None
    with storage.reading(MANIFEST) as stream:
        try:
            return Manifest.model_validate_json(stream.read())
        except ValueError as error:
            raise InputError(f"{storage.place}/{MANIFEST} is not the manifest of a run: {error}") from error
