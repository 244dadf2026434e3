"""Canada's autonomous sanctions list, `sema-lmes.xml`: flat records without ids.

    data-set / record / Country, LastName, GivenName, EntityOrShip (before 2025: Entity), TitleOrShip,
                        Aliases, DateOfBirthOrShipBuildDate, ShipIMONumber, Schedule, Item, DateOfListing

`Country` is the regime, not a nationality. An entry is known by regime, schedule and item, as nothing else is
unique; amendments renumber items. The file carries no date of its own.

Birth dates are ISO dates, `dd-mm-yyyy`, `Mon-yy`, or, by accident, the serial numbers of a spreadsheet. An
alias may begin with a language label. A comma separates aliases only before a capital letter and not before a
legal form: `Example Co., Ltd` is one name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from lists.dates import iso_date, partial_date
from lists.errors import ReadError
from lists.models import Designation, EntitySchema, ListedName, ListEntry, NameKind
from lists.records import Record
from lists.source import Files, Reader, Report, Source
from lists.sources.held_names import held_names
from lists.sources.party import Party, join
from lists.sources.tables import fold, lookup
from lists.xml_stream import local_name, read_root, stream_elements

ROOT = "data-set"
_LABEL = re.compile(r"^\s*(?P<label>[A-Za-z]+)\s*:\s*")
_COMMA = re.compile(r",\s*(?=(?P<word>[^\W\d_][\w.&-]*))")
_SERIAL = re.compile(r"[1-4]\d{4}")
_SPREADSHEET_EPOCH = date(1899, 12, 30)
_BILINGUAL = re.compile(r"(?P<first>[^/]*\w{2}\)?)\s*/\s*(?P<second>\w{2}[^/]*)")
_SHORT_YEAR = re.compile(r"(?P<month>[A-Z][a-z]{2})-(?P<year>\d{2})")
_OLDEST_SHORT_YEAR = 24
"""Two-digit years from here on are of the twentieth century: the oldest listed birth is of 1924."""


def recognizes(files: Files) -> bool:
    """Recognise a `data-set` of records with a regime and an item."""
    return any(b"<data-set" in raw.head() and b"<Item>" in raw.head(65536) for raw in files)


def read(files: Files, source: Source, report: Report) -> Iterator[ListEntry]:
    """Yield the records."""
    raw = files[0]
    root = read_root(raw)
    if local_name(root) != ROOT:
        raise ReadError(f"the root element is {local_name(root)!r}, not {ROOT!r}", where=raw.name)
    seen: dict[str, int] = {}
    for element in stream_elements(raw, "record", depth=1):
        record = Record.of_element(element, f"{raw.name}, line {element.sourceline}", report)
        yield _read_record(record, source, seen)


def _read_record(record: Record, source: Source, seen: dict[str, int]) -> ListEntry:
    with record:
        regime, schedule, item = (record.text(name) for name in ("Country", "Schedule", "Item"))
        entry_id = "|".join((regime.split(" / ")[0], schedule or "-", item or "-"))
        seen[entry_id] = seen.get(entry_id, 0) + 1
        if seen[entry_id] > 1:
            record.warn("repeated id", f"{entry_id} is there {seen[entry_id]} times; each is kept")
            entry_id = f"{entry_id}-{seen[entry_id]}"
        party = Party(source, record, entry_id, source_url=source.entry_url)
        record.place = f"{record.place}, {entry_id}"
        party.schema = _read_names(record, party)
        for text in record.texts("Aliases"):
            _add_aliases(party, text)
        party.designations.append(_designation(record, regime, schedule, item, source))
    return party.entry()


def _read_names(record: Record, party: Party) -> EntitySchema:
    """Add name, IMO number, title and date, and return what the party is."""
    entity = record.text("EntityOrShip") or record.text("Entity")
    person = join(record.text("GivenName"), record.text("LastName"), separator=" ")
    imo, title, born = (
        record.text(name) for name in ("ShipIMONumber", "TitleOrShip", "DateOfBirthOrShipBuildDate")
    )
    if imo:
        party.add_number("imoNumber", imo, label="ShipIMONumber")
    schema = EntitySchema.VESSEL if imo else EntitySchema.ORGANIZATION if entity else EntitySchema.PERSON
    if entity and person:
        record.warn("two names", f"both {entity!r} and {person!r} are given; both are kept")
        party.add_name(ListedName(text=person, kind=NameKind.ALIAS))
    name = entity or person
    if name:
        listed = ListedName(text=name)
        party.add_name(listed, primary=True)
        for held in held_names(name):
            party.add_name(held.listed(listed))
        _add_bilingual(party, listed)
    party.add_feature("Ship type" if imo else "Title", title)
    if born:
        is_person = schema is EntitySchema.PERSON
        party.add_feature("Birthdate" if is_person else "Build date", _day(record, born))
    return schema


def _add_bilingual(party: Party, listed: ListedName) -> None:
    """Add the English and the French half of a name that is written in both languages."""
    found = _BILINGUAL.fullmatch(listed.text)
    if found:
        for text in (found["first"], found["second"]):
            half = listed.model_copy(
                update={"text": text.strip(), "kind": NameKind.ALIAS, "derived": "split"}
            )
            party.add_name(half)


def _add_aliases(party: Party, text: str) -> None:
    lang = script = ""
    for part in split_aliases(text):
        label = _LABEL.match(part)
        row = lookup("alias_labels").get(fold(label["label"])) if label else None
        if label and row is not None:
            lang, script = row["lang"], row["script"]
            part = part[label.end() :]  # noqa: PLW2901 (what follows the label is the alias)
        name = part.strip(" ,;/")
        if name:
            party.add_name(
                ListedName(
                    text=name,
                    kind=NameKind.ALIAS,
                    script=script or None,
                    lang=lang or None,
                    derived=_derived(text, name),
                )
            )


def split_aliases(text: str) -> list[str]:
    """Return the aliases of a cell.

    >>> split_aliases("Alpha Co., Ltd, Beta; Russian: Бета")
    ['Alpha Co., Ltd', 'Beta', 'Russian: Бета']
    """
    parts: list[str] = []
    for piece in re.split(r"\s*;\s*", text):
        start = 0
        for comma in _COMMA.finditer(piece):
            word = comma["word"]
            is_form = word.replace(".", "").casefold() in lookup("forms_after_comma")
            if not is_form and (word[0].isupper() or not word[0].isascii()):
                parts.append(piece[start : comma.start()])
                start = comma.end()
        parts.append(piece[start:])
    return [part.strip() for part in parts if part.strip()]


def _derived(cell: str, name: str) -> Literal["source", "split"]:
    return "source" if cell == name else "split"


def _day(record: Record, text: str) -> str:
    """Return a birth or building date as an ISO text; a text in no known form is kept and warned about."""
    known = iso_date(text) or partial_date(text, ("%d-%m-%Y",))
    if known:
        return known
    if _SERIAL.fullmatch(text):
        found = (_SPREADSHEET_EPOCH + timedelta(days=int(text))).isoformat()
        record.warn("spreadsheet serial", f"{text!r} is read as {found}")
        return found
    short = _SHORT_YEAR.fullmatch(text)
    if short:
        century = 1900 if int(short["year"]) >= _OLDEST_SHORT_YEAR else 2000
        found = partial_date(f"{short['month']} {century + int(short['year'])}", ("%b %Y",)) or text
        record.warn("two-digit year", f"{text!r} is read as {found}")
        return found
    record.warn("bad date", f"{text!r} is kept as text")
    return text


def _designation(record: Record, regime: str, schedule: str, item: str, source: Source) -> Designation:
    text = record.text("DateOfListing")
    listed = iso_date(text)
    if text and listed is None:
        record.warn("bad date", f"DateOfListing is {text!r}")
    return Designation(
        authority=source.authority,
        list_name=join(f"Schedule {schedule}" if schedule else "", f"item {item}" if item else ""),
        programmes=(regime,) if regime else (),
        asset_freeze=source.blocking,
        listing_date=listed,
        listing_date_basis="source-field" if listed else None,
    )


READER = Reader(format="ca-xml", version="1", recognizes=recognizes, read=read)
