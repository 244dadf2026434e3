"""What comes out: the shapes of results, the same on the command line, in hit files and over HTTP.

Probabilities are between 0 and 1, scores and contributions in log-odds (natural logarithm), offsets count
code points of the text as given, dates are ISO 8601. A match is a potential match; an empty list of matches
says that none reached the asked confidence against the named versions of the lists, and nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1"
"""Version of the wire shapes."""

DateStatus = Literal["listed", "not_listed", "unknown"]


class Wire(BaseModel):
    """A shape on the wire: frozen, nothing undeclared in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class SnapshotOut(Wire):
    """One version of one list that an answer was computed against."""

    list_id: str = Field(alias="list", description="List id.", examples=["us_ofac_sdn"])
    version: str = Field(description="Version of the list: its date and the start of its hash.")
    sha256: str = Field(description="SHA-256 of the normalised entries.")
    published: date | None = Field(description="The publisher's date of the version, where there is one.")
    retrieved: datetime = Field(description="When the files were retrieved or imported.")
    age_days: int = Field(
        default=0, ge=0, description="Days from its date to the day that is asked about; 0 if it is newer."
    )
    stale: bool = Field(description="The version is older than the limit for its list.")
    note: str | None = Field(default=None, description="A warning that goes with every answer.")


class ListOut(SnapshotOut):
    """A loaded list: its current version, how old it is, and what it holds."""

    title: str = Field(description="Title of the list.")
    authority: str = Field(description="Who designates.")
    stale_after_days: int = Field(description="From how many days on the version counts as stale.")
    published_basis: str = Field(description="Where the publisher's date stands, or `none`.")
    counts: dict[str, int] = Field(description="Entries by schema, and `entries`, `names`, `warnings`.")
    licence: str = Field(description="Terms under which the publisher lets the list be used.")
    attribution: str = Field(description="Whom to name when passing it on.")
    page: str | None = Field(description="The publisher's page for people.")
    versions: int = Field(description="Versions that are stored.")
    refused: int = Field(
        description="Versions that were refused since the current one; the last good one stays."
    )
    refused_reason: str | None = Field(default=None, description="Why the latest of them was refused.")
    checked: datetime | None = Field(default=None, description="When the publisher was last asked.")
    check_result: str | None = Field(
        default=None, description="`published`, `unchanged`, `not modified`, `refused` or `failed`."
    )
    check_detail: str = Field(default="", description="What that gave, in words.")
    size: int = Field(default=0, description="Bytes on disk of all its versions.")


class EngineOut(Wire):
    """What computed an answer, so that it can be replayed."""

    version: str = Field(description="Version of the software.")
    matcher: str = Field(description="Version of features and weights.")
    calibration: str = Field(description="Version of the map from score to confidence.")
    recognizers: list[str] = Field(
        default_factory=list,
        description="Models that find mentions in texts, beside the core that needs none.",
    )


class MatchedNameOut(Wire):
    """The listed name that matched best."""

    text: str = Field(description="The name as published.")
    kind: str = Field(
        description="`name`, `alias`, `previousName`, `weakAlias`, `abbreviation`, or `houseAlias`."
    )
    quality: str = Field(description="Strength as the publisher says: `strong`, `weak` or `unstated`.")


