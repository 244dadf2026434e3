"""OFAC's delta files: what one publication added, removed and corrected. For history and as a cross-check.

    sanctionsData (namespace …/DeltaFile/1.0) / publicationInfo / datePublished, publicationType
                                              / entities / entity[@id, @action="add"|"remove"]

An entity without an action is a correction: its parts carry `action` (add, remove, update) and `oldValue`.
Any other action is read as an update, with a warning. A delta is not the state of the list: the full file is.
An added entity is whole and gives an entry; a removed one needs nothing but its id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lists.dates import day_of
from lists.errors import ReadError
from lists.models import ListEntry
from lists.source import RawFile, Report, Source
from lists.sources.ofac_enhanced import ROOT, read_party
from lists.sources.ofac_terms import day
from lists.texts import clean
from lists.xml_stream import XmlElement, local_name, read_root, stream_elements

Action = Literal["add", "remove", "update"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A part of an entity that a correction touched: its path, and its text before and after."""

    path: str
    action: Action
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EntityChange:
    """What a publication did to one entity; `entry` is there for an added one."""

    entry_id: str
    action: Action
    entry: ListEntry | None
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """One publication: the day it was published, its type, and its changes in document order."""

    published: date
    publication_type: str
    changes: tuple[EntityChange, ...]

    def ids(self, action: Action) -> frozenset[str]:
        """Return the ids of the entities that were added, removed or updated."""
        return frozenset(change.entry_id for change in self.changes if change.action == action)


def read_delta(raw: RawFile, source: Source, report: Report) -> Delta:
    """Read one delta file; raises `ReadError` for any other file."""
    root = read_root(raw)
    namespace = str(root.tag).rpartition("}")[0][1:]
    if local_name(root) != ROOT or "DeltaFile" not in namespace:
        raise ReadError(
            f"{local_name(root)!r} in {namespace!r} is no delta file",
            where=raw.name,
            hint="a full SDN_ENHANCED.XML is imported as a list, not as a delta",
        )
    published: date | None = None
    publication_type = ""
    changes: list[EntityChange] = []
    for element in stream_elements(raw, "publicationInfo", "entity"):
        if local_name(element) == "publicationInfo":
            published = day_of(day(_text(element, "datePublished")))
            publication_type = _text(element, "publicationType")
        else:
            changes.append(_read_change(element, raw.name, source, report))
    if published is None:
        raise ReadError("publicationInfo has no datePublished", where=raw.name, hint="fetch the file again")
    report.dated(published)
    return Delta(published, publication_type, tuple(changes))


def _read_change(element: XmlElement, name: str, source: Source, report: Report) -> EntityChange:
    entry_id = element.get("id") or ""
    place = f"{name}, entity {entry_id}"
    action = _action(element.get("action") or "update", place, report)
    entry = read_party(element, place, {}, source, report) if action == "add" else None
    fields = tuple(_field_changes(element, place, report)) if action == "update" else ()
    return EntityChange(entry_id, action, entry, fields)


def _field_changes(entity: XmlElement, place: str, report: Report) -> Iterator[FieldChange]:
    for element in entity.iter():
        stated = element.get("action")
        if element is entity or stated is None:
            continue
        parents = [local_name(parent) for parent in element.iterancestors()]
        steps = parents[: parents.index(local_name(entity))][::-1]
        text = clean(" ".join(str(part) for part in element.itertext()))
        action = _action(stated, place, report)
        before = clean(element.get("oldValue"))
        path = "/".join([*steps, local_name(element)])
        yield FieldChange(
            path, action, before or (text if action == "remove" else ""), "" if action == "remove" else text
        )


def _action(stated: str, place: str, report: Report) -> Action:
    if stated == "add":
        return "add"
    if stated == "remove":
        return "remove"
    if stated != "update":
        report.warn("unknown action", f"{stated!r} is read as an update", place)
    return "update"


def _text(element: XmlElement, name: str) -> str:
    return next((clean(child.text) for child in element if local_name(child) == name), "")
