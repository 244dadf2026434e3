"""The runtime: versions of lists, their index and the matcher, built whole and swapped by one assignment.

A `Runtime` never changes. `RuntimeHolder` has the current one; a new version of a list builds another beside
it, and only then replaces it. Whoever took a runtime finishes with it: an answer comes from one consistent
set.
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from lists.errors import ListsError
from lists.models import Snapshot
from lists.sources.catalogue import source_for
from lists.store import SnapshotStore
from matchers.calibration import default_calibration
from matchers.index import FORMAT as INDEX_FORMAT
from matchers.index import build_index
from matchers.matching import Matcher
from matchers.mentions import SPOTTER_FORMAT, AliasSpotter, Recognizer, build_spotter
from matchers.models import Engine
from matchers.pairs import default_pair_matcher
from matchers.screening import Screener
from service.errors import ServiceError
from service.holdings import Holdings, active_holdings, holdings_known_on, store_of, with_house_aliases
from service.house_aliases import LIST_ID as HOUSE
from service.house_aliases import stamp
from service.index_files import Parts, open_or_build
from service.observing import ObservedIndex, ObservedMemory, ObservedScreener
from service.relations import FORMAT as RELATIONS_FORMAT
from service.relations import RelationIndex, build_relations
from service.schemas import SCHEMA_VERSION, EngineOut, SnapshotOut
from service.schemas.conversion import engine_out, snapshot_out
from service.schemas.writing import json_array, json_of, plain_json
from service.status import Past, open_past

SMALL = 2_000
"""Entries up to which an index is built in memory each time: that is faster than it is worth saving."""
SHOWN = 64
"""Days and choices of lists for which the versions stay as the wire names them: most answers name the same."""
WARMING = (
    "The Bank of Commerce and Industry Ltd., Moscow, met officials of Northern Shipping Company on Friday."
)
"""A text whose names make the matcher load all that it reads names with."""
PAST = 2
"""Runtimes of past days that stay open."""
Tell = Callable[[str], None]
BuildApart = Callable[[Path, date | None], bool]
"""Builds the index of a data folder, for now or for a day, in another process; says whether it did."""


def _silent(_message: str) -> None:
    return


class _Named(NamedTuple):
    """What the answers about a day and some lists name."""

    snapshots: Sequence[SnapshotOut]
    stale: tuple[str, ...]
    json: Mapping[str, bytes]


def _named(versions: Sequence[SnapshotOut], engine: EngineOut) -> _Named:
    json = {
        "schema_version": plain_json(SCHEMA_VERSION),
        "engine": json_of(engine),
        "snapshots": json_array(map(json_of, versions)),
    }
    return _Named(versions, tuple(one.list_id for one in versions if one.stale), json)


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything that an answer needs, and what it names as its source."""

    holdings: Holdings
    matcher: Matcher
    screener: Screener
    """The matcher, the listed names and the models, over texts."""
    engine: Engine
    past: Past
    """Earlier versions of the same lists."""
    key: str
    """Equal keys: the same versions of the lists, read by the same index."""
    relations: RelationIndex
    """Who the publishers say owns, leads or is linked to whom."""
    remembered: ObservedMemory = field(default_factory=ObservedMemory, init=False, repr=False, compare=False)
    """What was found for names that were asked before."""
    _shown: dict[tuple[date, frozenset[str]], _Named] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The versions that are asked, by list id."""
        return self.holdings.snapshots

    def snapshots_out(self, today: date, list_ids: frozenset[str] = frozenset()) -> list[SnapshotOut]:
        """Return the versions as the wire names them; those of some lists where named."""
        return list(self._named(today, list_ids).snapshots)

    def stale_lists(self, today: date, list_ids: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Return the lists, of these where named, whose version is older than its limit."""
        return self._named(today, list_ids).stale

    def named_in_json(self, today: date, list_ids: frozenset[str] = frozenset()) -> Mapping[str, bytes]:
        """Return what every answer names, by member: the version of its shape, the engine, the snapshots."""
        return self._named(today, list_ids).json

    def _named(self, today: date, list_ids: frozenset[str]) -> _Named:
        found = self._shown.get((today, list_ids))
        if found is None:
            if len(self._shown) >= SHOWN:
                self._shown.clear()
            versions = [
                snapshot_out(snapshot, today, _stale_after(snapshot.list_id))
                for snapshot in self.snapshots
                if not list_ids or snapshot.list_id in (*list_ids, HOUSE)
            ]
            found = self._shown[today, list_ids] = _named(versions, self.engine_out())
        return found

    def engine_out(self) -> EngineOut:
        """Return what computes the answers."""
        return engine_out(self.engine)

    def pair_engine_out(self) -> EngineOut:
        """Return what compares two names: its sum is calibrated by itself."""
        pairs = default_pair_matcher()
        return engine_out(replace(self.engine, matcher=pairs.version, calibration=pairs.model.version))


def index_key(holdings: Holdings) -> str:
    """Return the name of the index over these holdings."""
    return f"{holdings.key}-{INDEX_FORMAT}-{SPOTTER_FORMAT}-{RELATIONS_FORMAT}"


def is_to_be_built(holdings: Holdings, data: Path) -> bool:
    """Say whether the index over these holdings is worth saving and not yet saved."""
    return len(holdings) > SMALL and not (data / "index" / index_key(holdings)).is_dir()


