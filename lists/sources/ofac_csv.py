"""OFAC's legacy CSV files: SDN (or CONS_PRIM), ALT, ADD and COMMENTS, joined by `ent_num`.

    SDN       ent_num, name, type, programmes, title, call sign, vessel type, tonnage, GRT, flag, owner,
    remarks ALT       ent_num, alt_num, aka|fka|nka, name, remarks ADD       ent_num, add_num, address,
    city/state/zip, country, remarks COMMENTS  ent_num, remarks that did not fit: they go on in the middle
    of a word

Files are told apart by their number of columns; a header row may stand or not. `-0-` and an empty cell mean
nothing, a lone 0x1A ends a file, programmes are joined as `SDGT] [SDT] [SYRIA`. The files carry no date, no
script and no relation ids. Weak aliases have no row: they are quoted in the remarks (`a.k.a. 'X'`), as are
numbers, birth dates and `Linked To: NAME`. Remarks are stored whole besides. Layout: OFAC's "SDN data
specification" (dat_spec.txt).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lists.csv_rows import csv_rows
from lists.errors import ReadError
from lists.identifiers import LABELS, identifier
from lists.models import (
    Address,
    Designation,
    EntitySchema,
    ListedName,
    ListEntry,
    NameKind,
    Quality,
    Relation,
)
from lists.records import Record
from lists.source import Files, RawFile, Reader, Report, Source
from lists.sources.ofac_terms import PAGE, add_document, add_feature, is_feature
from lists.sources.party import Party, join
from lists.sources.tables import fold, lookup
from lists.texts import clean

SDN_COLUMNS = (
    "ent_num", "SDN_Name", "SDN_Type", "Program", "Title", "Call_Sign",
    "Vess_type", "Tonnage", "GRT", "Vess_flag", "Vess_owner", "Remarks",
)  # fmt: skip
COLUMNS = {12: SDN_COLUMNS, 5: ("", "", "type", "name", "remarks"), 6: ("",) * 6, 2: ("", "")}
"""Number of columns → the file."""
SCHEMAS = {
    "": EntitySchema.ORGANIZATION,
    "entity": EntitySchema.ORGANIZATION,
    "individual": EntitySchema.PERSON,
    "vessel": EntitySchema.VESSEL,
    "aircraft": EntitySchema.AIRPLANE,
}
ALIAS_KINDS = {"aka": NameKind.ALIAS, "fka": NameKind.PREVIOUS, "nka": NameKind.NAME}
PHRASES = {
    "DOB": "Date of Birth",
    "POB": "Place of Birth",
    "Gender": "Gender",
    "nationality": "Nationality Country",
    "citizen": "Citizenship Country",
    "Website": "Website",
    "Email Address": "Email Address",
}
"""Words that begin a part of the remarks, and OFAC's own name for what follows."""
_VESSEL_FEATURES = ("Vess_type", "Tonnage", "GRT", "Title")
_QUOTED = re.compile(r"(?:^|;)\s*(?P<type>[afn])\.k\.a\. '(?P<name>.+?)'(?=\s*(?:;|\.?\s*$))")
_NUMBER = re.compile(r"(?P<number>.*?)\s*(?:\((?P<country>[^()]+)\))?\s*(?:(?:issued|expires)\b.*)?")
_CURRENCY = re.compile(r"(Digital Currency Address - \w+)\s+(\S+)")


