"""The types of what publishers say, in reading order: Snapshot → Designation → ListedName → ListEntry.

Property names follow FollowTheMoney where it has one (in snake case; identifier kinds keep its spelling).
An entry stores what its source says. What can be derived from it (transliterations, split names, weakness by
length) is derived when an index is built, so that reading the same raw file again gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

SCHEMA_VERSION = "1"
"""Version of the stored form of entries and snapshots."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}$")]
"""A FollowTheMoney country code: ISO 3166-1 alpha-2 in lower case, or a historic one such as `suhh`."""
PartialDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
"""A date whose day or month may be unknown: `2022-06-28`, `2022-06` or `2022`."""


class Frozen(BaseModel):
    """An immutable value that rejects fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EntitySchema(StrEnum):
    """What a listed party is, in FollowTheMoney's words; `Thing` where the source does not say."""

    PERSON = "Person"
    ORGANIZATION = "Organization"
    COMPANY = "Company"
    LEGAL_ENTITY = "LegalEntity"
    VESSEL = "Vessel"
    AIRPLANE = "Airplane"
    CRYPTO_WALLET = "CryptoWallet"
    THING = "Thing"


class NameKind(StrEnum):
    """What the publisher calls a name, as a FollowTheMoney property."""

    NAME = "name"
    ALIAS = "alias"
    PREVIOUS = "previousName"
    WEAK = "weakAlias"
    ABBREVIATION = "abbreviation"


class Quality(StrEnum):
    """How strong the publisher says an alias is."""

    STRONG = "strong"
    WEAK = "weak"
    UNSTATED = "unstated"


class SourceFile(Frozen):
    """One file as retrieved. `sha256` and `size` (bytes) are of the file itself, before compression."""

    name: str
    sha256: Sha256
    size: int = Field(ge=0)
    url: str | None = None
    retrieved: datetime
    etag: str | None = None
    last_modified: str | None = None
    publisher_sha256: Sha256 | None = None


class Snapshot(Frozen):
    """One immutable version of one list.

    `version` is `{published or retrieved date}-{first 12 hex digits of sha256}`; `sha256` is that of the
    normalised entries (`entries.jsonl`), so two downloads with the same content are the same version.
    """

    list_id: str
    version: str
    sha256: Sha256
    published: date | None
    published_basis: Literal["in-file", "catalogue", "http-last-modified", "stated", "none"]
    retrieved: datetime
    files: tuple[SourceFile, ...]
    reader: str
    schema_version: str = SCHEMA_VERSION
    counts: dict[str, int]
    """Entries by schema, and `entries`, `names`, `warnings`."""
    licence: str = "unstated"
    attribution: str = ""
    facts: dict[str, str] = {}
    """What the files say about themselves as a whole: namespace, record count, filters."""
    note: str | None = None
    """Shown with every answer that uses this version, for example that it is a dated sample."""
    accepted_reason: str | None = None
    """Why a person overruled a refused gate; None where the gates passed."""


class LegalAct(Frozen):
    """The legal act behind a designation."""

    title: str
    url: str | None = None
    published: PartialDate | None = None
    entry_into_force: PartialDate | None = None


class ListingEvent(Frozen):
    """Something that the publisher says happened to a listing."""

    kind: Literal["listed", "amended", "delisted"]
    date: PartialDate | None = None


class Designation(Frozen):
    """The act of listing: who, under which programme and law, since when."""

    authority: str
    list_name: str | None = None
    programmes: tuple[str, ...] = ()
    legal_basis: tuple[LegalAct, ...] = ()
    measures: tuple[str, ...] = ()
    asset_freeze: bool | None = None
    listing_date: PartialDate | None = None
    listing_date_basis: Literal["source-field", "free-text", "delta-archive"] | None = None
    end_date: PartialDate | None = None
    modified: PartialDate | None = None
    events: tuple[ListingEvent, ...] = ()
    reason: str | None = None


