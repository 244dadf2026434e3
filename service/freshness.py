"""Every HTTP response says which lists are past their limit, also in shapes that clients of other systems prescribe.

`X-Stale-Lists: us_ofac_sdn, eu_fsf` speaks of the versions that answer now; there is no such header where none is
older than its list's limit. Our own shapes say the same, and more, in their bodies.
"""

from __future__ import annotations

from service.routes.desk import today
from service.runtime import RuntimeHolder

HEADER = b"x-stale-lists"


def freshness(holder: RuntimeHolder) -> list[tuple[bytes, bytes]]:
    """Return the header that names the lists past their limit; none where no list is."""
    stale = holder.current.stale_lists(today()) if holder.current else ()
    return [(HEADER, ", ".join(stale).encode())] if stale else []
