"""Reads full-size OFAC files, prints time and peak memory of each, and compares every entry with the CSV's.

    python tests/benchmarks/list_readers.py [LISTS_DIRECTORY] [--keep DIRECTORY]

Each file is read in a process of its own, so that its peak memory is that of reading alone: the readers stream,
and the entries are dropped as they come. The comparison then reads each file again and holds it against the CSV
entries, field by field. Wanted on one core: under 60 s and under 300 MB for each file of 100 MB.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from full_size_lists import (
    LABELS,
    WRITERS,
    full_size_entries,
    ids_by_name,
    listing_day,
    path_opener,
    targets,
)

from lists.models import ListEntry, NameKind, Quality
from lists.source import RawFile, Report
from lists.sources.catalogue import source_for
from lists.sources.registry import READERS

FORMATS = {"SDN_ENHANCED.XML": "ofac-enhanced-xml", "SDN_ADVANCED.XML": "ofac-advanced-xml"}
DEFAULT = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "lists"


def read(path: Path, report: Report):
    reader = next(reader for reader in READERS if reader.format == FORMATS[path.name])
    return reader.read((RawFile(path.name, path_opener(path)),), source_for("us_ofac_sdn"), report)


def measure(path: Path) -> None:
    """Read one file and print what it took; run in a process of its own."""
    report, started, count = Report(), time.monotonic(), 0
    for _ in read(path, report):
        count += 1
    usage = resource.getrusage(resource.RUSAGE_SELF)
    peak = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    print(
        f"{path.name}: {path.stat().st_size / 1e6:.0f} MB, {count:,} entries in {time.monotonic() - started:.1f} s "
        f"({usage.ru_utime + usage.ru_stime:.1f} s of processor), peak memory {peak:.0f} MB, "
        f"{report.total:,} warnings {dict(report.counts)}",
        flush=True,
    )


def fields_of_csv(entry: ListEntry, ids: dict[str, str]) -> dict[str, object]:
    """What the XML files should say of an entry."""
    names = {
        (name.text, NameKind.WEAK if name.quality is Quality.WEAK else name.kind, name.quality)
        for name in entry.names[1:]
    } - {(entry.name, NameKind.NAME, Quality.UNSTATED)}
    return {
        "schema": entry.schema_,
        "primary name": entry.name,
        "other names": names,
        "programmes": entry.designations[0].programmes,
        "asset freeze": entry.designations[0].asset_freeze,
        "listing date": listing_day(entry),
        "addresses": [
            (found.street, found.city, found.country, found.country_text) for found in entry.addresses
        ],
        "identifiers": {(found.kind, found.value, found.valid) for found in entry.identifiers},
        "features": {
            (LABELS.get(key, key), value) for key, values in entry.features.items() for value in values
        },
        "linked to": {identity for identity, _ in targets(entry, ids)},
        "remarks": entry.remarks,
    }


def fields_of_xml(entry: ListEntry) -> dict[str, object]:
    designation = entry.designations[0]
    return {
        "schema": entry.schema_,
        "primary name": entry.name,
        "other names": {(name.text, name.kind, name.quality) for name in entry.names[1:]},
        "programmes": designation.programmes,
        "asset freeze": designation.asset_freeze,
        "listing date": designation.listing_date,
        "addresses": [
            (found.street, found.city, found.country, found.country_text) for found in entry.addresses
        ],
        "identifiers": {(found.kind, found.value, found.valid) for found in entry.identifiers},
        "features": {(key, value) for key, values in entry.features.items() for value in values},
        "linked to": {relation.target_id for relation in entry.relations},
        "remarks": entry.remarks,
    }


def compare(path: Path, entries: list[ListEntry]) -> int:
    """Print which fields differ in how many entries, with an example each; return the number of differences."""
    ids = ids_by_name(entries)
    left = {entry.entry_id: entry for entry in entries}
    different: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for found in read(path, Report()):
        expected = fields_of_csv(left.pop(found.entry_id), ids)
        got = fields_of_xml(found)
        for field in expected:
            if expected[field] != got[field]:
                different[field] += 1
                examples.setdefault(
                    field, f"{found.entry_id}: {expected[field]!r} became {got[field]!r}"[:600]
                )
    print(f"{path.name} against the CSV entries: {len(entries):,} entries, {len(left)} missing, ", end="")
    print(f"different fields: {dict(different) or 'none'}")
    for field, example in examples.items():
        print(f"  {field}: {example}")
    return len(left) + different.total()


def run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lists", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--keep", type=Path, help="where to leave the generated files")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure)
        return 0
    if not options.lists.is_dir():
        print(f"{options.lists} does not exist: the real CSV files are needed", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as directory:
        target = options.keep or Path(directory)
        target.mkdir(parents=True, exist_ok=True)
        # In processes of their own: a child is charged with the peak memory of the parent that it was forked from.
        run(str(Path(__file__).with_name("full_size_lists.py")), str(options.lists), str(target))
        paths = [target / name for name in WRITERS]
        for path in paths:
            run(__file__, "--measure", str(path))
        entries = full_size_entries(options.lists)
        return 1 if sum(compare(path, entries) for path in paths) else 0


if __name__ == "__main__":
    sys.exit(main())
