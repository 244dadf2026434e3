"""A server of the Model Context Protocol: an agent screens texts, looks names up, and asks why, as people do.

It speaks over standard input and output and answers from the data folder of this machine; nothing is fetched. Hits are
short, because an agent reads every word; `explain_match` gives one of them whole. Needs the extra `mcp`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

from service.answering import answer_queries
from service.article_answering import answer_article
from service.articles.article import Article
from service.dashboard import list_states
from service.holdings import store_of
from service.pages import is_address
from service.runtime import Runtime, RuntimeHolder
from service.schemas import MatchOptions, MatchOut, QueryIn, SnapshotOut
from service.schemas.conversion import engine_line
from service.schemas.questions import MAX_NAME

INSTRUCTIONS = """Cross-references organizations named in texts against public sanctions lists.

A hit is a potential match: a lead for a person to check, never a finding. Say so, with the list, the entry, the
version and the confidence. No hit means that nothing reached the asked confidence against the named versions of the
lists; it does not mean that anybody is clear. Call explain_match before you argue from a hit.
"""
MAX_TEXT = 200_000
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME, description="The name, as it is written.")]
Lists = Annotated[tuple[str, ...], Field(description="Ids of lists; every loaded list where empty.")]
Least = Annotated[float, Field(ge=0, le=1, description="Hits with less confidence are left out.")]


class Hit(BaseModel):
    """A listed party that may be meant."""

    list_id: str = Field(description="Id of the list.")
    entry_id: str = Field(description="Id of the entry in its list.")
    listed_as: str = Field(description="Primary name of the entry.")
    matched_name: str = Field(description="The listed name that matched best.")
    confidence: float = Field(description="Calibrated probability that both are the same party.")
    programmes: list[str] = Field(description="Sanctions programmes.")
    listed_since: str | None = Field(description="Day of listing, where it is stated.")
    status: str = Field(description="Whether it is listed now: `listed`, `not_listed` or `unknown`.")


class Asked(BaseModel):
    """What was asked against."""

    engine: str = Field(description="Versions of the software, the matcher and its calibration.")
    snapshots: list[str] = Field(description="`list version`, and what has to be said of it.")
    note: str = Field(description="How the answer is to be read.")


class Looked(Asked):
    """Who a name may mean."""

    hits: list[Hit] = Field(description="Hits, the most probable first.")


class Named(BaseModel):
    """An organization that a text names."""

    name: str = Field(description="The organization, as the text names it.")
    mentions: list[str] = Field(description="`START-END words`: places in the text, in code points.")
    hits: list[Hit] = Field(description="Listed parties that it may be, the most probable first.")


class Screened(Asked):
    """The organizations of a text that may be listed."""

    organizations: list[Named] = Field(description="Organizations, by their first mention.")


class Explained(Asked):
    """A potential match with its evidence."""

    match: MatchOut = Field(description="The match: its features add up to the score, in log-odds.")


class ListStatus(BaseModel):
    """How fresh a list is."""

    list_id: str = Field(description="Id of the list.")
    title: str = Field(description="Title.")
    version: str = Field(description="Version that answers.")
    published: date | None = Field(description="The publisher's date, where it is stated.")
    entries: int = Field(description="Listed parties.")
    stale: bool = Field(description="It is older than its publisher's rhythm allows.")
    note: str | None = Field(description="What has to be said of it.")


class Agents:
    """The tools; each answers from the versions that are current when it is called."""

    def __init__(self, holder: RuntimeHolder) -> None:
        self._holder = holder

    def screen_text(
        self, text: Annotated[str, Field(max_length=MAX_TEXT)], min_confidence: Least = 0.5
    ) -> Screened:
        """Find the organizations that a text names and the listed parties that each may be."""
        if is_address(text):
            raise ToolError(
                "this is the address of a page, and nothing is fetched; give the text of the page"
            )
        runtime, today = self._opened()
        options = MatchOptions(min_confidence=min_confidence)
        found = answer_article(runtime, Article(id="text", text=text), options, today)
        organizations = [
            Named(
                name=one.name,
                mentions=[f"{place.start}-{place.end} {place.text}" for place in one.mentions],
                hits=[_hit(match) for match in one.matches],
            )
            for one in found.organizations
        ]
        return Screened(
            organizations=organizations,
            engine=engine_line(runtime.engine),
            snapshots=_versions(found.snapshots),
            note=_note(len(organizations)),
        )

    def match_name(
        self,
        name: Name,
        min_confidence: Least = 0.5,
        lists: Lists = (),
        country: str = "",
    ) -> Looked:
        """Look a name up: the listed parties that it may mean."""
        runtime, today = self._opened(lists)
        query = QueryIn.model_validate({"name": name, "country": country})
        options = MatchOptions.model_validate({"min_confidence": min_confidence, "lists": lists})
        (answer,) = answer_queries(runtime, [query], options, today)
        hits = [_hit(match) for match in answer.matches]
        return Looked(
            hits=hits,
            engine=engine_line(runtime.engine),
            snapshots=_versions(runtime.snapshots_out(today, frozenset(lists))),
            note=_note(len(hits)),
        )

    def explain_match(self, name: Name, list_id: str, entry_id: str) -> Explained:
        """Say why a name may mean a listed party: every comparison with what it adds, and where the entry stands."""
        runtime, today = self._opened([list_id])
        options = MatchOptions.model_validate({"min_confidence": 0, "limit": 500, "lists": [list_id]})
        (answer,) = answer_queries(runtime, [QueryIn(name=name)], options, today)
        found = [match for match in answer.matches if match.entry_id == entry_id]
        if not found:
            raise ToolError(f"{list_id} {entry_id} is not among those that {name!r} may mean")
        return Explained(
            match=found[0],
            engine=engine_line(runtime.engine),
            snapshots=_versions(runtime.snapshots_out(today, frozenset([list_id]))),
            note=_note(1),
        )

    def list_status(self) -> list[ListStatus]:
        """Say which lists are loaded, in which version, and which of them are stale."""
        runtime, today = self._opened()
        states = list_states(runtime.snapshots, store_of(self._holder.data), today)
        return [
            ListStatus(
                list_id=state.list_id,
                title=state.title,
                version=state.version,
                published=state.published,
                entries=state.counts.get("entries", 0),
                stale=state.stale,
                note=state.note,
            )
            for state in states
        ]

    def _opened(self, list_ids: Sequence[str] = ()) -> tuple[Runtime, date]:
        self._holder.refresh()
        if self._holder.current is None:
            raise ToolError("no list can be opened")
        known = {one.list_id for one in self._holder.current.snapshots}
        if missing := sorted(set(list_ids) - known):
            raise ToolError(f"list {', '.join(missing)} is not loaded; loaded: {', '.join(sorted(known))}")
        return self._holder.current, datetime.now(UTC).date()


def _hit(match: MatchOut) -> Hit:
    acts = match.designations
    return Hit(
        list_id=match.list_id,
        entry_id=match.entry_id,
        listed_as=match.name,
        matched_name=match.matched_name.text,
        confidence=round(match.confidence, 3),
        programmes=list(dict.fromkeys(name for act in acts for name in act.programmes)),
        listed_since=min((act.listing_date for act in acts if act.listing_date), default=None),
        status=match.status.now,
    )


def _note(found: int) -> str:
    return (
        "potential matches, for a person to check"
        if found
        else "nothing reached the confidence; nobody is clear"
    )


def _versions(snapshots: Sequence[SnapshotOut]) -> list[str]:
    return [
        f"{one.list_id} {one.version}{' (stale)' if one.stale else ''}{f': {one.note}' if one.note else ''}"
        for one in snapshots
    ]


def agent_server(data: Path) -> MCPServer[None]:
    """Return a server over a data folder."""
    agents = Agents(RuntimeHolder(data))
    server = MCPServer[None](
        "sanctions-xref", instructions=INSTRUCTIONS, version=version("sanctions-xref"), log_level="WARNING"
    )
    for tool in (agents.screen_text, agents.match_name, agents.explain_match, agents.list_status):
        server.add_tool(tool)
    return server
