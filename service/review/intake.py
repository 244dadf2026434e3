"""Opening alerts: the hits of a screening become alerts, and alerts become cases.

One alert is one listed entry that one organization of one article may be. Alerts about one organization in
one article are one case; a further article joins an undecided case about an organization of the same name
that shares a listed entry with it. Opening is idempotent: the same article with the same entries adds
nothing, in whatever order and however often it comes; a changed entry (another record hash) is a new alert.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from lists.models import ListEntry, entry_json
from service.review.good_guys import is_remembered
from service.review.hits import Hit, Screening, check_text, conflicts, hits_of
from service.review.judgements import UNDECIDED, Policy, Status, band
from service.review.ledger import Change
from service.review.projection import refresh_case
from service.review.tables import alerts, articles, cases, entries, hits
from service.review.trail import digest, iso
from service.schemas import MatchOut

EntryLookup = Callable[[str, str, str], ListEntry | None]
"""(list id, list version, entry id) → the entry, where that version is at hand."""


@dataclass(slots=True)
class Counts:
    """What an intake did."""

    articles: int = 0
    cases: int = 0
    joined: int = 0
    alerts: int = 0
    known: int = 0
    suppressed: int = 0
    sampled: int = 0
    case_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Intake:
    """An intake in progress: the change that it writes into, the rules, and where entries are looked up."""

    change: Change
    policy: Policy
    lookup: EntryLookup
    counts: Counts

    def take(self, screening: Screening) -> None:
        """Keep a screening's article and open an alert for each match that is worth a look."""
        if screening.text is not None:
            check_text(screening.answer, screening.text)
        self.counts.articles += 1
        kept = False
        for hit in hits_of(screening):
            worth = [match for match in hit.matches if match.confidence >= self.policy.alert_from]
            drawn = [match for match in hit.matches if self._is_drawn(hit, match)]
            for matches, sampled in ((worth, False), (drawn, True)):
                fresh = self._unknown(hit, matches)
                if fresh and not kept:
                    _keep_article(self.change, screening)
                    kept = True
                if fresh:
                    self._open(hit, fresh, sampled=sampled)

    def _is_drawn(self, hit: Hit, match: MatchOut) -> bool:
        if match.confidence >= self.policy.alert_from:
            return False
        lot = digest(f"{hit.article_sha256} {hit.key} {match.list_id} {match.entry_id}")
        return int(lot[:8], 16) < self.policy.sample_rate * 2**32

    def _unknown(self, hit: Hit, matches: Sequence[MatchOut]) -> list[MatchOut]:
        known = _known_entries(self.change.connection, hit)
        fresh = [match for match in matches if (match.list_id, match.entry_id, _record(match)) not in known]
        self.counts.known += len(matches) - len(fresh)
        return fresh

    def _open(self, hit: Hit, matches: Sequence[MatchOut], *, sampled: bool) -> None:
        hit_id = _keep_hit(self.change, hit)
        for match in matches:
            self._keep_entry(match)
        statuses = [self._first_status(hit, match) for match in matches]
        case_id = None if sampled else _case_to_join(self.change.connection, hit, matches)
        joined = case_id is not None
        if case_id is None:
            case_id = self._new_case(hit, matches, sampled=sampled)
        self.change.connection.execute(
            insert(alerts),
            [
                _alert_row(hit, hit_id, case_id, match, status)
                for match, status in zip(matches, statuses, strict=True)
            ],
        )
        refresh_case(self.change.connection, case_id)
        self._count(case_id, statuses, joined=joined, sampled=sampled)
        self.change.record(
            "case joined" if joined else "case opened",
            f"case {case_id}",
            {
                "organization": hit.organization.name,
                "article": hit.article_sha256,
                "hit": hit.sha256,
                "sampled": sampled,
                "alerts": [
                    {"list": m.list_id, "entry": m.entry_id, "confidence": m.confidence, "status": s.value}
                    for m, s in zip(matches, statuses, strict=True)
                ],
            },
        )

    def _first_status(self, hit: Hit, match: MatchOut) -> Status:
        body = self.change.connection.execute(
            select(entries.c.body).where(entries.c.record_sha256 == _record(match))
        ).scalar()
        remembered = is_remembered(self.change, hit.key, match, body)
        return Status.SUPPRESSED if remembered else Status.OPEN

    def _keep_entry(self, match: MatchOut) -> None:
        record = _record(match)
        connection = self.change.connection
        if connection.execute(select(entries.c.list_id).where(entries.c.record_sha256 == record)).first():
            return
        entry = self.lookup(match.list_id, match.provenance.list_version, match.entry_id)
        if entry is not None and entry.record_sha256 == record:
            row = {"record_sha256": record, "list_id": match.list_id, "entry_id": match.entry_id}
            connection.execute(insert(entries).values(**row, body=entry_json(entry)))

    def _new_case(self, hit: Hit, matches: Sequence[MatchOut], *, sampled: bool) -> int:
        best, now = matches[0], self.change.now
        inserted = self.change.connection.execute(
            insert(cases).values(
                organization=_shown(hit.organization.name),
                organization_key=hit.key,
                status=Status.OPEN.value,
                confidence=best.confidence,
                band=band(best.confidence),
                list_id=best.list_id,
                entry_id=best.entry_id,
                entry_name=best.name,
                conflicts=", ".join(conflicts(best)),
                sampled=sampled,
                opened=iso(now),
                due=iso(now + timedelta(hours=self.policy.due_hours)),
                alert_count=0,
                article_count=0,
                legal_hold=False,
                version=0,
            )
        )
        key = inserted.inserted_primary_key
        assert key is not None  # noqa: S101 an insert of one row has a key; for the type checker
        return int(key[0])

    def _count(self, case_id: int, statuses: Sequence[Status], *, joined: bool, sampled: bool) -> None:
        self.counts.joined += joined
        self.counts.cases += not joined
        self.counts.alerts += len(statuses)
        self.counts.suppressed += statuses.count(Status.SUPPRESSED)
        self.counts.sampled += len(statuses) if sampled else 0
        self.counts.case_ids.append(case_id)


