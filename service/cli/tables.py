"""Answers as tables that a person can read, in words that keep a match from being taken for a finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from service.cli.console import printable, results
from service.cli.explanation import evidence, legend, passage, waterfall
from service.schemas import (
    ComparisonOut,
    DesignationOut,
    MatchAnswer,
    MatchOut,
    MentionOut,
    OrganizationOut,
    RelatedOut,
    RelationOut,
    ScreenAnswer,
    SnapshotOut,
    StatusOut,
)

CONNECTIONS = 2
"""Connections of a match that a table shows."""
PASSAGES = 1
"""Sentences of an organization that an explanation shows."""
MANY = 4
"""From so many lists on, they are counted and not named."""
READ_IT_SO = (
    "A potential match is a lead for a person to check, not a finding; "
    "no match is said of these versions only and clears nobody."
)


def confidence_style(confidence: float) -> str:
    """Return the colour of a confidence."""
    return "bold red" if confidence >= 0.9 else "yellow" if confidence >= 0.5 else "dim"


def against(snapshots: Sequence[SnapshotOut]) -> str:
    """Return the asked versions in words: named where few, counted where many."""
    if len(snapshots) < MANY:
        return ", ".join(f"{snapshot.list_id} {snapshot.version}" for snapshot in snapshots)
    days = sorted(str(snapshot.published or snapshot.retrieved.date()) for snapshot in snapshots)
    return f"{len(snapshots)} lists of {days[0]}" + (f" to {days[-1]}" if days[-1] > days[0] else "")


def matches_table(matches: Sequence[MatchOut], *, then: bool = False) -> Table:
    """Return one row a match; with `then`, the status is that on the article's date."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("confidence", justify="right")
    table.add_column("list", no_wrap=True)
    table.add_column("entry", overflow="fold")
    table.add_column("listed as", overflow="fold", min_width=28)
    table.add_column("programmes", overflow="fold", max_width=28)
    table.add_column("since", no_wrap=True)
    table.add_column("that day" if then else "now")
    for match in matches:
        table.add_row(
            Text(f"{match.confidence:.2f}", confidence_style(match.confidence)),
            match.list_id,
            printable(match.entry_id),
            _listed_as(match),
            printable(", ".join(_programmes(match.designations))),
            _since(match.designations),
            _status(match.status, then=then),
        )
    return table


def _status(status: StatusOut, *, then: bool) -> Text:
    """Return whether the party is listed; of one that went, between which days."""
    state = status.on_article_date if then else status.now
    text = Text(state.replace("_", " "))
    if status.delisted_between and state != "listed":
        first, last = status.delisted_between
        text.append(f"\ndelisted {first} to {last}", "dim")
    return text


def _programmes(acts: Sequence[DesignationOut]) -> list[str]:
    return list(dict.fromkeys(programme for act in acts for programme in act.programmes))


def _since(acts: Sequence[DesignationOut]) -> str:
    days = [act.listing_date for act in acts if act.listing_date]
    ends = [act.end_date for act in acts if act.end_date]
    since = min(days) if days else "not stated"
    return f"{since} to {max(ends)}" if ends and len(ends) == len(acts) else since


def _related(related: RelatedOut) -> str:
    """Return a connection that the text states: `in the text a branch of Sukhoi, which may be us_ofac_sdn 36431 …`."""
    other = related.match
    listed = f"{other.list_id} {other.entry_id} {other.name} ({other.confidence:.2f})"
    return printable(f"in the text {related.relation} {related.mention.text}, which may be {listed}")


def _listed_as(match: MatchOut) -> Text:
    matched = match.matched_name
    text = Text(printable(matched.text))
    if matched.text != match.name:
        weak = ", weak" if matched.quality == "weak" else ""
        text.append(f"\n{matched.kind}{weak} of {printable(match.name)}", "dim")
    for relation in match.relations[:CONNECTIONS]:
        text.append(f"\n{_connection(relation)}", "dim italic")
    if (more := len(match.relations) - CONNECTIONS) > 0:
        text.append(f"\nand {more} more connections", "dim italic")
    return text


def _connection(relation: RelationOut) -> str:
    """Return a connection in words: `Linked To ROSTEC (us_ofac_sdn 17051, listed 2014-09-12)`."""
    known = [relation.list_id, relation.entry_id] if relation.list_id else [relation.resolution]
    since = f", listed {relation.listing_date}" if relation.listing_date else ""
    share = f" {relation.percentage:g} %" if relation.percentage is not None else ""
    former = "formerly " if relation.former else ""
    where = " ".join(filter(None, known))
    return printable(f"{former}{relation.role}{share} {relation.name} ({where}{since})")


