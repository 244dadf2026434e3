"""The EU's financial sanctions file, `xmlFullSanctionsList_1_1`: everything that matters is an attribute.

    export[@generationDate, @globalFileId] / sanctionEntity[@euReferenceNumber, @logicalId,
        @designationDate, @unitedNationId, @designationDetails] / remark, regulation, subjectType,
        nameAlias, address, citizenship, birthdate, identification

The file is generated anew for every request; `globalFileId` says whether its content changed. It marks no
primary name: the oldest strong Latin one in English or in no stated language leads. The listing date is
`designationDate`, else the oldest act that is no amendment; an amendment only says when the entry was
modified. `regulationSummary` below names and addresses repeats acts and is not read. Only the Official
Journal is authentic.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from lists.dates import day_of, iso_date
from lists.errors import ReadError
from lists.models import (
    Address,
    Designation,
    EntitySchema,
    LegalAct,
    ListedName,
    ListEntry,
    NameKind,
    Quality,
)
from lists.records import Record
from lists.source import Files, Reader, Report, Source
from lists.sources.party import Party, join
from lists.sources.tables import fold, lookup
from lists.xml_stream import local_name, read_root, stream_elements

ROOT = "export"
_SCHEMAS = {"person": EntitySchema.PERSON, "enterprise": EntitySchema.ORGANIZATION}
_CONTACTS = {"PHONE": "Phone", "FAX": "Fax", "EMAIL": "Email", "WEB": "Website"}
_FLAGS = {
    "@knownExpired": "expired",
    "@knownFalse": "false",
    "@reportedLost": "lost",
    "@revokedByIssuer": "revoked",
    "@diplomatic": "diplomatic",
}
_ALWAYS_IGNORED = ("@logicalId", "@regulationLanguage", "regulationSummary")
_LOW_QUALITY = re.compile(r"\blow? quality", re.IGNORECASE)
_LETTERED = re.compile(r"(?:^|[,;\s])\(?[a-z]\)\s*")


def recognizes(files: Files) -> bool:
    """Recognise a file with the root `export` in the namespace of the financial sanctions database."""
    return any(b"<export" in raw.head() and b"fsd/export" in raw.head() for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield the entities of the file."""
    raw = files[0]
    root = read_root(raw)
    if local_name(root) != ROOT:
        raise ReadError(
            f"the root element is {local_name(root)!r}, not {ROOT!r}",
            where=raw.name,
            hint="expected xmlFullSanctionsList_1_1",
        )
    report.facts["namespace"] = str(root.tag).rpartition("}")[0][1:]
    report.facts["globalFileId"] = root.get("globalFileId") or ""
    generated = root.get("generationDate") or ""
    published = day_of(iso_date(generated))
    if published is None:
        report.warn("no date", f"generationDate is {generated!r}", raw.name)
    else:
        report.dated(published)
    for element in stream_elements(raw, "sanctionEntity", depth=1):
        place = f"{raw.name}, line {element.sourceline}"
        yield _read_entity(Record.of_element(element, place, report), source)


def _read_entity(record: Record, source: Source) -> ListEntry:
    with record:
        reference, logical = record.text("@euReferenceNumber"), record.text("@logicalId")
        party = Party(source, record, reference or f"logical-{logical}", source_url=source.entry_url)
        record.place = f"{record.place}, {party.entry_id}"
        party.add_feature("logicalId", logical)
        for subject in record.records("subjectType"):
            with subject:
                subject.ignore("@classificationCode", "@logicalId")
                party.schema = _schema(party, subject.text("@code"))
        _add_names(party, list(record.records("nameAlias")))
        for address in record.records("address"):
            _add_address(party, address)
        for citizenship in record.records("citizenship"):
            with citizenship:
                citizenship.ignore("@region", *_ALWAYS_IGNORED)
                text = _country_text(party, citizenship, counts=True)
                party.add_feature("Citizenship", text)
                _add_remarks(party, citizenship)
        for birth in record.records("birthdate"):
            _add_birth(party, birth)
        for document in record.records("identification"):
            _add_identification(party, document)
        _add_remarks(party, record)
        united_nations = record.text("@unitedNationId")
        if united_nations:
            party.add_number("unscId", united_nations, label="unitedNationId")
        party.designations.append(_designation(record, source))
    return party.entry()


