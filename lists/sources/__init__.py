"""One module a format, one registry tuple; the lists themselves are described in `catalogue`.

Readers are asked in this order which of them recognises a file, so that the more particular ones stand first.
"""

from __future__ import annotations

from lists.source import Reader
from lists.sources import entry_table, ofac_csv, un_xml

READERS: tuple[Reader, ...] = (entry_table.READER, un_xml.READER, ofac_csv.READER)
