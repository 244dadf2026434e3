"""OFAC's SDN.XML and CONSOLIDATED.XML, the legacy format; for archives and as a cross-check.

    sdnList / publshInformation / Publish_Date, Record_Count        (the typing error is OFAC's own)
            / sdnEntry / uid, firstName?, lastName, title?, sdnType, remarks?, programList, idList,
                         akaList, addressList, nationalityList, citizenshipList, dateOfBirthList,
                         placeOfBirthList, vesselInfo

It has no listing dates and does not say which list a party of CONSOLIDATED.XML is on: it can be read as
`us_ofac_cons`, not as one of the lists inside. `idList` mixes documents, features and texts; the tables tell
them apart. `Record_Count` has to agree with the entries, or the file is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lists.dates import day_of
from lists.errors import ReadError
from lists.models import ListEntry, Relation
from lists.records import Record
from lists.source import Files, Reader, Report, Source
from lists.sources import ofac_terms as ofac
from lists.sources.party import Party, join
from lists.xml_stream import local_name, read_root, stream_elements

ROOT = "sdnList"
_LINKED = re.compile(r"Linked To:\s*([^;()]+?)\s*(?=[;)]|\.?$)")
_ADDRESS_PARTS = ("address1", "address2", "address3", "city", "stateOrProvince", "postalCode")
_ADDRESS_LABELS = {"stateOrProvince": "STATE/PROVINCE", "postalCode": "POSTAL CODE"}
_VESSEL = {
    "callSign": "Vessel Call Sign",
    "vesselType": "Vessel Type",
    "vesselFlag": "Vessel Flag",
    "vesselOwner": "Vessel Owner",
    "tonnage": "Vessel Tonnage",
    "grossRegisteredTonnage": "Vessel Gross Registered Tonnage",
}
_LISTS = (
    ("nationalityList", "nationality", "country", "Nationality Country"),
    ("citizenshipList", "citizenship", "country", "Citizenship Country"),
    ("dateOfBirthList", "dateOfBirthItem", "dateOfBirth", "Birthdate"),
    ("placeOfBirthList", "placeOfBirthItem", "placeOfBirth", "Place of Birth"),
)
"""Group element, item, its value, and the label that the other formats use for it."""


def recognizes(files: Files) -> bool:
    """Recognise a file whose root is `sdnList`."""
    return any(b"<sdnList" in raw.head() for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield the entries; refuse a file with another number of them than it states."""
    raw = files[0]
    root = read_root(raw)
    if local_name(root) != ROOT:
        raise ReadError(f"the root element is {local_name(root)!r}, not {ROOT!r}", where=raw.name)
    if source.select and "SDN" not in source.select:
        raise ReadError(
            "this format does not say which list a party is on",
            where=raw.name,
            hint="import it as us_ofac_cons, or take CONS_ENHANCED.XML",
        )
    report.facts["namespace"] = str(root.tag).rpartition("}")[0][1:]
    stated, count = "", 0
    for element in stream_elements(raw, "publshInformation", "sdnEntry", depth=1):
        place = f"{raw.name}, line {element.sourceline}"
        if local_name(element) == "sdnEntry":
            count += 1
            yield _read_entry(Record.of_element(element, place, report), source)
        else:
            stated = _read_publication(Record.of_element(element, place, report), report)
    if stated and stated != str(count):
        raise ReadError(
            f"Record_Count is {stated}, but there are {count} entries",
            where=raw.name,
            hint="the file is incomplete; fetch it again",
        )


def _read_publication(record: Record, report: Report) -> str:
    with record:
        text = record.text("Publish_Date")
        published = day_of(ofac.day(text))
        if published is None:
            record.warn("no date", f"Publish_Date is {text!r}")
        else:
            report.dated(published)
        return record.text("Record_Count")


def _read_entry(record: Record, source: Source) -> ListEntry:
    with record:
        number = record.text("uid")
        party = Party(source, record, number or record.place, source_url=ofac.PAGE + number)
        record.place = f"{record.place}, uid {number}"
        party.schema = ofac.schema_of(party, record.text("sdnType"))
        ofac.add_name(party, _full_name(record), "Name", primary=True, weak=False)
        for remarks in record.texts("remarks"):
            party.remarks.append(remarks)
            for linked in _LINKED.findall(remarks):
                link = Relation(kind="UnknownLink", role="Linked To", target_name=linked, derived="remarks")
                party.relations.append(link)
        party.add_feature("Title", record.text("title"))
        for item in _items(record, "idList", "id"):
            _read_id(item, party)
        for item in _items(record, "akaList", "aka"):
            _read_alias(item, party)
        for item in _items(record, "addressList", "address"):
            _read_address(item, party)
        for group, name, value, label in _LISTS:
            for item in _items(record, group, name):
                item.ignore("mainEntry")
                ofac.add_feature(party, label, item.text(value))
        for vessel in record.records("vesselInfo"):
            with vessel:
                for field, label in _VESSEL.items():
                    ofac.add_feature(party, label, vessel.text(field))
        programmes = [text for group in record.records("programList") for text in group.texts("program")]
        ofac.designate(party, [ofac.Membership("", programmes=programmes)])
    return party.entry()


def _read_id(item: Record, party: Party) -> None:
    label, number, country = item.text("idType"), item.text("idNumber"), item.text("idCountry")
    dates = join(item.text("issueDate"), item.text("expirationDate"), separator=" to ")
    if not number:
        item.warn("empty document", f"{label!r} has no number")
    elif ofac.is_feature(label):
        ofac.add_feature(party, label, join(number, country) or "")
    else:
        ofac.add_document(party, label, number, country)
    if dates:
        party.add_feature(f"{label} details", f"{number}; {dates}")


def _read_alias(item: Record, party: Party) -> None:
    weak = item.text("category") == "weak"
    kind = item.text("type") or "a.k.a."
    ofac.add_name(party, _full_name(item), kind, primary=False, weak=weak)


def _read_address(item: Record, party: Party) -> None:
    parts = [(_ADDRESS_LABELS.get(name, name), item.text(name)) for name in _ADDRESS_PARTS]
    ofac.add_address(party, [part for part in parts if part[1]], item.text("country"))


def _full_name(record: Record) -> str:
    return join(record.text("lastName"), record.text("firstName")) or ""


def _items(record: Record, group: str, name: str) -> Iterator[Record]:
    """Take the items of a group; their own uids mean nothing outside the file."""
    for outer in record.records(group):
        with outer:
            for item in outer.records(name):
                item.ignore("uid")
                with item:
                    yield item


READER = Reader(format="ofac-xml", version="1", recognizes=recognizes, read=read)
