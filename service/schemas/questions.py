"""What goes in: queries, pairs and articles, over HTTP and from JSON lines and CSV files.

Values are read leniently where old clients differ (a word or a list of words), strictly where a mistake would
change the answer: an unknown field is an error with its name.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

from lists.models import EntitySchema

MAX_NAME = 2_000
"""Longest name that is accepted, in characters."""
MOST_FIELDS = 100
MOST_WORDS = 1_000
MOST_ITEMS = 100_000
"""Fields of an object, words of a field, items of a body: beyond these nothing is looked at, so that a body of
millions of mistakes costs one message and not millions. The limit of a batch is a setting, and lower."""
TEXT_OR_URL: dict[str, JsonValue] = {"anyOf": [{"required": ["text"]}, {"required": ["url"]}]}
"""What the document says of an article: it needs one of both."""
SCHEMATA = MappingProxyType(
    {schema.value.lower(): schema.value for schema in EntitySchema}
    | {
        # further schemata of FollowTheMoney, and which of ours comes nearest
        "publicbody": "Organization",
        "asset": "Thing",
        "vehicle": "Thing",
        "address": "Thing",
        "security": "Thing",
        "bankaccount": "Thing",
        "position": "Thing",
        "territory": "Thing",
        "useraccount": "Thing",
    }
)
"""Schemata by their names in small letters."""


def _as_words(value: object) -> object:
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split("|") if part.strip())
    if isinstance(value, list | tuple) and len(value) > MOST_WORDS:
        raise ValueError(f"{len(value):,} values; at most {MOST_WORDS:,}")
    return value


def shown(example: dict[str, JsonValue], **more: JsonValue) -> ConfigDict:
    """Return the configuration of a shape that comes in, with an example of it and more for the document."""
    return ConfigDict(json_schema_extra={"examples": [example], **more})


def few_items(value: object) -> object:
    """Return the items of a body, a list or an object; too many are refused before any is looked at."""
    if isinstance(value, list | dict) and len(value) > MOST_ITEMS:
        raise ValueError(f"{len(value):,} items; at most {MOST_ITEMS:,}")
    return value


def _as_schema(value: object) -> object:
    """Return our own name of a schema; FollowTheMoney's others count as the nearest that lists use."""
    if value is None or value == "":
        return None
    found = SCHEMATA.get(str(value).strip().lower())
    if found is None:
        raise ValueError(f"no schema {str(value)[:50]!r}; known: {', '.join(sorted(EntitySchema))}")
    return found


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value or None


Words = Annotated[
    tuple[str, ...], BeforeValidator(_as_words, json_schema_input_type=str | tuple[str, ...] | None)
]
"""One word, several separated by `|`, or a list."""
Schema = Annotated[str | None, BeforeValidator(_as_schema)]
"""What a party is."""
Verbatim = Annotated[str, StringConstraints(strip_whitespace=False)]
"""A text whose every character counts."""
OptionalText = Annotated[
    str | None, BeforeValidator(_as_text, json_schema_input_type=str | int | float | None)
]


class Asked(BaseModel):
    """A shape that comes in: what it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _has_few_fields(cls, value: object) -> object:
        if isinstance(value, dict) and len(value) > MOST_FIELDS:
            raise ValueError(f"{len(value):,} fields; at most {MOST_FIELDS}")
        return value


class QueryIn(Asked):
    """A name to look up, and what else is known about its bearer."""

    name: str = Field(
        min_length=1, max_length=MAX_NAME, description="The name.", examples=["United Aircraft Corp"]
    )
    id: OptionalText = Field(default=None, max_length=500, description="Your own id; it is echoed.")
    schema_: Schema = Field(
        default=None,
        alias="schema",
        description="What it is: `Organization`, `Company`, `Vessel`, `Person` …",
    )
    country: Words = Field(
        default=(), description="Countries, as ISO 3166-1 alpha-2 codes.", examples=[["ru"]]
    )
    identifiers: Words = Field(
        default=(),
        description="Identifying numbers, as `kind:value` or bare.",
        examples=[["innCode:7708619320"]],
    )


class PairIn(Asked):
    """Two names to compare."""

    name1: str = Field(min_length=1, max_length=MAX_NAME, description="The first name.")
    name2: str = Field(min_length=1, max_length=MAX_NAME, description="The second name.")
    schema_: Schema = Field(default=None, alias="schema", description="What both are, where known.")


class ArticleIn(Asked):
    """An article to screen: its text, or the address of its page."""

    model_config = ConfigDict(json_schema_extra={**TEXT_OR_URL})

    id: OptionalText = Field(default=None, max_length=500, description="Your own id; it is echoed.")
    title: OptionalText = Field(default=None, description="Title; it is not screened.")
    text: Verbatim = Field(
        default="", description="The text, without markup or with it. Needed where there is no `url`."
    )
    html: bool = Field(default=False, description="The text is an HTML page: read its article.")
    published: date | None = Field(default=None, description="Date of publication.")
    language: OptionalText = Field(default=None, description="ISO 639-1 code.")
    url: OptionalText = Field(
        default=None,
        description="Where it was published. With a text it says no more than that; without one, its page is fetched "
        "where the operator allows its host (`SANCTIONS_XREF_FETCH_HOSTS`), and refused otherwise.",
    )

    @property
    def address(self) -> str | None:
        """The address whose page has to be fetched, None where the text was given."""
        return None if self.text.strip() else self.url

    @model_validator(mode="after")
    def _has_text_or_address(self) -> Self:
        if "text" not in self.model_fields_set and self.url is None:
            raise ValueError("an article needs its text, or the url of its page")
        return self


class MatchOptions(Asked):
    """How a question is asked."""

    limit: int = Field(default=5, ge=1, le=500, description="Most matches of one query.")
    min_confidence: float = Field(default=0.5, ge=0, le=1, description="Matches below it are left out.")
    list_ids: Words = Field(default=(), alias="lists", description="Only these lists; all where empty.")
    schemas: Words = Field(default=(), description="Only entries of these schemata; all where empty.")
    prior: float | None = Field(
        default=None,
        ge=1e-9,
        le=1 - 1e-9,
        description="Share of your queries that name a listed party; by default 0.25, of what texts name 0.05.",
    )
