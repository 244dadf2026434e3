"""The index used the other way round: which records could match what came to the lists or changed in them.

An index over nothing but the entries that came or changed is asked with every record, leniently; a record that reaches
none of them, and had no hit on an entry that went or changed, is answered as before. Confidences also move a little
with the size of a list; that alone makes no record affected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from lists.models import ListEntry
from matchers.index import CandidateIndex, build_index
from matchers.matching import Matcher
from matchers.mentions import AliasSpotter, build_spotter
from matchers.models import Listing, Options
from matchers.screening import Screener
from service.answering import options_of, query_of
from service.articles.article import Article
from service.batch.desk import TOGETHER, Desk
from service.batch.question import Question
from service.batch.records import Item, Outcome, Record
from service.holdings import Holdings
from service.runtime import Runtime
from service.schemas import QueryIn

Ref = tuple[str, str]
"""List id and entry id."""
REACH = 0.02
"""Confidence over the small index from which a record counts as affected; far below any that is asked for."""
AS_BEFORE = Record(Outcome(outcome="as before").model_dump_json(exclude_defaults=True).encode())


@dataclass(frozen=True, slots=True)
class Affected:
    """What a screening has to look at again.

    `entries` came or changed; `records` are the keys of those that had a hit on an entry that went or changed.
    Where the engine is another one, everything is.
    """

    entries: tuple[Ref, ...] = ()
    records: frozenset[str] = frozenset()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """Entries by what happened to them between two sets of versions."""

    came: frozenset[Ref]
    changed: frozenset[Ref]
    went: frozenset[Ref]

    def of(self, ref: Ref) -> str:
        """Return what happened to an entry."""
        if ref in self.came:
            return "entry added"
        if ref in self.changed:
            return "entry changed"
        return "entry removed" if ref in self.went else "screened again"


def changes_between(old: Holdings, new: Holdings) -> Changes:
    """Return what came, changed and went. Lists whose version is the same are not read."""
    same = {s.list_id for s in old.snapshots} & {
        s.list_id for s in new.snapshots if s.sha256 in {o.sha256 for o in old.snapshots}
    }
    before, after = _hashes(old, same), _hashes(new, same)
    return Changes(
        frozenset(after.keys() - before.keys()),
        frozenset(ref for ref in after.keys() & before.keys() if after[ref] != before[ref]),
        frozenset(before.keys() - after.keys()),
    )


def _hashes(holdings: Holdings, without: set[str]) -> Mapping[Ref, str | None]:
    parts = [part for part in holdings.parts if part.snapshot.list_id not in without]
    return {entry.ref: entry.record_sha256 for part in parts for entry in part.entries}


def key_of(outcome: Outcome) -> str:
    """Return what an outcome is known by: the hash of its text, else its id."""
    return outcome.sha256 or outcome.id or ""


class AffectedDesk(Desk):
    """Answers the records that are affected; the others are as before."""

    def __init__(self, question: Question, runtime: Runtime, affected: Affected) -> None:
        super().__init__(question, runtime)
        self._affected = affected

    @cached_property
    def _entries(self) -> list[Listing]:
        found = (self.runtime.holdings.find(*ref) for ref in self._affected.entries)
        return [listing for listing in found if listing is not None]

    @cached_property
    def _matcher(self) -> Matcher:
        index = CandidateIndex(build_index(self._listed()))
        return Matcher(index, self._entries, self.runtime.matcher.model, self.runtime.matcher.calibration)

    @cached_property
    def _screener(self) -> Screener:
        spotter = AliasSpotter(build_spotter(self._listed()))
        return Screener(self._matcher, spotter, self.runtime.screener.recognizers)

    def _listed(self) -> Iterator[ListEntry]:
        return (listing.entry for listing in self._entries)

    def answer(self, items: Sequence[Item]) -> list[Record]:
        """Return one record an item, in order."""
        open_ = [item for item in items if not self._is_known(item)]
        reached = {id(item) for item, reaches in zip(open_, self._reach(open_), strict=True) if reaches}
        again = [item for item in items if id(item) in reached or self._is_known(item)]
        answered = iter(super().answer(again))
        chosen = {id(item) for item in again}
        return [next(answered) if id(item) in chosen else AS_BEFORE for item in items]

    def _is_known(self, item: Item) -> bool:
        """Whether a record is affected for another reason than what came to the lists."""
        if self._affected.everything or not isinstance(item, Article | QueryIn):
            return True
        known = item.sha256 if isinstance(item, Article) else item.id or item.name
        return known in self._affected.records

    def _reach(self, items: Sequence[Item]) -> list[bool]:
        """Say of each record whether something in it could be an entry that came or changed."""
        if not self._entries:
            return [False] * len(items)
        asked = options_of(self.question.asked.options)
        options = replace(asked, limit=1, min_confidence=min(REACH, asked.min_confidence))
        if self.question.asked.kind == "names":
            queries = [query_of(item) for item in items if isinstance(item, QueryIn)]
            return [bool(found) for found in self._matcher.match_many(queries, options)]
        texts = [item.text for item in items if isinstance(item, Article)]
        groups = (texts[start : start + TOGETHER] for start in range(0, len(texts), TOGETHER))
        return [reaches for group in groups for reaches in self._texts_reach(group, options)]

    def _texts_reach(self, texts: list[str], options: Options) -> list[bool]:
        try:
            return [bool(found) for found in self._screener.screen_many(texts, options)]
        except Exception:  # whatever is wrong with one of them: the screening itself will say
            return [True] * len(texts)