def _schema(party: Party, code: str) -> EntitySchema:
    correction = lookup("eu_types").get(fold(party.entry_id))
    if correction is not None:
        party.warn("mislabelled type", f"{code!r} is read as {correction['schema']}: {correction['why']}")
        return EntitySchema(correction["schema"])
    found = _SCHEMAS.get(code.casefold())
    if found is None:
        party.warn("unknown party type", f"{code!r} is none of {', '.join(_SCHEMAS)}")
    return found or EntitySchema.THING


def _add_names(party: Party, aliases: list[Record]) -> None:
    """Add the names; the one that leads is chosen by strength, script, language and age."""
    found: list[tuple[tuple[bool, bool, bool, int], ListedName]] = []
    for alias in aliases:
        with alias:
            name = _read_name(party, alias)
        if name is not None:
            found.append((_rank(name, alias.text("@logicalId")), name))
    if not found:
        return
    leader = min(found, key=lambda ranked: ranked[0])[1]
    party.add_name(leader, primary=True)
    for _, name in found:
        if (name.text, name.lang) != (leader.text, leader.lang):
            party.add_name(name)


def _read_name(party: Party, alias: Record) -> ListedName | None:
    alias.ignore(*_ALWAYS_IGNORED)
    whole = alias.text("@wholeName")
    parts = [alias.text(name) for name in ("@firstName", "@middleName", "@lastName")]
    text = whole or join(*parts, separator=" ") or ""
    party.add_feature("Function", alias.text("@function"))
    party.add_feature("Gender", alias.text("@gender"))
    for title in _LETTERED.split(alias.text("@title")):
        party.add_feature("Title", title.strip(" ,;"))
    remarks = alias.texts("remark")
    stated, lang = alias.text("@strong"), alias.text("@nameLanguage").lower()
    if not text:
        alias.warn("empty alias", "a nameAlias has no name")
        return None
    if fold(text) in lookup("bare_legal_forms"):
        alias.warn("not a name", f"{text!r} is a legal form without a name")
        return None
    weak = stated == "false" or any(_LOW_QUALITY.search(remark) for remark in remarks)
    for remark in remarks:
        if "quality" not in remark.casefold():
            party.remarks.append(f"{text}: {remark}")
            party.add_numbers_in(remark)
    return ListedName(
        text=text,
        kind=NameKind.WEAK if weak else NameKind.ALIAS,
        quality=Quality.WEAK if weak else Quality.STRONG if stated == "true" else Quality.UNSTATED,
        lang=lang or None,
    )


def _rank(name: ListedName, logical: str) -> tuple[bool, bool, bool, int]:
    return (
        name.quality is Quality.WEAK,
        not _is_latin(name.text),
        name.lang not in {None, "en"},
        int(logical) if logical.isdigit() else 0,
    )


def _is_latin(text: str) -> bool:
    return all("LATIN" in unicodedata.name(letter, "") for letter in text if letter.isalpha())


def _add_address(party: Party, address: Record) -> None:
    with address:
        address.ignore("@asAtListingTime", *_ALWAYS_IGNORED)
        box = address.text("@poBox")
        street = join(address.text("@street"), f"P.O. Box {box}" if box else "")
        city = join(address.text("@city"), address.text("@place"))
        code = _country(party, address)
        text = address.text("@countryDescription")
        party.add_address(
            Address(
                street=street,
                city=city,
                region=address.text("@region") or None,
                postal_code=address.text("@zipCode") or None,
                country=code,
                country_text=None if text.casefold() == "unknown" else text or None,
            )
        )
        for contact in address.records("contactInfo"):
            with contact:
                contact.ignore("@logicalId")
                key = contact.text("@key")
                party.add_feature(_CONTACTS.get(key, key or "Contact"), contact.text("@value"))
        _add_remarks(party, address)


