"""Writes SDN_ENHANCED.XML and SDN_ADVANCED.XML at full size (100 MB and more), from the entries of OFAC's CSV files.

The layouts are the publisher's, with its ids, reference values and indentation; the content is what the CSV files
say. The newest CSV files alone give 85 MB, since they lack scripts and many remarks: entries of an older edition
are added under ids of their own. A listing date, which the CSV files do not have, is derived from the entry's id
(`listing_day`), so that reading the XML again can be compared with the CSV entries field by field.

    python tests/benchmarks/full_size_lists.py LISTS_DIRECTORY TARGET_DIRECTORY
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape

from lists.models import ListEntry, Quality
from lists.source import RawFile, Report
from lists.sources import ofac_csv
from lists.sources.catalogue import source_for

NAMESPACE = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports"
TYPES = {"Person": "Individual", "Vessel": "Vessel", "Airplane": "Aircraft"}
ALIAS_TYPES = {
    "aka": "A.K.A.",
    "a.k.a.": "A.K.A.",
    "fka": "F.K.A.",
    "f.k.a.": "F.K.A.",
    "nka": "N.K.A.",
    "n.k.a.": "N.K.A.",
}
LABELS = {
    "Date of Birth": "Birthdate",
    "GRT": "Vessel Gross Registered Tonnage",
    "Tonnage": "Vessel Tonnage",
    "Vessel type": "Vessel Type",
}
"""What the CSV reader calls a feature → what the XML files call it."""
OFFSET = 1_000_000
FURTHER = 6_000
AS_FEATURES = {
    "publicKey",
    "swiftBic",
    "mmsi",
    "dunsCode",
    "bikCode",
    "isin",
    "ticker",
    "serialNumber",
    "callSign",
}
"""Kinds of identifiers that the XML files publish among the features."""


def full_size_entries(lists: Path) -> list[ListEntry]:
    """Return the entries of the newest edition, and further ones of an older edition under ids of their own."""
    newest, older = read_csv(lists / "us-ofac-sdn-2026-07"), read_csv(lists / "us-ofac-sdn-2024-03")
    return newest + [
        entry.model_copy(update={"entry_id": str(OFFSET + int(entry.entry_id))}) for entry in older[-FURTHER:]
    ]


def read_csv(directory: Path) -> list[ListEntry]:
    """Return the entries of a directory with SDN, ALT, ADD and COMMENTS files."""
    raws = tuple(RawFile(path.name, path_opener(path)) for path in sorted(directory.iterdir()))
    return list(ofac_csv.READER.read(raws, source_for("us_ofac_sdn"), Report()))


def path_opener(path: Path):
    return lambda: path.open("rb")


def listing_day(entry: ListEntry) -> str:
    """The day that the generated files say an entry was listed."""
    return (date(1990, 1, 1) + timedelta(days=int(entry.entry_id) % 13000)).isoformat()


def alias_type(source_kind: str | None) -> str:
    return ALIAS_TYPES[source_kind or "aka"]


def published(found) -> str:
    """The number as OFAC prints it."""
    return f"IMO {found.value}" if found.kind == "imoNumber" and found.value.isdigit() else found.value


def documents(entry: ListEntry) -> list[tuple[str, str, str]]:
    """(label, number, country) of what the XML files publish as identity documents."""
    return [
        (found.label, published(found), found.country or "")
        for found in entry.identifiers
        if found.kind not in AS_FEATURES and found.label
    ]


def features(entry: ListEntry) -> Iterator[tuple[str, str]]:
    """(label, value) of what the XML files publish as features, without the title."""
    for found in entry.identifiers:
        if found.kind in AS_FEATURES or not found.label:
            yield found.label or "Vessel Call Sign", found.value
    for label, values in entry.features.items():
        if label != "Title":
            for value in values:
                yield LABELS.get(label, label), value


def targets(entry: ListEntry, ids: dict[str, str]) -> list[tuple[str, str]]:
    """(id, name) of the parties that an entry is linked to, where a name is that of one entry."""
    return [
        (ids[relation.target_name], relation.target_name)
        for relation in entry.relations
        if relation.target_name in ids
    ]


def ids_by_name(entries: list[ListEntry]) -> dict[str, str]:
    return {entry.name: entry.entry_id for entry in entries}


class Numbers:
    """Ids for elements, counted through a file."""

    def __init__(self) -> None:
        self.last = 10_000

    def __call__(self) -> int:
        self.last += 1
        return self.last


def write_enhanced(entries: list[ListEntry], target: TextIO) -> None:
    new, ids = Numbers(), ids_by_name(entries)
    target.write(
        f'<?xml version="1.0" encoding="utf-8"?>\n<sanctionsData xmlns="{NAMESPACE}/ENHANCED_XML">\n'
        "  <publicationInfo>\n    <dataAsOf>2026-07-31T00:00:00</dataAsOf>\n    <filters>\n      <sanctionsLists>\n"
        "        <sanctionsList>SDN List</sanctionsList>\n      </sanctionsLists>\n    </filters>\n"
        "  </publicationInfo>\n  <referenceValues/>\n  <entities>\n"
    )
    for entry in entries:
        target.write(_enhanced_entity(entry, new, ids))
    target.write("  </entities>\n</sanctionsData>\n")


def _enhanced_entity(entry: ListEntry, new: Numbers, ids: dict[str, str]) -> str:
    designation = entry.designations[0]
    out = [
        f'    <entity id="{entry.entry_id}">\n      <generalInfo>\n        <identityId>{new()}</identityId>\n'
        f'        <entityType refId="601">{TYPES.get(entry.schema_.value, "Entity")}</entityType>\n'
    ]
    out += [f"        <remarks>{escape(text)}</remarks>\n" for text in entry.remarks]
    out += [f"        <title>{escape(text)}</title>\n" for text in entry.features.get("Title", ())]
    out.append(
        "      </generalInfo>\n      <sanctionsLists>\n"
        f'        <sanctionsList refId="1550" id="{new()}" datePublished="{listing_day(entry)}">'
        "SDN List</sanctionsList>\n"
        "      </sanctionsLists>\n      <sanctionsPrograms>\n"
    )
    out += [
        f'        <sanctionsProgram refId="91055" id="{new()}">{escape(text)}</sanctionsProgram>\n'
        for text in designation.programmes
    ]
    out.append(
        f'      </sanctionsPrograms>\n      <sanctionsTypes>\n        <sanctionsType refId="1705" id="{new()}">Block'
        "</sanctionsType>\n      </sanctionsTypes>\n      <legalAuthorities>\n"
        f'        <legalAuthority refId="1866" id="{new()}">Unknown</legalAuthority>\n      </legalAuthorities>\n'
        "      <names>\n"
    )
    out += [_enhanced_name(name, number == 0, new) for number, name in enumerate(entry.names)]
    out.append("      </names>\n      <addresses>\n")
    out += [_enhanced_address(address, new) for address in entry.addresses]
    out.append("      </addresses>\n      <features>\n")
    for label, value in features(entry):
        out.append(
            f'        <feature id="{new()}">\n          <type featureTypeId="504">{escape(label)}</type>\n'
            f"          <versionId>{new()}</versionId>\n          <value>{escape(value)}</value>\n"
            "          <isPrimary>true</isPrimary>\n        </feature>\n"
        )
    out.append("      </features>\n      <identityDocuments>\n")
    for label, number, country in documents(entry):
        issuer = (
            f'          <issuingCountry refId="11179">{country.upper()}</issuingCountry>\n' if country else ""
        )
        out.append(
            f'        <identityDocument id="{new()}">\n          <type refId="1596">{escape(label)}</type>\n'
            f'          <name id="{new()}"/>\n          <documentNumber>{escape(number)}</documentNumber>\n'
            f"          <isValid>true</isValid>\n{issuer}        </identityDocument>\n"
        )
    out.append("      </identityDocuments>\n      <relationships>\n")
    for identity, name in targets(entry, ids):
        out.append(
            f'        <relationship id="{new()}">\n          <type refId="15003">Linked To</type>\n'
            f'          <relatedEntity entityId="{identity}">{escape(name)}</relatedEntity>\n        </relationship>\n'
        )
    out.append("      </relationships>\n    </entity>\n")
    return "".join(out)


def _enhanced_name(name, primary: bool, new: Numbers) -> str:
    kind = (
        "" if primary else f'          <aliasType refId="1400">{alias_type(name.source_kind)}</aliasType>\n'
    )
    weak = str(name.quality is Quality.WEAK).lower()
    return (
        f'        <name id="{new()}">\n          <isPrimary>{str(primary).lower()}</isPrimary>\n{kind}'
        f"          <isLowQuality>{weak}</isLowQuality>\n          <translations>\n"
        f'            <translation id="{new()}">\n              <isPrimary>true</isPrimary>\n'
        '              <script refId="215">Latin</script>\n'
        f"              <formattedLastName>{escape(name.text)}</formattedLastName>\n"
        f"              <formattedFullName>{escape(name.text)}</formattedFullName>\n              <nameParts>\n"
        f'                <namePart id="{new()}">\n                  <type refId="1525">Entity Name</type>\n'
        f"                  <value>{escape(name.text)}</value>\n                </namePart>\n"
        "              </nameParts>\n            </translation>\n          </translations>\n        </name>\n"
    )


def _enhanced_address(address, new: Numbers) -> str:
    country = (
        f'          <country refId="11179">{escape(address.country_text)}</country>\n'
        if address.country_text
        else ""
    )
    parts = "".join(
        f'                <addressPart id="{new()}">\n                  <type refId="1451">{label}</type>\n'
        f"                  <value>{escape(value)}</value>\n                </addressPart>\n"
        for label, value in (("ADDRESS1", address.street), ("CITY", address.city))
        if value
    )
    return (
        f'        <address id="{new()}">\n{country}          <translations>\n            <translation id="{new()}">\n'
        '              <isPrimary>true</isPrimary>\n              <script refId="215">Latin</script>\n'
        f"              <addressParts>\n{parts}              </addressParts>\n            </translation>\n"
        "          </translations>\n        </address>\n"
    )


class References:
    """Numbers for labels: the reference values of an ADVANCED file, gathered before it is written."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, str], int] = {}

    def __call__(self, kind: str, label: str) -> int:
        return self.numbers.setdefault((kind, label), 1400 + len(self.numbers))


