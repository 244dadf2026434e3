"""OFAC's publication service: the catalogue of files with hashes, the history of publications, the archive.

Every answer is JSON. `hashCodes` is JSON inside a string. Some rows of the archive have a stale size and no
hash: a hash is compared where there is one, a size alone never refuses a file. The history of one day comes
wrapped in an object, that of a year as a bare array; both are read.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import cast

from lists.errors import ReadError

Row = dict[str, object]
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DELTA = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})_delta(?:_(?P<number>\d+))?\.xml", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of the catalogue; `sha256` and `size` (bytes) are None where the publisher states none."""

    name: str
    sha256: str | None
    size: int | None
    updated: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication: its number, which grows, and its time as published."""

    number: int
    published: str


@dataclass(frozen=True, slots=True)
class ArchivedDelta:
    """A delta file of the archive; several of one day are numbered."""

    name: str
    day: str
    number: int
    link: str
    sha256: str | None


def read_catalogue(content: bytes, where: str = "catalogue") -> dict[str, PublishedFile]:
    """Return the files of a catalogue by name."""
    files = (
        PublishedFile(
            name=str(row["fileName"]),
            sha256=_sha256(row.get("hashCodes")),
            size=_number(row.get("size")),
            updated=str(row.get("lastUpdated") or ""),
        )
        for row in _rows(content, where)
        if row.get("fileName")
    )
    return {file.name: file for file in files}


def read_history(content: bytes, where: str = "history") -> tuple[Publication, ...]:
    """Return the publications of a year or a day, by number."""
    found = []
    for row in _rows(content, where):
        number = _number(row.get("publicationID"))
        if number is None:
            raise ReadError(
                "a publication has no publicationID", where=where, hint="OFAC's answer has changed"
            )
        found.append(Publication(number, str(row.get("datePublished") or "")))
    return tuple(sorted(found, key=lambda publication: publication.number))


def read_archive(content: bytes, where: str = "delta archive") -> tuple[ArchivedDelta, ...]:
    """Return the delta files of a year by day and number, so that `_delta_10` follows `_delta_9`."""
    found = []
    for row in _rows(content, where):
        name = str(row.get("fileName") or "")
        parts = _DELTA.fullmatch(name)
        if parts is None:
            raise ReadError(
                f"{name!r} is no name of a delta file", where=where, hint="OFAC's answer has changed"
            )
        number = int(parts["number"] or 1)
        link = str(row.get("downloadLink") or "")
        found.append(ArchivedDelta(name, parts["day"], number, link, _sha256(row.get("hashCodes"))))
    return tuple(sorted(found, key=lambda delta: (delta.day, delta.number)))


def missing_numbers(publications: tuple[Publication, ...], known: frozenset[int]) -> tuple[int, ...]:
    """Return the numbers of publications that were made since the first known one and are not known."""
    first = min(known, default=0)
    return tuple(item.number for item in publications if item.number >= first and item.number not in known)


def _rows(content: bytes, where: str) -> list[Row]:
    try:
        answer = json.loads(content)
    except ValueError as error:
        raise ReadError(f"the answer is no JSON: {error}", where=where, hint="try again later") from error
    if isinstance(answer, dict):
        answer = next((value for value in answer.values() if isinstance(value, list)), None)
    if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
        raise ReadError("the answer is no list of objects", where=where, hint="OFAC's answer has changed")
    return cast(list[Row], answer)


def _sha256(stated: object) -> str | None:
    """Return the SHA-256 of a `hashCodes` value, which is an object, or an object as JSON text."""
    if isinstance(stated, str):
        try:
            stated = json.loads(stated)
        except ValueError:
            return None
    if not isinstance(stated, dict):
        return None
    for name, value in stated.items():
        found = str(value).lower()
        if str(name).upper().replace("-", "") == "SHA256" and _SHA256.fullmatch(found):
            return found
    return None


def _number(value: object) -> int | None:
    return int(str(value)) if str(value).isdigit() else None
