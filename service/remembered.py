"""Matches that were found before, kept as they are sent, for as long as the versions answer that they come from.

The same question, put to the same versions for the same day, has the same answer, and some names come again and
again: those that the news is about, those that several systems ask for. Each `Runtime` remembers its own, so that a new
version of a list begins with nothing. It is bounded by bytes, nowhere but in the memory of the process, and holds only
digests of the questions.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock

ROOM = 16_000_000
"""Bytes that are kept: the matches of some thousand names."""
BESIDE = 1_000
"""Bytes that go with each question beside the JSON."""


def question_of(*parts: object) -> bytes:
    """Return the digest of all that decides an answer: texts, numbers, days, and tuples and records of such."""
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Found:
    """Members of an answer that hold what was found, as JSON, and the confidences of it for the metrics."""

    members: Mapping[str, bytes]
    confidences: tuple[float, ...]

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return BESIDE + sum(map(len, self.members.values()))


class Remembered:
    """What was found, by question; what was asked for longest ago goes first. Threads may share it."""

    def __init__(self, room: int = ROOM) -> None:
        self._left, self._largest = room, room // 100
        self._found: OrderedDict[bytes, Found] = OrderedDict()
        self._lock = Lock()

    def answers(
        self, questions: Sequence[bytes], find: Callable[[Sequence[int]], Iterable[Found]]
    ) -> list[Found]:
        """Return what was found for each question; `find` finds the rest, by their places, each question once."""
        known = {question: found for question in questions if (found := self.recall(question))}
        new: dict[bytes, int] = {}
        for place, question in enumerate(questions):
            if question not in known:
                new.setdefault(question, place)
        for question, found in zip(new, find(list(new.values())) if new else (), strict=True):
            self.keep(question, found)
            known[question] = found
        return [known[question] for question in questions]

    def recall(self, question: bytes) -> Found | None:
        """Return what was found, or None."""
        with self._lock:
            found = self._found.get(question)
            if found is not None:
                self._found.move_to_end(question)
            return found

    def keep(self, question: bytes, found: Found) -> None:
        """Keep what was found; what needs more than a hundredth of the room is not worth it."""
        if found.size > self._largest:
            return
        with self._lock:
            if question in self._found:
                return
            self._found[question] = found
            self._left -= found.size
            while self._left < 0:
                self._left += self._found.popitem(last=False)[1].size
