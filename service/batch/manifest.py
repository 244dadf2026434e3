"""The manifest of a run, and its summary.

`manifest.json` says what was asked of what and where the results are; the same run has the same manifest, byte for
byte. `outcomes.jsonl.gz` beside it has a line a record in canonical order: what came of it. `summary.json` has the
figures that differ from run to run.
"""

from __future__ import annotations

from pydantic import Field

from service.batch.question import Frozen, Question
from service.batch.storage import Storage
from service.errors import InputError
from service.schemas import EngineOut

MANIFEST, OUTCOMES, SUMMARY = "manifest.json", "outcomes.jsonl.gz", "summary.json"


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
    skipped_at: dict[str, str] = Field(default={}, description="The first place of each reason.")


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
    """A hit for the summary's table: the most confident one on an entry, and the record that has it."""

    hit: dict[str, str | float]
    record: str
    place: str | None = Field(
        default=None, description="Where the record was read, where that is not its id."
    )


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
    top: tuple[Shown, ...] = Field(default=(), description="The most confident hits, one an entry.")


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