@dataclass(
    slots=True
)  # dozens are made for each match: a model of pydantic, or a frozen one, takes several times as long
class FeatureOut:
    """One row of the explanation; all contributions of a match sum to its score."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: Annotated[str, Field(description="Name of the comparison; `prior` is the starting point.")]
    value: Annotated[float, Field(description="What was measured.")]
    contribution: Annotated[float, Field(description="What it adds to the score, in log-odds.")]
    detail: Annotated[str, Field(description="The evidence in words.")]


class LegalActOut(Wire):
    """A legal act behind a designation."""

    title: str = Field(description="Title or citation of the act.")
    url: str | None = Field(default=None, description="Where it is published.")
    published: str | None = Field(default=None, description="When it was published; day and month may lack.")
    entry_into_force: str | None = Field(default=None, description="When it took effect.")


class DesignationOut(Wire):
    """The act of listing."""

    authority: str = Field(description="Who listed the party.")
    programmes: list[str] = Field(description="Sanctions programmes, as the publisher writes them.")
    legal_basis: list[LegalActOut] = Field(description="Legal acts, where the source states them.")
    listing_date: str | None = Field(description="Since when; day or month may be missing.")
    end_date: str | None = Field(description="Until when, where the listing has ended.")


class StatusOut(Wire):
    """Whether the party was listed at a date, and how that is known."""

    now: DateStatus = Field(description="At the date of the answer, or at `as_of` where that was asked.")
    on_article_date: DateStatus = Field(description="At the date of the article; `unknown` without one.")
    now_basis: str = Field(default="", description="How `now` is known.")
    on_article_date_basis: str = Field(default="", description="How `on_article_date` is known.")
    delisted_between: tuple[date, date] | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="Dates of the last version with the party and the first without it.",
    )


class ProvenanceOut(Wire):
    """Where the matched name stands."""

    snapshot: str = Field(description="SHA-256 of the version of the list.")
    list_version: str = Field(description="Version of the list.")
    source_url: str | None = Field(description="The publisher's page or file.")
    record_sha256: str | None = Field(description="SHA-256 of the entry in canonical JSON.")
    field: str = Field(
        description="Place of the matched name in the entry; of a house alias, who added it.",
        examples=["names[2]"],
    )


class RelationOut(Wire):
    """A connection between two parties, as a publisher states it, seen from one of them."""

    role: str = Field(description="The publisher's words.", examples=["Linked To", "Owned or Controlled By"])
    kind: str = Field(description="`Ownership`, `Directorship`, `Membership`, `UnknownLink` …")
    direction: Literal["out", "in"] = Field(
        description="`out`: this party owns, leads, acts for … the other; `in`: the other does."
    )
    stated_by: Literal["this", "other"] = Field(description="Whose entry says so.")
    name: str = Field(description="The other party.")
    list_id: str | None = Field(
        alias="list", description="Its list; null where it is not listed or not certain."
    )
    entry_id: str | None = Field(description="Its entry.")
    listing_date: str | None = Field(description="Since when it is listed, where that is stated.")
    percentage: float | None = Field(description="The share, where it is stated.")
    former: bool = Field(description="The relation has ended.")
    resolution: str = Field(description="`id`, `primary name`, `alias`, `ambiguous` or `not listed`.")
    confidence: float = Field(description="That the entry is the party that the publisher means.")
    namesakes: int = Field(default=0, description="How many parties bear the name, where it is ambiguous.")


class StakeOut(Wire):
    """A share that counts."""

    owner: str = Field(description="Who owns it.")
    asset: str = Field(description="What it is a share of.")
    percentage: float | None = Field(description="How much, in percent.")


class OwnershipOut(Wire):
    """What the stated shares say about a party under the 50 Percent Rule; never that it is blocked."""

    party: str = Field(description="The party that is owned.")
    verdict: Literal["may be blocked", "cannot be told", "not by the stated shares"] = Field(
        description="As OFAC's FAQs 398 to 402 count; a lawyer decides."
    )
    total: float = Field(
        description="Percent that blocked parties own, directly and through what they half own."
    )
    path: list[StakeOut] = Field(description="The shares that count, from the blocked parties down.")
    gaps: list[str] = Field(description="What is missing or was left out.")


class MatchOut(Wire):
    """A potential match: a listed party that may be the one named, with the evidence."""

    list_id: str = Field(alias="list", description="List id.")
    entry_id: str = Field(description="Id of the entry in its list.")
    schema_: str = Field(alias="schema", description="What is listed: `Organization`, `Company`, `Vessel` …")
    name: str = Field(description="Primary name of the entry.")
    matched_name: MatchedNameOut = Field(description="The listed name that matched best.")
    confidence: float = Field(ge=0, le=1, description="Probability that both are the same party.")
    score: float = Field(description="Sum of all contributions, in log-odds.")
    features: list[FeatureOut] = Field(description="The rows that sum to the score.")
    alignment: list[tuple[str, str, str]] = Field(
        description="Triples of query token, listed token and how they stand to each other."
    )
    designations: list[DesignationOut] = Field(description="The acts of listing.")
    status: StatusOut = Field(description="Whether the party is listed now and was at the article's date.")
    provenance: ProvenanceOut = Field(description="Where the matched name stands.")
    relations: list[RelationOut] = Field(
        default=[],
        exclude_if=lambda value: not value,
        description="The first ten connections that its entry states.",
    )


class QueryOut(Wire):
    """The query as it was understood."""

    name: str = Field(description="The name asked for.")
    id: str | None = Field(default=None, description="The asker's own id, echoed.")


class MatchAnswer(Wire):
    """The matches of one query, best first."""

    schema_version: str = Field(default=SCHEMA_VERSION, description="Version of this shape.")
    query: QueryOut = Field(description="The query.")
    matches: list[MatchOut] = Field(description="Potential matches, best first; ties by list and entry id.")
    stale: list[str] = Field(
        default=[],
        exclude_if=lambda value: not value,
        description="Lists that were asked although their version is older than the limit.",
    )
    error: str | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="Why this query could not be answered; the others are unaffected.",
    )


class ComparisonOut(Wire):
    """Two names compared."""

    schema_version: str = Field(default=SCHEMA_VERSION, description="Version of this shape.")
    name1: str = Field(description="The first name.")
    name2: str = Field(description="The second name.")
    score: float | None = Field(description="Sum of all contributions, in log-odds; null with `error`.")
    confidence: float | None = Field(
        ge=0,
        le=1,
        description="Probability that both name the same party, where half of such pairs do; null with `error`.",
    )
    features: list[FeatureOut] = Field(description="The rows that sum to the score.")
    alignment: list[tuple[str, str, str]] = Field(default=[], description="Token by token; see `Match`.")
    error: str | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="Why this pair could not be compared; the others are unaffected.",
    )


class FetchedOut(Wire):
    """The page that was fetched."""

    url: str = Field(description="Where it was in the end, after redirects.")
    sha256: str = Field(description="SHA-256 of its bytes, unpacked.")
    retrieved: datetime = Field(description="When it was fetched.")


class ArticleOut(Wire):
    """The article that was screened."""

    id: str | None = Field(description="The asker's id, or the name of the file.")
    title: str | None = Field(description="Title, where there is one.")
    published: str | None = Field(description="Date of publication, where it is known.")
    language: str | None = Field(description="ISO 639-1 code, where it is known.")
    sha256: str = Field(description="SHA-256 of the screened text in UTF-8.")
    fetched: FetchedOut | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="The page that the text was read from, where only its address was given.",
    )


class SentenceOut(Wire):
    """The sentence around a mention, cut where it is long: `text` is `article[start:end]`."""

    start: int = Field(ge=0, description="Offset of the first code point.")
    end: int = Field(ge=0, description="Offset after the last code point.")
    text: str = Field(description="The words of the article.")


class MentionOut(Wire):
    """A span of the text: `text` is `article[start:end]`."""

    start: int = Field(ge=0, description="Offset of the first code point.")
    end: int = Field(ge=0, description="Offset after the last code point.")
    text: str = Field(description="The words of the article.")
    found_by: list[str] = Field(
        default_factory=list,
        description="What found it: `capitals`, `noun`, `quotes`, `brackets`, `alias`, `ner:ORG` …",
    )
    sentence: SentenceOut | None = Field(default=None, description="Where it stands.")


class RelatedOut(Wire):
    """A listed party that the text connects with the organization; not a match of the organization itself."""

    relation: str = Field(description="The words of the text.", examples=["part of"])
    mention: MentionOut = Field(description="Where the other party is named.")
    match: MatchOut = Field(description="The listed party.")


class OrganizationOut(Wire):
    """One organization of an article."""

    name: str = Field(description="Its fullest name in the article.")
    mentions: list[MentionOut] = Field(description="Every place that names it, in order.")
    matches: list[MatchOut] = Field(description="Potential matches, best first.")
    related: list[RelatedOut] = Field(default=[], description="Listed parties that the text ties to it.")


class ScreenAnswer(Wire):
    """One article, its organizations, and the listed parties that they may be."""

    schema_version: str = Field(default=SCHEMA_VERSION, description="Version of this shape.")
    article: ArticleOut = Field(description="The article.")
    engine: EngineOut = Field(description="What computed the answer.")
    snapshots: list[SnapshotOut] = Field(description="The versions of the lists that were asked.")
    organizations: list[OrganizationOut] = Field(description="Organizations in order of first mention.")
    text: str | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="The text that was read from a page of which only the address was given: offsets count in it.",
    )
