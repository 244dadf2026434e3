"""The corpus of the benchmark: every list of a directory in the entry-table form, read into entries.

The hash of a corpus is that of its files' names and bytes, so a result can say what it was measured on.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lists.models import (
    Address,
    Designation,
    EntitySchema,
    Identifier,
    ListedName,
    ListEntry,
    NameKind,
    Quality,
)

NAME_COLUMNS = (
    ("aliases", NameKind.ALIAS, Quality.UNSTATED),
    ("weak_aliases", NameKind.WEAK, Quality.WEAK),
    ("previous_names", NameKind.PREVIOUS, Quality.UNSTATED),
)
_COUNTRY_CODE = re.compile("[a-z]{2,4}")


@dataclass(frozen=True, slots=True)
class Corpus:
    """All entries, by list id and then in file order, and the hash of the files they were read from."""

    entries: tuple[ListEntry, ...]
    sha256: str

    def of_lists(self, list_ids: Iterable[str]) -> tuple[ListEntry, ...]:
        """Return the entries of some lists."""
        wanted = frozenset(list_ids)
        return tuple(entry for entry in self.entries if entry.list_id in wanted)


def _values(row: dict[str, str], column: str) -> list[str]:
    return [value.strip() for value in (row.get(column) or "").split(" | ") if value.strip()]


def _names(row: dict[str, str]) -> tuple[ListedName, ...]:
    names = [ListedName(text=row["name"].strip())]
    for column, kind, quality in NAME_COLUMNS:
        names += [ListedName(text=text, kind=kind, quality=quality) for text in _values(row, column)]
    return tuple(dict.fromkeys(names))


def _identifiers(row: dict[str, str]) -> tuple[Identifier, ...]:
    pairs = (value.split(":", 1) for value in _values(row, "identifiers") if ":" in value)
    return tuple(Identifier(kind=kind, value=value) for kind, value in pairs if kind and value)


def _entry(list_id: str, row: dict[str, str]) -> ListEntry:
    return ListEntry(
        list_id=list_id,
        entry_id=row["entry_id"],
        schema=EntitySchema(row["schema"]),
        names=_names(row),
        designations=(Designation(authority=list_id, listing_date=row.get("listing_date") or None),),
        countries=tuple(code for code in _values(row, "countries") if _COUNTRY_CODE.fullmatch(code)),
        addresses=tuple(Address(full=text) for text in _values(row, "addresses")),
        identifiers=_identifiers(row),
    )


def read_table(path: Path) -> Iterator[ListEntry]:
    """Yield the entries of one entry table; its file name without `.csv` is the list id.

    Reads what a comparison of names needs; `lists.sources` has the strict reader that publishes a list.
    """
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield _entry(path.stem, row)


def load_corpus(directory: Path) -> Corpus:
    """Read every `*.csv` of a directory; raises FileNotFoundError where there is none."""
    paths = sorted(directory.glob("*.csv"))
    if not paths:
        raise FileNotFoundError(
            f"{directory}: no entry tables (*.csv) here; give a directory that holds some"
        )
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    entries = tuple(entry for path in paths for entry in read_table(path))
    return Corpus(entries, digest.hexdigest())
