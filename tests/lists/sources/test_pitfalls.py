"""Formats × pitfalls: what publishers are known to do, one row a test. Each row names what must come out of it."""

# ruff: noqa: E501 (a row of the table is a line)

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest

from lists.models import ListEntry, NameKind, Quality


@dataclass(frozen=True)
class Pitfall:
    """A pitfall of a format, the fixture that has it, and what must hold of the reading."""

    format_name: str
    pitfall: str
    fixture: str
    list_id: str
    holds: Callable


def kinds(entry: ListEntry) -> dict[str, NameKind]:
    return {name.text: name.kind for name in entry.names}


def qualities(entry: ListEntry) -> dict[str, Quality]:
    return {name.text: name.quality for name in entry.names}


def scripts(entry: ListEntry) -> dict[str, str | None]:
    return {name.text: name.script for name in entry.names}


def numbers(entry: ListEntry) -> set[tuple[str, str, bool | None]]:
    return {(found.kind, found.value, found.valid) for found in entry.identifiers}


def listed(entry: ListEntry) -> dict[str | None, str | None]:
    return {designation.list_name: designation.listing_date for designation in entry.designations}


def warned(entry: ListEntry, kind: str) -> bool:
    return any(warning.startswith(f"{kind}:") for warning in entry.warnings)


ENHANCED = ("ofac-enhanced-xml", "ofac_enhanced.xml", "us_ofac_sdn")
CONS = ("ofac-enhanced-xml", "ofac_enhanced_cons.xml", "us_ofac_cons")
ADVANCED = ("ofac-advanced-xml", "ofac_advanced.xml", "us_ofac_cons")
LEGACY = ("ofac-xml", "ofac_legacy.xml", "us_ofac_sdn")
EU = ("eu-xml", "eu_fsf.xml", "eu_fsf")
UK = ("uk-xml", "uk_list.xml", "gb_uksl")
UKCSV = ("uk-csv", "uk_list.csv", "gb_uksl")
EL = ("csl-json", "us_csl.json", "us_bis_entity_list")
DPL = ("csl-json", "us_csl.json", "us_bis_dpl")
UVL = ("csl-json", "us_csl.json", "us_bis_uvl")
DTC = ("csl-json", "us_csl.json", "us_state_debarred")
ISN = ("csl-json", "us_csl.json", "us_state_isn")
CSLSDN = ("csl-json", "us_csl.json", "us_ofac_sdn")
SECO = ("seco-xml", "ch_seco.xml", "ch_seco")
SEMA = ("ca-xml", "ca_sema.xml", "ca_sema")
DFAT = ("dfat-xlsx", "au_dfat.xlsx", "au_dfat")
FTM = ("ftm-jsonl", "opensanctions.jsonl", "opensanctions")
TARGETS = ("opensanctions-csv", "opensanctions_targets.csv", "opensanctions")

