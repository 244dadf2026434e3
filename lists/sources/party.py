"""A party while it is read: what a reader gathers, checked and put in canonical order as a `ListEntry`.

No party is lost: a name that is none is left out with a warning, a party without a primary name gets its
strongest one, a party without any name is kept under its id, an unknown country keeps its text. Equal names,
countries and identifiers that a publisher repeats are kept once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lists.countries import country_code
from lists.identifiers import identifier, identifiers_in, labelled
from lists.models import (
    Address,
    Designation,
    EntitySchema,
    Identifier,
    ListedName,
    ListEntry,
    NameKind,
    Quality,
    Relation,
)
from lists.records import Record
from lists.source import Source
from lists.texts import is_mojibake, is_nameless

GENERIC_LABELS = {
    "idNumber": "identification number",
    "leiCode": "legal entity number",
    "registrationNumber": "registration number",
    "taxNumber": "tax id no.",
}
"""Kinds whose numbers may be of a more particular kind, by a label that `lists.identifiers` refines."""
MAX_NAMES = 2000
"""Names of one entry; more are a broken or hostile file."""
NO_COUNTRY = frozenset(
    {
        "",
        "-",
        "00",
        "unknown",
        "undetermined",
        "none",
        "none identified",
        "n/a",
        "na",
        "not applicable",
        "stateless",
    }
)
"""What publishers write where they know that they do not know a country."""
_KIND_ORDER = {kind: number for number, kind in enumerate(NameKind)}


@dataclass(slots=True)
class Party:
    """One party in the making. `record` takes its warnings; `entry` gives what is stored."""

    source: Source
    record: Record
    entry_id: str
    schema: EntitySchema = EntitySchema.THING
    source_url: str | None = None
    primary: ListedName | None = None
    names: list[ListedName] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    designations: list[Designation] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    features: dict[str, list[str]] = field(default_factory=dict)

    def warn(self, kind: str, message: str) -> None:
        """Count a warning at this party's place."""
        self.record.warn(kind, message)

    def add_name(self, name: ListedName, *, primary: bool = False) -> None:
        """Add a name; the first primary one leads. Texts that are no name are left out with a warning."""
        if is_nameless(name.text):
            self.warn("not a name", f"{name.text!r} has no letter and is too short")
            return
        if is_mojibake(name.text):
            self.warn("garbled text", f"{name.text!r} looks wrongly encoded; kept as published")
        if primary and self.primary is None:
            self.primary = name.model_copy(update={"kind": NameKind.NAME})
            return
        self.names.append(name)

    def country(self, text: str, *, hint: bool = False) -> str | None:
        """Return the code of a country text and add it to the party's countries; warn about an unknown one.

        A `hint` stands inside free text, where most texts are no country: no warning.
        """
        if text.strip().lower() in NO_COUNTRY and text.strip() != "NA":  # Namibia's code
            return None
        code = country_code(text)
        if code is None:
            if not hint:
                self.warn("unknown country", f"{text!r} is in no row of countries.csv; kept as text")
            return None
        if code not in self.countries:
            self.countries.append(code)
        return code

    def add_address(self, address: Address) -> None:
        """Add an address that says something."""
        if address != Address() and address not in self.addresses:
            self.addresses.append(address)

    def add_identifier(self, found: Identifier) -> None:
        """Add an identifier; the same number of the same kind under the same label once."""
        key = found.kind, found.value, found.label
        if all(key != (known.kind, known.value, known.label) for known in self.identifiers):
            self.identifiers.append(found)

    def add_number(
        self, kind: str, value: str, *, label: str, country: str | None = None, flags: tuple[str, ...] = ()
    ) -> None:
        """Add a number of a kind under the publisher's label; a generic kind becomes what its digits show."""
        known = GENERIC_LABELS.get(kind)
        found = labelled(known, value, country, flags) if known else None
        found = found or identifier(kind, value, country=country, flags=flags)
        self.add_identifier(found.model_copy(update={"label": label}))

    def add_numbers_in(self, text: str) -> None:
        """Add the numbers that a free text names by their kind (`INN: …`, `IMO …`)."""
        for found in identifiers_in(text):
            if all((found.kind, found.value) != (known.kind, known.value) for known in self.identifiers):
                self.add_identifier(found)

    def add_feature(self, label: str, value: str) -> None:
        """Keep what the source says and no field holds, under the publisher's label."""
        if value and value not in self.features.setdefault(label, []):
            self.features[label].append(value)

    def entry(self) -> ListEntry:
        """Return the entry, names in canonical order. Call it when the record is closed."""
        names = self._ordered_names()
        return ListEntry(
            list_id=self.source.list_id,
            entry_id=self.entry_id,
            schema=self.schema,
            names=names,
            designations=tuple(self.designations) or (Designation(authority=self.source.authority),),
            countries=tuple(sorted(self.countries)),
            addresses=tuple(self.addresses),
            identifiers=tuple(
                sorted(self.identifiers, key=lambda found: (found.kind, found.value, found.label or ""))
            ),
            relations=tuple(self.relations),
            source_url=self.source_url,
            remarks=tuple(dict.fromkeys(self.remarks)),
            features={label: tuple(values) for label, values in sorted(self.features.items()) if values},
            warnings=tuple(self.record.warnings),
        )

    def _ordered_names(self) -> tuple[ListedName, ...]:
        primary = self.primary or self._promoted()
        others = dict.fromkeys(name for name in self.names if name != primary)
        if len(others) > MAX_NAMES:
            self.warn("too many names", f"{len(others)} names, {MAX_NAMES} are kept")
        ordered = sorted(others, key=_name_order)[:MAX_NAMES]
        return (primary, *ordered)

    def _promoted(self) -> ListedName:
        """Return the name that stands in for a missing primary one."""
        if not self.names:
            self.warn("nameless entry", "the source gives no name; kept under its id")
            return ListedName(text=self.entry_id, source_kind="id")
        self.warn("no primary name", "the source marks none; the first strong one is used")
        best = min(self.names, key=_weakness)
        self.names.remove(best)
        return best.model_copy(update={"kind": NameKind.NAME})


def _name_order(name: ListedName) -> tuple[int, str, str, str, str]:
    return _KIND_ORDER[name.kind], name.script or "", name.text, name.lang or "", name.source_kind or ""


def _weakness(name: ListedName) -> int:
    """Sort key that prefers names to aliases, strong to weak ones; the first published wins a tie."""
    return _KIND_ORDER[name.kind] + (10 if name.quality is Quality.WEAK else 0)


def join(*parts: str, separator: str = ", ") -> str | None:
    """Return the parts that say something, joined; None where none does.

    >>> join("1 Main St", "", "Floor 2")
    '1 Main St, Floor 2'
    """
    return separator.join(part for part in parts if part) or None
