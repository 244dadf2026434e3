"""The embedded sample: what it is, which five lists it takes from, and their files in the entry-table format.

The rows were typed by hand from public facts (identifiers, names, dates) and chosen so that every pitfall of
matching has a case; `data/README.md` says which. They are a sample, neither complete nor kept up to date, and
`NOTE` says so with every answer that uses them. There is no download here, no clock and no network.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from importlib.resources import files as resources
from io import BytesIO
from typing import BinaryIO

from lists.source import Files, RawFile, Source

DATE = date(2026, 7, 31)
"""The day whose lists the rows were checked against."""

NOTE = (
    f"dated sample of {DATE.isoformat()} that ships with sanctions-xref, not a full list: "
    "load full lists with `sanctions-xref lists import --list LIST_ID FILE`"
)
"""Goes with every answer that uses the sample."""

SOURCES: tuple[Source, ...] = (
    Source(
        list_id="eu_fsf",
        title="EU financial sanctions, consolidated list (sample)",
        authority="Council of the European Union",
        country="eu",
        page="https://data.europa.eu/data/datasets/consolidated-list-of-persons-groups-and-entities-subject-to-eu-financial-sanctions",
        formats=("entry-table",),
        licence="Commission Decision 2011/833/EU",
        attribution="European Commission",
        blocking=True,
    ),
    Source(
        list_id="gb_uksl",
        title="UK Sanctions List (sample)",
        authority="Foreign, Commonwealth & Development Office",
        country="gb",
        page="https://www.gov.uk/government/publications/the-uk-sanctions-list",
        formats=("entry-table",),
        licence="Open Government Licence v3.0",
        attribution="Foreign, Commonwealth & Development Office",
    ),
    Source(
        list_id="un_sc",
        title="UN Security Council consolidated list (sample)",
        authority="United Nations Security Council",
        country="un",
        page="https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list",
        formats=("entry-table",),
        attribution="United Nations Security Council",
    ),
    Source(
        list_id="us_bis_entity_list",
        title="US BIS Entity List (sample)",
        authority="Bureau of Industry and Security",
        country="us",
        page="https://www.ecfr.gov/current/title-15/part-744/appendix-Supplement%20No.%204%20to%20Part%20744",
        formats=("entry-table",),
        licence="public domain (US government work)",
        attribution="US Department of Commerce, Bureau of Industry and Security",
        blocking=False,
    ),
    Source(
        list_id="us_ofac_sdn",
        title="US OFAC Specially Designated Nationals (sample)",
        authority="Office of Foreign Assets Control",
        country="us",
        page="https://sanctionslist.ofac.treas.gov/Home/SdnList",
        formats=("entry-table",),
        licence="public domain (US government work)",
        attribution="US Department of the Treasury, Office of Foreign Assets Control",
        blocking=True,
    ),
)
"""The lists that the sample takes from, sorted by list id."""


def sample_files(list_id: str) -> Files:
    """Return the sample's one file of a list; a `FileNotFoundError` on opening where the sample has none."""
    name = f"{list_id}.csv"
    return (RawFile(name, partial(_open, name)),)


def _open(name: str) -> BinaryIO:
    return BytesIO((resources("lists.embedded") / "data" / name).read_bytes())
