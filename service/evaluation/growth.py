"""What one name costs as the lists grow: build, size on disk, opening, latency and private memory.

Names are generated from the real ones: every further copy of the lists has the longest words of its names
altered, so the vocabulary grows along. Entries are made on demand, by number; nothing but the index is
kept. Run as `python -m service.evaluation.growth TABLES FOLDER NAMES`, in a process of its own, so that
memory is that of the index alone; it prints one JSON object.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lists.models import ListEntry
from matchers.index import CandidateIndex, build_index
from matchers.matching import Matcher
from matchers.models import Listing, Options, Query
from service.evaluation.corpus import load_corpus
from service.evaluation.own import Held, unpublished
from service.evaluation.splits import fraction
from service.index_files import open_parts, save_parts

LETTERS = "abcdefghijklmnopqrstuvwxyz"
QUERIES = 1_000
"""Names asked for, one by one."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What an index of one size costs. Seconds, bytes and milliseconds, as the names say."""

    names: int
    entries: int
    build_seconds: float
    build_peak_bytes: int
    index_bytes: int
    open_seconds: float
    p50_ms: float
    p99_ms: float
    names_per_second: float
    private_bytes: int
    """Memory that a process does not share with others after answering: the cost of one more process."""


def _altered(text: str, copy: int) -> str:
    words = text.split()
    place = max(range(len(words)), key=lambda number: len(words[number])) if words else 0
    if words:
        word = words[place]
        at = 1 + int(fraction("place", word, str(copy)) * max(1, len(word) - 1))
        letters = "".join(LETTERS[int(fraction(text, str(copy), str(turn)) * 26)] for turn in range(2))
        words[place] = word[:at] + letters + word[at + 1 :]
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class Generated:
    """Listings made on demand: the real entries, then altered copies of them, until they are enough."""

    held: Held
    entry_count: int

    def entry(self, number: int) -> ListEntry:
        """Return the entry with this number, the same one every time."""
        copy, place = divmod(number, len(self.held))
        entry = self.held.entries[place]
        if not copy:
            return entry
        names = tuple(name.model_copy(update={"text": _altered(name.text, copy)}) for name in entry.names)
        return entry.model_copy(
            update={"entry_id": f"{entry.entry_id}~{copy}", "names": names, "identifiers": ()}
        )

    def __getitem__(self, entry_number: int, /) -> Listing:
        """Return the listing with this number."""
        return Listing(self.held.snapshot, self.entry(entry_number))

    def __len__(self) -> int:
        """Return how many there are."""
        return self.entry_count

    def entries(self) -> Iterator[ListEntry]:
        """Yield all entries in order."""
        return (self.entry(number) for number in range(self.entry_count))


def generate(entries: Sequence[ListEntry], names: int) -> Generated:
    """Return listings that hold at least so many names."""
    sizes = np.cumsum([len(entry.names) for entry in entries])
    copies, rest = divmod(names, int(sizes[-1]))
    count = copies * len(entries) + (int(np.searchsorted(sizes, rest)) + 1 if rest else 0)
    return Generated(unpublished(entries), count)


def _private_bytes() -> int:
    """Return what this process has written itself: pages of the index count for no process, they are the file's."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_Dirty"))


def queries_of(entries: Sequence[ListEntry], count: int = QUERIES) -> list[str]:
    """Return names to ask for: primary names with one word altered, every other one altered twice."""
    texts = sorted(
        {entry.name for entry in entries if entry.schema_ != "Person"}, key=lambda text: fraction("ask", text)
    )
    return [
        _altered(text, -1) if number % 2 else _altered(_altered(text, -2), -3)
        for number, text in enumerate(texts[:count])
    ]


def latencies(matcher: Matcher, names: Sequence[str]) -> list[float]:
    """Return milliseconds for every name, asked one by one after a first round over other names."""
    options = Options()
    half = len(names) // 5
    for name in names[:half]:
        matcher.match(Query(name), options)
    taken = []
    for name in names[half:]:
        begun = time.perf_counter()
        matcher.match(Query(name), options)
        taken.append(1_000 * (time.perf_counter() - begun))
    return taken


def build(listings: Generated, folder: Path) -> tuple[float, int]:
    """Build and save the index; return the seconds that it took and the peak of memory in bytes."""
    begun = time.perf_counter()
    save_parts(folder, {"names": build_index(listings.entries())})
    return time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def ask(listings: Generated, folder: Path, names: Sequence[str]) -> tuple[float, list[float], float]:
    """Open the index and ask it; return seconds to open, milliseconds a name, and names a second in bulk."""
    begun = time.perf_counter()
    matcher = Matcher(CandidateIndex(open_parts(folder)["names"]), listings)
    opened = time.perf_counter() - begun
    taken = latencies(matcher, names)
    begun = time.perf_counter()
    matcher.match_many([Query(name) for name in names], Options())
    return opened, taken, len(names) / (time.perf_counter() - begun)


def main(tables: Path, folder: Path, names: int, step: str) -> None:
    """Do one step, `build` or `ask`, and print what it cost."""
    corpus = load_corpus(tables)
    listings = generate(corpus.entries, names)
    if step == "build":
        seconds, peak = build(listings, folder)
        found = {"build_seconds": seconds, "build_peak_bytes": peak, "entries": len(listings)}
        sys.stdout.write(json.dumps(found))
        return
    base = _private_bytes()
    opened, taken, rate = ask(listings, folder, queries_of(corpus.entries))
    p50, p99 = np.percentile(taken, (50, 99))
    found = {"open_seconds": opened, "p50_ms": p50, "p99_ms": p99, "names_per_second": rate}
    size = sum(path.stat().st_size for path in folder.rglob("*.npy"))
    sys.stdout.write(json.dumps({**found, "index_bytes": size, "private_bytes": _private_bytes() - base}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