class ListedName(Frozen):
    """One name of a listed party, as published."""

    text: str = Field(min_length=1)
    kind: NameKind = NameKind.NAME
    quality: Quality = Quality.UNSTATED
    script: str | None = None
    """ISO 15924 code (`Latn`, `Cyrl`), only where the source says so."""
    lang: str | None = None
    source_kind: str | None = None
    """The publisher's own label, verbatim: `F.K.A.`, `Primary name variation`."""
    derived: Literal["source", "split", "remarks", "house"] = "source"
    """Where the text stands: a name field, a field that held several, the remarks; `house` is not the publisher's."""


class Address(Frozen):
    """A postal address; `full` is the publisher's own text where it is not structured."""

    full: str | None = None
    street: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: CountryCode | None = None
    country_text: str | None = None


class Identifier(Frozen):
    """An identifying number. `kind` is a FollowTheMoney property such as `innCode`, `leiCode`, `imoNumber`.

    `valid` is the result of the kind's check digits: None where there is none to check.
    """

    kind: str = Field(min_length=1)
    value: str = Field(min_length=1)
    country: CountryCode | None = None
    label: str | None = None
    """The publisher's own name for the kind."""
    valid: bool | None = None
    flags: tuple[str, ...] = ()


class Relation(Frozen):
    """A stated connection to another party, by entry id where the source gives one."""

    kind: Literal["Ownership", "Directorship", "Family", "Representation", "Membership", "UnknownLink"]
    role: str
    """The publisher's own words, for example `Owned or Controlled By` or `Linked To`."""
    direction: Literal["out", "in"] = "out"
    """`out` where the party that carries the relation acts on the other (owns it, leads it), else `in`."""
    target_id: str | None = None
    target_name: str | None = None
    percentage: float | None = Field(default=None, ge=0, le=100)
    former: bool = False
    derived: Literal["source", "remarks"] = "source"


class ListEntry(Frozen):
    """One listed party. `names[0]` is the primary name; the other names are in canonical order."""

    list_id: str
    entry_id: str = Field(min_length=1)
    schema_: EntitySchema = Field(alias="schema")
    names: tuple[ListedName, ...] = Field(min_length=1)
    designations: tuple[Designation, ...] = Field(min_length=1)
    countries: tuple[CountryCode, ...] = ()
    addresses: tuple[Address, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    relations: tuple[Relation, ...] = ()
    source_url: str | None = None
    remarks: tuple[str, ...] = ()
    features: dict[str, tuple[str, ...]] = {}
    """What the source says and no field above holds, by the publisher's own label."""
    warnings: tuple[str, ...] = ()
    record_sha256: Sha256 | None = None
    """SHA-256 of the canonical JSON of this entry without this field; filled by `seal`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="after")
    def _primary_first(self) -> Self:
        if self.names[0].kind is not NameKind.NAME:
            raise ValueError(f"{self.list_id} {self.entry_id}: the first name must be of kind 'name'")
        return self

    @property
    def name(self) -> str:
        """The primary name, as published."""
        return self.names[0].text

    @property
    def ref(self) -> tuple[str, str]:
        """List id and entry id: the order in which ties are broken."""
        return self.list_id, self.entry_id


def canonical_json(value: dict[str, Any]) -> str:
    """Return JSON with sorted keys, no spaces and no escaping of letters: equal values, equal bytes."""
    return _CANONICAL.encode(value)


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def entry_json(entry: ListEntry) -> str:
    """Return the canonical JSON line of an entry, without fields that hold their default."""
    return canonical_json(entry.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def seal(entry: ListEntry) -> ListEntry:
    """Return the entry with `record_sha256` filled."""
    bare = entry.model_copy(update={"record_sha256": None})
    digest = hashlib.sha256(entry_json(bare).encode()).hexdigest()
    return bare.model_copy(update={"record_sha256": digest})
