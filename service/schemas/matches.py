"""A match on the wire: as a shape, to be read, and as the JSON of that shape, to be sent. Both from the same values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lists.models import Designation, ListedName, ListEntry
from matchers.models import AlignedPair, Feature, Match, Rows
from service.relations import RelationIndex
from service.schemas.answers import FeatureOut, MatchOut
from service.schemas.connections import stated_relations
from service.schemas.writing import json_array, json_numbers, plain_json
from service.status import Past

DECIMALS = 6
"""Digits after the point of scores and contributions: enough that they still sum, few enough to read."""
ROWS = 4_096
"""Rows of explanations that stay as they are shown."""
Members = dict[str, object]
"""Members of an object on the wire, in their order: texts, numbers, lists, objects and shapes."""


@dataclass(frozen=True, slots=True)
class When:
    """What decides the status of a match: earlier versions, the day that is now, the article's date (ISO)."""

    past: Past
    today: date
    article: str | None = None
    relations: RelationIndex | None = None
    """Where the connections of a match are looked up."""


def match_out(match: Match, when: When) -> MatchOut:
    """Return a match as the wire shows it."""
    features = features_out(match.comparison.features)
    return MatchOut.model_validate({**_head(match), "features": features, **_rest(match, when)})


def match_json(match: Match, when: When) -> bytes:
    """Return the JSON of `match_out`, byte by byte, without the shapes between."""
    head, rest = plain_json(_head(match)), plain_json(_rest(match, when))
    return b'%b,"features":%b,%b' % (head[:-1], features_json(match.comparison.features), rest[1:])


def _head(match: Match) -> Members:
    entry, name = match.candidate.listing.entry, match.candidate.listed_name
    return {
        "list": entry.list_id,
        "entry_id": entry.entry_id,
        "schema": entry.schema_.value,
        "name": entry.name,
        "matched_name": {"text": name.text, "kind": name_kind(name), "quality": name.quality.value},
        "confidence": round(match.confidence, DECIMALS),
        "score": round(match.score, DECIMALS),
    }


def _rest(match: Match, when: When) -> Members:
    listing, name = match.candidate.listing, match.candidate.listed_name
    entry, snapshot = listing.entry, listing.snapshot
    members: Members = {
        "alignment": alignment_out(match.comparison.alignment),
        "designations": list(map(_designation, entry.designations)),
        "status": _status(match, when),
        "provenance": {
            "snapshot": snapshot.sha256,
            "list_version": snapshot.version,
            "source_url": entry.source_url,
            "record_sha256": entry.record_sha256,
            "field": place_of(name, entry),
        },
    }
    if when.relations and entry.relations:
        relations = stated_relations(when.relations, entry.ref)
        members |= {"relations": relations} if relations else {}
    return members


def _designation(act: Designation) -> Members:
    return {
        "authority": act.authority,
        "programmes": act.programmes,
        "legal_basis": [basis.model_dump() for basis in act.legal_basis],
        "listing_date": act.listing_date,
        "end_date": act.end_date,
    }


def _status(match: Match, when: When) -> Members:
    listing = match.candidate.listing
    now, then = when.past.status(listing, when.today), when.past.status_within(listing, when.article)
    between = now.delisted_between
    return {
        "now": now.state,
        "on_article_date": then.state,
        "now_basis": now.detail,
        "on_article_date_basis": then.detail,
        **({"delisted_between": between} if between else {}),
    }


def name_kind(name: ListedName) -> str:
    """Return what a name is called: the publisher's kind, or `houseAlias` where reviewers added it."""
    return "houseAlias" if name.derived == "house" else name.kind.value


def place_of(name: ListedName, entry: ListEntry) -> str:
    """Return where a name stands in its entry; of a house alias, who added it."""
    if name.derived == "house":
        return f"house alias, {name.source_kind}"
    return f"names[{entry.names.index(name)}]"


def alignment_out(pairs: Iterable[AlignedPair]) -> list[tuple[str, str, str]]:
    """Return query token, listed token and how they stand to each other."""
    return [(pair.query, pair.listed, pair.how) for pair in pairs]


def features_out(features: Iterable[Feature]) -> list[FeatureOut]:
    """Return the rows of an explanation. Equal rows are one value: most of a match's are those of many others."""
    return list(map(_feature_out, features))


@lru_cache(ROWS)
def _feature_out(feature: Feature) -> FeatureOut:
    return FeatureOut(feature.name, _shown(feature.value), _shown(feature.contribution), feature.detail)


def _shown(number: float) -> float:
    return round(float(number), DECIMALS) + 0.0  # nought has no sign


def features_json(features: Sequence[Feature]) -> bytes:
    """Return the JSON of `features_out`; of the rows of a model only the numbers are written anew."""
    fitted = [_fitted(features)] if isinstance(features, Rows) else []
    others = features.beside if isinstance(features, Rows) else features
    return json_array([*fitted, *(plain_json(_row(row)) for row in others)])


def _row(feature: Feature) -> Members:
    shown = _feature_out(feature)
    return {
        "name": shown.name,
        "value": shown.value,
        "contribution": shown.contribution,
        "detail": shown.detail,
    }


def _fitted(rows: Rows) -> bytes:
    numbers = [b""] * (2 * len(rows.names))
    numbers[::2] = json_numbers([value + 0.0 for value in rows.values])
    numbers[1::2] = json_numbers([round(each, DECIMALS) + 0.0 for each in rows.contributions])
    return _form(rows.names, rows.details) % tuple(numbers)


@lru_cache(maxsize=8)
def _form(names: tuple[str, ...], details: tuple[str, ...]) -> bytes:
    """Return the rows of a model in JSON with a place for each number."""
    texts = (
        [plain_json(text).replace(b"%", b"%%") for text in pair] for pair in zip(names, details, strict=True)
    )
    form = b'{"name":%b,"value":%%b,"contribution":%%b,"detail":%b}'
    return b",".join(form % (name, detail) for name, detail in texts)
