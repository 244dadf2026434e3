"""Questions by example: an entity with some properties goes in, entities with scores come out.

The score is a monotone map of the confidence that puts an even chance at 0.70, the threshold that clients of the
yente API alert at: 0 stays 0, 0.5 becomes 0.7, 1 stays 1. The confidence itself is in `probability`.
A result is kept when its score is at least the cutoff, and is a match when it is at least the threshold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from matchers.models import Match, Options, Query
from service.errors import InputError
from service.ftm.datasets import topics_of
from service.ftm.entities import Entity, entity_id, flat_entity, referents
from service.runtime import Runtime
from service.schemas.questions import MAX_NAME, SCHEMATA

EVEN = 0.7
"""The score of an even chance."""
MOST_CANDIDATES = 500
MOST_NAMES = 20
"""Names of one example that are asked for; an example with more is cut."""
NAME_PROPERTIES = ("name", "alias", "previousName", "abbreviation", "weakAlias")
COUNTRY_PROPERTIES = ("country", "jurisdiction", "mainCountry", "nationality", "citizenship", "flag")
IDENTIFIER_PROPERTIES = frozenset(
    {
        "bikCode", "cageCode", "dunsCode", "giiNumber", "idNumber", "imoNumber", "innCode", "isin", "kppCode",
        "leiCode", "mmsi", "ogrnCode", "okpoCode", "passportNumber", "registrationNumber", "swiftBic", "taxNumber",
        "uniqueEntityId", "uscCode", "vatCode",
    }
)  # fmt: skip
"""Properties of FollowTheMoney that hold an identifying number."""
ALGORITHMS = MappingProxyType(
    {
        "best": "the one matcher; the name that clients ask for by default",
        "xref": "the one matcher, by its own name",
        "logic-v2": "accepted for old configurations; answered by the one matcher",
        "logic-v1": "accepted for old configurations; answered by the one matcher",
        "ofac": "accepted for old configurations; answered by the one matcher",
        "name-based": "accepted for old configurations; answered by the one matcher",
        "name-qualified": "accepted for old configurations; answered by the one matcher",
        "regression-v1": "accepted for old configurations; answered by the one matcher",
    }
)
"""Names of algorithms that are accepted, and what each is."""

_COUNTRY = re.compile(r"[a-z]{2,4}")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entities may be results."""

    list_ids: frozenset[str]
    exclude_schemata: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    changed_since: str = ""
    exclude_ids: frozenset[str] = frozenset()

    def let(self, match: Match) -> bool:
        """Say whether a match may be a result."""
        entry = match.candidate.listing.entry
        names = {entity_id(*entry.ref), *referents(entry)}
        return (
            entry.schema_.value not in self.exclude_schemata
            and (not self.topics or bool(self.topics & set(topics_of(entry.list_id))))
            and not self.exclude_ids & names
            and (
                not self.changed_since
                or (flat_entity(match.candidate.listing)["last_change"] or "") >= self.changed_since
            )
        )


@dataclass(frozen=True, slots=True)
class Asking:
    """How a batch is asked."""

    filters: Filters
    limit: int = 5
    threshold: float = EVEN
    cutoff: float = EVEN


class ScoredEntity(Entity):
    """An entity as a result of matching."""

    score: float
    probability: float
    match: bool
    explanations: Mapping[str, Mapping[str, object]]


def score_of(confidence: float) -> float:
    """Return the score of a confidence.

    >>> score_of(0.5)
    0.7
    """
    return round(confidence * EVEN * 2 if confidence < 0.5 else EVEN + (confidence - 0.5) * (1 - EVEN) * 2, 6)


def confidence_of(score: float) -> float:
    """Return the least confidence whose score is at least this one.

    >>> confidence_of(0.85)
    0.75
    """
    confidence = score / EVEN / 2 if score < EVEN else 0.5 + (score - EVEN) / (1 - EVEN) / 2
    return min(1.0, max(0.0, round(confidence, 9) - 1e-6))


def texts(properties: Mapping[str, object], names: Iterable[str]) -> list[str]:
    """Return the values of some properties as texts: a value or a list, numbers written out, no value twice."""
    found: dict[str, None] = {}
    for name in names:
        value = properties.get(name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str | int | float) and not isinstance(item, bool) and str(item).strip():
                found[str(item).strip()] = None
    return list(found)


def queries_for(schema: str, properties: Mapping[str, object]) -> list[Query]:
    """Return one query for each name of an example; what else is known goes with each of them."""
    ours = SCHEMATA.get(schema.lower())
    if ours is None:
        raise InputError(f"no schema {schema[:50]!r}; known: {', '.join(sorted(set(SCHEMATA.values())))}")
    names = texts(properties, NAME_PROPERTIES)[:MOST_NAMES]
    if any(len(name) > MAX_NAME for name in names):
        raise InputError(f"a name has more than {MAX_NAME:,} characters")
    countries = [text.lower() for text in texts(properties, COUNTRY_PROPERTIES)]
    known = sorted(IDENTIFIER_PROPERTIES & properties.keys())
    return [
        Query(
            name=name,
            schema=None if ours == "Thing" else ours,
            countries=tuple(country for country in countries if _COUNTRY.fullmatch(country)),
            identifiers=tuple((kind, value) for kind in known for value in texts(properties, [kind])),
        )
        for name in names
    ]


def answer_examples(
    runtime: Runtime, examples: Sequence[Sequence[Query]], asking: Asking
) -> list[tuple[list[ScoredEntity], int]]:
    """Return for each example its results, best first, and how many reach the threshold before the limit."""
    options = Options(
        MOST_CANDIDATES, confidence_of(min(asking.cutoff, asking.threshold)), asking.filters.list_ids
    )
    found = iter(runtime.matcher.match_many([query for queries in examples for query in queries], options))
    current = runtime.holdings.is_current  # clients of this API take every result for a listed party
    return [
        _ranked([m for _ in queries for m in next(found) if current(m.candidate.listing)], asking)
        for queries in examples
    ]


def _ranked(matches: Iterable[Match], asking: Asking) -> tuple[list[ScoredEntity], int]:
    best: dict[tuple[str, str], Match] = {}
    for match in matches:
        ref = match.candidate.listing.entry.ref
        if ref not in best or match.confidence > best[ref].confidence:
            best[ref] = match
    ranked = sorted(best.items(), key=lambda item: (-item[1].confidence, item[0]))
    least = min(asking.cutoff, asking.threshold)
    kept = [match for _, match in ranked if score_of(match.confidence) >= least and asking.filters.let(match)]
    total = sum(score_of(match.confidence) >= asking.threshold for match in kept)
    return [scored_entity(match, asking.threshold) for match in kept[: asking.limit]], total


def scored_entity(match: Match, threshold: float) -> ScoredEntity:
    """Return a match as a result: the flat entity, its score, and why."""
    score = score_of(match.confidence)
    name = match.candidate.listed_name
    return ScoredEntity(
        **flat_entity(match.candidate.listing),
        score=score,
        probability=round(match.confidence, 6),
        match=score >= threshold,
        explanations={
            feature.name: {
                "score": round(feature.value, 6),
                "weight": round(feature.contribution, 6),
                "detail": feature.detail,
                "query": match.query.name,
                "candidate": name.text,
            }
            for feature in match.comparison.features
        },
    )


def check_date(text: str | None) -> str:
    """Return a day that results must have changed since; an `InputError` where it is none."""
    if not text:
        return ""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise InputError(f"changed_since={text[:30]!r} is not a day like 2026-07-31") from None
