"""One designation of the UK Sanctions List, whichever of its two files it is read from.

The XML and the CSV carry the same fields under other names (`data/uk_fields.csv`). The CSV repeats a
designation in one row for each combination of name, address and other values: values are gathered first and
kept once. A field that the table has not is kept as a feature under its own name.

Names are put together as the list numbers them: 1 to 5, then 6, which is the surname or the whole name. Names
in other scripts are not tied to a particular Latin one. Reasons are HTML-escaped twice at the source.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from lists.dates import UK_FORMS, masked_date, partial_date
from lists.identifiers import identifiers_in
from lists.models import (
    Address,
    Designation,
    EntitySchema,
    ListedName,
    ListEntry,
    NameKind,
    Quality,
    Relation,
)
from lists.records import Record
from lists.source import Source
from lists.sources.party import Party, join
from lists.sources.tables import fold, lookup, table
from lists.texts import clean

_SCHEMAS = {
    "individual": EntitySchema.PERSON,
    "entity": EntitySchema.ORGANIZATION,
    "ship": EntitySchema.VESSEL,
}
_KINDS = {
    "primary name": NameKind.NAME,
    "primary name variation": NameKind.ALIAS,
    "alias": NameKind.ALIAS,
    "": NameKind.ALIAS,
}
_STRENGTHS = {
    "good quality a.k.a": Quality.STRONG,
    "low quality a.k.a": Quality.WEAK,
    "": Quality.UNSTATED,
}
_SEPARATORS = re.compile(r"\s*[;,]\s*|\s+and\s+|\s+")
_NUMBERED = re.compile(r"\(\d+\)\s*")


@dataclass(frozen=True, slots=True)
class UkName:
    """A name in its parts 1 to 6, with the list's own type and strength."""

    parts: tuple[str, ...]
    kind: str
    strength: str


@dataclass(slots=True)
class UkDesignation:
    """What was gathered about one unique id; every value once, in the order of the file."""

    record: Record
    names: dict[UkName, None] = field(default_factory=dict)
    non_latin: dict[tuple[str, str, str], None] = field(default_factory=dict)
    """(name, script, language)"""
    addresses: dict[tuple[str, ...], None] = field(default_factory=dict)
    """Six lines, postal code, country."""
    values: dict[str, dict[str, None]] = field(default_factory=dict)
    """Values by column of the CSV."""
    measures: dict[str, None] = field(default_factory=dict)

    def add(self, column: str, value: str) -> None:
        """Add a value of a column."""
        if value:
            self.values.setdefault(column, {})[value] = None

    def of_use(self, use: str) -> list[str]:
        """Return the values of all columns with one use."""
        columns = [row["column"] for row in table("uk_fields") if row["use"] == use]
        return [value for column in columns for value in self.values.get(column, {})]

    def entry(self, unique_id: str, source: Source) -> ListEntry:
        """Return the entry of what was gathered."""
        party = Party(source, self.record, unique_id, source_url=source.entry_url)
        party.schema = _schema(party, self.of_use("type"))
        for name in self.names:
            _add_name(party, name)
        for text, script, language in self.non_latin:
            _add_non_latin(party, text, script, language)
        for lines in self.addresses:
            _add_address(party, lines)
        for row in table("uk_fields"):
            for value in self.values.get(row["column"], {}):
                _add_value(party, row["use"], row["name"], value)
        known = {row["column"] for row in table("uk_fields")}
        for column in self.values.keys() - known:
            for value in self.values[column]:
                party.add_feature(column, value)
        party.designations.append(_designation(self, party, source))
        return party.entry()


def _schema(party: Party, types: list[str]) -> EntitySchema:
    stated = types[0] if types else ""
    found = _SCHEMAS.get(stated.casefold())
    if found is None or len(types) > 1:
        party.warn("unknown party type", f"{types} is not one of {', '.join(_SCHEMAS)}")
    return found or EntitySchema.THING