@dataclass(slots=True)
class _Attached:
    """The rows of the smaller files by `ent_num`."""

    aliases: dict[str, list[tuple[str, list[str]]]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[str, list[tuple[str, list[str]]]] = field(default_factory=lambda: defaultdict(list))
    remarks: dict[str, str] = field(default_factory=lambda: defaultdict(str))


def recognizes(files: Files) -> bool:
    """Tell whether one of the files is an SDN file: twelve columns, the first a number or `ent_num`."""
    return any(_role(raw) == 12 for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield one entry a row of the SDN file, with what the other files say about it."""
    roles = [(raw, _role(raw)) for raw in files]
    main = [raw for raw, role in roles if role == 12]
    if len(main) != 1:
        names = ", ".join(raw.name for raw in files)
        raise ReadError(
            f"{len(main)} files have the twelve columns of SDN.CSV", where=names, hint="one is needed"
        )
    attached = _attach(roles, report)
    for place, cells in _rows(main[0], 12, report):
        yield _entry(cells, place, attached, (source, report))
    for kind, left in (("alias", attached.aliases), ("address", attached.addresses)):
        for number, rows in sorted(left.items()):
            report.warn(f"{kind} without entry", f"no entry {number}: {rows[0][1]}", rows[0][0])
    for number, text in sorted(attached.remarks.items()):
        report.warn("comment without entry", f"no entry {number}: {text[:80]}", f"entry {number}")


def _role(raw: RawFile) -> int:
    """Return the number of columns of a file of this format by its first row; 0 for any other file."""
    head = raw.head(1 << 16)
    if b"\0" in head or not head.strip():
        return 0
    _, cells = next(csv_rows(raw, Report()), ("", [""]))
    first = clean(cells[0]).lower()
    return len(cells) if len(cells) in COLUMNS and (first.isdigit() or first == "ent_num") else 0


def _rows(raw: RawFile, width: int, report: Report) -> Iterator[tuple[str, list[str]]]:
    """Yield the data rows of a file, cleaned; the header and the end mark are not data."""
    for place, raw_cells in csv_rows(raw, report):
        cells = [_value(cell) for cell in raw_cells]
        if cells[0].lower() == "ent_num" or not any(cells):
            continue
        if len(cells) != width:
            report.warn("row length", f"{len(cells)} cells where {width} belong: {raw_cells}", place)
            cells = (cells + [""] * width)[:width]
        yield place, cells


def _value(cell: str) -> str:
    text = clean(cell)
    return "" if text == "-0-" else text


def _attach(roles: list[tuple[RawFile, int]], report: Report) -> _Attached:
    attached = _Attached()
    for raw, role in roles:
        if role == 0:
            report.warn("unused file", "it is none of SDN, ALT, ADD and COMMENTS", raw.name)
        elif role == 2:
            # The text goes on in the middle of a word: spaces at its ends count.
            for _, cells in csv_rows(raw, report):
                if len(cells) == 2 and cells[0].strip().isdigit():
                    attached.remarks[cells[0].strip()] += cells[1]
        elif role != 12:
            table = attached.aliases if role == 5 else attached.addresses
            for place, cells in _rows(raw, role, report):
                table[cells[0]].append((place, cells))
    for role, name in ((5, "ALT"), (6, "ADD")):
        if role not in {found for _, found in roles}:
            report.warn("missing file", f"there is no {name} file", roles[0][0].name)
    return attached


def _entry(cells: list[str], place: str, attached: _Attached, context: tuple[Source, Report]) -> ListEntry:
    source, report = context
    fields = dict(zip(SDN_COLUMNS, cells, strict=True))
    number = fields["ent_num"]
    with Record.of_row(fields, f"{place}, entry {number}", report) as record:
        party = Party(source, record, record.text("ent_num") or place, source_url=f"{PAGE}{number}")
        party.schema = _schema(record)
        _add_names(party, record, attached.aliases.pop(number, []))
        for _, address in attached.addresses.pop(number, []):
            _add_address(party, address)
        _add_vessel(party, record)
        remarks = record.text("Remarks") + attached.remarks.pop(number, "")
        _add_remarks(party, clean(remarks))
        party.designations.append(
            Designation(
                authority=source.authority,
                list_name=source.title or None,
                programmes=_programmes(record.text("Program")),
                asset_freeze=source.blocking,
            )
        )
    return party.entry()


def _schema(record: Record) -> EntitySchema:
    text = record.text("SDN_Type").lower()
    if text not in SCHEMAS:
        record.warn("unknown party type", f"{text!r} is none of {', '.join(filter(None, SCHEMAS))}")
    return SCHEMAS.get(text, EntitySchema.THING)


def _programmes(text: str) -> tuple[str, ...]:
    """Return programme tags in canonical order.

    >>> _programmes("SDGT] [SDT] [SYRIA"), _programmes("CUBA")
    (('SDGT', 'SDT', 'SYRIA'), ('CUBA',))
    """
    return tuple(sorted({tag for part in re.split(r"[\[\];]", text) if (tag := part.strip())}))


def _add_names(party: Party, record: Record, aliases: list[tuple[str, list[str]]]) -> None:
    primary = record.text("SDN_Name")
    if primary:
        party.add_name(ListedName(text=primary), primary=True)
    for place, cells in aliases:
        kind = ALIAS_KINDS.get(cells[2].lower())
        if kind is None:
            party.warn("unknown alias type", f"{place}: {cells[2]!r} of {cells[3]!r}; kept as an alias")
        if not cells[3]:
            party.warn("empty alias", f"{place}: the row has no name")
            continue
        name = ListedName(
            text=cells[3], kind=kind or NameKind.ALIAS, quality=Quality.STRONG, source_kind=cells[2]
        )
        party.add_name(name)
        if cells[4]:
            party.add_feature("Alias Remarks", f"{cells[3]}: {cells[4]}")


def _add_address(party: Party, cells: list[str]) -> None:
    _, _, street, city, country, remarks = cells
    code = party.country(country) if country else None
    full = join(street, city, country)
    if full:
        address = Address(full=full, street=street or None, city=city or None, country=code)
        party.add_address(address.model_copy(update={"country_text": country or None}))
    if remarks:
        party.add_feature("Address Remarks", f"{full}: {remarks}")


def _add_vessel(party: Party, record: Record) -> None:
    for column in _VESSEL_FEATURES:
        party.add_feature(column.replace("Vess_", "Vessel "), record.text(column))
    if call_sign := record.text("Call_Sign"):
        party.add_identifier(identifier("callSign", call_sign))
    if flag := record.text("Vess_flag"):
        party.country(flag)
        party.add_feature("Vessel Flag", flag)
    if owner := record.text("Vess_owner"):
        owned = Relation(kind="Ownership", role="Vessel Owner", direction="in", target_name=owner)
        party.relations.append(owned)


def _add_remarks(party: Party, remarks: str) -> None:
    """Take aliases, relations, numbers and dates out of the remarks, and keep the remarks whole."""
    if not remarks:
        return
    party.remarks.append(remarks)
    for found in _QUOTED.finditer(remarks):
        _add_quoted(party, found["type"], found["name"].strip())
    for part in _QUOTED.sub("", remarks).split(";"):
        phrase = part.strip().removesuffix(".").removeprefix("alt. ")
        if phrase.startswith("Linked To:"):
            name = phrase.removeprefix("Linked To:").strip()
            link = Relation(kind="UnknownLink", role="Linked To", target_name=name or None, derived="remarks")
            party.relations.append(link)
        elif phrase:
            _add_phrase(party, phrase)


def _add_quoted(party: Party, letter: str, text: str) -> None:
    kind = {"a": NameKind.WEAK, "f": NameKind.PREVIOUS, "n": NameKind.ALIAS}[letter]
    label = f"{letter}.k.a."
    party.add_name(
        ListedName(text=text, kind=kind, quality=Quality.WEAK, source_kind=label, derived="remarks")
    )


def _add_phrase(party: Party, phrase: str) -> None:
    """Take a labelled value; what has no known label is free text, which the remarks keep."""
    currency = _CURRENCY.match(phrase)
    if currency:
        add_feature(party, currency[1], currency[2])
        return
    words = phrase.split()
    for length in range(min(len(words) - 1, 9), 0, -1):
        label, rest = " ".join(words[:length]), " ".join(words[length:])
        if label in PHRASES:
            add_feature(party, PHRASES[label], rest)
        elif is_feature(label):
            add_feature(party, label, rest)
        elif fold(label) in lookup("ofac_documents") or label.lower() in LABELS:
            found = _NUMBER.fullmatch(rest)
            add_document(party, label, found["number"] if found else rest, (found and found["country"]) or "")
        else:
            continue
        return


READER = Reader(format="ofac-csv", version="2", recognizes=recognizes, read=read)
