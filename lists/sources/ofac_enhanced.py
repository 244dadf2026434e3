"""OFAC's SDN_ENHANCED.XML and CONS_ENHANCED.XML: one element a party, labels inline. The primary format.

    sanctionsData / publicationInfo / dataAsOf
                  / referenceValues / referenceValue[@refId] / value
                  / entities / entity[@id] / generalInfo, sanctionsLists, sanctionsPrograms, sanctionsTypes,
                        legalAuthorities, names, addresses, features, identityDocuments, relationships

Listing dates stand on `sanctionsList/@datePublished`, one a list. Programmes, measures and legal authorities
are not tied to a list here: a party on two lists carries all of them in both designations (the ADVANCED file
tells them apart). A birth date is taken from `value` ("1951"), not from its interval (1951-01-01 to
1951-12-31). `dataAsOf` is the day of the last change of the data, which for small lists may be weeks old.
"""

from __future__ import annotations

from collections.abc import Iterator

from lists.dates import day_of
from lists.errors import ReadError
from lists.models import ListEntry
from lists.records import Record
from lists.source import Files, Reader, Report, Source
from lists.sources import ofac_terms as ofac
from lists.sources.party import Party, join
from lists.texts import clean
from lists.xml_stream import XmlElement, local_name, read_root, stream_elements

ROOT = "sanctionsData"
DELTA_NAMESPACE = "DeltaFile"
"""What the namespace of a delta holds; deltas have the same root."""


