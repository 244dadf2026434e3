"""OFAC's SDN_ADVANCED.XML and CONS_ADVANCED.XML: a relational dump, read in two passes. The fallback.

The first pass (`ofac_tables`) keeps what parties refer to; the second streams `DistinctParty` and puts each
together. Richer than ENHANCED in what belongs to which list, in relations of the past, and in dates.

A person's name is put together as OFAC prints it, `LAST, First Middle`; several values of one part type are
joined in document order. A party on none of the source's lists is counted in `facts`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lists.errors import ReadError
from lists.models import ListEntry
from lists.records import Record
from lists.source import Files, RawFile, Reader, Report, Source
from lists.sources import ofac_terms as ofac
from lists.sources.ofac_tables import PARTY, Tables, read_period, read_tables, stream_blocks
from lists.sources.party import Party, join
from lists.sources.tables import fold, lookup
from lists.xml_stream import XmlElement, local_name, read_root

ROOT = "Sanctions"
_PERSON_LAST = frozenset({"last name"})


def recognizes(files: Files) -> bool:
    """Recognise a file whose root is `Sanctions`."""
    return any(b"<Sanctions " in raw.head() or b"<Sanctions>" in raw.head() for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield the parties of the file in document order."""
    raw = files[0]
    root = read_root(raw)
    if local_name(root) != ROOT:
        raise ReadError(
            f"the root element is {local_name(root)!r}, not {ROOT!r}",
            where=raw.name,
            hint="expected SDN_ADVANCED.XML or CONS_ADVANCED.XML; other OFAC files have formats of their own",
        )
    report.facts["namespace"] = str(root.tag).rpartition("}")[0][1:]
    tables = read_tables(raw, report)
    if report.published is None:
        report.warn("no date", "the file has no DateOfIssue", raw.name)
    yield from _read_parties(raw, tables, source, report)


def _read_parties(raw: RawFile, tables: Tables, source: Source, report: Report) -> Iterator[ListEntry]:
    elsewhere = 0
    for element in stream_blocks(raw):
        if local_name(element) != PARTY:
            continue
        number = element.get("FixedRef") or ""
        if not ofac.is_selected(tables.memberships.get(number, []), source):
            elsewhere += 1
            continue
        yield _read_party(element, f"{raw.name}, DistinctParty {number}", tables, source, report)
    report.facts["on other lists"] = str(elsewhere)


def _read_party(element: XmlElement, place: str, tables: Tables, source: Source, report: Report) -> ListEntry:
    with Record.of_element(element, place, report) as record:
        number = record.text("@FixedRef")
        party = Party(source, record, number or place, source_url=ofac.PAGE + number)
        party.remarks.extend(record.texts("Comment"))
        for feature in record.records("Feature"):
            _read_feature(feature, party, tables)
        profiles = list(record.records("Profile"))
        if len(profiles) != 1:
            record.warn(
                "several profiles", f"one profile is expected, there are {len(profiles)}; all are read"
            )
        for profile in profiles:
            _read_profile(profile, party, tables)
        ofac.designate(party, _memberships(party, tables))
    return party.entry()


def _memberships(party: Party, tables: Tables) -> list[ofac.Membership]:
    found = tables.memberships.get(party.entry_id)
    if not found:
        party.warn("no list", "no SanctionsEntry refers to the party; kept under the source's own list")
    return found or [ofac.Membership("")]


def _read_profile(profile: Record, party: Party, tables: Tables) -> None:
    with profile:
        profile.ignore("SanctionsEntryReference", "ExternalReference", "Comment")
        number = profile.text("@ID")
        party.schema = ofac.schema_of(party, _party_type(profile, tables))
        for identity in profile.records("Identity"):
            _read_identity(identity, party, tables)
        for feature in profile.records("Feature"):
            _read_feature(feature, party, tables)
        for link in tables.links.get(number, ()):
            ofac.add_relation(party, link.label, link.target, "", former=link.former)
            party.add_feature(f"{link.label} comment", link.comment)


def _party_type(profile: Record, tables: Tables) -> str:
    number = profile.text("@PartySubTypeID")
    label = tables.label("PartySubType", number, profile)
    if label.casefold() != "unknown":
        return label
    return tables.label(
        "PartyType", tables.attributes.get(("PartySubType", number, "PartyTypeID"), ""), profile
    )


