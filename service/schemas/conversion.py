"""From the matcher's values to the wire: the one place where a match becomes what is sent or shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lists.history import dated
from lists.models import Designation, ListedName, ListEntry, Snapshot
from matchers.models import (
    AlignedPair,
    Comparison,
    Engine,
    Feature,
    Match,
    Mention,
    Organization,
    Query,
    Related,
)
from service.relations import RelationIndex
from service.schemas.answers import (
    ComparisonOut,
    DesignationOut,
    EngineOut,
    FeatureOut,
    LegalActOut,
    MatchAnswer,
    MatchedNameOut,
    MatchOut,
    MentionOut,
    OrganizationOut,
    ProvenanceOut,
    QueryOut,
    RelatedOut,
    SentenceOut,
    SnapshotOut,
    StatusOut,
)
from service.schemas.connections import stated_relations
from service.status import Past

AROUND = 200
"""Most characters of a sentence that are shown before and after a mention."""
DECIMALS = 6
"""Digits after the point of scores and contributions: enough that they still sum, few enough to read."""
ROWS = 4_096
"""Rows of explanations that stay as they are shown."""


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


def features_out(features: Iterable[Feature]) -> list[FeatureOut]:
    """Return the rows of an explanation. Equal rows are one value: most of a match's are those of many others."""
    return list(map(_feature_out, features))


@lru_cache(ROWS)
def _feature_out(feature: Feature) -> FeatureOut:
    value, contribution = round(feature.value, DECIMALS), round(feature.contribution, DECIMALS)
    return FeatureOut(feature.name, value, contribution, feature.detail)


def alignment_out(pairs: Iterable[AlignedPair]) -> list[tuple[str, str, str]]:
    """Return query token, listed token and how they stand to each other."""
    return [(pair.query, pair.listed, pair.how) for pair in pairs]


def designation_out(designation: Designation) -> DesignationOut:
    """Return an act of listing."""
    return DesignationOut(
        authority=designation.authority,
        programmes=list(designation.programmes),
        legal_basis=[LegalActOut(**act.model_dump()) for act in designation.legal_basis],
        listing_date=designation.listing_date,
        end_date=designation.end_date,
    )


@dataclass(frozen=True, slots=True)
class When:
    """What decides the status of a match: earlier versions, the day that is now, the article's date (ISO)."""

    past: Past
    today: date
    article: str | None = None
    relations: RelationIndex | None = None
    """Where the connections of a match are looked up."""


def name_kind(name: ListedName) -> str:
    """Return what a name is called: the publisher's kind, or `houseAlias` where reviewers added it."""
    return "houseAlias" if name.derived == "house" else name.kind.value


def place_of(name: ListedName, entry: ListEntry) -> str:
    """Return where a name stands in its entry; of a house alias, who added it."""
    if name.derived == "house":
        return f"house alias, {name.source_kind}"
    return f"names[{entry.names.index(name)}]"


def match_out(match: Match, when: When) -> MatchOut:
    """Return a match as the wire shows it."""
    listing = match.candidate.listing
    entry, name = listing.entry, match.candidate.listed_name
    now, then = when.past.status(listing, when.today), when.past.status_within(listing, when.article)
    return MatchOut(
        list=entry.list_id,
        entry_id=entry.entry_id,
        schema=entry.schema_.value,
        name=entry.name,
        matched_name=MatchedNameOut(text=name.text, kind=name_kind(name), quality=name.quality.value),
        confidence=round(match.confidence, DECIMALS),
        score=round(match.score, DECIMALS),
        features=features_out(match.comparison.features),
        alignment=alignment_out(match.comparison.alignment),
        designations=[designation_out(designation) for designation in entry.designations],
        status=StatusOut(
            now=now.state,
            on_article_date=then.state,
            now_basis=now.detail,
            on_article_date_basis=then.detail,
            delisted_between=now.delisted_between,
        ),
        provenance=ProvenanceOut(
            snapshot=listing.snapshot.sha256,
            list_version=listing.snapshot.version,
            source_url=entry.source_url,
            record_sha256=entry.record_sha256,
            field=place_of(name, entry),
        ),
        relations=stated_relations(when.relations, entry.ref) if when.relations and entry.relations else [],
    )


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
