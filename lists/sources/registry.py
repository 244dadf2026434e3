"""The readers, one a format: the tuple to which a new format adds its line.

They are asked in this order which of them recognises a file, so that the more particular ones stand first.
"""

from __future__ import annotations

from lists.source import Reader
from lists.sources import (
    au_dfat,
    ca_sema,
    ch_seco,
    entry_table,
    eu_fsf,
    ofac_advanced,
    ofac_csv,
    ofac_enhanced,
    ofac_legacy,
    opensanctions_entities,
    opensanctions_targets,
    uk_csv,
    uk_xml,
    un_xml,
    us_csl,
)

READERS: tuple[Reader, ...] = (
    entry_table.READER,
    ofac_enhanced.READER,
    ofac_advanced.READER,
    ofac_legacy.READER,
    eu_fsf.READER,
    un_xml.READER,
    uk_xml.READER,
    uk_csv.READER,
    us_csl.READER,
    ch_seco.READER,
    ca_sema.READER,
    au_dfat.READER,
    opensanctions_entities.READER,
    opensanctions_targets.READER,
    ofac_csv.READER,
)