@dataclass(frozen=True, slots=True)
class View:
    """Shows answers on a console: the versions that were asked, the floor, and whether to explain."""

    snapshots: Sequence[SnapshotOut]
    floor: float
    explain: bool = False
    console: Console = field(default_factory=results)

    def show_query(self, answer: MatchAnswer) -> None:
        """Print the matches of one query."""
        label = f" (id {printable(answer.query.id)})" if answer.query.id else ""
        self.console.print(Text(printable(answer.query.name) + label, "bold"))
        if answer.error:
            self.console.print(Text(f"  not read: {printable(answer.error)}", "red"))
        elif not answer.matches:
            self.console.print(Text(f"  {self._nothing()}", "dim"))
        else:
            self._put(matches_table(answer.matches), 2)
            self._explain(answer.matches)

    def show_pair(self, answer: ComparisonOut) -> None:
        """Print two names compared."""
        names = Text(f"{printable(answer.name1)}  ~  {printable(answer.name2)}", "bold")
        if answer.error or answer.score is None or answer.confidence is None:
            self.console.print(names)
            self.console.print(Text(f"  not compared: {printable(answer.error or '')}", "red"))
            return
        self.console.print(Text(f"{answer.confidence:.2f}  ", confidence_style(answer.confidence)) + names)
        if self.explain:
            self._put(waterfall(answer.features, answer.score, answer.confidence), 6)

    def show_article(self, answer: ScreenAnswer) -> None:
        """Print an article's organizations that have matches, and name those that have none."""
        article = answer.article
        heading = " · ".join(filter(None, (article.id, article.title, article.published)))
        self.console.print(Text(printable(heading) or "article", "bold underline"))
        for organization in answer.organizations:
            if organization.matches or organization.related:
                self._show_organization(organization, dated=article.published is not None)
        others = [
            printable(found.name) for found in answer.organizations if not found.matches and not found.related
        ]
        if others:
            self._put(Text(f"{self._nothing()}: {', '.join(others)}", "dim"), 2)
        elif not answer.organizations:
            self._put(Text(f"{self._nothing()}, for any organization in the text", "dim"), 2)
        self.console.print()

    def show_notes(self) -> None:
        """Print the warnings that go with the versions, each once, and what an answer is not."""
        for note in dict.fromkeys(snapshot.note for snapshot in self.snapshots if snapshot.note):
            self.console.print(Text(f"Note: {note}.", "yellow"))
        if stale := [snapshot for snapshot in self.snapshots if snapshot.stale]:
            named = ", ".join(f"{snapshot.list_id} ({snapshot.version[:10]})" for snapshot in stale[:MANY])
            more = f" and {len(stale) - MANY} more" if len(stale) > MANY else ""
            text = f"Older than its limit: {named}{more}; see `sanctions-xref lists status`."
            self.console.print(Text(text, "yellow"))
        self.console.print(Text(READ_IT_SO, "dim"))

    def _nothing(self) -> str:
        return f"no match above {self.floor:.2f} against {against(self.snapshots)}"

    def _put(self, what: RenderableType, indent: int) -> None:
        self.console.print(Padding(what, (0, 0, 0, indent)))

    def _show_organization(self, organization: OrganizationOut, *, dated: bool) -> None:
        places = ", ".join(f"“{printable(place.text)}” at {place.start}" for place in organization.mentions)
        self._put(Text.assemble((printable(organization.name), "bold"), (f"   {places}", "dim")), 2)
        if organization.matches:
            self._put(matches_table(organization.matches, then=dated), 4)
        for words in dict.fromkeys(map(_related, organization.related)):
            self._put(Text(words, "dim"), 4)
        self._explain(organization.matches, organization.mentions)

    def _explain(self, matches: Sequence[MatchOut], mentions: Sequence[MentionOut] = ()) -> None:
        for match in matches if self.explain else ():
            heading = f"why {match.confidence:.2f}: {match.list_id} {printable(match.entry_id)}"
            self._put(Text(heading, "bold"), 4)
            for mention in mentions[:PASSAGES]:
                self._put(passage(mention, match.features), 6)
            self._put_evidence(match)
            self._put(waterfall(match.features, match.score, match.confidence), 6)
            place = match.provenance
            source = (
                f"{place.field} in {match.list_id} {place.list_version} {printable(place.source_url or '')}"
            )
            self._put(Text(f"{source}\n", "dim"), 6)

    def _put_evidence(self, match: MatchOut) -> None:
        if match.alignment:
            asked, listed = evidence(match.alignment)
            self._put(Text.assemble("asked   ", asked), 6)
            self._put(Text.assemble("listed  ", listed), 6)
        if differences := legend(match.alignment):
            self._put(Text(differences, "dim"), 6)
