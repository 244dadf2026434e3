"""The words that OFAC's three XML formats share: alias types, documents, features, relations, memberships.

Labels join the formats, never numeric ids: those are internal to a publication. A label that no table has
is a warning, and its value is kept. The tables are `data/ofac_*.csv`.

A party may be on several lists of the consolidated file; each becomes a designation with its own date. The
meta list "Consolidated List" is left out where the party's own list is named beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from lists.dates import ISO_FORMS, US_FORMS, partial_date
from lists.identifiers import identifier, labelled
from lists.models import (
    Address,
    Designation,
    EntitySchema,
    LegalAct,
    ListedName,
    ListingEvent,
    NameKind,
    Quality,
    Relation,
)
from lists.source import Source
from lists.sources.party import Party
from lists.sources.tables import fold, lookup, table
from lists.texts import is_nameless

SCHEMAS = {
    "individual": EntitySchema.PERSON,
    "entity": EntitySchema.ORGANIZATION,
    "vessel": EntitySchema.VESSEL,
    "aircraft": EntitySchema.AIRPLANE,
}
ALIAS_KINDS = {
    "name": NameKind.NAME,
    "a.k.a.": NameKind.ALIAS,
    "f.k.a.": NameKind.PREVIOUS,
    "n.k.a.": NameKind.NAME,  # now known as: the name that the party bears
}
ADDRESS_PARTS = {
    "address1": "street",
    "address2": "street",
    "address3": "street",
    "unknown": "street",
    "city": "city",
    "state/province": "region",
    "region": "region",
    "postal code": "postal_code",
}
PAGE = "https://sanctionssearch.ofac.treas.gov/Details.aspx?id="
_IMO = re.compile(r"IMO\s*\d", re.IGNORECASE)
_TAG = re.compile(r"\[([^\]]+)\]")
_CURRENCY = re.compile(r"digital currency address - (\w+)")
_META = "META"


@dataclass(slots=True)
class Membership:
    """That a party is on one of OFAC's lists, with what the file says about this membership."""

    list_label: str
    dates: list[str] = field(default_factory=list)
    programmes: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def code(self) -> str | None:
        """The short code of the list, `META` for the consolidated list; None for a label of no row."""
        label = self.list_label.casefold()
        return next((row["code"] for row in table("ofac_lists") if row["word"] in label), None)


def schema_of(party: Party, label: str) -> EntitySchema:
    """Return the schema of a party type; an unknown type is a warning and a `Thing`."""
    found = SCHEMAS.get(label.casefold())
    if found is None:
        party.warn("unknown party type", f"{label!r} is none of {', '.join(SCHEMAS)}")
    return found or EntitySchema.THING


def add_name(
    party: Party, text: str, alias_type: str, *, primary: bool, weak: bool, script: str = ""
) -> None:
    """Add a name of a party. A weak alias is weak whatever its type: the low-quality flag overrides it."""
    if not text:
        party.warn("empty alias", f"an alias of type {alias_type!r} has no text")
        return
    kind = ALIAS_KINDS.get(alias_type.casefold())
    if kind is None:
        party.warn("unknown alias type", f"{alias_type!r} of {text!r}; kept as an alias")
        kind = NameKind.ALIAS
    stated = Quality.WEAK if weak else Quality.STRONG
    name = ListedName(
        text=text,
        kind=NameKind.WEAK if weak else kind,
        quality=Quality.UNSTATED if alias_type.casefold() == "name" and not weak else stated,
        script=script_code(party, script),
        source_kind=alias_type or None,
    )
    party.add_name(name, primary=primary and not is_nameless(text))


def script_code(party: Party, label: str) -> str | None:
    """Return the ISO 15924 code of a script's name; an unknown one is a warning."""
    if not label:
        return None
    row = lookup("scripts").get(fold(label))
    if row is None:
        party.warn("unknown script", f"{label!r} is in no row of scripts.csv")
    return row["code"] if row else None


def add_address(party: Party, parts: list[tuple[str, str]], country: str) -> None:
    """Add an address given as (label, value) parts and the name of a country; either may be missing."""
    fields: dict[str, list[str]] = {}
    for label, value in parts:
        field_name = ADDRESS_PARTS.get(label.casefold())
        if field_name is None:
            party.warn("unknown address part", f"{label!r} of {value!r}; kept in the street")
        fields.setdefault(field_name or "street", []).append(value)
    code = party.country(country) if country else None
    joined = {name: ", ".join(values) for name, values in fields.items()}
    party.add_address(Address(**joined, country=code, country_text=country or None))


def add_document(
    party: Party, label: str, number: str, country: str = "", flags: tuple[str, ...] = ()
) -> None:
    """Add an identity document or registration number."""
    if not number:
        party.warn("empty document", f"{label!r} has no number")
        return
    code = party.country(country, hint=False) if country else None
    found = labelled(label, number, code, flags)
    is_ship_number = _IMO.match(number) is not None
    if found is None or (is_ship_number and found.kind in {"registrationNumber", "idNumber"}):
        kind = "imoNumber" if is_ship_number else _document_kind(party, label)
        found = identifier(kind, number, country=code, label=label, flags=flags)
    party.add_identifier(found)


