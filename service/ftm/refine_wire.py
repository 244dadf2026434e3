"""Shapes of the OpenRefine Reconciliation API 0.2, for its documentation."""

from __future__ import annotations

from pydantic import Field, RootModel

from service.ftm.wire import Lenient


class NamedOut(Lenient):
    """A type or a property."""

    id: str = Field(description="Its id.")
    name: str = Field(description="Its name for people.")


class ServicePathOut(Lenient):
    """Where a further request goes."""

    service_url: str = Field(description="The address before it.")
    service_path: str = Field(description="Its path, with what the manifest itself was asked with.")


class SuggestPathsOut(Lenient):
    """Where suggestions are."""

    entity: ServicePathOut = Field(description="For listed parties.")
    type: ServicePathOut = Field(description="For types.")
    property: ServicePathOut = Field(description="For properties.")


class ViewOut(Lenient):
    """Where a person looks at an entity."""

    url: str = Field(description="The address, with `{{id}}` for the entity.")


class ExtendPathsOut(Lenient):
    """How a table is extended."""

    propose_properties: ServicePathOut = Field(description="Where properties are proposed.")
    property_settings: list[dict[str, object]] = Field(description="Always empty: there is nothing to set.")


class ManifestOut(Lenient):
    """What a dataset offers to OpenRefine."""

    versions: list[str] = Field(description="Versions of the API.")
    name: str = Field(description="Name of the service.")
    identifierSpace: str = Field(description="What ids of entities follow.")  # noqa: N815 the specification's name
    schemaSpace: str = Field(description="What ids of types follow.")  # noqa: N815 as above
    defaultTypes: list[NamedOut] = Field(description="Types that are offered first.")  # noqa: N815 as above
    batchSize: int = Field(description="Cells of one request.")  # noqa: N815 as above
    view: ViewOut = Field(description="Where a person looks at an entity.")
    suggest: SuggestPathsOut = Field(description="Where suggestions are.")
    extend: ExtendPathsOut = Field(description="How a table is extended.")


class MeasureOut(Lenient):
    """Something measured about a candidate."""

    id: str = Field(description="What: `probability` is the calibrated confidence.")
    value: float = Field(description="How much.")


class CandidateOut(Lenient):
    """A listed party that a cell may mean."""

    id: str = Field(description="Id of the entity.")
    name: str = Field(description="Primary name.")
    description: str = Field(description="What it is and which list it is on.")
    type: list[NamedOut] = Field(description="What it is.")
    score: float = Field(description="0 to 1; 0.70 is an even chance.")
    match: bool = Field(description="The score is at least the threshold; a person still decides.")
    features: list[MeasureOut] = Field(description="What stands behind the score.")


class CellOut(Lenient):
    """The candidates of one cell."""

    result: list[CandidateOut] = Field(description="Candidates, best first.")
    error: str | None = Field(
        default=None, exclude_if=lambda value: value is None, description="What is wrong with the cell."
    )


class ValueOut(Lenient):
    """A value of a property: a text, or an entity."""

    str_: str | None = Field(default=None, alias="str", description="The text.")
    id: str | None = Field(default=None, description="Id of the entity.")
    name: str | None = Field(default=None, description="Its name.")


class ExtendedOut(Lenient):
    """Values of properties for entities."""

    meta: list[NamedOut] = Field(description="The properties.")
    rows: dict[str, dict[str, list[ValueOut]]] = Field(
        description="By id of the entity and of the property; an unknown one has none."
    )


class CellsOut(RootModel[dict[str, CellOut]]):
    """The candidates of each cell, by the key that it was sent under."""


class SuggestionOut(NamedOut):
    """Something to choose from."""

    description: str | None = Field(default=None, description="What it is and which list it is on.")
    notable: list[NamedOut] | None = Field(default=None, description="What it is.")


class SuggestionsOut(Lenient):
    """What begins with a text."""

    code: str = Field(description="Always `/api/status/ok`.")
    status: str = Field(description="Always `200 OK`.")
    prefix: str = Field(description="The text.")
    result: list[SuggestionOut] = Field(description="What there is, the most probable first.")


class ProposedOut(Lenient):
    """Properties that a table can be extended with."""

    type: str = Field(description="The type that was asked about.")
    limit: int = Field(description="Most properties.")
    properties: list[NamedOut] = Field(description="The properties.")