def gather_references(entries: list[ListEntry]) -> References:
    known = References()
    for kind, label in (
        ("AliasType", "Name"), ("List", "SDN List"), ("NamePartType", "Entity Name"), ("Script", "Latin"),
        ("SanctionsType", "Program"), ("SanctionsType", "Block"), ("RelationType", "Linked To"),
        ("LocPartType", "ADDRESS1"), ("LocPartType", "CITY"), ("FeatureType", "Location"), ("Validity", "Valid"),
        ("LegalBasis", "Unknown"), *(("AliasType", label) for label in set(ALIAS_TYPES.values())),
        *(("PartySubType", label) for label in ("Entity", *TYPES.values())),
    ):  # fmt: skip
        known(kind, label)
    for entry in entries:
        for label, _ in features(entry):
            known("FeatureType", label)
        if "Title" in entry.features:
            known("FeatureType", "Title")
        for label, _, country in documents(entry):
            known("IDRegDocType", label)
            if country:
                known("Country", country.upper())
        for address in entry.addresses:
            if address.country_text:
                known("Country", address.country_text)
    return known


def write_advanced(entries: list[ListEntry], target: TextIO) -> None:
    new, known = Numbers(), gather_references(entries)
    target.write(
        f'<?xml version="1.0" encoding="utf-8"?>\n<Sanctions xmlns="{NAMESPACE}/ADVANCED_XML" Version="3">\n'
        '  <DateOfIssue CalendarTypeID="1">\n    <Year>2026</Year>\n    <Month>7</Month>\n    <Day>31</Day>\n'
        "  </DateOfIssue>\n"
    )
    blocks = {
        "ReferenceValueSets": _reference_values(known),
        "Locations": _locations(entries, known),
        "IDRegDocuments": _documents(entries, new, known),
        "DistinctParties": (_party(entry, new, known) for entry in entries),
        "ProfileRelationships": _relationships(entries, new, known),
        "SanctionsEntries": (_sanctions_entry(entry, new, known) for entry in entries),
        "SanctionsEntryLinks": iter(()),
    }
    for name, lines in blocks.items():
        target.write(f"  <{name}>\n")
        target.writelines(lines)
        target.write(f"  </{name}>\n")
    target.write("</Sanctions>\n")


