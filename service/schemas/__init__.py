"""The wire: every shape that leaves or enters the service, whether as a file, on a pipe or over HTTP.

`answers` is what comes out, `questions` what goes in, `matches` and `conversion` the one place where values of the
matcher become what is sent: a match, and what is around it. A change that removes or renames a field raises
`SCHEMA_VERSION`; a new field does not.
"""

from service.schemas.answers import (
    SCHEMA_VERSION,
    ArticleOut,
    ComparisonOut,
    DesignationOut,
    EngineOut,
    FeatureOut,
    FetchedOut,
    ListOut,
    MatchAnswer,
    MatchOut,
    MentionOut,
    OrganizationOut,
    QueryOut,
    RelatedOut,
    RelationOut,
    ScreenAnswer,
    SnapshotOut,
    StatusOut,
)
from service.schemas.questions import ArticleIn, MatchOptions, PairIn, QueryIn

__all__ = [
    "SCHEMA_VERSION",
    "ArticleIn",
    "ArticleOut",
    "ComparisonOut",
    "DesignationOut",
    "EngineOut",
    "FeatureOut",
    "FetchedOut",
    "ListOut",
    "MatchAnswer",
    "MatchOptions",
    "MatchOut",
    "MentionOut",
    "OrganizationOut",
    "PairIn",
    "QueryIn",
    "QueryOut",
    "RelatedOut",
    "RelationOut",
    "ScreenAnswer",
    "SnapshotOut",
    "StatusOut",
]
