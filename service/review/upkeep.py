"""What the review does by itself: it keeps doing it while a service runs, and `review tend` does it once."""

from __future__ import annotations

from service.review.desk import Desk
from service.review.house_aliases import approved_aliases


def publish_aliases(desk: Desk) -> bool:
    """Put the approved house aliases in force; say whether the set is another one than before."""
    with desk.ledger.database.reading() as connection:
        aliases = approved_aliases(connection, desk.ledger.clock())
    return desk.publish(aliases)
