"""What a screening found, as the review keeps it: one organization of one article with everything beside it.

A hit's body is the canonical JSON of `{schema_version, article, engine, snapshots, settings, day,
organization}`: enough to show the case without the matcher, and to compute it again from the pinned
versions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from lists.models import canonical_json
from matchers.models import Options
from matchers.names.folding import fold
from service.review.errors import Malformed
from service.review.trail import digest
from service.schemas import MatchOut, OrganizationOut, ScreenAnswer


@dataclass(frozen=True, slots=True)
class Screening:
    """An answer of `screen`, with the text that it is about (None where it is not at hand)."""

    answer: ScreenAnswer
    text: str | None
    options: Options
    day: date
    """The day that `status.now` and `stale` speak of."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One organization of a screening that may be a listed party."""

    body: str
    sha256: str
    organization: OrganizationOut
    article_sha256: str

    @property
    def key(self) -> str:
        """The organization's identity: its folded name."""
        return organization_key(self.organization.name)

    @property
    def matches(self) -> list[MatchOut]:
        """The potential matches, best first."""
        return self.organization.matches


def organization_key(name: str) -> str:
    """Return the folded name under which cases about one organization are joined.

    >>> organization_key("  United AIRCRAFT Corp. ")
    'united aircraft corp.'
    """
    return " ".join(fold(name).replace("\x00", " ").split())


def read_answer(line: str, place: str) -> ScreenAnswer:
    """Read one line of `screen`; `Malformed` says where and what is wrong."""
    try:
        return ScreenAnswer.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "line"
        raise Malformed(f"{place}: not a line of `screen`: {field}: {first['msg']}") from None


def check_text(answer: ScreenAnswer, text: str) -> None:
    """Raise `Malformed` where the text is not the one that was screened."""
    if digest(text) != answer.article.sha256:
        raise Malformed(
            f"article {answer.article.id}: the text has SHA-256 {digest(text)[:12]}…, "
            f"the hits were found in {answer.article.sha256[:12]}…; give the text that was screened"
        )


def hits_of(screening: Screening) -> Iterator[Hit]:
    """Yield a hit for each organization that has a potential match."""
    answer = screening.answer.model_dump(mode="json", by_alias=True, exclude={"text"})
    organizations = answer.pop("organizations")
    frame = {**answer, "settings": settings_json(screening.options), "day": screening.day.isoformat()}
    for organization, plain in zip(screening.answer.organizations, organizations, strict=True):
        if organization.matches:
            body = canonical_json({**frame, "organization": plain})
            yield Hit(body, digest(body), organization, screening.answer.article.sha256)


def settings_json(options: Options) -> dict[str, Any]:
    """Return how a question was asked, for the record."""
    return {
        "limit": options.limit,
        "min_confidence": options.min_confidence,
        "lists": sorted(options.list_ids),
        "schemas": sorted(options.schemas),
        "prior": options.prior,
    }


def options_of(settings: dict[str, Any]) -> Options:
    """Return the options from the record: the inverse of `settings_json`."""
    return Options(
        limit=settings["limit"],
        min_confidence=settings["min_confidence"],
        list_ids=frozenset(settings["lists"]),
        schemas=frozenset(settings["schemas"]),
        prior=settings["prior"],
    )


def hit_data(body: str) -> dict[str, Any]:
    """Return a hit's body as a value."""
    value: dict[str, Any] = json.loads(body)
    return value


_AGAINST = {"type": "kind", "country": "country", "country nearby": "country", "identifier": "identifier"}
"""Rows of the explanation that are a conflict where they lower the score, and what a reviewer calls it."""


def conflicts(match: MatchOut) -> tuple[str, ...]:
    """Return what speaks against a match at first sight.

    `kind`, `country`, `weak alias`, `not listed then` …
    """
    against = [feature.name for feature in match.features if feature.contribution < 0]
    found = list(dict.fromkeys(_AGAINST[name] for name in against if name in _AGAINST))
    if match.matched_name.quality == "weak":
        found.append("weak alias")
    if match.status.on_article_date == "not_listed":
        found.append("not listed then")
    return tuple(found)
