"""Readers that stream leave no tree behind: however many records a file has, few elements are alive at a time."""

from __future__ import annotations

import io

import pytest

from lists.source import RawFile
from lists.sources.ofac_tables import stream_blocks

BLOCKS = {
    "Locations": '<Location ID="{n}"><LocationCountry CountryID="1"/></Location>',
    "IDRegDocuments": '<IDRegDocument ID="{n}" IdentityID="{n}"><IssuingAuthority/></IDRegDocument>',
    "DistinctParties": '<DistinctParty FixedRef="{n}"><Comment/><Profile ID="{n}" PartySubTypeID="1"/></DistinctParty>',
    "ProfileRelationships": '<ProfileRelationship ID="{n}" From-ProfileID="{n}" To-ProfileID="1"/>',
    "SanctionsEntries": '<SanctionsEntry ID="{n}" ProfileID="{n}" ListID="1"/>',
}


def advanced_file(records: int) -> RawFile:
    blocks = "".join(
        f"<{name}>{''.join(record.format(n=number) for number in range(records))}</{name}>"
        for name, record in BLOCKS.items()
    )
    content = f"<Sanctions><DateOfIssue><Year>2026</Year></DateOfIssue>{blocks}</Sanctions>".encode()
    return RawFile("SDN_ADVANCED.XML", lambda: io.BytesIO(content))


def most_alive(records: int) -> int:
    """Return the most elements that are in the tree when a record is given."""
    return max(
        sum(1 for _ in element.getroottree().getroot().iter())
        for element in stream_blocks(advanced_file(records))
    )


@pytest.mark.parametrize("records", [500, 2000])
def test_tree_of_an_advanced_file_does_not_grow_with_its_records(records):
    # libxml2 parses ahead by one chunk of 32 KB, which is some hundred of these short records.
    assert most_alive(records) < 1500
