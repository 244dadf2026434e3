"""The embedded sample: five lists' rows in the entry-table format, read into versions that are never stored.

The rows were typed by hand from public facts (identifiers, names, dates) and chosen so that every pitfall of
matching has a case; `data/README.md` says which. They are a sample, neither complete nor kept up to date, and
`NOTE` says so with every answer that uses them. There is no download here, no clock and no network: the same
package always gives the same versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from importlib.resources import as_file, files

from lists.drafts import Draft, Incoming, read_draft
from lists.models import ListEntry, Snapshot
from lists.sources.catalogue import source_for
from lists.sources.entry_table import READER

DATE = date(2026, 7, 31)
"""The day whose lists the rows were checked against."""

LIST_IDS = ("eu_fsf", "gb_uksl", "un_sc", "us_bis_entity_list", "us_ofac_sdn")
"""The lists that the sample takes from, sorted."""

NOTE = (
    f"dated sample of {DATE.isoformat()} that ships with sanctions-xref, not the full list; "
    "load full lists with `sanctions-xref lists import --list LIST_ID FILE`"
)
"""Goes with every answer that uses the sample."""


def embedded_versions() -> Iterator[tuple[Snapshot, tuple[ListEntry, ...]]]:
    """Yield every list of the sample as a version with its entries, by list id and by entry id."""
    for list_id in LIST_IDS:
        with as_file(files("lists.embedded") / "data" / f"{list_id}.csv") as path:
            snapshot, entries, _report = read_draft(sample_draft(list_id, Incoming(path.name, path)))
        yield snapshot, entries


def sample_draft(list_id: str, file: Incoming) -> Draft:
    """Return what is to be read for a list of the sample, with the sample's date and note."""
    retrieved = datetime.combine(DATE, time.min, UTC)
    return Draft(source_for(list_id), READER, (file,), retrieved, published=DATE, note=NOTE)