def _reference_values(known: References) -> Iterator[str]:
    for kind in sorted({kind for kind, _ in known.numbers}):
        yield f"    <{kind}Values>\n"
        for (found, label), number in known.numbers.items():
            if found == kind:
                yield f'      <{kind} ID="{number}">{escape(label)}</{kind}>\n'
        yield f"    </{kind}Values>\n"


def _locations(entries: list[ListEntry], known: References) -> Iterator[str]:
    for entry in entries:
        for number, address in enumerate(entry.addresses):
            yield _location(f"{entry.entry_id}{number:02d}", address, known)


def _documents(entries: list[ListEntry], new: Numbers, known: References) -> Iterator[str]:
    for entry in entries:
        for label, number, country in documents(entry):
            yield _document(entry, (label, number, country), new, known)


def _relationships(entries: list[ListEntry], new: Numbers, known: References) -> Iterator[str]:
    ids = ids_by_name(entries)
    for entry in entries:
        for identity, _ in targets(entry, ids):
            yield (
                f'    <ProfileRelationship ID="{new()}" From-ProfileID="{entry.entry_id}" To-ProfileID="{identity}" '
                f'RelationTypeID="{known("RelationType", "Linked To")}" RelationQualityID="1" Former="false" '
                f'SanctionsEntryID="{entry.entry_id}">\n      <Comment />\n    </ProfileRelationship>\n'
            )


