"""The UN Security Council's consolidated list, `consolidated.xml`.

    CONSOLIDATED_LIST[@dateGenerated]
      INDIVIDUALS / INDIVIDUAL    DATAID, REFERENCE_NUMBER, FIRST_NAME … FOURTH_NAME, UN_LIST_TYPE,
      LISTED_ON, ENTITIES    / ENTITY        NAME_ORIGINAL_SCRIPT, COMMENTS1, LAST_DAY_UPDATED/VALUE,
      aliases, addresses …

The entry id is the reference number, which is permanent. The file is generated anew every night, changed or
not. Aliases of individuals carry a quality (`Good`, `Low`), those of entities a type (`a.k.a.`, `f.k.a.`);
some hold several names separated by "; ". A name in its original script has no language tag: none is
guessed. Comments that name another reference ("associated with … (QDi.005)") are relations. Delisting is
absence from the file. Layout: https://www.un.org/sc/resources/sc-sanctions.xsd.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from lists.dates import day_of, iso_date, partial_date
from lists.errors import ReadError
from lists.identifiers import identifier
from lists.models import (
    Address,
    Designation,
    EntitySchema,
    ListedName,
    ListEntry,
    ListingEvent,
    NameKind,
    Quality,
    Relation,
)
from lists.records import Record
from lists.source import Files, Reader, Report, Source
from lists.sources.party import Party, join
from lists.xml_stream import local_name, read_root, root_name, stream_elements

ROOT = "CONSOLIDATED_LIST"
SCHEMAS = {"INDIVIDUAL": EntitySchema.PERSON, "ENTITY": EntitySchema.ORGANIZATION}
ALIASES = {
    "good": (NameKind.ALIAS, Quality.STRONG),
    "low": (NameKind.WEAK, Quality.WEAK),
    "a.k.a.": (NameKind.ALIAS, Quality.UNSTATED),
    "f.k.a.": (NameKind.PREVIOUS, Quality.UNSTATED),
    "": (NameKind.ALIAS, Quality.UNSTATED),
}
_NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_TEXTS = {"TITLE": "Title", "DESIGNATION": "Designation", "GENDER": "Gender", "NOTE": "Note"}
_IGNORED = (
    "HAS_INTERPOL_LINK",  # the notice's address is the same page for everybody
    "INTERPOL_LINK",
    "VERSIONNUM",
    "SORT_KEY",
    "SORT_KEY_LAST_MOD",
    "LIST_TYPE",
    "SUBMITTED_BY",
    "DELISTED_ON",
    "NAME_ORIGINAL",
)
_REFERENCE = re.compile(r"\b[A-Z]{2,3}[ie]\.\d{3}\b")
_LINK = re.compile(r"\s*INTERPOL-UN Security Council Special Notice web link:?.*", re.IGNORECASE)
_DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%b-%Y", "%Y-%m", "%Y")


def recognizes(files: Files) -> bool:
    """Tell whether one of the files is the consolidated list."""
    return any(root_name(raw) == ROOT for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield individuals and entities in the order of the file."""
    for raw in files:
        root = read_root(raw)
        if local_name(root) != ROOT:
            raise ReadError(f"the root is {local_name(root)}, not {ROOT}", where=raw.name)
        report.facts["namespace"] = etree.QName(root).namespace or "none"
        generated = root.get("dateGenerated", "")
        if day := day_of(iso_date(generated)):
            report.dated(day)
        else:
            report.warn("no date", f"dateGenerated is {generated!r}", raw.name)
        for element in stream_elements(raw, *SCHEMAS, depth=2):
            kind = local_name(element)
            key = element.findtext("{*}REFERENCE_NUMBER") or element.findtext("{*}DATAID") or "?"
            with Record.of_element(element, f"{raw.name}, {kind} {key.strip()}", report) as record:
                party = _party(record, kind, source)
            yield party.entry()


def _party(record: Record, kind: str, source: Source) -> Party:
    data_id = record.text("DATAID")
    reference = record.text("REFERENCE_NUMBER").replace(" ", "")
    if not reference:
        record.warn("no reference number", f"known by its DATAID {data_id}")
    party = Party(source, record, reference or data_id or record.place, source_url=source.entry_url)
    party.schema = SCHEMAS[kind]
    party.add_feature("DATAID", data_id)
    _add_names(party, record, kind)
    for element in (f"{kind}_ADDRESS", "INDIVIDUAL_ADDRESS", "ENTITY_ADDRESS"):
        for address in record.records(element):
            with address:
                party.add_address(_address(party, address))
    _add_person(party, record)
    for document in record.records("INDIVIDUAL_DOCUMENT"):
        with document:
            _add_document(party, document)
    _add_comments(party, record, reference)
    party.designations.append(_designation(record, source))
    record.ignore(*_IGNORED)
    return party


def _add_names(party: Party, record: Record, kind: str) -> None:
    primary = join(*(record.text(part) for part in _NAME_PARTS), separator=" ")
    if primary:
        party.add_name(ListedName(text=primary), primary=True)
    for text in record.texts("NAME_ORIGINAL_SCRIPT"):
        party.add_name(ListedName(text=text, kind=NameKind.ALIAS, source_kind="NAME_ORIGINAL_SCRIPT"))
    for alias in record.records(f"{kind}_ALIAS"):
        with alias:
            _add_alias(party, alias)


