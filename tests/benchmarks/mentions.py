"""Measure how mentions are found: recall on labelled texts, candidates, speed with and without listed names.

    python tests/benchmarks/mentions.py [SHARED_FOLDER] [--misses N] [--models auto|none|en,ru]

Overlap recall: the share of labelled organizations of which any character is in a mention. Exact recall: the share
whose span is a mention or one of its readings; articles ("the"), a possessive and a final full stop do not count.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matchers.mentions import AliasSpotter, Recognizer, build_spotter, find_mentions, resolve
from matchers.mentions.words import read_words
from service.evaluation.corpus import load_corpus
from service.recognizers import choose_recognizers

SHARED = Path(os.environ.get("SANCTIONS_XREF_SHARED", Path(__file__).parents[3] / "shared"))
Span = tuple[int, int]


@dataclass(slots=True)
class Recall:
    """Counts over one set of labelled texts."""

    labelled: int = 0
    touched: int = 0
    exact: int = 0
    words: int = 0
    mentions: int = 0
    queries: int = 0
    misses: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        """Return the counts as a line of the report."""
        return (
            f"{name:<22} {self.labelled:6,} labelled   overlap {self.touched / self.labelled:.4f}   "
            f"exact {self.exact / self.labelled:.4f}   {self.mentions / self.words * 1000:.0f} mentions and "
            f"{self.queries / self.words * 1000:.0f} readings in 1,000 words"
        )


def bare(text: str, span: Span) -> Span:
    """Return a span without what does not count: an article before it, a possessive or full stop after it."""
    start, end = span
    for article in ("the ", "The ", "a ", "A ", "an "):
        if text.startswith(article, start, end):
            start += len(article)
    for ending in ("'s", "’s", "'", "’", ".", ","):
        if text.endswith(ending, start, end):
            end -= len(ending)
    return start, end


def recall(path: Path, spotter: AliasSpotter | None, recognizers: Sequence[Recognizer]) -> Recall:
    """Measure one file of texts with labelled spans."""
    found = Recall()
    for line in path.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        text = document["text"]
        mentions = find_mentions(text, spotter, recognizers)
        readings = {bare(text, (mention.start, mention.end)) for mention in mentions}
        readings |= {bare(text, reading) for mention in mentions for reading in mention.alternatives}
        found.words += len(text.split())
        found.mentions += len(mentions)
        found.queries += len({text[start:end] for start, end in readings})
        for label in document["spans"]:
            span = bare(text, tuple(label))
            found.labelled += 1
            touched = any(start < span[1] and span[0] < end for start, end in readings)
            found.touched += touched
            found.exact += span in readings
            if span not in readings:
                kind = "span" if touched else "lost"
                found.misses.append(
                    f"{kind}: {text[span[0] : span[1]]!r} in {text[max(0, span[0] - 40) : span[1] + 30]!r}"
                )
    return found


def speed(texts: Sequence[str], work: Callable[[str], object]) -> float:
    """Return words a second of processor time, after one warm-up over a tenth of the texts."""
    for text in texts[:: max(1, len(texts) // 10)]:
        work(text)
    start = time.process_time()
    for text in texts:
        work(text)
    return sum(len(text.split()) for text in texts) / (time.process_time() - start)


def report_speed(
    texts: Sequence[str], spotter: AliasSpotter | None, recognizers: Sequence[Recognizer]
) -> None:
    """Print the speed of each stage, one core."""
    words = sum(len(text.split()) for text in texts)
    print(f"\nspeed on {len(texts):,} articles, {words:,} words, one core (words/s, articles/s)")
    stages: list[tuple[str, Callable[[str], object]]] = [
        ("words only", read_words),
        ("mentions without listed names", find_mentions),
        ("resolve included", lambda text: resolve(text, find_mentions(text))),
    ]
    if spotter is not None:
        stages += [
            ("alias spotter only", lambda text: spotter.spot(read_words(text))),
            ("mentions with listed names", lambda text: find_mentions(text, spotter)),
            ("resolve included", lambda text: resolve(text, find_mentions(text, spotter))),
        ]
    for name, work in stages:
        rate = speed(texts, work)
        print(f"  {name:<34} {rate:10,.0f} {rate * len(texts) / words:10,.0f}")
    for recognizer in recognizers:
        rate = speed(texts[:60], lambda text, one=recognizer: one.recognize([text]))  # type: ignore[misc]
        print(f"  {recognizer.name:<34} {rate:10,.0f} {rate * len(texts) / words:10,.0f}")


def read_texts(path: Path) -> list[str]:
    """Return the texts of a file of JSON lines."""
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def main(arguments: Iterable[str] | None = None) -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--misses", type=int, default=0)
    parser.add_argument("--models", default="auto")
    chosen = parser.parse_args(list(arguments) if arguments is not None else None)
    folder = chosen.shared / "eval"
    recognizers = choose_recognizers(chosen.models.split(","), print)
    imported = chosen.shared / "data" / "import"
    spotter = AliasSpotter(build_spotter(load_corpus(imported).entries)) if imported.is_dir() else None
    for models in dict.fromkeys(((), recognizers)):
        print("with", ", ".join(one.name for one in models) or "no models")
        for path in sorted(folder.glob("mentions_*.jsonl")):
            found = recall(path, spotter, models)
            print(found.line(path.stem.removeprefix("mentions_")))
            for miss in found.misses[: chosen.misses]:
                print("   ", miss)
    report_speed(read_texts(folder / "articles_newswire_1987.jsonl"), spotter, recognizers)


if __name__ == "__main__":
    main()
