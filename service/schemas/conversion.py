"""From the matcher's values to the wire: what stands around matches; a match itself is in `service.schemas.matches`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from lists.history import dated
from lists.models import Snapshot
from matchers.models import (
    Comparison,
    Engine,
    Match,
    Mention,
    Organization,
    Query,
    Related,
)
from service.schemas.answers import (
    ComparisonOut,
    EngineOut,
    MatchAnswer,
    MentionOut,
    OrganizationOut,
    QueryOut,
    RelatedOut,
    SentenceOut,
    SnapshotOut,
)
from service.schemas.matches import DECIMALS, When, alignment_out, features_out, match_out

AROUND = 200
"""Most characters of a sentence that are shown before and after a mention."""


def snapshot_out(snapshot: Snapshot, today: date, stale_after_days: int) -> SnapshotOut:
    """Return a version of a list as the wire names it; it is stale when older than the limit of its list."""
    age = max(0, (today - dated(snapshot)).days)
    return SnapshotOut(
        list=snapshot.list_id,
        version=snapshot.version,
        sha256=snapshot.sha256,
        published=snapshot.published,
        retrieved=snapshot.retrieved,
        age_days=age,
        stale=age > stale_after_days,
        note=snapshot.note,
    )


def engine_out(engine: Engine) -> EngineOut:
    """Return what computed an answer."""
    return EngineOut(
        version=engine.version,
        matcher=engine.matcher,
        calibration=engine.calibration,
        recognizers=list(engine.recognizers),
    )


def engine_line(engine: Engine) -> str:
    """Return what computed an answer in one line: software, matcher and calibration with their versions."""
    return f"sanctions-xref/{engine.version} matcher/{engine.matcher} calibration/{engine.calibration}"


def match_answer(
    query: Query, matches: Iterable[Match], when: When, stale: Sequence[str] = ()
) -> MatchAnswer:
    """Return the matches of one query; `stale` names the lists that are older than their limit."""
    return MatchAnswer(
        query=QueryOut(name=query.name, id=query.id),
        matches=[match_out(match, when) for match in matches],
        stale=list(stale),
    )


def comparison_out(name1: str, name2: str, comparison: Comparison) -> ComparisonOut:
    """Return two names compared."""
    return ComparisonOut(
        name1=name1,
        name2=name2,
        score=round(comparison.score, DECIMALS),
        confidence=round(comparison.confidence, DECIMALS),
        features=features_out(comparison.features),
        alignment=alignment_out(comparison.alignment),
    )


def mention_out(mention: Mention, text: str) -> MentionOut:
    """Return a span of a text with its sentence."""
    return MentionOut(
        start=mention.start,
        end=mention.end,
        text=mention.text,
        found_by=list(mention.found_by),
        sentence=_sentence_out(mention, text),
    )


def _sentence_out(mention: Mention, text: str) -> SentenceOut | None:
    if mention.sentence is None:
        return None
    start = min(mention.start, max(mention.sentence[0], mention.start - AROUND))
    end = max(mention.end, min(mention.sentence[1], mention.end + AROUND))
    return SentenceOut(start=start, end=end, text=text[start:end])


def related_out(related: Related, when: When, text: str) -> RelatedOut:
    """Return a listed party that the text connects with an organization."""
    return RelatedOut(
        relation=related.relation,
        mention=mention_out(related.mention, text),
        match=match_out(related.match, when),
    )


def organization_out(organization: Organization, when: When, text: str) -> OrganizationOut:
    """Return one organization of an article with this text."""
    return OrganizationOut(
        name=organization.name,
        mentions=[mention_out(mention, text) for mention in organization.mentions],
        matches=[match_out(match, when) for match in organization.matches],
        related=[related_out(related, when, text) for related in organization.related],
    )