def _location(number: str, address, known: References) -> str:
    country = (
        f'      <LocationCountry CountryID="{known("Country", address.country_text)}" CountryRelevanceID="1560" />\n'
        if address.country_text
        else ""
    )
    parts = "".join(
        f'      <LocationPart LocPartTypeID="{known("LocPartType", label)}">\n'
        '        <LocationPartValue Primary="true" LocPartValueTypeID="1" LocPartValueStatusID="1">\n'
        f"          <Comment />\n          <Value>{escape(value)}</Value>\n"
        "        </LocationPartValue>\n      </LocationPart>\n"
        for label, value in (("ADDRESS1", address.street), ("CITY", address.city))
        if value
    )
    return (
        f'    <Location ID="{number}">\n{country}{parts}      <FeatureVersionReference FeatureVersionID="1" />\n'
        "    </Location>\n"
    )


def _document(entry: ListEntry, document: tuple[str, str, str], new: Numbers, known: References) -> str:
    label, number, country = document
    issuer = f' IssuedBy-CountryID="{known("Country", country.upper())}"' if country else ""
    return (
        f'    <IDRegDocument ID="{new()}" IDRegDocTypeID="{known("IDRegDocType", label)}" '
        f'IdentityID="9{entry.entry_id}"{issuer} ValidityID="{known("Validity", "Valid")}">\n      <Comment />\n'
        f"      <IDRegistrationNo>{escape(number)}</IDRegistrationNo>\n      <IssuingAuthority />\n"
        "    </IDRegDocument>\n"
    )