def _read_identity(identity: Record, party: Party, tables: Tables) -> None:
    with identity:
        identity.ignore("@FixedRef", "@Primary")
        if identity.text("@False") == "true":
            identity.warn("false identity", "OFAC marks this identity as false; its names are kept")
        groups = _part_types(identity, tables)
        for alias in identity.records("Alias"):
            _read_alias(alias, groups, party, tables)
        for document in tables.documents.get(identity.text("@ID"), ()):
            ofac.add_document(party, document.label, document.number, document.country, document.flags)
            if document.details:
                details = join(document.number, document.details, separator="; ") or ""
                party.add_feature(f"{document.label} details", details)


def _part_types(identity: Record, tables: Tables) -> dict[str, str]:
    """Return the label of each name part group of an identity."""
    groups: dict[str, str] = {}
    for outer in identity.records("NamePartGroups"):
        with outer:
            for master in outer.records("MasterNamePartGroup"):
                with master:
                    for group in master.records("NamePartGroup"):
                        with group:
                            label = tables.label("NamePartType", group.text("@NamePartTypeID"), group)
                            groups[group.text("@ID")] = label.casefold()
    return groups


def _read_alias(alias: Record, groups: dict[str, str], party: Party, tables: Tables) -> None:
    """Take an alias; several documented names are the same name in several scripts, the Latin one leads."""
    with alias:
        alias.ignore("@FixedRef")
        label = tables.label("AliasType", alias.text("@AliasTypeID"), alias)
        primary = alias.text("@Primary") == "true"
        weak = alias.text("@LowQuality") == "true"
        names = [_read_documented(name, groups, tables) for name in alias.records("DocumentedName")]
        if not names:
            alias.warn("empty alias", f"an alias of type {label!r} has no documented name")
        leader = next((number for number, (_, script) in enumerate(names) if script == "Latin"), 0)
        for number, (text, script) in enumerate(names):
            leads = primary and number == leader
            ofac.add_name(party, text, label, primary=leads, weak=weak, script=script)


def _read_documented(name: Record, groups: dict[str, str], tables: Tables) -> tuple[str, str]:
    last: list[str] = []
    other: list[str] = []
    script = ""
    with name:
        name.ignore("@ID", "@FixedRef", "@DocNameStatusID", "DocumentedNameCountry")
        for part in name.records("DocumentedNamePart"):
            with part:
                for value in part.records("NamePartValue"):
                    with value:
                        value.ignore("@ScriptStatusID", "@Acronym")
                        stated = tables.label("Script", value.text("@ScriptID"), value)
                        script = script or stated
                        kind = groups.get(value.text("@NamePartGroupID"), "")
                        (last if kind in _PERSON_LAST else other).append(value.text("."))
    return join(" ".join(last), " ".join(other)) or "", script


def _read_feature(feature: Record, party: Party, tables: Tables) -> None:
    with feature:
        feature.ignore("@ID", "IdentityReference")
        label = tables.label("FeatureType", feature.text("@FeatureTypeID"), feature)
        for version in feature.records("FeatureVersion"):
            with version:
                version.ignore("@ID", "@ReliabilityID")
                for text in _feature_values(version, label, party, tables):
                    ofac.add_feature(party, label, text)


def _feature_values(version: Record, label: str, party: Party, tables: Tables) -> list[str]:
    """Take what a feature says: a text, a text by reference, a date, or a place by reference."""
    values = list(version.texts("Comment"))
    for detail in version.records("VersionDetail"):
        with detail:
            detail.ignore("@DetailTypeID")
            reference = detail.text("@DetailReferenceID")
            values.append(detail.text(".") or tables.label("DetailReference", reference, detail))
    values.extend(read_period(period) for period in version.records("DatePeriod"))
    row = lookup("ofac_features").get(fold(label))
    use = row["use"] if row else "feature"
    for place in version.records("VersionLocation"):
        with place:
            number = place.text("@LocationID")
            location = tables.locations.get(number)
        if location is None:
            version.warn("unknown reference", f"Location {number} is not in the file")
        elif use == "address":
            ofac.add_address(party, list(location.parts), location.country)
        else:
            values.append(location.country if use == "country" else location.text)
    return values


READER = Reader(format="ofac-advanced-xml", version="1", recognizes=recognizes, read=read)
