"""Screening again: what changes with today's lists? Only affected records are answered; differences are the output.

The run of a rescreening has outcomes of all records, those that were not affected as before; so its manifest can be
screened again in turn.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from service.batch.affected import AS_BEFORE, Affected, Changes, changes_between, key_of
from service.batch.inputs import InputFile, find_files
from service.batch.manifest import MANIFEST, InputOut, Manifest, load_manifest
from service.batch.merging import read_outcomes
from service.batch.question import Frozen, Question, pinned_holdings
from service.batch.records import HitOut, Outcome, Record
from service.batch.storage import Storage, is_url, storage_at
from service.errors import InputError

MOVED = 0.005
"""Difference of confidence from which a hit counts as moved."""


class ChangeOut(Frozen):
    """One difference: a hit that is new, gone, or whose confidence or entry changed."""

    change: str
    because: str
    record: str
    sha256: str | None
    name: str
    list: str
    entry_id: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Rescreening:
    """A finished run that is screened again, and where the lists are."""

    manifest: Manifest
    sha256: str
    storage: Storage
    data: Path

    def files(self) -> Iterator[InputFile]:
        """Yield the inputs of the run as they are now, under the places that its results name."""
        for one in self.manifest.inputs:
            (file,) = find_files((one.path,))
            yield replace(file, place=one.place)

    def check(self, inputs: tuple[InputOut, ...]) -> None:
        """Refuse inputs that are not those of the run: their records could not be told apart from new ones."""
        then = {one.place: one.sha256 for one in self.manifest.inputs}
        for one in inputs:
            if then.get(one.place) != one.sha256:
                raise InputError(f"{one.place} has changed since the run; screen it with `screen --output`")

    def changes(self, question: Question) -> Changes:
        """Return what happened to the lists since the run."""
        if question.versions == self.manifest.question.versions:
            return Changes(frozenset(), frozenset(), frozenset())
        old = pinned_holdings(self.manifest.question, self.data)
        return changes_between(old, pinned_holdings(question, self.data))

    def affected(self, question: Question) -> Affected:
        """Return what has to be looked at again."""
        changes = self.changes(question)
        touched = changes.changed | changes.went
        outcomes = (Outcome.model_validate_json(line) for line in read_outcomes(self.storage))
        records = frozenset(
            key_of(outcome)
            for outcome in outcomes
            if any((hit.list_id, hit.entry_id) in touched for hit in outcome.hits)
        )
        everything = question.engine != self.manifest.question.engine
        return Affected(tuple(sorted(changes.came | changes.changed)), records, everything)

    def joined(self, records: Iterator[Record], question: Question) -> Iterator[Record]:
        """Yield the outcomes as they are now, each with its differences as the answer."""
        changes = self.changes(question)
        for then, record in zip(read_outcomes(self.storage), records, strict=True):
            if record == AS_BEFORE:
                yield Record(then)
            else:
                before, after = Outcome.model_validate_json(then), Outcome.model_validate_json(record.outcome)
                found = [one.model_dump() for one in differences(before, after, changes)]
                yield Record(record.outcome, json.dumps(found).encode() if found else b"")


def open_rescreening(place: str, data: Path) -> Rescreening:
    """Return the run of a manifest: the path of `manifest.json`, of its folder, or of the run's output."""
    path, mark, parameters = place.partition("?") if is_url(place) else (place, "", "")
    for path_of_run in (path.removesuffix(f"/{MANIFEST}"), f"{path.rstrip('/')}.run"):
        candidate = path_of_run + mark + parameters
        storage = storage_at(candidate)
        if (manifest := load_manifest(storage)) is not None:
            with storage.reading(MANIFEST) as stream:
                digest = hashlib.sha256(stream.read()).hexdigest()
            return Rescreening(manifest, digest, storage, data)
    raise InputError(f"{place}: there is no manifest of a finished run; give OUTPUT.run/{MANIFEST}")


def differences(before: Outcome, after: Outcome, changes: Changes) -> Iterator[ChangeOut]:
    """Yield how the hits of one record differ, by list and entry."""
    then, now = _best(before), _best(after)
    for ref in sorted(then.keys() | now.keys()):
        old, new = then.get(ref), now.get(ref)
        because = changes.of(ref)
        if (kind := _kind(old, new, because)) is not None:
            hit = new or old
            assert hit is not None  # noqa: S101 one of the two is there; for the type checker
            yield ChangeOut(
                change=kind,
                because=because,
                record=after.id or after.place or "",
                sha256=after.sha256,
                name=hit.name,
                list=ref[0],
                entry_id=ref[1],
                before=old.confidence if old else None,
                after=new.confidence if new else None,
            )


def _kind(old: HitOut | None, new: HitOut | None, because: str) -> str | None:
    if old is None or new is None:
        return "new" if old is None else "gone"
    if because in ("entry changed", "entry removed"):
        return "entry"
    return "confidence" if abs(old.confidence - new.confidence) >= MOVED else None


def _best(outcome: Outcome) -> dict[tuple[str, str], HitOut]:
    best: dict[tuple[str, str], HitOut] = {}
    for hit in outcome.hits:
        ref = (hit.list_id, hit.entry_id)
        if ref not in best or hit.confidence > best[ref].confidence:
            best[ref] = hit
    return best
