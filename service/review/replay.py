"""Replay: computing again what a decision was about, from the versions that it names.

The frozen record pins the article (by the hash of its text), the versions of the lists, the engine and the
settings. Where all of them are at hand the same bytes come out; where one is missing, it is named; where
the engine is another one, the result says what is different between then and now.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from lists.models import canonical_json
from matchers.models import Options
from service.articles.article import Article, Fetched
from service.review.decisions import get_decision
from service.review.hits import options_of
from service.review.tables import articles
from service.schemas import ScreenAnswer

Pinned = Callable[[Sequence[dict[str, Any]], Sequence[str]], Callable[[Article, Options, date], ScreenAnswer]]
"""(the named versions, the named models) → how to screen with exactly these; raises `MissingVersions`."""


class MissingVersions(Exception):
    """Versions of lists, or models, that a replay needs and are not at hand here."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


@dataclass(frozen=True, slots=True)
class Replayed:
    """One hit computed again: the bytes then and now, what is missing, and what differs."""

    hit: str
    then: str
    now: str | None
    missing: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether the same bytes came out."""
        return self.now == self.then


def replay(connection: Connection, number: int, pinned: Pinned) -> list[Replayed]:
    """Compute every hit of a decision again."""
    frozen = json.loads(get_decision(connection, number).frozen)
    return [_replayed(connection, key, hit, pinned) for key, hit in sorted(frozen.get("hits", {}).items())]


def differences(then: Any, now: Any, place: str = "") -> Iterator[str]:
    """Yield where two JSON values differ, as `place: then → now`."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in sorted(then.keys() | now.keys()):
            yield from differences(then.get(key), now.get(key), f"{place}.{key}" if place else key)
    elif isinstance(then, list) and isinstance(now, list):
        for number, (before, after) in enumerate(zip(then, now, strict=False)):
            yield from differences(before, after, f"{place}[{number}]")
        if len(then) != len(now):
            yield f"{place}: {len(then)} → {len(now)} of them"
    elif then != now:
        yield f"{place}: {_short(then)} → {_short(now)}"


def _replayed(connection: Connection, key: str, hit: dict[str, Any], pinned: Pinned) -> Replayed:
    then = canonical_json(hit)
    row = connection.execute(select(articles).where(articles.c.sha256 == hit["article"]["sha256"])).first()
    if row is None or row.text is None:
        return Replayed(key, then, None, missing=(f"text of article {hit['article']['sha256'][:12]}",))
    try:
        screen = pinned(hit["snapshots"], hit["engine"].get("recognizers", ()))
    except MissingVersions as error:
        return Replayed(key, then, None, missing=error.names)
    told = hit["article"]
    article = Article(
        id=told["id"] or "",
        text=row.text,
        title=told["title"],
        published=told["published"],
        language=told["language"],
        sha256=told["sha256"],
        fetched=_fetched(told["fetched"]) if "fetched" in told else None,
    )
    answer = screen(article, options_of(hit["settings"]), date.fromisoformat(hit["day"]))
    again = _same_organization(hit, answer)
    now = canonical_json(again)
    return Replayed(key, then, now, differences=tuple(differences(hit, again)))


def _fetched(told: dict[str, str]) -> Fetched:
    """Return where a page was fetched then; it is not fetched again, since its text was kept."""
    return Fetched(told["url"], told["sha256"], datetime.fromisoformat(told["retrieved"]))


def _same_organization(hit: dict[str, Any], answer: ScreenAnswer) -> dict[str, Any]:
    """Return the hit as it comes out now; its organization is the one with the same first mention."""
    plain = answer.model_dump(mode="json", by_alias=True, exclude={"text"})
    organizations = plain.pop("organizations")
    plain["article"]["id"] = hit["article"]["id"]
    first = _place(hit["organization"]["mentions"][0])
    found = [o for o in organizations if first in map(_place, o["mentions"])]
    extra = {"settings": hit["settings"], "day": hit["day"]}
    return {**plain, **extra, "organization": found[0] if found else None}


def _place(mention: dict[str, Any]) -> tuple[int, int]:
    return mention["start"], mention["end"]


def _short(value: Any) -> str:
    text = canonical_json({"": value})[4:-1]
    return text if len(text) <= 100 else f"{text[:97]}…"
