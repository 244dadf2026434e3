"""One module a format, one registry tuple; the lists themselves are described in `catalogue`.

Readers are asked in this order which of them recognises a file, so that the more particular ones stand first.
"""

from __future__ import annotations

from lists.source import Reader
from lists.sources import (
    entry_table,
    eu_fsf,
    ofac_advanced,
    ofac_csv,
    ofac_enhanced,
    ofac_legacy,
    uk_csv,
    uk_xml,
    un_xml,
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
    ofac_csv.READER,
)
