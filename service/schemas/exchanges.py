"""Bodies of requests and responses over HTTP: the questions and answers, with what goes around them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, cast

from pydantic import (
    BeforeValidator,
    Field,
    JsonValue,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from service.inputs import SHOWN, BadLine, explain
from service.schemas.answers import (
    SCHEMA_VERSION,
    ComparisonOut,
    DateStatus,
    EngineOut,
    ListOut,
    MatchAnswer,
    OwnershipOut,
    RelationOut,
    ScreenAnswer,
    SnapshotOut,
    Wire,
)
from service.schemas.questions import TEXT_OR_URL, ArticleIn, MatchOptions, PairIn, QueryIn, few_items, shown


def _keep_bad(value: object, validate: ValidatorFunctionWrapHandler) -> object:
    """Turn an item that is not valid into a `BadLine`, so that it does not fail the others."""
    try:
        return validate(value)
    except ValidationError as error:
        name = value.get("name") if isinstance(value, dict) else None
        return BadLine("item", str(name or "")[:SHOWN], explain(error))


QueryItem = Annotated[QueryIn, WrapValidator(_keep_bad)]
"""A query; one that is not valid is a `BadLine` instead, and answered with an error in its place."""
PairItem = Annotated[PairIn, WrapValidator(_keep_bad)]
"""A pair; as above."""
ArticleItem = Annotated[ArticleIn, WrapValidator(_keep_bad)]
"""An article; as above."""
AsOf = Annotated[date | None, Field(description="Say who was listed on this day instead of today.")]
KnownAsOf = Annotated[
    date | None, Field(description="Ask the versions of the lists that were current on this day.")
]


class TimedOptions(MatchOptions):
    """How a question is asked, and for which day."""

    as_of: AsOf = None
    known_as_of: KnownAsOf = None

    def plain(self) -> MatchOptions:
        """Return the options without the days."""
        return cast(MatchOptions, self)


class MatchRequest(TimedOptions):
    """Names to look up together."""

    model_config = shown(
        {"queries": [{"name": "United Aircraft Corp", "id": "row-1", "country": "ru"}], "limit": 3}
    )

    queries: Annotated[list[QueryItem], BeforeValidator(few_items)] = Field(
        min_length=1,
        description="The names; one that is not valid is answered with an error in its place.",
    )


class Answered(Wire):
    """What every response names, so that it can be replayed."""

    schema_version: str = Field(default=SCHEMA_VERSION, description="Version of this shape.")
    engine: EngineOut = Field(description="What computed the answers.")
    snapshots: list[SnapshotOut] = Field(description="The versions of the lists that were asked.")


class MatchResponse(Answered):
    """One result a query, in order."""

    results: list[MatchAnswer] = Field(description="One result a query, in the order of the queries.")


class CompareRequest(PairIn):
    """Two names to compare."""

    model_config = shown(
        {"name1": "United Aircraft Corp", "name2": "Объединённая авиастроительная корпорация"}
    )


class CompareResponse(ComparisonOut):
    """Two names compared, and what compared them."""

    engine: EngineOut = Field(description="What computed the answer.")


class ScreenRequest(ArticleIn, TimedOptions):
    """An article to screen, and how."""

    model_config = shown(
        {"text": "Officials met United Aircraft Corporation.", "published": "2023-09-15"}, **TEXT_OR_URL
    )


class ScreenBatchRequest(TimedOptions):
    """Articles to screen together."""

    model_config = shown({"articles": [{"id": "a1", "text": "Officials met United Aircraft Corporation."}]})

    articles: Annotated[list[ArticleItem], BeforeValidator(few_items)] = Field(
        min_length=1, description="The articles; a bad one does not fail the others."
    )


class ScreenFailure(Wire):
    """An article that could not be screened."""

    article_id: str | None = Field(description="Its id, where it could be read.")
    error: str = Field(description="What is wrong with it.")


class ScreenBatchResponse(Answered):
    """One result an article, in order."""

    results: list[ScreenAnswer | ScreenFailure] = Field(description="One result an article, in order.")


class ListsResponse(Wire):
    """The loaded lists."""

    schema_version: str = Field(default=SCHEMA_VERSION, description="Version of this shape.")
    lists: list[ListOut] = Field(description="Every list that answers, by list id.")


class FieldChangeOut(Wire):
    """What came to a field of an entry and what went from it."""

    field: str = Field(description="The field.", examples=["names"])
    added: list[JsonValue] = Field(description="Values that came.")
    removed: list[JsonValue] = Field(description="Values that went.")


class EntryVersionOut(Wire):
    """What one version of a list did to an entry."""

    version: str = Field(description="Version of the list.")
    published: date = Field(description="The publisher's date, or when it was retrieved.")
    change: str = Field(description="`present`, `added`, `changed`, `unchanged`, `removed` or `absent`.")
    fields: list[FieldChangeOut] = Field(description="What changed.")


class EntryResponse(Wire):
    """A listed party as its list has it."""

    schema_version: str = Field(default=SCHEMA_VERSION, description="Version of this shape.")
    snapshot: SnapshotOut = Field(description="The version of the list.")
    status: DateStatus = Field(description="Whether it is listed at the asked day.")
    status_basis: str = Field(description="How that is known.")
    entry: dict[str, object] = Field(description="The stored entry, in FollowTheMoney's words.")
    history: list[EntryVersionOut] = Field(
        default=[],
        exclude_if=lambda value: not value,
        description="With `history=true`: what each stored version of the list did to it, oldest first.",
    )
    relations: list[RelationOut] = Field(
        default=[], description="Connections that it states, then those that other entries state of it."
    )
    ownership: list[OwnershipOut] = Field(
        default=[],
        description="The 50 Percent Rule, for it and for unlisted parties that it owns, where shares are known.",
    )


class Problem(Wire):
    """What went wrong."""

    detail: str = Field(description="What, where, and what to do.")


class InvalidPart(Wire):
    """One thing that is wrong with a request."""

    loc: list[str | int] = Field(description="Where: `body`, then field names and numbers of items.")
    msg: str = Field(description="What is wrong.")
    type: str = Field(description="The kind of mistake, in one word.")


class Invalid(Wire):
    """A request that does not have the documented shape."""

    detail: list[InvalidPart] | str = Field(description="What is wrong, part by part.")


class Health(Wire):
    """The process runs."""

    status: str = Field(default="ok", description="Always `ok`: the process answers.")


class Readiness(Health):
    """Whether questions can be answered, and from what."""

    lists: int = Field(description="Lists that are loaded.")
    entries: int = Field(description="Listed parties that are loaded.")
    age_days: dict[str, int] = Field(description="Days since the date of each list's version.")
    stale: list[str] = Field(description="Lists that are older than their limit.")
    refused: list[str] = Field(
        default=[], description="Lists of which a newer version was refused; the last good one answers."
    )
    problem: str | None = Field(
        default=None, description="Why the newest versions could not be taken over; the last ones answer."
    )
    note: str | None = Field(default=None, description="A warning that goes with every answer.")
