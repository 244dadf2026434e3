"""Retention: an article's text is removed when it has been kept for as long as the rules say.

Cases, decisions and the trail are kept; only the text of an article ends, and its hash and the mentions stay, so
that it can still be proved which text was judged. A text stays as long as any of its cases is undecided or under
legal hold. US rules ask for ten years (31 CFR 501.601, as amended in 2025), which is the least that can be set.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from service.review.judgements import Status
from service.review.ledger import Change
from service.review.register import policy_in_force
from service.review.tables import alerts, articles, cases
from service.review.trail import iso

YEAR = timedelta(days=365.25)


def texts_to_end(connection: Connection, now: datetime) -> Sequence[str]:
    """Return the hashes of the articles whose text is to be removed now."""
    ended = iso(now - policy_in_force(connection).retain_years * YEAR)
    finished = (Status.DECIDED.value, Status.SUPPRESSED.value)
    kept = (
        select(alerts.c.article_sha256)
        .join(cases, cases.c.id == alerts.c.case_id)
        .where(cases.c.legal_hold.is_(True) | cases.c.status.not_in(finished) | (cases.c.decided > ended))
    )
    old = select(articles.c.sha256).where(articles.c.text.is_not(None), articles.c.first_seen <= ended)
    return (
        connection.execute(old.where(articles.c.sha256.not_in(kept)).order_by(articles.c.sha256))
        .scalars()
        .all()
    )


def end_retention(change: Change) -> int:
    """Remove the texts whose retention has ended; return how many."""
    ended = texts_to_end(change.connection, change.now)
    for sha256 in ended:
        change.connection.execute(update(articles).where(articles.c.sha256 == sha256).values(text=None))
        change.record("retention ended", f"article {sha256}", {"article": sha256})
    return len(ended)
