"""What long texts and pages cost that repeat what is dear: seconds of CPU for a size and for four times as much.

    python tests/benchmarks/long_texts.py [DATA]

Four times the size is four times the time where the work is in proportion. DATA is a data folder; the sample otherwise.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from service.article_answering import answer_article
from service.articles.article import Article
from service.errors import InputError
from service.given_articles import Arrived, article_of
from service.runtime import Runtime, open_runtime
from service.schemas import ArticleIn, MatchOptions
from service.settings import Settings

SIZES = (250_000, 1_000_000)
"""Characters; the second is the longest text that the service takes by default."""
SENTENCE = "Officials of the ministry met the director of United Aircraft Corporation in Moscow on Friday. "
TEXTS = {
    "one sentence": SENTENCE,
    "one name": "KOMID ",
    "capitals": "Aaaa Bbbb ",
    "initials": "A. B. C. ",
    "open quotes": '"A ',
    "cues": "sanctions ",
    "joined": "Rostec and Gazprom and ",
    "parts": "Rostec, part of Gazprom, ",
    "renamed": "formerly known as Rostec, ",
    "references": "United Aircraft Corporation said that the company was content. ",
    "Cyrillic": "ООО «Газпром» ",
    "lines": "Bank\n",
}
PAGES = {
    "paragraphs": f"<p>{SENTENCE}</p>",
    "headings": "<h1>Title</h1>",
    "breaks": "Rostec<br>",
    "links": '<a href="/x">Bank</a> ',
    "open tags": "<font>Bank ",
    "comments": "<!-- a -->",
}


def invented(size: int) -> str:
    """Return a text in which every name is another one."""
    dice = random.Random(size)
    words = ("".join(dice.choices("aeioulnrst", k=7)).capitalize() for _ in iter(int, 1))
    sentence = "{} {} Bank of {} fell under sanctions, the company said. "
    return "".join(sentence.format(next(words), next(words), next(words)) for _ in range(size // 70))


def measured(work: Callable[[str], object], make: Callable[[int], str]) -> list[float]:
    """Return the seconds of CPU for each size."""
    spent = []
    for size in SIZES:
        given, begun = make(size), time.process_time()
        work(given)
        spent.append(time.process_time() - begun)
    return spent


def screened(runtime: Runtime) -> Callable[[str], object]:
    """Return how a text is screened."""
    return lambda text: answer_article(runtime, Article("a", text), MatchOptions(), date(2026, 1, 1))


def read(page: str) -> object:
    """Read a page; one that is refused costs what it takes to see that."""
    try:
        return article_of(Arrived(ArticleIn(text=page, html=True)), Settings(max_text=10_000_000))
    except InputError as error:
        return error


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        screen = screened(open_runtime(Path(sys.argv[1] if len(sys.argv) > 1 else folder)))
        screen(SENTENCE * 100)
        rows = {f"text: {name}": (screen, repeated(unit)) for name, unit in TEXTS.items()}
        rows["text: other names each time"] = (screen, invented)
        rows |= {f"page: {name}": (read, repeated(unit)) for name, unit in PAGES.items()}
        print("".join(f"{size:>12,}" for size in SIZES), "characters, seconds of CPU")
        for name, (work, make) in rows.items():
            print("".join(f"{spent:12.2f}" for spent in measured(work, make)), name, flush=True)


def repeated(unit: str) -> Callable[[int], str]:
    """Return what makes a text of a size from what it repeats."""
    return lambda size: unit * (size // len(unit))


if __name__ == "__main__":
    main()