ROWS = [
    # OFAC, ENHANCED
    (ENHANCED, "a low-quality f.k.a. is a weak alias", lambda r: kinds(r["36431"])["OAK"] is NameKind.WEAK),
    (ENHANCED, "a strong f.k.a. is a previous name", lambda r: kinds(r["36431"])["OTKRYTOE AKTSIONERNOE OBSHCHESTVO OAK"] is NameKind.PREVIOUS),
    (ENHANCED, "n.k.a. is a name that the party bears", lambda r: kinds(r["36431"])["UNITED AIRCRAFT CORPORATION"] is NameKind.NAME),
    (ENHANCED, "a translation keeps its script, language is not guessed", lambda r: {(n.script, n.lang) for n in r["36431"].names} == {("Latn", None), ("Cyrl", None)}),
    (ENHANCED, "the junk alias 40 is left out and warned about", lambda r: "40" not in kinds(r["36431"]) and warned(r["36431"], "not a name")),
    (ENHANCED, "all programmes are kept, tags in brackets too", lambda r: r["36431"].designations[0].programmes == ("IRGC", "RUSSIA-EO14024", "UKRAINE-EO13661")),
    (ENHANCED, "the listing date is that of the list", lambda r: listed(r["36431"]) == {"SDN List": "2022-06-28"}),
    (ENHANCED, "a legal basis 'Unknown' is dropped", lambda r: [act.title for act in r["36431"].designations[0].legal_basis] == ["Executive Order 14024"]),
    (ENHANCED, "an address with a country and no translation is kept", lambda r: r["36431"].addresses[1].country == "mz"),
    (ENHANCED, "the stray suffix (false) does not hide a country", lambda r: "mz" in r["36431"].countries),
    (ENHANCED, "undetermined is no country and no warning", lambda r: r["36431"].addresses[2].country is None and not warned(r["36431"], "unknown country")),
    (ENHANCED, "a value by reference is looked up", lambda r: r["36431"].features["Target Type"] == ("State-Owned Enterprise",)),
    (ENHANCED, "an unknown feature is kept and warned about", lambda r: r["36431"].features["Favourite Colour"] == ("grey",) and warned(r["36431"], "unknown feature")),
    (ENHANCED, "a Russian Tax ID No. with an INN's digits is an INN", lambda r: ("innCode", "7708619320", True) in numbers(r["36431"])),
    (ENHANCED, "a Russian Registration Number with an OGRN's digits is an OGRN", lambda r: ("ogrnCode", "1067759884598", True) in numbers(r["36431"])),
    (ENHANCED, "a Legal Entity Number that is no LEI is a registration number", lambda r: ("registrationNumber", "12345", False) in numbers(r["36431"])),
    (ENHANCED, "an unknown document is kept with its flag", lambda r: next(i for i in r["36431"].identifiers if i.value == "LC-7").flags == ("invalid",) and warned(r["36431"], "unknown document type")),
    (ENHANCED, "a relation without text is resolved by id", lambda r: r["36431"].relations[0].target_id == "18715"),
    (ENHANCED, "owned by is read from the owned party's side", lambda r: (r["15036"].relations[0].kind, r["15036"].relations[0].direction) == ("Ownership", "in")),
    (ENHANCED, "an unknown relation type is kept as a link", lambda r: r["15036"].relations[1].kind == "UnknownLink" and warned(r["15036"], "unknown relation type")),
    (ENHANCED, "an IMO number with a digit missing is kept as invalid", lambda r: ("imoNumber", "918762", False) in numbers(r["15036"])),
    (ENHANCED, "a former flag is no country of the vessel", lambda r: r["15036"].countries == ("mt",)),
    (ENHANCED, "one address in two currencies is two identifiers", lambda r: len(r["27307"].identifiers) == 2),
    (ENHANCED, "a party without a primary name is led by its strong one", lambda r: r["27307"].name == "LAZARUS GROUP"),
    (ENHANCED, "a new element is a warning, the rest is read", lambda r: warned(r["27307"], "unknown field") and listed(r["27307"]) == {"SDN List": "2019-09-13"}),
    (ENHANCED, "a party without a name is kept under its id", lambda r: r["99001"].name == "99001"),
    (ENHANCED, "an unknown type is a Thing, with a warning", lambda r: r["99001"].schema_.value == "Thing" and warned(r["99001"], "unknown party type")),
    (CONS, "the meta list and its date are left out", lambda r: listed(r["30902"]) == {"Non-SDN Chinese Military-Industrial Complex Companies List": "2021-06-03"}),
    (CONS, "two lists are two designations with their own dates", lambda r: listed(r["17014"]) == {"Sectoral Sanctions Identifications List": "2014-07-29", "Non-SDN Menu-Based Sanctions List": "2022-02-24"}),
    (CONS, "a non-blocking list is no asset freeze", lambda r: r["17014"].designations[0].asset_freeze is False),
    (CONS, "a party on the meta list alone is kept", lambda r: warned(r["99002"], "no list of its own")),
    (CONS, "another namespace is read and remembered", lambda r: r.report.facts["namespace"] == "https://example.test/another/namespace/ENHANCED_XML"),
    # OFAC, ADVANCED
    (ADVANCED, "labels join, numbers do not", lambda r: r["36431"].designations[0].programmes == ("RUSSIA-EO14024", "UKRAINE-EO13661")),
    (ADVANCED, "several events: the first is the listing, all are kept", lambda r: listed(r["36431"]) == {"SDN List": "2022-06-28"} and len(r["36431"].designations[0].events) == 2),
    (ADVANCED, "measures besides the programme: Block is an asset freeze", lambda r: r["36431"].designations[0].measures == ("Block",) and r["36431"].designations[0].asset_freeze is True),
    (ADVANCED, "a second documented name is the same name in another script", lambda r: scripts(r["36431"])["ОБЪЕДИНЕННАЯ АВИАСТРОИТЕЛЬНАЯ КОРПОРАЦИЯ"] == "Cyrl"),
    (ADVANCED, "subtype Unknown falls back to the party type", lambda r: (r["36431"].schema_.value, r["99003"].schema_.value) == ("Organization", "Person")),
    (ADVANCED, "a whole year is a year", lambda r: r["36431"].features["Organization Established Date"] == ("2006",)),
    (ADVANCED, "an approximate interval of years", lambda r: r["99003"].features["Birthdate"] == ("circa 1962 to 1964",)),
    (ADVANCED, "a person's parts in any order: LAST, First", lambda r: r["99003"].name == "INVENTED PERSON, Sample"),
    (ADVANCED, "a location that is not in the file is a warning", lambda r: warned(r["36431"], "unknown reference") and len(r["36431"].addresses) == 1),
    (ADVANCED, "a feature beside the profile is read", lambda r: r["15036"].features["Vessel Flag"] == ("Malta",)),
    (ADVANCED, "a fraudulent document keeps its flag", lambda r: r["15036"].identifiers[0].flags == ("fraudulent",)),
    (ADVANCED, "a relation of the past is former", lambda r: r["99003"].relations[0].former),
    (ADVANCED, "the meta list is left out", lambda r: listed(r["17014"]) == {"Sectoral Sanctions Identifications List": "2014-07-29"}),
    (ADVANCED, "an alias type without a label is kept as an alias", lambda r: kinds(r["17014"])["ROSSELKHOZBANK"] is NameKind.ALIAS and warned(r["17014"], "unknown reference")),
    (ADVANCED, "a party without a sanctions entry is kept", lambda r: warned(r["99003"], "no list")),
    # OFAC, legacy
    (LEGACY, "an alias without category is strong", lambda r: qualities(r["36431"])["UNITED AIRCRAFT BUILDING CORPORATION"] is Quality.STRONG),
    (LEGACY, "an alias without text is a warning", lambda r: warned(r["36431"], "empty alias")),
    (LEGACY, "idList is a mixed bag: a website is no document", lambda r: r["36431"].features["Website"] == ("www.uacrussia.ru",)),
    (LEGACY, "a company's IMO number with wrong digits is kept", lambda r: ("imoNumber", "5957784", False) in numbers(r["36431"])),
    (LEGACY, "a listing date among the ids", lambda r: r["36431"].designations[0].listing_date == "2021-06-03"),
    (LEGACY, "no listing date where none is stated", lambda r: r["15036"].designations[0].listing_date is None),
    (LEGACY, "a region that is no country keeps its text", lambda r: r["36431"].addresses[1].country_text == "Region: Northern Mali"),
    (LEGACY, "Linked To stands in the remarks", lambda r: r["36431"].relations[0].target_name == "STATE CORPORATION ROSTEC"),
    # EU
    (EU, "an entry without a reference is known by its logical id", lambda r: "logical-201" in r.entries),
    (EU, "no name is marked primary: strong, Latin, English leads", lambda r: r["EU.7812.41"].name == "United Aircraft Corporation"),
    (EU, "a repeated name is kept once", lambda r: [n.text for n in r["EU.7812.41"].names].count("United Aircraft Corporation") == 1),
    (EU, "strong=false is weak", lambda r: qualities(r["EU.7812.41"])["OAK"] is Quality.WEAK),
    (EU, "a remark of low quality overrides strong=true", lambda r: qualities(r["EU.7812.41"])["UAC"] is Quality.WEAK),
    (EU, "a legal form without a name is left out", lambda r: warned(r["EU.7812.41"], "not a name")),
    (EU, "the date of an amendment is not the listing date", lambda r: (r["EU.7812.41"].designations[0].listing_date, r["EU.7812.41"].designations[0].modified) == ("2022-03-15", "2024-09-13")),
    (EU, "without designationDate the oldest act that is no amendment", lambda r: r["logical-201"].designations[0].listing_date == "2003-07-08"),
    (EU, "country 00 is none", lambda r: r["EU.7812.41"].countries == ("ru",)),
    (EU, "Serbia and Montenegro is not turned into Serbia", lambda r: r["logical-201"].countries == ("csxx",)),
    (EU, "an INN in a remark is found", lambda r: ("innCode", "7708619320", True) in numbers(r["EU.7812.41"])),
    (EU, "a placeholder number is none", lambda r: not any(i.value in {"-", ""} for i in r["EU.7812.41"].identifiers)),
    (EU, "flags of a document are kept", lambda r: next(i for i in r["EU.7812.41"].identifiers if i.value == "L-1").flags == ("expired", "revoked")),
    (EU, "a ship coded as an enterprise is a vessel", lambda r: r["EU.9442.82"].schema_.value == "Vessel" and warned(r["EU.9442.82"], "mislabelled type")),
    (EU, "titles in one field are told apart", lambda r: r["EU.1.1"].features["Title"] == ("Mullah", "Maulavi")),
    (EU, "another calendar is said", lambda r: "1340 to 1342 (ISLAMIC)" in r["EU.1.1"].features["Birthdate"]),
    (EU, "a name without wholeName is put together", lambda r: r["EU.1.1"].name == "Sample Invented"),
    (EU, "the content id of the file is remembered", lambda r: r.report.facts["globalFileId"] == "184961"),
    # UK
    (UK, "name types in any case", lambda r: kinds(r["RUS0239"])["PJSC UAC"] is NameKind.ALIAS and kinds(r["RUS0239"])["OAK"] is NameKind.WEAK),
    (UK, "a blank name type is an alias without a warning of its own", lambda r: kinds(r["RUS0239"])["Obedinennaya Aviastroitelnaya Korporatsiya"] is NameKind.ALIAS),
    (UK, "several names in another script, none tied to a Latin one", lambda r: scripts(r["RUS0239"])["Объединенная авиастроительная корпорация"] == "Cyrl" and "ОАК" in kinds(r["RUS0239"])),
    (UK, "names 1 to 5, then 6", lambda r: r["AFG9999"].name == "SAMPLE MIDDLE INVENTED"),
    (UK, "the listing date of a UN designation is the original one", lambda r: r["AFG9999"].designations[0].listing_date == "2001-01-25"),
    (UK, "masked birth dates", lambda r: r["AFG9999"].features["Birthdate"] == ("1945", "1970-03", "1975", "15/08/19yy") and warned(r["AFG9999"], "bad date")),
    (UK, "reasons are HTML-escaped twice", lambda r: r["RUS0239"].designations[0].reason == "Provides goods & technology."),
    (UK, "numbers in one cell are told apart", lambda r: numbers(r["RUS0239"]) >= {("innCode", "7708619320", True), ("ogrnCode", "1067759884598", True)}),
    (UK, "several parents in one cell where they are numbered", lambda r: [x.target_name for x in r["RUS0239"].relations if x.role == "Parent company"] == ["State Corporation Rostec", "Russian Federation"]),
    (UK, "a cell of names that cannot be split is kept whole", lambda r: [x.target_name for x in r["RUS0239"].relations if x.role == "Subsidiaries"] == ["PJSC Yakovlev; PJSC Tupolev"]),
    (UK, "e-mail addresses with three separators", lambda r: len(r["RUS0239"].features["Email"]) == 3),
    (UK, "IMO9187629 without a space", lambda r: ("imoNumber", "9187629", True) in numbers(r["RUS2210"])),
    (UK, "a ship without an asset freeze", lambda r: r["RUS2210"].designations[0].asset_freeze is False),
    (UK, "a previous owner is former", lambda r: [x.former for x in r["RUS2210"].relations] == [False, True]),
    (UK, "an unknown element is kept under its name", lambda r: r["RUS2210"].features["FunnelColour"] == ("red",)),
    (UKCSV, "rows of one id that are not together", lambda r: len(r["RUS0239"].addresses) == 2 and len(r["RUS0239"].names) == 3),
    (UKCSV, "the report date is in the first line", lambda r: str(r.report.published) == "2026-10-08"),
    (UKCSV, "a short row is read and counted", lambda r: "AFG0001" in r.entries and r.report.counts["wrong number of cells"] == 1),
    # US Consolidated Screening List
    (EL, "a source takes the rows of its own list", lambda r: len(r.entries) == 2 and r.report.facts["on other lists"] == "6"),
    (EL, "type null is a legal entity", lambda r: {e.schema_.value for e in r.entries.values()} == {"LegalEntity"}),
    (EL, "notices without a separator", lambda r: [a.title for a in next(iter(r.entries.values())).designations[0].legal_basis] == ["87 FR 20983", "87 FR 34154"]),
    (EL, "an address as a name is kept and said", lambda r: any(warned(e, "address as a name") for e in r.entries.values())),
    (EL, "an empty row is counted, not an entry", lambda r: r.report.counts["empty row"] == 1),
    (UVL, "former names in brackets", lambda r: kinds(next(iter(r.entries.values())))["Older Trading Co."] is NameKind.PREVIOUS),
    (UVL, "aliases joined with semicolons", lambda r: {"One Alias", "Another Alias"} <= set(kinds(next(iter(r.entries.values()))))),
    (DPL, "an expired order has its end date", lambda r: {e.designations[0].end_date for e in r.entries.values()} == {"2016-05-01", None}),
    (DPL, "the same party twice is two entries", lambda r: len(r.entries) == 2 and r.report.counts["repeated entry"] == 1),
    (DPL, "the year 3035 is a warning", lambda r: r.report.counts["bad date"] == 1),
    (DTC, "the clause about successors is split off", lambda r: "Example Arms Company" in kinds(next(iter(r.entries.values())))),
    (DTC, "an affiliated entity is a relation, not a name", lambda r: next(iter(r.entries.values())).relations[0].target_name == "Example Arms Holding"),
    (ISN, "a lost apostrophe is said, not repaired", lambda r: any(warned(e, "garbled text") for e in r.entries.values())),
    (ISN, "a notice that is no citation stands as it is", lambda r: next(iter(r.entries.values())).designations[0].legal_basis[0].title == "Vol. 59, No. 44, 03/07/1994"),
    (CSLSDN, "OFAC's rows are known by OFAC's number", lambda r: set(r.entries) == {"36431"}),
    # Switzerland
    (SECO, "an old copy inside a modification is no target", lambda r: "AN OLD COPY" not in {n.text for e in r.entries.values() for n in e.names}),
    (SECO, "the status is that of the latest effective date, not of the order", lambda r: r["101"].designations[0].end_date == "2025-06-20"),
    (SECO, "an amended target is listed", lambda r: r["100"].designations[0].end_date is None),
    (SECO, "the history is kept in the order of dates", lambda r: [e.kind for e in r["101"].designations[0].events] == ["listed", "amended", "delisted"]),
    (SECO, "the listing date is that of the publication", lambda r: r["100"].designations[0].listing_date == "2022-03-17"),
    (SECO, "a target in two sanctions sets has both programmes", lambda r: r["100"].designations[0].programmes == ("Belarus", "Ukraine")),
    (SECO, "full names within one language and script", lambda r: "Выдуманный Пример" in kinds(r["103"]) and "Выдуманный Sample" not in kinds(r["103"])),
    (SECO, "a part missing in a script is taken from the base", lambda r: "Invantsed Sample" in kinds(r["103"])),
    (SECO, "a title is no part of the name", lambda r: r["103"].name == "Invented Sample" and r["103"].features["Title"] == ("Colonel",)),
    (SECO, "quality low is weak", lambda r: kinds(r["100"])["MZKT"] is NameKind.WEAK),
    (SECO, "an IMO number in a company's text is not the company's", lambda r: "imoNumber" not in {i.kind for i in r["100"].identifiers}),
    (SECO, "an IMO number in a vessel's text is the vessel's", lambda r: ("imoNumber", "9187629", True) in numbers(r["102"])),
    (SECO, "a sanctions set that is not in the file is a warning", lambda r: warned(r["102"], "unknown programme")),
    # Canada
    (SEMA, "a blank IMO number does not make a ship", lambda r: r["Russia|1, Part 2|10"].schema_.value == "Organization"),
    (SEMA, "a comma before a legal form does not part names", lambda r: "Example Co., Ltd" in kinds(r["Russia|1, Part 2|10"])),
    (SEMA, "a language label tags the aliases after it", lambda r: scripts(r["Russia|1, Part 2|10"])["ОАК"] == "Cyrl"),
    (SEMA, "the label ALIAS ends a language", lambda r: scripts(r["Russia|1, Part 2|10"])["Aircraft Makers, Limited"] is None),
    (SEMA, "the element of the older schema", lambda r: r["Iran|1, Part 2|1"].schema_.value == "Organization"),
    (SEMA, "both halves of a bilingual name", lambda r: {"Iranian Space Agency", "Agence spatiale iranienne"} <= set(kinds(r["Iran|1, Part 2|1"]))),
    (SEMA, "the regime is no country of the party", lambda r: r["Iran|1, Part 2|1"].countries == ()),
    (SEMA, "a serial number of a spreadsheet is a date", lambda r: r["Belarus|1, Part 1|3"].features["Birthdate"] == ("1965-04-29",)),
    (SEMA, "a two-digit year is of the twentieth century", lambda r: r["Belarus|1, Part 1|3-2"].features["Birthdate"] == ("1964-05",)),
    (SEMA, "a repeated key does not lose an entry", lambda r: warned(r["Belarus|1, Part 1|3-2"], "repeated id")),
    (SEMA, "a record without a schedule has an id", lambda r: "Belarus|-|4" in r.entries),
    # Australia
    (DFAT, "rows of one reference are one party", lambda r: len(r["101"].names) == 3),
    (DFAT, "a reference used again makes a party of its own", lambda r: r["101-2"].name == "Another Party Under a Used Number"),
    (DFAT, "conflicting types: the first one counts", lambda r: r["101-2"].schema_.value == "Organization" and warned(r["101-2"], "conflicting types")),
    (DFAT, "a row that repeats is kept once", lambda r: [n.text for n in r["101"].names].count("Пример Авиазавод") == 1),
    (DFAT, "the control date is no listing date", lambda r: (r["303"].designations[0].listing_date, r["303"].designations[0].modified) == (None, "2024-01-01")),
    (DFAT, "the listing date in free text says so", lambda r: (r["101"].designations[0].listing_date, r["101"].designations[0].listing_date_basis) == ("2001-01-25", "free-text")),
    (DFAT, "a date in a cell of free text", lambda r: r["202"].designations[0].listing_date == "2025-06-18"),
    (DFAT, "lettered birth dates", lambda r: r["303"].features["Birthdate"] == ("1963-04-30", "1960")),
    (DFAT, "citizenships are parted by semicolons", lambda r: r["303"].countries == ("af", "pk")),
    (DFAT, "an escaped carriage return is no text", lambda r: "_x000D_" not in "".join(r["101"].remarks)),
    # OpenSanctions
    (FTM, "entities that are no target are counted", lambda r: r.report.facts["not targets"] == "3"),
    (FTM, "an ownership is an edge on both sides, with its share", lambda r: {(r[i].relations[0].direction, r[i].relations[0].percentage) for i in ("NK-uac", "NK-rostec")} == {("in", 92.31), ("out", 92.31)}),
    (FTM, "merged ids keep those of the sources", lambda r: r["NK-uac"].features["referents"] == ("ofac-36431", "eu-fsf-eu-7812-41")),
    (FTM, "a country code that is none of ours is kept as text", lambda r: r["NK-rostec"].features["country"] == ("ge-ab",)),
    (TARGETS, "quoting inside a cell", lambda r: "Sukhoi; MiG" in kinds(r["NK-uac"])),
    (TARGETS, "a number without a kind is 'other'", lambda r: {i.kind for i in r["NK-uac"].identifiers} == {"other"}),
]  # fmt: skip
PITFALLS = [Pitfall(where[0], pitfall, where[1], where[2], holds) for where, pitfall, holds in ROWS]


@pytest.fixture(scope="module")
def reading(bench):
    return cache(bench.read)


@pytest.mark.parametrize("row", PITFALLS, ids=lambda row: f"{row.list_id} {row.format_name}: {row.pitfall}")
def test_pitfall(reading, row):
    assert row.holds(reading(row.format_name, row.fixture, row.list_id))