def take_all(intake: Intake, screenings: Iterable[Screening]) -> Counts:
    """Take every screening into one change and return what came of it."""
    for screening in screenings:
        intake.take(screening)
    return intake.counts


def _record(match: MatchOut) -> str:
    return match.provenance.record_sha256 or digest(
        f"{match.provenance.snapshot} {match.list_id} {match.entry_id}"
    )


def _known_entries(connection: Connection, hit: Hit) -> set[tuple[str, str, str]]:
    wanted = select(alerts.c.list_id, alerts.c.entry_id, alerts.c.record_sha256).where(
        alerts.c.article_sha256 == hit.article_sha256, alerts.c.organization_key == hit.key
    )
    return {(row.list_id, row.entry_id, row.record_sha256) for row in connection.execute(wanted)}


def _case_to_join(connection: Connection, hit: Hit, matches: Sequence[MatchOut]) -> int | None:
    undecided = (
        select(alerts.c.case_id, alerts.c.list_id, alerts.c.entry_id)
        .join(cases, cases.c.id == alerts.c.case_id)
        .where(cases.c.organization_key == hit.key, cases.c.status.in_([s.value for s in UNDECIDED]))
        .where(cases.c.sampled.is_(False))
        .order_by(alerts.c.case_id)
    )
    asked = {(match.list_id, match.entry_id) for match in matches}
    found = (row.case_id for row in connection.execute(undecided) if (row.list_id, row.entry_id) in asked)
    return next(found, None)


def _keep_article(change: Change, screening: Screening) -> None:
    article, connection = screening.answer.article, change.connection
    known = connection.execute(select(articles.c.text).where(articles.c.sha256 == article.sha256)).first()
    if known is None:
        connection.execute(
            insert(articles).values(
                sha256=article.sha256,
                article_id=article.id or article.sha256[:12],
                title=article.title,
                published=article.published,
                language=article.language,
                text=_storable(screening.text),
                first_seen=iso(change.now),
            )
        )
    elif known.text is None and screening.text is not None:
        connection.execute(
            update(articles).where(articles.c.sha256 == article.sha256).values(text=_storable(screening.text))
        )


def _keep_hit(change: Change, hit: Hit) -> int:
    found = change.connection.execute(select(hits.c.id).where(hits.c.sha256 == hit.sha256)).scalar()
    if found is not None:
        return int(found)
    row = {
        "sha256": hit.sha256,
        "article_sha256": hit.article_sha256,
        "body": hit.body,
        "created": iso(change.now),
    }
    key = change.connection.execute(insert(hits).values(**row)).inserted_primary_key
    assert key is not None  # noqa: S101 an insert of one row has a key; for the type checker
    return int(key[0])


def _alert_row(hit: Hit, hit_id: int, case_id: int, match: MatchOut, status: Status) -> dict[str, object]:
    return {
        "case_id": case_id,
        "hit_id": hit_id,
        "article_sha256": hit.article_sha256,
        "organization_key": hit.key,
        "list_id": match.list_id,
        "entry_id": match.entry_id,
        "entry_name": match.name,
        "record_sha256": _record(match),
        "confidence": match.confidence,
        "status": status.value,
    }


def _storable(text: str | None) -> str | None:
    """Return a text as it is, or None where it holds a NUL, which PostgreSQL cannot keep.

    Never a changed one.
    """
    return None if text is not None and "\x00" in text else text


def _shown(text: str) -> str:
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
