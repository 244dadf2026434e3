"""The knowledge that names are read with, loaded once from the data files beside this module.

What a column means stands at the head of each file. A word that two rows claim belongs to the first.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, islice
from operator import itemgetter

from rapidfuzz.distance import OSA

from matchers.names.folding import fold
from matchers.names.spelling import plain_spelling

_SPELLED = 6
"""Letters from which a word of the generic vocabulary is also known in other spellings."""
_SHORTEST_SLIPPED = 5
"""Letters from which a word may be the generic vocabulary's but for a slip."""
_SHORTEST_FORM = 6
_MISSPELT_FORMS = (
    *("company", "limited", "corporation", "incorporated", "gesellschaft", "limitada", "sirketi"),
    *("obshchestvo", "obschestvo", "kompaniya", "korporatsiya", "reszvenytarsasag"),
)
"""Legal forms of one word that are known with one slip, from so many letters; nothing else is written like them."""
_DESCRIBING = frozenset({"generic", "sector", "place"})
_SPELLED_OUT = 16
"""Letters from which a legal form of several words is known with a slip in it."""
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_ADJECTIVE = re.compile(
    "(sk|nn|n|ov|ev|ch(?!im$))(?:iy|iyi|ii|ij|yy|yi|yj|y|i|oy|oi|oj|aya|aia|aja|oe|oye|ogo|omu|im|ym|om|uyu|ikh|ykh|ie|ye)$"
)
_ADJECTIVE_ENDS = frozenset("aehijmouy")
_CJK = re.compile("[\u3400-\u9fff\uac00-\ud7af\u3040-\u30ff]")


