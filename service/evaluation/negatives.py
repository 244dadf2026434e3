"""Names that are on no list: companies, organizations of an encyclopedia, and organizations in old newswire.

A negative that is the same text as a listed name, or has the same core, is dropped and counted: it may well
be that party. What stays can still contain a few true hits under another name, so measured false alarms are
an upper bound.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from lists.models import ListEntry
from service.evaluation.queries import Holding, Question, QuestionSet
from service.evaluation.splits import Side, side
from service.evaluation.wording import LEGAL_FORMS, ORGANIZATION_WORDS, core, same_text, tokens

COMPANIES, ENCYCLOPEDIA, NEWSWIRE = "companies", "encyclopedia", "newswire"

_CAPITALS = re.compile(r"(?:[A-Z][\w&'.-]*[\w.](?: (?=[A-Z&]|of [A-Z]|and [A-Z]))?(?:(?:of|and|&) )?){2,8}")
_TICKER = re.compile(r"<[A-Z.]{1,6}>")


def _lines(path: Path) -> Iterator[str]:
    if path.exists():
        yield from (line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def _is_an_organization(words: tuple[str, ...]) -> bool:
    ends = {words[-1], words[0]}
    return len(words) >= 2 and (not ends.isdisjoint(ORGANIZATION_WORDS) or words[-1] in LEGAL_FORMS)


def organizations_in(text: str) -> Iterator[str]:
    """Yield runs of capitalized words with an organization's word at an end, or a legal form at the last."""
    _, _, body = text.partition("\n")
    for found in _CAPITALS.finditer(_TICKER.sub("", re.sub(r"\s+", " ", body))):
        name = found.group().strip(" .,-'")
        if not name.isupper() and (words := tokens(name)) and _is_an_organization(words):
            yield name


def _newswire(path: Path) -> Iterator[str]:
    for line in _lines(path):
        yield from organizations_in(json.loads(line)["text"])


def read_negatives(directory: Path) -> Iterator[tuple[str, str]]:
    """Yield (kind, name) from the files of a directory of development sets; a missing file gives none."""
    yield from ((COMPANIES, name) for name in _lines(directory / "negatives_companies.txt"))
    yield from ((ENCYCLOPEDIA, name) for name in _lines(directory / "negatives_encyclopedia.txt"))
    yield from ((NEWSWIRE, name) for name in _newswire(directory / "articles_newswire_1987.jsonl"))


def negative_questions(
    names: Iterable[tuple[str, str]], entries: Iterable[ListEntry], wanted: Side | None = None
) -> QuestionSet:
    """Return each name of one side once, without those that are listed."""
    listed = {form for entry in entries for name in entry.names for form in _forms(name.text)}
    questions: dict[str, Question] = {}
    left_out = Counter[str]()
    for kind, name in names:
        key = same_text(name)
        if not key or (wanted is not None and side(core(name)) is not wanted):
            continue
        if not listed.isdisjoint(_forms(name)):
            left_out[f"{kind}: a listed name"] += 1
        else:
            questions.setdefault(key, Question(name, "negative", source=kind))
    return QuestionSet(tuple(questions.values()), Holding(), dict(left_out))


def _forms(name: str) -> frozenset[str]:
    return frozenset({same_text(name), core(name), core(name).replace(" ", "")}) - {""}
