"""Shapes of the yente API, for its documentation and for reading what clients send.

Clients differ in what they send beside the documented fields (`filters`, `params`, `fuzzy`); what is not known is
ignored here, as they expect. Values of properties are a text, a number, or a list of them.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from service.ftm.questions import EVEN
from service.inputs import BadLine, explain
from service.schemas.answers import EngineOut, SnapshotOut
from service.schemas.questions import few_items, shown

MOST_EXCLUDED = 500
"""Ids of one request; a longer list belongs into the caller's own filter."""


class Lenient(BaseModel):
    """A shape that ignores what it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class ExampleIn(Lenient):
    """An entity to look for, by example."""

    id: str | None = Field(default=None, description="Your own id; it is echoed and never scored.")
    schema_: str = Field(
        default="Thing", alias="schema", description="What it is: `Company`, `Person`, `Vessel` …"
    )
    properties: dict[str, object] = Field(
        default={},
        description="Properties of FollowTheMoney: `name`, `alias`, `country`, `innCode` …; others are ignored.",
        examples=[{"name": ["Bank Rossiya"], "country": ["ru"]}],
    )


def _keep_bad(value: object, validate: ValidatorFunctionWrapHandler) -> object:
    try:
        return validate(value)
    except ValidationError as error:
        return BadLine("query", "", explain(error))


class MatchExamples(Lenient):
    """Entities to look for, each under a key of yours."""

    model_config = shown({"queries": {"q1": {"schema": "Company", "properties": {"name": ["Bank Rossiya"]}}}})

    queries: Annotated[
        dict[str, Annotated[ExampleIn, WrapValidator(_keep_bad)]], BeforeValidator(few_items)
    ] = Field(
        description="The entities by key; one that is not valid is answered with status 400, the others are answered.",
        examples=[{"q1": {"schema": "Company", "properties": {"name": ["Bank Rossiya"], "country": ["ru"]}}}],
    )
    weights: dict[str, float] = Field(
        default={}, description="Not supported: the weights are fitted. Leave it empty."
    )
    config: dict[str, object] = Field(default={}, description="Not supported. Leave it empty.")


class MatchParameters(Lenient):
    """How a batch of examples is asked; parameters that are not known are ignored."""

    limit: int = Field(default=5, ge=1, le=500, description="Most results of each example.")
    threshold: float = Field(default=EVEN, ge=0, le=1, description="Least score of a match.")
    cutoff: float = Field(
        default=EVEN, ge=0, le=1, description="Least score of a result; at most the threshold."
    )
    algorithm: str = Field(default="best", description="One of those that `/algorithms` names.")
    include_dataset: list[str] = Field(default=[], description="Only these datasets.")
    exclude_dataset: list[str] = Field(default=[], description="None of these datasets.")
    exclude_schema: list[str] = Field(default=[], description="No entities of these schemata.")
    topics: list[str] = Field(default=[], description="Only entities with one of these topics.")
    exclude_entity_ids: list[str] = Field(
        default=[], max_length=MOST_EXCLUDED, description="None of these entities."
    )
    changed_since: str | None = Field(default=None, description="Only what changed on this day or later.")


class TotalOut(Lenient):
    """How many there are."""

    value: int = Field(description="How many reach the threshold, before the limit.")
    relation: str = Field(default="eq", description="Always `eq`: the number is exact.")


class EntityOut(Lenient):
    """A listed party."""

    id: str = Field(description="Id of the entity: list and entry id.")
    caption: str = Field(description="Primary name.")
    schema_: str = Field(alias="schema", description="Schema of FollowTheMoney.")
    properties: dict[str, list[object]] = Field(description="Properties; nested entities where asked for.")
    datasets: list[str] = Field(description="The list it is on.")
    referents: list[str] = Field(description="Ids by which others know it.")
    target: bool = Field(description="It is listed itself, and not only a neighbour.")
    first_seen: str | None = Field(description="Day of listing, where it is stated.")
    last_seen: str | None = Field(description="When the list was retrieved.")
    last_change: str | None = Field(description="Day of the last change that is stated, else of the version.")
    listing: dict[str, object] = Field(
        description="List, version with its SHA-256, programmes, days of listing."
    )


class ScoredOut(EntityOut):
    """A listed party as a result of matching."""

    score: float = Field(description="0 to 1; 0.70 is an even chance and the recommended threshold.")
    probability: float = Field(description="The calibrated confidence behind the score.")
    match: bool = Field(description="The score is at least the threshold.")
    explanations: dict[str, dict[str, object]] = Field(description="What each comparison measured and added.")


class ExampleAnswer(Lenient):
    """The results of one example."""

    status: int = Field(description="200, or 400 where the example is not valid.")
    query: dict[str, object] = Field(description="The example as it was understood.")
    total: TotalOut = Field(description="How many reach the threshold.")
    results: list[ScoredOut] = Field(description="Results, best first.")
    detail: str | None = Field(default=None, description="What is wrong with the example.")


class MatchedExamples(Lenient):
    """The results by key."""

    responses: dict[str, ExampleAnswer] = Field(description="The results of each example, by your key.")
    limit: int = Field(description="Most results of each example.")
    engine: EngineOut = Field(description="What computed the answers.")
    snapshots: list[SnapshotOut] = Field(description="The versions of the lists that were asked.")


class NeighbourOut(Lenient):
    """What stands beside a listed party: a sanction, or a stated relation to another."""

    id: str = Field(description="Id of the neighbour.")
    caption: str = Field(description="What to call it.")
    schema_: str = Field(alias="schema", description="`Sanction`, `Ownership`, `Directorship` …")
    properties: dict[str, list[object]] = Field(description="Properties; the party at the other end inside.")
    datasets: list[str] = Field(description="The list that states it.")
    referents: list[str] = Field(description="Ids by which others know it.")
    target: bool = Field(description="It is listed itself, and not only a neighbour.")


class NeighboursOut(Lenient):
    """A page of the neighbours by one property."""

    results: list[NeighbourOut] = Field(description="Neighbours, in the publisher's order.")
    total: TotalOut = Field(description="How many there are.")
    limit: int = Field(description="Most neighbours of this page.")
    offset: int = Field(description="How many were left out before.")


class AdjacentOut(Lenient):
    """A listed party and its neighbours."""

    entity: EntityOut = Field(description="The party.")
    adjacent: dict[str, NeighboursOut] = Field(description="Its neighbours, by property.")


class UpdatedOut(Lenient):
    """What a look for newer versions gave."""

    status: str = Field(description="Always `ok`; `/readyz` says what could not be taken over.")
    changed: bool = Field(description="There were newer versions, and they answer now.")


class DeltaIndexOut(Lenient):
    """Where the changes of each release are."""

    versions: dict[str, str] = Field(description="Address by release, oldest first.")


class FacetValueOut(Lenient):
    """A value of a facet."""

    name: str = Field(description="The value.")
    label: str = Field(description="The value for people.")
    count: int = Field(description="How many results have it.")


class FacetOut(Lenient):
    """A facet of the results."""

    label: str = Field(description="Name of the facet for people.")
    values: list[FacetValueOut] = Field(description="Values, the most frequent first.")


class SearchOut(Lenient):
    """Results of a search."""

    results: list[EntityOut] = Field(description="Entities, best first.")
    facets: dict[str, FacetOut] = Field(description="Counts by facet.")
    total: TotalOut = Field(description="How many there are.")
    limit: int = Field(description="Most results of this page.")
    offset: int = Field(description="How many were left out before.")


class DatasetOut(Lenient):
    """A list or a collection of lists."""

    name: str = Field(description="Name for requests.")
    title: str = Field(description="Title for people.")
    version: str = Field(description="Version: time and the start of the hash.")
    index_version: str = Field(description="Version that answers now.")
    index_current: bool = Field(description="The version that answers is the newest that is loaded.")
    load: bool = Field(description="It can be asked.")
    children: list[str] = Field(description="Lists of a collection.")
    tags: list[str] = Field(description="Words that describe it.")
    entity_count: int = Field(description="Listed parties.")
    updated_at: str = Field(description="When its files were retrieved.")
    last_export: str = Field(description="The publisher's date, or when the files were retrieved.")
    delta_url: str | None = Field(default=None, description="Where the index of its changes is.")


class CatalogOut(Lenient):
    """What can be asked."""

    datasets: list[DatasetOut] = Field(description="Collections, then lists.")
    current: list[str] = Field(description="Datasets whose newest loaded version answers.")
    outdated: list[str] = Field(description="Datasets of which a newer version is being taken over.")
    index_stale: bool = Field(description="A newer version could not be taken over.")


class AlgorithmOut(Lenient):
    """A way of matching."""

    name: str = Field(description="Name for requests.")
    description: str = Field(description="What it does.")
    features: dict[str, object] = Field(default={}, description="Empty; see `docs`.")
    docs: dict[str, object] = Field(description="Name, description, config and features.")


class AlgorithmsOut(Lenient):
    """Ways of matching."""

    algorithms: list[AlgorithmOut] = Field(
        description="All that are accepted; there is one matcher behind them."
    )
    default: str = Field(description="What is used where none is asked for.")
    best: str = Field(description="What `best` stands for.")
