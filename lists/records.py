"""Strict reading of one record: every field is taken, or ignored by name; what is left is a counted warning.

with Record.of_row(row, "sdn.csv, row 7", report) as record:
    name = record.text("SDN_Name")
    record.ignore("Tonnage")
# a column that was neither taken nor ignored is now a warning "unknown field"

with Record.of_element(element, "un.xml, entity 6908555", report) as record:
    record.text("FIRST_NAME")           # the text of the one child with this local name, cleaned
    record.texts("VALUE")               # the texts of all of them
    record.text("@id")                  # an attribute
    for alias in record.records("ENTITY_ALIAS"):   # children as records of their own
        with alias: ...
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self

from lists.source import Report
from lists.texts import clean
from lists.xml_stream import XmlElement, local_name

Value = str | XmlElement
"""A field's text, or a child element."""


class Record:
    """The fields of one record, each of which has to be taken or ignored before the record is closed."""

    def __init__(self, fields: Mapping[str, list[Value]], place: str, report: Report) -> None:
        self.place = place
        self.report = report
        self.warnings: list[str] = []
        """What was warned about in this record and in its children, for `ListEntry.warnings`."""
        self._fields = fields
        self._taken: set[str] = set()

    @classmethod
    def of_row(cls, row: Mapping[str, str | None], place: str, report: Report) -> Self:
        """Return the record of a row by column name."""
        return cls({name: [value or ""] for name, value in row.items()}, place, report)

    @classmethod
    def of_element(cls, element: XmlElement, place: str, report: Report) -> Self:
        """Return the record of an element: children by local name, attributes as `@name`, its text as `.`."""
        fields: dict[str, list[Value]] = {}
        for key, attribute in element.items():
            fields.setdefault("@" + str(key).rpartition("}")[2], []).append(str(attribute))
        for child in element:
            fields.setdefault(local_name(child), []).append(child)
        if element.text and element.text.strip():
            fields["."] = [element.text]
        return cls(fields, place, report)

    def text(self, name: str, default: str = "") -> str:
        """Take the one value of a field, cleaned; a second value is a warning and is dropped."""
        values = self._take(name)
        if not values:
            return default
        found = self.texts(name) if len(values) > 1 else (clean(_text(values[0])) or default,)
        if len(found) > 1:
            self.warn("repeated field", f"{name} has {len(found)} values, the first is used: {found[1:]}")
        return found[0] if found else default

    def texts(self, name: str) -> tuple[str, ...]:
        """Take all values of a field that hold text, cleaned, in document order."""
        values = (clean(_text(value)) for value in self._take(name))
        return tuple(value for value in values if value)

    def elements(self, name: str) -> tuple[XmlElement, ...]:
        """Take all child elements with this name."""
        return tuple(value for value in self._take(name) if not isinstance(value, str))

    def records(self, name: str) -> Iterator[Self]:
        """Take all child elements with this name as records; their warnings become this record's."""
        for number, element in enumerate(self.elements(name), start=1):
            child = type(self).of_element(element, f"{self.place}, {name} {number}", self.report)
            child.warnings = self.warnings
            yield child

    def names(self) -> tuple[str, ...]:
        """Return the names of all fields, taken or not, in document order."""
        return tuple(self._fields)

    def ignore(self, *names: str) -> None:
        """Leave fields unread on purpose."""
        self._taken.update(names)

    def warn(self, kind: str, message: str) -> None:
        """Count a warning at this record's place and keep it for the entry."""
        self.warnings.append(self.report.warn(kind, message, self.place))

    def close(self) -> None:
        """Warn about every filled field that was neither taken nor ignored."""
        for name in sorted(self._fields.keys() - self._taken):
            filled = [value for value in self._fields[name] if _is_filled(value)]
            if filled:
                shown = clean(_text(filled[0]))[:80]
                self.warn("unknown field", f"{name} = {shown!r} was not read")
        self._taken.update(self._fields)

    def _take(self, name: str) -> list[Value]:
        self._taken.add(name)
        return self._fields.get(name, [])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    return "".join(value.itertext()) if len(value) else value.text or ""


def _is_filled(value: Value) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return bool(len(value) or value.attrib or (value.text and value.text.strip()))