def _party(entry: ListEntry, new: Numbers, known: References) -> str:
    remarks = f"<Comment>{escape(entry.remarks[0])}</Comment>" if entry.remarks else "<Comment />"
    subtype = known("PartySubType", TYPES.get(entry.schema_.value, "Entity"))
    out = [
        f'    <DistinctParty FixedRef="{entry.entry_id}">\n      {remarks}\n'
        f'      <Profile ID="{entry.entry_id}" PartySubTypeID="{subtype}">\n'
        f'        <Identity ID="9{entry.entry_id}" FixedRef="{entry.entry_id}" Primary="true" False="false">\n'
    ]
    for number, name in enumerate(entry.names):
        label = alias_type(name.source_kind) if number else "Name"
        weak = str(name.quality is Quality.WEAK).lower()
        out.append(
            f'          <Alias FixedRef="{entry.entry_id}" AliasTypeID="{known("AliasType", label)}" '
            f'Primary="{str(number == 0).lower()}" LowQuality="{weak}">\n'
            f'            <DocumentedName ID="{new()}" FixedRef="{entry.entry_id}" DocNameStatusID="1">\n'
            "              <DocumentedNamePart>\n"
            f'                <NamePartValue NamePartGroupID="7{entry.entry_id}" ScriptID="{known("Script", "Latin")}" '
            f'ScriptStatusID="1" Acronym="false">{escape(name.text)}</NamePartValue>\n'
            "              </DocumentedNamePart>\n            </DocumentedName>\n          </Alias>\n"
        )
    out.append(
        "          <NamePartGroups>\n            <MasterNamePartGroup>\n"
        f'              <NamePartGroup ID="7{entry.entry_id}" '
        f'NamePartTypeID="{known("NamePartType", "Entity Name")}" />\n'
        "            </MasterNamePartGroup>\n          </NamePartGroups>\n        </Identity>\n"
    )
    out += [
        _advanced_feature(
            entry, "Location", f'<VersionLocation LocationID="{entry.entry_id}{number:02d}" />', new, known
        )
        for number, _ in enumerate(entry.addresses)
    ]
    texts = [*features(entry), *(("Title", text) for text in entry.features.get("Title", ()))]
    out += [
        _advanced_feature(
            entry, label, f'<VersionDetail DetailTypeID="1432">{escape(value)}</VersionDetail>', new, known
        )
        for label, value in texts
    ]
    out.append(
        f'        <SanctionsEntryReference SanctionsEntryID="{entry.entry_id}" />\n      </Profile>\n'
        "    </DistinctParty>\n"
    )
    return "".join(out)


def _advanced_feature(entry: ListEntry, label: str, value: str, new: Numbers, known: References) -> str:
    return (
        f'        <Feature ID="{new()}" FeatureTypeID="{known("FeatureType", label)}">\n'
        f'          <FeatureVersion ID="{new()}" ReliabilityID="1560">\n            <Comment />\n            {value}\n'
        f'          </FeatureVersion>\n          <IdentityReference IdentityID="9{entry.entry_id}" '
        'IdentityFeatureLinkTypeID="1" />\n        </Feature>\n'
    )


def _sanctions_entry(entry: ListEntry, new: Numbers, known: References) -> str:
    year, month, day = listing_day(entry).split("-")
    measures = "".join(
        f'      <SanctionsMeasure ID="{new()}" SanctionsTypeID="{known("SanctionsType", "Program")}">\n'
        f"        <Comment>{escape(text)}</Comment>\n      </SanctionsMeasure>\n"
        for text in entry.designations[0].programmes
    )
    return (
        f'    <SanctionsEntry ID="{entry.entry_id}" ProfileID="{entry.entry_id}" '
        f'ListID="{known("List", "SDN List")}">\n'
        f'      <EntryEvent ID="{new()}" EntryEventTypeID="1" LegalBasisID="{known("LegalBasis", "Unknown")}">\n'
        f'        <Comment />\n        <Date CalendarTypeID="1">\n          <Year>{year}</Year>\n'
        f"          <Month>{int(month)}</Month>\n          <Day>{int(day)}</Day>\n        </Date>\n"
        f"      </EntryEvent>\n{measures}"
        f'      <SanctionsMeasure ID="{new()}" SanctionsTypeID="{known("SanctionsType", "Block")}">\n'
        "        <Comment />\n      </SanctionsMeasure>\n    </SanctionsEntry>\n"
    )


WRITERS = {"SDN_ENHANCED.XML": write_enhanced, "SDN_ADVANCED.XML": write_advanced}


def write_all(entries: list[ListEntry], directory: Path) -> dict[str, Path]:
    """Write both files and return their paths by name."""
    paths = {name: directory / name for name in WRITERS}
    for name, writer in WRITERS.items():
        with paths[name].open("w", encoding="utf-8") as target:
            writer(entries, target)
    return paths


def main() -> None:
    source, target = (Path(argument) for argument in sys.argv[1:3])
    target.mkdir(parents=True, exist_ok=True)
    for name, path in write_all(full_size_entries(source), target).items():
        print(f"{name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