def _document_kind(party: Party, label: str) -> str:
    """Return the kind of a document; some of OFAC's files publish as documents what others call features."""
    row = lookup("ofac_documents").get(fold(label)) or lookup("ofac_features").get(fold(label))
    if row is None or not row["kind"]:
        party.warn("unknown document type", f"{label!r} is in no row of ofac_documents.csv; kept as idNumber")
        return "idNumber"
    return row["kind"]


def is_feature(label: str) -> bool:
    """Tell whether the table of features has a label; SDN.XML mixes features and documents in one list."""
    return fold(label) in lookup("ofac_features") or _CURRENCY.match(fold(label)) is not None


def add_feature(party: Party, label: str, value: str) -> None:
    """Add a feature: an identifier, a country, or a text under OFAC's label."""
    value = value.strip()
    if not value:
        return
    currency = _CURRENCY.match(fold(label))
    if currency:
        party.add_identifier(identifier("publicKey", value, label=label))
        return
    row = lookup("ofac_features").get(fold(label))
    if row is None:
        party.warn("unknown feature", f"{label!r} is in no row of ofac_features.csv; kept under its label")
        party.add_feature(label, value)
        return
    if row["use"] == "identifier":
        party.add_identifier(labelled(label, value) or identifier(row["kind"], value, label=label))
        return
    if row["use"] == "country":
        party.country(value)
    party.add_feature(label.rstrip(" :-"), value)


def add_relation(party: Party, label: str, target: str, name: str, *, former: bool = False) -> None:
    """Add a relation to another entry by its id; the direction is the publisher's own."""
    row = lookup("ofac_relations").get(fold(label))
    if row is None:
        party.warn("unknown relation type", f"{label!r} is in no row of ofac_relations.csv; kept as a link")
    kind: Literal["Ownership", "Directorship", "Family", "Representation", "Membership", "UnknownLink"]
    kind = row["kind"] if row else "UnknownLink"  # type: ignore[assignment]  # the table is checked by the model
    direction: Literal["out", "in"] = "in" if row and row["direction"] == "in" else "out"
    party.relations.append(
        Relation(
            kind=kind,
            role=label or "unstated",
            direction=direction,
            target_id=target or None,
            target_name=name or None,
            former=former,
        )
    )


def designate(party: Party, memberships: list[Membership]) -> None:
    """Turn memberships into designations, without the meta list where an own list is named."""
    own = [member for member in memberships if member.code != _META]
    if not own and memberships:
        party.warn("no list of its own", "only the consolidated list is named; kept under it")
    for member in own or memberships:
        if member.list_label and member.code is None:
            party.warn("unknown list", f"{member.list_label!r} is in no row of ofac_lists.csv; kept as it is")
        party.designations.append(_designation(party, member))


def is_selected(memberships: list[Membership], source: Source) -> bool:
    """Tell whether a party is on a list that the source selects; a source that selects none takes all.

    A party without a list, or on a list that no table has, is taken as well: a miss is worse than a mislabel.
    """
    codes = {member.code for member in memberships}
    return not source.select or not codes or None in codes or not codes.isdisjoint(source.select)


def day(text: str) -> str | None:
    """Return a date as OFAC writes it in any of its files.

    >>> day("2019-09-13T00:00:00"), day("24 Feb 2022"), day("circa 1962")
    ('2019-09-13', '2022-02-24', None)
    """
    return partial_date(text[:10] if re.match(r"\d{4}-\d{2}-\d{2}", text) else text, (*ISO_FORMS, *US_FORMS))


def _designation(party: Party, member: Membership) -> Designation:
    tags = [tag for text in party.features.get("Additional Program Tags", ()) for tag in _TAG.findall(text)]
    dates = sorted(dict.fromkeys(member.dates)) or sorted(_stated_listings(party))
    return Designation(
        authority=party.source.authority,
        list_name=member.list_label or None,
        programmes=tuple(sorted(dict.fromkeys([*member.programmes, *tags]))),
        legal_basis=tuple(LegalAct(title=act) for act in dict.fromkeys(member.acts) if act != "Unknown"),
        measures=tuple(sorted(dict.fromkeys(member.measures))),
        asset_freeze="Block" in member.measures if member.measures else party.source.blocking,
        listing_date=dates[0] if dates else None,
        listing_date_basis="source-field" if dates else None,
        events=tuple(ListingEvent(kind="listed", date=date) for date in dates) if len(dates) > 1 else (),
        reason="; ".join(dict.fromkeys(member.reasons)) or None,
    )


def _stated_listings(party: Party) -> list[str]:
    """Return the listing dates that features state, for formats without a date of the membership."""
    rows = lookup("ofac_features")
    texts = [
        text
        for label, values in party.features.items()
        if (row := rows.get(fold(label))) is not None and row["use"] == "listed"
        for text in values
    ]
    return [date for text in texts if (date := day(text)) is not None]