def build_runtime(
    holdings: Holdings,
    data: Path,
    tell: Tell = _silent,
    known_as_of: date | None = None,
    recognizers: Sequence[Recognizer] = (),
) -> Runtime:
    """Return a runtime over these holdings; its index is opened from the data folder, or built."""
    key = index_key(holdings)

    def build() -> Parts:
        tell(f"building the index over {len(holdings):,} entries of {len(holdings.parts)} lists, once")
        return {
            "names": build_index(holdings.entries()),
            "spotter": build_spotter(holdings.entries()),
            "relations": build_relations(holdings),
        }

    parts = build() if len(holdings) <= SMALL else open_or_build(data / "index", key, build)
    calibration = default_calibration()
    matcher = Matcher(ObservedIndex(parts["names"]), holdings, calibration=calibration)
    screener = ObservedScreener(matcher, AliasSpotter(parts["spotter"]), recognizers)
    models = tuple(recognizer.name for recognizer in recognizers)
    engine = Engine(version("sanctions-xref"), matcher.version, calibration.version, models)
    past = open_past(store_of(data), tuple(one.list_id for one in holdings.snapshots), known_as_of)
    relations = RelationIndex(parts["relations"], holdings)
    return Runtime(holdings, matcher, screener, engine, past, key, relations)


def open_runtime(data: Path, tell: Tell = _silent, recognizers: Sequence[Recognizer] = ()) -> Runtime:
    """Return the runtime over the active versions of a data folder."""
    holdings = with_house_aliases(active_holdings(store_of(data)), data)
    return build_runtime(holdings, data, tell, recognizers=recognizers)


class RuntimeHolder:
    """The current runtime of a service; None until the first one stands."""

    def __init__(
        self, data: Path, recognizers: Sequence[Recognizer] = (), build_apart: BuildApart | None = None
    ) -> None:
        self.data = data
        self.recognizers = recognizers
        self._build_apart = build_apart
        self.current: Runtime | None = None
        self.problem = ""
        """Why the newest versions could not be taken, in one sentence; empty where they were."""
        self._building = threading.Lock()
        self._seen: tuple[tuple[str, int], ...] | None = None
        self._past: OrderedDict[str, Runtime] = OrderedDict()

    def refresh(self, tell: Tell = _silent) -> bool:
        """Build a runtime over the active versions and swap it in; say whether there was anything new."""
        with self._building:
            store = store_of(self.data)
            seen = (*_stamp(store), (HOUSE, stamp(self.data)))
            if self.current is not None and seen == self._seen:
                return False
            holdings = with_house_aliases(active_holdings(store), self.data)
            changed = self.current is None or self.current.holdings.key != holdings.key
            if self.current is None or changed:
                self._prepare(holdings, None)
                self.current = build_runtime(holdings, self.data, tell, recognizers=self.recognizers)
            else:  # an older version was added: the same answers, with more of a past
                past = open_past(store, tuple(one.list_id for one in holdings.snapshots))
                self.current = replace(self.current, past=past)
            self._seen, self.problem = seen, ""
            return changed

    def _prepare(self, holdings: Holdings, day: date | None) -> None:
        """Have the index built elsewhere; what could not be done there is done here, when it is opened."""
        if self._build_apart is not None and is_to_be_built(holdings, self.data):
            self._build_apart(self.data, day)

    def refresh_quietly(self) -> bool:
        """Refresh; where that fails, the current runtime stays and `problem` says why."""
        try:
            return self.refresh()
        except (ListsError, ServiceError, OSError) as error:
            self.problem = f"the newest versions of the lists cannot be opened: {error}"
            return False

    def preload(self) -> None:
        """Open the active versions and ask them once, unless their index is still to be built, which takes long.

        Processes that are forked from this one then share what this loads.
        """
        holdings = with_house_aliases(active_holdings(store_of(self.data)), self.data)
        if not is_to_be_built(holdings, self.data) and self.refresh_quietly() and self.current is not None:
            Screener(self.current.matcher, self.current.screener.spotter).screen(WARMING)

    def known_on(self, day: date) -> Runtime:
        """Return a runtime over the versions that were current on a day; the latest few stay open."""
        holdings = holdings_known_on(store_of(self.data), day)
        with self._building:
            if (key := f"{holdings.key} {day}") not in self._past:
                self._prepare(holdings, day)
                self._past[key] = build_runtime(
                    holdings, self.data, known_as_of=day, recognizers=self.recognizers
                )
            self._past.move_to_end(key)
            while len(self._past) > PAST:
                self._past.popitem(last=False)
            return self._past[key]


def _stale_after(list_id: str) -> int:
    """Return from how many days on a version is stale; house aliases have no rhythm and never are."""
    return sys.maxsize if list_id == HOUSE else source_for(list_id).stale_after_days


def _stamp(store: SnapshotStore) -> tuple[tuple[str, int], ...]:
    """Return what changes whenever a version is added or becomes active."""
    if not store.root.is_dir():
        return ()
    places = (place for place in store.root.iterdir() if not place.name.startswith("."))
    return tuple(sorted((place.name, place.stat().st_mtime_ns) for place in places))
