"""The same run on a Ray cluster, with Ray Data: reading tasks stream records to actors, which answer and commit them.

    shares → ReadParts → a row a part → AnswerParts (actors, one a process) → counts

An actor opens the index once, memory-mapped: from the data folder, which every node sees under the same path, or,
where the run is kept in an object store, from a copy that each node fetches from there once. Actors commit parts as
local processes do; Ray repeats what a lost worker had begun, and a part that is written twice is the same. One
processor a node is left to the reading.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice

import pyarrow as pa
import ray
from ray.data import ActorPoolStrategy, DataContext
from ray.exceptions import RayError

from service.batch.arrow_batches import ITEM, pack, unpack
from service.batch.distribution import fetch_data, share_data
from service.batch.garbage import seldom_collected
from service.batch.inputs import Cutting, InputFile, survey
from service.batch.parts import Counts, PartName, Share, commit, read_share
from service.batch.pool import Setting, Told
from service.batch.storage import is_url, storage_at
from service.errors import DataError

STORE = 120_000_000
"""Bytes of the object store of a cluster that is started here: only parts on their way are in it."""
ATTEMPTS = 20
"""How often the surveying of a file is repeated whose worker was lost; actors are replaced as often as it takes."""
_PART = pa.schema(
    [
        ("unit", pa.int64()),
        ("sequence", pa.int64()),
        ("is_last", pa.bool_()),
        ("items", pa.list_(ITEM)),
        ("notes", pa.list_(pa.string())),
    ]
)
_WINDOW = 10_000


@dataclass(frozen=True, slots=True)
class RayEngine:
    """Works on a cluster: the one at an address, or one that is started here and ends with the process."""

    processes: int | None
    address: str | None
    readers: int = 1
    """A file that cannot be cut is read by one task; its parts go to all actors."""

    @property
    def workers(self) -> int:
        """How many actors work: as asked, else all processors but one a node."""
        self._connect()
        nodes = ray.nodes()  # type: ignore[no-untyped-call]  # of ray
        processors = [node["Resources"].get("CPU", 0) for node in nodes if node["Alive"]]
        return self.processes or max(sum(max(int(count) - 1, 0) for count in processors), 1)

    def _connect(self) -> None:
        if ray.is_initialized():
            return
        with _told():
            ray.init(
                address=self.address,
                object_store_memory=None if self.address else STORE,
                include_dashboard=None if self.address else False,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        DataContext.get_current().enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)

    def survey(self, files: Iterable[InputFile], cutting: Cutting | None) -> Iterator[InputFile]:
        """Yield the files surveyed, each in a task, some thousand at a time."""
        self._connect()
        task = ray.remote(max_retries=ATTEMPTS)(survey)
        left = iter(files)
        while some := list(islice(left, _WINDOW)):
            with _told():
                surveyed = ray.get([task.remote(file, cutting) for file in some])
            yield from surveyed

    def work(self, setting: Setting, shares: Iterable[Share]) -> Iterator[Told]:
        """Do shares on the cluster, some thousand at a time."""
        left = iter(shares)
        if is_url(setting.place):
            share_data(setting.question, setting.data, setting.place)
        while some := list(islice(left, _WINDOW)):
            with _told():
                yield from _work(setting, some, min(self.workers, len(some)))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (RayError, ConnectionError) as error:
        raise DataError(f"the cluster could not go on: {str(error).strip().splitlines()[-1]}") from error


def _work(setting: Setting, shares: list[Share], workers: int) -> Iterator[Told]:
    sizes = {share.unit.number: share.unit.size for share in shares}
    rows = [{"share": pickle.dumps(share)} for share in shares]
    answered = (
        ray.data.from_items(rows, override_num_blocks=len(rows))
        .map_batches(
            ReadParts,
            fn_constructor_args=(setting,),
            batch_size=1,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(min_size=1, max_size=max(workers // 4, 1)),
            num_cpus=0.25,
        )
        .map_batches(
            AnswerParts,
            fn_constructor_args=(setting,),
            batch_size=1,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(size=workers),
            num_cpus=1,
        )
    )
    for row in answered.iter_rows():
        yield from (Told(note=note) for note in row["notes"])
        yield Told(Counts.model_validate_json(row["counts"]), sizes[row["unit"]] if row["is_last"] else 0)


class ReadParts:
    """Reads shares: a row a part."""

    def __init__(self, setting: Setting) -> None:
        self._question = setting.question

    def __call__(self, batch: pa.Table) -> Iterator[pa.Table]:
        """Yield the parts of a share as they are read."""
        for packed in batch["share"].to_pylist():
            notes: list[str] = []
            for name, items in read_share(pickle.loads(packed), self._question, notes.append):  # noqa: S301 our own
                place = {"unit": name.unit, "sequence": name.sequence, "is_last": name.is_last}
                yield pa.Table.from_pylist([{**place, "items": pack(items), "notes": notes}], schema=_PART)
                notes.clear()


class AnswerParts:
    """Answers parts and commits them."""

    def __init__(self, setting: Setting) -> None:
        data = fetch_data(setting.question, setting.place) if is_url(setting.place) else setting.data
        self._desk = replace(setting, data=data).open_desk()
        self._storage = storage_at(setting.place)

    def __call__(self, batch: pa.Table) -> pa.Table:
        """Return the counts of the parts, once they are committed."""
        rows = []
        for part in batch.to_pylist():
            name = PartName(part["unit"], part["sequence"], part["is_last"])
            with seldom_collected():
                counts = commit(name, self._desk.answer(unpack(part["items"])), self._storage)
            rows.append({**part, "items": None, "counts": counts.model_dump_json()})
        return pa.Table.from_pylist(rows)