def _add_alias(party: Party, alias: Record) -> None:
    quality, cell = alias.text("QUALITY"), alias.text("ALIAS_NAME")
    for name in ("DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH", "NOTE"):
        if value := alias.text(name):
            party.add_feature(f"Alias {name}", f"{cell}: {value}")
    if quality.lower() not in ALIASES:
        alias.warn("unknown alias quality", f"{quality!r} of {cell!r}; kept as an alias")
    kind, strength = ALIASES.get(quality.lower(), ALIASES[""])
    texts = [text.strip() for text in cell.split("; ") if text.strip()]
    for text in texts:
        party.add_name(
            ListedName(
                text=text,
                kind=kind,
                quality=strength,
                source_kind=quality or None,
                derived="split" if len(texts) > 1 else "source",
            )
        )


def _address(party: Party, address: Record) -> Address:
    country = address.text("COUNTRY")
    code = party.country(country) if country else None
    place = address.text("ZIP_CODE")
    is_code = any(character.isdigit() for character in place)  # else it is a region in the wrong element
    region = join(address.text("STATE_PROVINCE"), "" if is_code else place)
    if note := address.text("NOTE"):
        party.add_feature("Address Note", note)
    return Address(
        street=address.text("STREET") or None,
        city=address.text("CITY") or None,
        region=region,
        postal_code=place if is_code else None,
        country=code,
        country_text=country or None,
    )


def _add_person(party: Party, record: Record) -> None:
    for name, label in _TEXTS.items():
        for text in _values(record, name):
            party.add_feature(label, text)
    for text in _values(record, "NATIONALITY"):
        party.country(text)
        party.add_feature("Nationality", text)
    for birth in record.records("INDIVIDUAL_DATE_OF_BIRTH"):
        with birth:
            party.add_feature("Date of Birth", _birth(birth))
    for place in record.records("INDIVIDUAL_PLACE_OF_BIRTH"):
        with place:
            parts = (
                place.text(part)
                for part in ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE")
            )
            party.add_feature("Place of Birth", join(*parts) or "")


def _birth(birth: Record) -> str:
    """Return a date of birth as the list means it: `1962-05`, `circa 1962`, `1960 to 1962`, with its note."""
    kind, first, last = (birth.text(name) for name in ("TYPE_OF_DATE", "FROM_YEAR", "TO_YEAR"))
    text = birth.text("DATE") or birth.text("YEAR")
    text = iso_date(text) or partial_date(text, _DAY_FORMS) or text
    text = text or " to ".join(part for part in (first, last) if part)
    circa = "circa " if kind == "APPROXIMATELY" and text else ""
    return join(f"{circa}{text}", birth.text("NOTE"), separator="; ") or ""


def _add_document(party: Party, document: Record) -> None:
    number = document.text("NUMBER")
    label = join(document.text("TYPE_OF_DOCUMENT"), document.text("TYPE_OF_DOCUMENT2")) or "Document"
    issuer, country = document.text("COUNTRY_OF_ISSUE"), document.text("ISSUING_COUNTRY")
    country = country or issuer
    details = [document.text(name) for name in ("DATE_OF_ISSUE", "DATE_OF_EXPIRY", "CITY_OF_ISSUE", "NOTE")]
    if note := join(*details):
        party.add_feature("Document Note", f"{label} {number}: {note}")
    if not number:
        return
    kind = "passportNumber" if "passport" in label.lower() or "passeport" in label.lower() else "idNumber"
    code = party.country(country) if country else None
    party.add_identifier(identifier(kind, number, country=code, label=label))


def _add_comments(party: Party, record: Record, own: str) -> None:
    for text in record.texts("COMMENTS1"):
        comment = _LINK.sub("", text).strip()
        if comment:
            party.remarks.append(comment)
        for target in dict.fromkeys(_REFERENCE.findall(comment)):
            if target != own:
                link = Relation(
                    kind="UnknownLink", role="named in the comments", target_id=target, derived="remarks"
                )
                party.relations.append(link)


def _designation(record: Record, source: Source) -> Designation:
    listed = iso_date(record.text("LISTED_ON"))
    if listed is None:
        record.warn("no listing date", "LISTED_ON is missing or is no date")
    amended = sorted({day for text in _values(record, "LAST_DAY_UPDATED") if (day := iso_date(text))})
    events = [ListingEvent(kind="listed", date=listed)] if listed and amended else []
    return Designation(
        authority=source.authority,
        list_name=source.title or None,
        programmes=record.texts("UN_LIST_TYPE"),
        asset_freeze=source.blocking,
        listing_date=listed,
        listing_date_basis="source-field" if listed else None,
        modified=amended[-1] if amended else None,
        events=(*events, *(ListingEvent(kind="amended", date=day) for day in amended)),
    )


def _values(record: Record, name: str) -> list[str]:
    """Take the texts of an element, each in a VALUE of its own or in the element itself."""
    found: list[str] = []
    for element in record.records(name):
        with element:
            found += element.texts("VALUE") or element.texts(".")
    return found


READER = Reader(format="un-xml", version="1", recognizes=recognizes, read=read)