@dataclass(frozen=True, slots=True)
class Concept:
    """What a generic word means: the key it is compared under, and what sort of word it is."""

    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class LegalForm:
    """A legal form's class, and where it is one."""

    kind: str
    place: str
    """`any`; `edge`: as the first or the last words of a name; `last`: as the last ones."""


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a data file of this package, without its comment lines."""
    return list(csv.DictReader(_lines(name)))


def _lines(name: str) -> Iterator[str]:
    text = (files("matchers.names") / "data" / name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if not line.startswith("#"))


@cache
def rarities() -> dict[str, int]:
    """Return how rare words are in general, in hundredths; a word that is not there is as rare as can be.

    The table is long, and every process reads it when it starts: its words hold no comma and no quote, and it is
    split without looking for them.
    """
    pairs = (line.split(",") for line in islice(_lines("rarity.csv"), 1, None))
    return {word: int(rarity) for word, rarity in pairs}


def plain(word: str) -> str:
    """Return a word folded to bare letters and digits."""
    return _NOT_WORD.sub("", fold(word))


@lru_cache(maxsize=8_192)
def stem(word: str) -> str:
    """Return a folded word without the ending of a Slavic adjective; short words stay as they are.

    >>> stem("komsomolskiy"), stem("proizvodstvennoe"), stem("gagarin")
    ('komsomolsk', 'proizvodstvenn', 'gagarin')
    """
    return _ADJECTIVE.sub(itemgetter(1), word) if len(word) > 7 and word[-1] in _ADJECTIVE_ENDS else word


@cache
def spelled_concepts() -> dict[str, Concept]:
    """Return the longer words of the generic vocabulary by plain spelling: `predpriiatie`, `predpriyatie`."""
    found: dict[str, Concept] = {}
    for word, concept in concepts().items():
        if len(word) >= _SPELLED:
            found.setdefault(plain_spelling(word), concept)
    return found


def concept(word: str) -> Concept | None:
    """Return what a folded word means where it is of the generic vocabulary: as it stands, by stem, by spelling."""
    found, stemmed = concept_as_written(word), stem(word)
    if found is None and len(stemmed) >= _SPELLED:
        found = spelled_concepts().get(plain_spelling(stemmed))
    return found


@cache
def _by_slip() -> dict[str, list[str]]:
    """Return the words that are known with a slip by themselves, and by what is left of them without a letter."""
    described = (word for word, meaning in concepts().items() if meaning.kind in _DESCRIBING)
    known = {word for word in described if word.isascii() and len(word) >= _SHORTEST_SLIPPED}
    found: dict[str, list[str]] = defaultdict(list)
    for word in known.union(_MISSPELT_FORMS):
        for left in {word, *_without_a_letter(word)}:
            found[left].append(word)
    return dict(found)


def _without_a_letter(word: str) -> list[str]:
    """Return what is left of a word without its first letter, its second one, and so on."""
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


@lru_cache(maxsize=8_192)
def _but_for_a_slip(word: str) -> tuple[str, ...]:
    """Return the generic words and legal forms that a word is but for one slip, the nearest first.

    A slip is a letter too many, too few or another, or two letters in each other's place. Both words leave the same
    without a letter then. A word that is known to be one in general is none of them.
    """
    if word in rarities():
        return ()
    known = _by_slip()
    near = [known[left] for left in (word, *_without_a_letter(word)) if left in known]
    if not near:
        return ()
    far = ((OSA.distance(word, other, score_cutoff=1), other) for other in set(chain.from_iterable(near)))
    return tuple(other for distance, other in sorted(far) if distance <= 1)


def slipped_form(word: str) -> LegalForm | None:
    """Return the legal form that a long word is by itself but for one slip: `comapny`, `limted`."""
    if len(word) < _SHORTEST_FORM:
        return None
    form = next((other for other in _but_for_a_slip(word) if other in _MISSPELT_FORMS), None)
    return legal_forms()[form,] if form and concept(word) is None else None


def slipped_concept(word: str) -> Concept | None:
    """Return what a word means that is a describing one but for one slip, where all such words mean the same.

    A place gives way to what is none. A word that is known to be one in general has none.

    >>> slipped_concept("managment").key, slipped_concept("logisitcs").key, slipped_concept("gagarin")
    ('management', 'logistics', None)
    """
    if len(word) < _SHORTEST_SLIPPED:
        return None
    described = (concepts().get(other) for other in _but_for_a_slip(word))
    meanings = {meaning for meaning in described if meaning and meaning.kind in _DESCRIBING}
    if len(meanings) > 1:
        meanings = {meaning for meaning in meanings if meaning.kind != "place"}
    return meanings.pop() if len(meanings) == 1 else None


def concept_as_written(word: str) -> Concept | None:
    """Return the same without looking at other spellings."""
    known = concepts()
    return known.get(word) or known.get(stem(word))


@cache
def concepts() -> dict[str, Concept]:
    """Return the generic vocabulary by folded word."""
    found: dict[str, Concept] = {}
    stems: dict[str, Concept] = {}
    for row in rows("vocabulary.csv"):
        concept = Concept(row["concept"], row["kind"])
        for word in map(plain, row["words"].split()):
            found.setdefault(word, concept)
            stems.setdefault(stem(word), concept)
    return stems | found


@cache
def phrases() -> re.Pattern[str]:
    """Return what finds the words that belong together and are also written as one: `hong kong`, `off shore`."""
    found = sorted((row["words"] for row in rows("phrases.csv")), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(found).replace(" ", "[ -]") + r")\b")


@cache
def legal_forms() -> dict[tuple[str, ...], LegalForm]:
    """Return the legal forms by their sequence of folded tokens."""
    found: dict[tuple[str, ...], LegalForm] = {}
    for row in rows("legal_forms.csv"):
        form = LegalForm(row["class"], row["place"])
        for variant in row["variants"].split("|"):
            found.setdefault(tuple(_NOT_WORD.sub(" ", fold(variant)).split()), form)
    return found


@cache
def lettered_forms() -> frozenset[str]:
    """Return the legal forms that are initials themselves: `llp`, `ooo`, `spa`; `co` and `ltd` are not."""
    spelled = ("".join(word[0] for word in form if len(word) > 1) for form in legal_forms() if len(form) > 1)
    return frozenset(spelled).intersection(form[0] for form in legal_forms() if len(form) == 1)


@cache
def legal_form_lengths() -> dict[str, tuple[int, ...]]:
    """Return, by first token, the lengths in tokens of the legal forms that begin with it, longest first."""
    lengths: dict[str, set[int]] = {}
    for form in legal_forms():
        lengths.setdefault(form[0], set()).add(len(form))
    return {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}


@cache
def long_legal_forms() -> dict[str, tuple[tuple[int, str, LegalForm], ...]]:
    """Return, by the first letters, the spelled-out legal forms: tokens, text and form, longest first."""
    found: dict[str, list[tuple[int, str, LegalForm]]] = {}
    for tokens, form in legal_forms().items():
        text = " ".join(tokens)
        if len(tokens) > 1 and len(text) >= _SPELLED_OUT:
            found.setdefault(text[:2], []).append((len(tokens), text, form))
    return {start: tuple(sorted(forms, key=lambda form: -form[0])) for start, forms in found.items()}


@cache
def unspaced_words() -> re.Pattern[str]:
    """Return what finds the known words of scripts that write without spaces, longest first."""
    words = {word for row in rows("vocabulary.csv") for word in row["words"].split() if _CJK.search(word)}
    words |= {"有限责任公司", "有限公司", "股份有限公司", "公司", "株式会社", "주식회사", "유한회사", "회사"}
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


@cache
def expansions() -> dict[str, tuple[str, ...]]:
    """Return the phrases of generic words by the short word that stands for them."""
    return {row["short"]: tuple(row["words"].split()) for row in rows("expansions.csv")}


@cache
def near_concepts() -> dict[str, tuple[tuple[str, float], ...]]:
    """Return, by concept, the concepts that stand for it in other names of one party, and how alike they count."""
    found: dict[str, dict[str, float]] = {}
    for row in rows("near_concepts.csv"):
        keys = row["concepts"].split()
        for key in keys:
            found.setdefault(key, {}).update(
                {other: float(row["likeness"]) for other in keys if other != key}
            )
    return {key: tuple(others.items()) for key, others in found.items()}
