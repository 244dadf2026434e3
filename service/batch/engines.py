"""Engines: who surveys the files of a run and works on its shares; here the processes of this machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Protocol

from service.batch.inputs import Cutting, InputFile, survey
from service.batch.parts import Share
from service.batch.pool import Setting, Told, work_here, work_in_processes

_TOGETHER = 1_000


class Engine(Protocol):
    """What does the work, wherever."""

    @property
    def workers(self) -> int:
        """How many processes work."""
        ...

    @property
    def readers(self) -> int:
        """How many processes read a large file that cannot be cut, each for its own parts of it."""
        ...

    def survey(self, files: Iterable[InputFile], cutting: Cutting | None) -> Iterator[InputFile]:
        """Yield the files surveyed, in their order."""
        ...

    def work(self, setting: Setting, shares: Iterable[Share]) -> Iterator[Told]:
        """Do shares and tell of each part that is committed."""
        ...


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Works in this process where one is enough, else in several of this machine."""

    workers: int

    @property
    def readers(self) -> int:
        """Every process reads for itself."""
        return self.workers

    def survey(self, files: Iterable[InputFile], cutting: Cutting | None) -> Iterator[InputFile]:
        """Yield the files surveyed; hashing lets other threads run."""
        left = iter(files)
        with ThreadPoolExecutor(self.workers) as threads:
            while some := list(islice(left, _TOGETHER)):
                yield from threads.map(partial(survey, cutting=cutting), some)

    def work(self, setting: Setting, shares: Iterable[Share]) -> Iterator[Told]:
        """Do shares."""
        return (
            work_here(setting, shares)
            if self.workers == 1
            else work_in_processes(setting, shares, self.workers)
        )