def _add_name(party: Party, name: UkName) -> None:
    text = join(*name.parts, separator=" ")
    if text is None:
        party.warn("empty alias", f"a name of type {name.kind!r} has no part")
        return
    kind = _KINDS.get(fold(name.kind))
    if kind is None:
        party.warn("unknown alias type", f"{name.kind!r} of {text!r}; kept as an alias")
    quality = _STRENGTHS.get(fold(name.strength).rstrip("."))
    if quality is None:
        party.warn("unknown alias strength", f"{name.strength!r} of {text!r}")
    weak = quality is Quality.WEAK
    listed = ListedName(
        text=text,
        kind=NameKind.WEAK if weak else kind or NameKind.ALIAS,
        quality=quality or Quality.UNSTATED,
        source_kind=name.kind or None,
    )
    party.add_name(listed, primary=kind is NameKind.NAME and not weak)


def _add_non_latin(party: Party, text: str, script: str, language: str) -> None:
    row = lookup("scripts").get(fold(script)) if script else None
    if script and row is None:
        party.warn("unknown script", f"{script!r} is in no row of scripts.csv")
    label = f"Name non-latin script ({language})" if language else "Name non-latin script"
    code = row["code"] if row else None
    party.add_name(ListedName(text=text, kind=NameKind.ALIAS, script=code, source_kind=label))


def _add_address(party: Party, lines: tuple[str, ...]) -> None:
    *parts, postal_code, country = lines
    code = party.country(country) if country else None
    address = Address(
        street=join(*parts),
        postal_code=postal_code or None,
        country=code,
        country_text=country or None,
    )
    party.add_address(address)


def _add_value(party: Party, use: str, name: str, value: str) -> None:
    match use:
        case "feature":
            party.add_feature(name, value)
        case "country":
            party.country(value)
            party.add_feature(name, value)
        case "split":
            for part in _SEPARATORS.split(value):
                party.add_feature(name, part)
        case "identifier":
            party.add_number(name, value, label=name)
        case "numbers":
            _add_registration(party, name, value)
        case "birth":
            party.add_feature(name, _birth(party, value))
        case "owner" | "formerly" | "owned":
            _add_relations(party, use, name, value)
        case "remark":
            party.remarks.append(_unescaped(value))


def _add_registration(party: Party, kind: str, value: str) -> None:
    """Add the numbers that the text names by kind; a text that names none is one number as it stands."""
    found = list(identifiers_in(value))
    party.add_numbers_in(value)
    if not found:
        party.add_number(kind, value, label="Business registration number")
    else:
        party.add_feature("Business registration number", value)


def _birth(party: Party, value: str) -> str:
    found = masked_date(value) or partial_date(value, UK_FORMS)
    if found is None:
        party.warn("bad date", f"date of birth {value!r} is kept as text")
    return found or value


def _add_relations(party: Party, use: str, role: str, value: str) -> None:
    """Add named owners or subsidiaries; several in one cell are told apart only where they are numbered."""
    for name in _NUMBERED.split(value):
        text = name.strip(" ;,")
        if text:
            relation = Relation(
                kind="Ownership",
                role=role,
                direction="out" if use == "owned" else "in",
                target_name=text,
                former=use == "formerly",
            )
            party.relations.append(relation)


def _designation(gathered: UkDesignation, party: Party, source: Source) -> Designation:
    stated = [part.strip() for text in gathered.of_use("measures") for part in text.split("|")]
    measures = {measure.casefold(): measure for measure in (*gathered.measures, *stated) if measure}
    listed = _days(party, gathered.of_use("listed"))
    modified = _days(party, gathered.of_use("modified"))
    return Designation(
        authority=source.authority,
        programmes=tuple(gathered.of_use("programme")),
        measures=tuple(sorted(measures.values())),
        asset_freeze="asset freeze" in measures if measures else None,
        listing_date=min(listed, default=None),
        listing_date_basis="source-field" if listed else None,
        modified=max(modified, default=None),
        reason=" ".join(_unescaped(text) for text in gathered.of_use("reason")) or None,
    )


def _days(party: Party, texts: list[str]) -> list[str]:
    """Return the texts that are dates; one that is none is a warning."""
    found = []
    for text in texts:
        date = partial_date(text, UK_FORMS)
        if date is None:
            party.warn("bad date", f"{text!r} is no date")
        else:
            found.append(date)
    return found


def _unescaped(text: str) -> str:
    return clean(html.unescape(html.unescape(text)))