def _add_birth(party: Party, birth: Record) -> None:
    with birth:
        birth.ignore("@zipCode", "@region", "@dayOfMonth", *_ALWAYS_IGNORED)
        exact = birth.text("@birthdate")
        parts = [birth.text(name) for name in ("@year", "@month", "@day")]
        years = [birth.text(name) for name in ("@yearRangeFrom", "@yearRangeTo")]
        text = exact or _partial(parts) or join(*years, separator=" to ") or ""
        circa = "circa " if birth.text("@circa") == "true" and text else ""
        calendar = birth.text("@calendarType")
        other = f" ({calendar})" if text and calendar not in {"", "GREGORIAN"} else ""
        party.add_feature("Birthdate", f"{circa}{text}{other}")
        place = join(birth.text("@city"), birth.text("@place"), _country_text(party, birth, counts=False))
        party.add_feature("Place of Birth", place or "")
        _add_remarks(party, birth)


def _partial(parts: list[str]) -> str:
    """Return year, month and day as an ISO date, as far as they are known."""
    known = []
    for number, part in enumerate(parts):
        if not part.isdigit() or int(part) == 0:
            break
        known.append(part.zfill(4 if number == 0 else 2))
    return "-".join(known)


def _add_identification(party: Party, document: Record) -> None:
    with document:
        document.ignore("@identificationTypeDescription", "@region", "@latinNumber", *_ALWAYS_IGNORED)
        code = document.text("@identificationTypeCode")
        number = document.text("@number").strip("- ") or document.text("@latinNumber").strip("- ")
        flags = tuple(flag for name, flag in _FLAGS.items() if document.text(name) == "true")
        country = _country(party, document)
        document.ignore("@countryDescription")
        dates = [
            f"{label} {text}"
            for name, label in (
                ("@issueDate", "issued"),
                ("@validFrom", "valid from"),
                ("@validTo", "valid to"),
            )
            if (text := document.text(name))
        ]
        details = [f"issued by {text}" for text in document.texts("@issuedBy")]
        details += [f"in the name of {text}" for text in document.texts("@nameOnDocument")]
        row = lookup("eu_documents").get(fold(code))
        if row is None:
            document.warn(
                "unknown document type", f"{code!r} is in no row of eu_documents.csv; kept as idNumber"
            )
        if number:
            kind = row["kind"] if row else "idNumber"
            party.add_number(kind, number, label=code or "unstated", country=country, flags=flags)
        if dates or details:
            party.add_feature(f"{code} details", join(number, *details, *dates, separator="; ") or "")
        _add_remarks(party, document)


def _country(party: Party, record: Record) -> str | None:
    """Take the country code of a part; a code that the table has not is read by its description."""
    code, text = record.text("@countryIso2Code"), record.text("@countryDescription")
    if code in {"", "00"}:
        return party.country(text) if text else None
    return party.country(code, hint=bool(text)) or (party.country(text) if text else None)


def _country_text(party: Party, record: Record, *, counts: bool) -> str:
    if counts:
        _country(party, record)
    code, text = record.text("@countryIso2Code"), record.text("@countryDescription")
    known = text if text.casefold() not in {"", "unknown"} else code
    return "" if known == "00" else known


def _add_remarks(party: Party, record: Record) -> None:
    for remark in record.texts("remark"):
        party.remarks.append(remark)
        party.add_numbers_in(remark)


def _designation(record: Record, source: Source) -> Designation:
    acts: list[LegalAct] = []
    programmes: list[str] = []
    original: list[str] = []
    amended: list[str] = []
    for regulation in record.records("regulation"):
        with regulation:
            regulation.ignore("@logicalId", "@organisationType")
            published = iso_date(regulation.text("@publicationDate"))
            is_amendment = regulation.text("@regulationType") == "amendment"
            (amended if is_amendment else original).extend([published] if published else [])
            programmes.extend(regulation.texts("@programme"))
            acts.append(
                LegalAct(
                    title=regulation.text("@numberTitle") or "unstated",
                    url=regulation.text("publicationUrl") or None,
                    published=published,
                    entry_into_force=iso_date(regulation.text("@entryIntoForceDate")),
                )
            )
    listed = iso_date(record.text("@designationDate")) or min(original, default=None)
    return Designation(
        authority=source.authority,
        programmes=tuple(sorted(dict.fromkeys(programmes))),
        legal_basis=tuple(acts),
        asset_freeze=source.blocking,
        listing_date=listed,
        listing_date_basis="source-field" if listed else None,
        modified=max(amended, default=None),
        reason=record.text("@designationDetails") or None,
    )


READER = Reader(format="eu-xml", version="1", recognizes=recognizes, read=read)
