"""The trail as a file that proves itself: JSON lines, written once, verified anywhere without the database.

The order: a header, every event, every checkpoint, a seal. Each line is canonical JSON. The seal is signed
with the checkpoint key and holds the number of lines before it and the SHA-256 of their bytes, so that one
changed byte anywhere is found: in an event by its hash (with its number), elsewhere by the seal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from lists.models import canonical_json
from service.review.checkpoints import Checkpoint, Signer, check_checkpoint, verify_signature
from service.review.errors import TrailBroken
from service.review.ledger import read_checkpoints, read_events
from service.review.trail import GENESIS, Event, event_hash

FORMAT = "sanctions-xref trail 1"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Verified:
    """What a whole trail consists of; `key` is the public key of its checkpoints."""

    events: int
    checkpoints: int
    head: str
    key: str | None
    unsigned: int
    """Events after the last checkpoint: only the chain protects them."""


def export_lines(connection: Connection, signer: Signer, at: str) -> Iterator[str]:
    """Yield the lines of an export, each with its line feed."""
    running, count = hashlib.sha256(), 0
    for kind, value in _parts(connection, signer, at):
        line = canonical_json({"kind": kind, **value}) + "\n"
        running.update(line.encode())
        count += 1
        yield line
    seal = {"kind": "seal", "lines": count, "sha256": running.hexdigest(), "key": signer.public}
    yield canonical_json({**seal, "signature": signer.sign(canonical_json(seal))}) + "\n"


def verify_export(lines: Iterable[bytes], trusted_key: str | None = None) -> Verified:
    """Verify an export; raise `TrailBroken` with the place of the first change."""
    reading = _Reading(trusted_key)
    for number, line in enumerate(lines, start=1):
        reading.take(number, line)
    return reading.result()


class _Reading:
    """An export being read: the chain so far, and the running hash of its bytes."""

    def __init__(self, trusted_key: str | None) -> None:
        self.trusted_key = trusted_key
        self.running = hashlib.sha256()
        self.lines = 0
        self.hashes: list[str] = []
        self.signed: list[Checkpoint] = []
        self.key: str | None = None
        self.sealed = False

    def take(self, number: int, raw: bytes) -> None:
        place = f"line {number}"
        if self.sealed:
            raise TrailBroken(place, "stands after the seal")
        line = _parse(raw, place)
        kind = line.pop("kind", None)
        if (number == 1) != (kind == "header"):
            raise TrailBroken(place, f"is a {kind!r} where {'the' if number == 1 else 'no'} header belongs")
        if kind == "event":
            self._event(line, place)
        elif kind == "checkpoint":
            self._checkpoint(line, place)
        elif kind == "seal":
            self._seal(line, place)
        elif kind != "header" or line.get("format") != FORMAT:
            raise TrailBroken(place, "is nothing that an export holds")
        self.running.update(raw)
        self.lines += 1

    def _event(self, line: dict[str, Any], place: str) -> None:
        event = _build(Event, line, place)
        number = len(self.hashes) + 1
        place = f"{place}, event {number}"
        if event.seq != number:
            raise TrailBroken(place, f"is missing; event {event.seq} stands in its place")
        if event.hash != event_hash(event):
            raise TrailBroken(place, "was changed: its hash does not fit its content")
        if event.previous != (self.hashes[-1] if self.hashes else GENESIS):
            raise TrailBroken(place, "does not follow the event before it")
        self.hashes.append(event.hash)

    def _checkpoint(self, line: dict[str, Any], place: str) -> None:
        checkpoint = _build(Checkpoint, line, place)
        known = self.hashes[checkpoint.seq - 1] if 0 < checkpoint.seq <= len(self.hashes) else None
        try:
            check_checkpoint(checkpoint, known, self.trusted_key)
        except TrailBroken as error:
            raise TrailBroken(f"{place}, {error.place}", error.reason) from None
        self.signed.append(checkpoint)

    def _seal(self, line: dict[str, Any], place: str) -> None:
        signature = line.pop("signature", "")
        seal = {"kind": "seal", **line}
        if self.trusted_key is not None and line.get("key") != self.trusted_key:
            raise TrailBroken(place, "the seal is signed with another key than the one that is trusted")
        if not verify_signature(str(line.get("key")), str(signature), canonical_json(seal)):
            raise TrailBroken(place, "the seal's signature does not fit: it was changed or forged")
        if line.get("lines") != self.lines:
            raise TrailBroken(place, f"the seal counts {line.get('lines')} lines; there are {self.lines}")
        if line.get("sha256") != self.running.hexdigest():
            raise TrailBroken("line 1", "the bytes before the seal are not those that were sealed")
        self.key = str(line["key"])
        self.sealed = True

    def result(self) -> Verified:
        if not self.sealed:
            raise TrailBroken(f"line {self.lines + 1}", "the seal is missing: the end was cut off")
        last = self.signed[-1].seq if self.signed else 0
        newest = self.hashes[-1] if self.hashes else GENESIS
        return Verified(len(self.hashes), len(self.signed), newest, self.key, len(self.hashes) - last)


def _parts(connection: Connection, signer: Signer, at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "header", {"format": FORMAT, "exported": at, "key": signer.public}
    for event in read_events(connection):
        yield "event", asdict(event)
    for checkpoint in read_checkpoints(connection):
        yield "checkpoint", asdict(checkpoint)


def _parse(raw: bytes, place: str) -> dict[str, Any]:
    try:
        text = raw.decode()
        value = json.loads(text)
        if not isinstance(value, dict) or canonical_json(value) + "\n" != text:
            raise TrailBroken(place, "was changed: it is not in canonical form")
    except ValueError:
        raise TrailBroken(place, "was changed: it is not JSON in UTF-8") from None
    return value


def _build(kind: type[_T], fields: dict[str, Any], place: str) -> _T:
    try:
        return kind(**fields)
    except TypeError:
        raise TrailBroken(place, "was changed: fields are missing or unknown") from None