def recognizes(files: Files) -> bool:
    """Recognise one file whose root is `sanctionsData` outside the namespace of deltas."""
    return any(b"<sanctionsData" in raw.head() and b"DeltaFile" not in raw.head() for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield the parties of the file; a party on none of the source's lists is counted in `facts`."""
    raw = next((raw for raw in files if b"<sanctionsData" in raw.head()), files[0])
    root = read_root(raw)
    if local_name(root) != ROOT or DELTA_NAMESPACE in str(root.tag):
        raise ReadError(
            f"the root element is {local_name(root)!r} in {str(root.tag).rpartition('}')[0][1:]!r}",
            where=raw.name,
            hint="expected SDN_ENHANCED.XML or CONS_ENHANCED.XML; other OFAC files have formats of their own",
        )
    report.facts["namespace"] = str(root.tag).rpartition("}")[0][1:]
    references: dict[str, str] = {}
    elsewhere = 0
    for element in stream_elements(raw, "publicationInfo", "referenceValue", "entity"):
        match local_name(element):
            case "publicationInfo":
                _read_publication(element, raw.name, report)
            case "referenceValue":
                _read_reference(element, references)
            case _:
                place = f"{raw.name}, entity {element.get('id')}"
                entry = read_party(element, place, references, source, report)
                if entry is None:
                    elsewhere += 1
                else:
                    yield entry
    report.facts["on other lists"] = str(elsewhere)


def read_party(
    element: XmlElement, place: str, references: dict[str, str], source: Source, report: Report
) -> ListEntry | None:
    """Return the entry of an `entity` element, or None where it is on none of the source's lists."""
    with Record.of_element(element, place, report) as record:
        record.ignore("@action")
        memberships = read_memberships(record)
        if not ofac.is_selected(memberships, source):
            record.ignore(*(local_name(child) for child in element), "@id")
            return None
        party = Party(
            source, record, record.text("@id") or place, source_url=ofac.PAGE + (element.get("id") or "")
        )
        read_general(record, party)
        for name in _inside(record, "names", "name"):
            read_name(name, party)
        for address in _inside(record, "addresses", "address"):
            read_address(address, party)
        for feature in _inside(record, "features", "feature"):
            read_feature(feature, party, references)
        for document in _inside(record, "identityDocuments", "identityDocument"):
            read_document(document, party)
        for relation in _inside(record, "relationships", "relationship"):
            read_relation(relation, party)
        ofac.designate(party, memberships)
    return party.entry()


def read_memberships(record: Record) -> list[ofac.Membership]:
    """Take the lists of a party with their dates, and what applies to all of them."""
    programmes = _texts_inside(record, "sanctionsPrograms", "sanctionsProgram")
    measures = _texts_inside(record, "sanctionsTypes", "sanctionsType")
    acts = _texts_inside(record, "legalAuthorities", "legalAuthority")
    found = []
    for entry in _inside(record, "sanctionsLists", "sanctionsList"):
        with entry:
            entry.ignore("@refId", "@id")
            date = ofac.day(entry.text("@datePublished"))
            member = ofac.Membership(entry.text("."), [date] if date else [], programmes, measures, acts)
        found.append(member)
    if not found:
        record.warn("no list", "the party names no sanctions list; kept under the source's own")
        found.append(ofac.Membership("", [], programmes, measures, acts))
    return found


def read_general(record: Record, party: Party) -> None:
    """Take type, title and remarks."""
    for general in record.records("generalInfo"):
        with general:
            general.ignore("identityId")
            party.schema = ofac.schema_of(party, general.text("entityType"))
            party.remarks.extend(general.texts("remarks"))
            for title in general.texts("title"):
                party.add_feature("Title", title)


def read_name(name: Record, party: Party) -> None:
    """Take a name: its translations are the same name in several scripts, the Latin one leads."""
    with name:
        name.ignore("@id")
        primary = name.text("isPrimary") == "true"
        weak = name.text("isLowQuality") == "true"
        alias_type = name.text("aliasType") or ("Name" if primary else "A.K.A.")
        for translation in _inside(name, "translations", "translation"):
            with translation:
                translation.ignore("@id", "formattedFirstName", "formattedLastName")
                leads = translation.text("isPrimary") != "false"
                text = translation.text("formattedFullName") or _joined_parts(translation)
                translation.ignore("nameParts")
                script = translation.text("script")
                ofac.add_name(party, text, alias_type, primary=primary and leads, weak=weak, script=script)


def read_address(address: Record, party: Party) -> None:
    """Take an address; it may have a country and nothing else."""
    with address:
        address.ignore("@id")
        country = address.text("country")
        translations = list(_inside(address, "translations", "translation"))
        for translation in translations:
            with translation:
                translation.ignore("@id", "isPrimary", "script")
                ofac.add_address(party, _address_parts(translation), country)
        if not translations:
            ofac.add_address(party, [], country)


def read_feature(feature: Record, party: Party, references: dict[str, str]) -> None:
    """Take a feature by its label; a value by reference is looked up."""
    with feature:
        feature.ignore("@id", "versionId", "isPrimary", "valueDate", "reliability")
        reference = feature.text("valueRefId")
        value = feature.text("value") or references.get(reference, "")
        comment = feature.text("comments")
        ofac.add_feature(party, feature.text("type"), join(value, comment, separator="; ") or "")


def read_document(document: Record, party: Party) -> None:
    """Take an identity document; a document that OFAC calls invalid keeps a flag."""
    with document:
        document.ignore("@id", "name", "documentDates", "issueDate", "expirationDate", "issuingLocation")
        flags = ("invalid",) if document.text("isValid") == "false" else ()
        authority, comment = document.text("issuingAuthority"), document.text("comments")
        label, number = document.text("type"), document.text("documentNumber")
        ofac.add_document(party, label, number, document.text("issuingCountry"), flags)
        if authority or comment:
            party.add_feature(f"{label} details", join(number, authority, comment, separator="; ") or "")


def read_relation(relation: Record, party: Party) -> None:
    """Take a relation; the other party may be outside this file, its id is kept."""
    with relation:
        relation.ignore("@id", "isFormer")
        label, former = relation.text("type"), relation.text("isFormer") == "true"
        comment = relation.text("comments")
        for other in relation.records("relatedEntity"):
            with other:
                ofac.add_relation(party, label, other.text("@entityId"), other.text("."), former=former)
        if comment:
            party.add_feature(f"{label} comment", comment)


def _read_publication(element: XmlElement, where: str, report: Report) -> None:
    for child in element.iter():
        if local_name(child) == "dataAsOf":
            published = day_of(ofac.day(clean(child.text)))
            if published is not None:
                report.dated(published)
    filters = [clean(child.text) for child in element.iter() if local_name(child) == "sanctionsList"]
    if filters:
        report.facts["filters"] = ", ".join(filters)
    if report.published is None:
        report.warn("no date", "publicationInfo has no dataAsOf", where)


def _read_reference(element: XmlElement, references: dict[str, str]) -> None:
    value = next((clean(child.text) for child in element if local_name(child) == "value"), "")
    references[element.get("refId") or ""] = value


def _inside(record: Record, group: str, name: str) -> Iterator[Record]:
    """Take the records inside a group element; attributes of the group say nothing."""
    for group_record in record.records(group):
        with group_record:
            yield from group_record.records(name)


def _texts_inside(record: Record, group: str, name: str) -> list[str]:
    return [text for found in record.records(group) for text in found.texts(name)]


def _joined_parts(translation: Record) -> str:
    return " ".join(
        text for part in _inside(translation, "nameParts", "namePart") for text in part.texts("value")
    )


def _address_parts(translation: Record) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    for part in _inside(translation, "addressParts", "addressPart"):
        with part:
            part.ignore("@id", "isPrimary")
            parts.append((part.text("type"), part.text("value")))
    return parts


READER = Reader(format="ofac-enhanced-xml", version="1", recognizes=recognizes, read=read)
