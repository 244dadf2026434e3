"""Reading a string as the name of a party: tokens, what each of them is, and the legal form.

The order: split what is written without spaces → fold → split into tokens → join lone letters → find legal forms
→ look each token up in the generic vocabulary. A reading never throws a token away: a legal form or a connector
stays in the name and is weighed low later. Bracketed acronyms and alternatives become readings of their own
(`readings`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from rapidfuzz.distance import Indel

from matchers.names.folding import MAX_NAME_LENGTH, fold
from matchers.names.knowledge import (
    LegalForm,
    concept,
    expansions,
    legal_form_lengths,
    legal_forms,
    long_legal_forms,
    phrases,
    slipped_concept,
    slipped_form,
    stem,
    unspaced_words,
)

_SLIP = 0.9
"""A spelled-out legal form is known by at least this likeness."""
_LONG = 9
"""Letters from which a word that is a generic one but for a slip is read as it; shorter ones are often names."""
_ratio = Indel.normalized_similarity

_UNSPECIFIC = frozenset({"", "company", "state", "trade form", "free zone"})
"""Classes of legal form that say less than any other that a name has as well."""
MAX_TOKENS = 24
"""Tokens of a name that are compared; what follows is not, in a name of any length."""


class Kind(IntEnum):
    """What a token is; the order is that of the compiled index."""

    WORD = 0
    GENERIC = 1
    SECTOR = 2
    PLACE = 3
    NUMBER = 4
    INITIAL = 5
    TITLE = 6
    CONNECTOR = 7
    LEGAL = 8


_KINDS = {
    "generic": Kind.GENERIC,
    "sector": Kind.SECTOR,
    "place": Kind.PLACE,
    "number": Kind.NUMBER,
    "connector": Kind.CONNECTOR,
    "title": Kind.TITLE,
}


class Token(NamedTuple):
    """One word of a name: as folded, and the key under which it equals its synonyms and translations."""

    text: str
    key: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Name:
    """A string read as a name. `form` is the class of its legal form, `""` where it has none."""

    original: str
    tokens: tuple[Token, ...]
    form: str

    @property
    def core(self) -> tuple[Token, ...]:
        """The tokens that are neither legal form nor connector; all of them where nothing else is there."""
        return tuple(token for token in self.tokens if token.kind < Kind.CONNECTOR) or self.tokens


_ARTICLES = frozenset("alo")
"""Single letters that begin a name as an article; any other that does is an initial: `D-Company`, `S7 Airlines`."""
_DOTTED = re.compile(r"\b(?:[a-z0-9]\.){2,}(?:[a-z0-9]\b)?")
_APOSTROPHE = re.compile(r"(?<=[a-z])['`](?:s\b)?(?=[a-z]?)")
_POSSESSIVE = re.compile(r"['`]s\b")
_DIGIT = re.compile("[0-9]")
_ORDINAL = re.compile("(?<=[0-9])(?:st|nd|rd|th)\\b")
_MISREAD = re.compile("(?<=[a-z])0(?=[a-z])|\\b(?=[a-z0-9]{5})[a-z]+[158][a-z]+\\b")
_LETTERS_FOR_DIGITS = str.maketrans("0158", "oisb")
_TOKEN = re.compile(r"[a-z]+|[0-9]+")
_ARABIC_ARTICLE = re.compile("\\b(?:\u0648?\u0627\u0644|\u0644\u0644)(?=[\u0621-\u064a]{3})")
_ABBREVIATED_FORMS = ("pjsc", "ojsc", "cjsc", "jsc", "llc", "ltd", "gmbh", "fzco", "fzc", "fze")
_WRITTEN_FORMS = ("limited", "company", "corporation")
_GLUED = _ABBREVIATED_FORMS + _WRITTEN_FORMS
_GLUED_END = re.compile(
    f"([a-z]{{3,}}?)({'|'.join(_ABBREVIATED_FORMS)})$|([a-z]{{5,}}?)({'|'.join(_WRITTEN_FORMS)})$"
)
_GLUED_START = re.compile(f"({'|'.join(_GLUED)})([a-z]{{3,}})$")
"""Legal forms in one with a word of at least three letters; before a whole word such as `company`, of five."""
_SCRIPT_WORDS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def tokenize(text: str) -> list[str]:
    """Return the folded tokens of a name in order, with lone letters joined.

    >>> tokenize("S.A. Acme-Werke & Co. (MiG-29)"), tokenize("705th Institute")
    (['sa', 'acme', 'werke', 'and', 'co', 'mig', '29'], ['705', 'institute'])
    """
    if not text.isascii():
        if _SCRIPT_WORDS.search(text):
            text = unspaced_words().sub(r" \g<0> ", text)
        text = _ARABIC_ARTICLE.sub("", text)
    folded = fold(text[:MAX_NAME_LENGTH])[:MAX_NAME_LENGTH]  # one sign may stand for many letters
    if _DIGIT.search(folded):
        folded = _ORDINAL.sub("", folded)
        folded = _MISREAD.sub(lambda found: found.group().translate(_LETTERS_FOR_DIGITS), folded)
    if "." in folded:
        folded = _DOTTED.sub(lambda found: found.group().replace(".", "") + " ", folded)
    folded = _POSSESSIVE.sub("", folded).replace("'", "").replace("`", "").replace("&", " and ")
    folded = phrases().sub(lambda found: found.group().replace(" ", "").replace("-", ""), folded)
    return _joined_letters([part for token in _TOKEN.findall(folded) for part in _unglued(token)])


def _unglued(token: str) -> tuple[str, ...]:
    """Return a word and the legal form that is written in one with it: `velada llc` for `veladallc`."""
    if token.endswith(_GLUED) or token.startswith(_GLUED):
        found = _GLUED_END.match(token) or _GLUED_START.match(token)
        if found and (token,) not in legal_forms():
            return tuple(filter(None, found.groups()))
    return (token,)


def _joined_letters(tokens: list[str]) -> list[str]:
    """Join runs of lone letters: `k b tekhnologii` → `kb tekhnologii`."""
    joined: list[str] = []
    run = False
    for token in tokens:
        lone = len(token) == 1 and token.isalpha()
        if lone and run:
            joined[-1] += token
        else:
            joined.append(token)
        run = lone
    return joined


@lru_cache(maxsize=8_192)
def read_token(text: str) -> Token:
    """Return what a folded token is, on its own."""
    known = concept(text)
    if known is not None:
        return Token(text, known.key, _KINDS[known.kind])
    if text.isdigit():
        return Token(text, text.lstrip("0") or "0", Kind.NUMBER)
    if len(text) == 1:
        return _initial(text)
    return Token(text, stem(text), Kind.WORD)


_Beginning = tuple[tuple[int, ...], tuple[tuple[int, str, LegalForm], ...], tuple[int, str]]
"""Which legal forms may begin with a word: their lengths, those spelled out, and the one that it is but for a slip."""


def _legal_form_at(texts: list[str], start: int, beginning: _Beginning) -> tuple[int, str]:
    """Return the length in tokens and the class of the longest legal form that begins here; 0 where none does."""
    lengths, spelled_out, slip = beginning
    one = (0, "")
    for length in lengths:
        form = legal_forms().get(tuple(texts[start : start + length]))
        end = start + length
        if form is None or end > len(texts):
            continue
        if form.place == "any" or end == len(texts) or (start == 0 and form.place == "edge"):
            one = (length, form.kind)
            break
    if one[0] < 2:
        for length, spelled, form in spelled_out:  # with a slip: `joynt stock company`, `organichernnoi`
            written = " ".join(texts[start : start + length])
            if (
                abs(len(written) - len(spelled)) <= 3
                and _ratio(written, spelled, score_cutoff=_SLIP) >= _SLIP
            ):
                return length, form.kind
    return one if one[0] else slip


@lru_cache(maxsize=8_192)
def _beginning(text: str) -> _Beginning | None:
    """Return which legal forms may begin with a word, None where none may."""
    lengths, spelled_out = legal_form_lengths().get(text, ()), long_legal_forms().get(text[:2], ())
    slipped = slipped_form(text)
    if not (lengths or spelled_out or slipped):
        return None
    return lengths, spelled_out, (1, slipped.kind) if slipped else (0, "")


@lru_cache(maxsize=8_192)
def read_name(text: str) -> Name:
    """Read a string as a name. An empty or unreadable string has no tokens.

    >>> [token.key for token in read_name("OOO Zavod Gagarina").core]
    ['plant', 'gagarina']
    """
    texts = tokenize(text)[:MAX_TOKENS]
    tokens: list[Token] = []
    form = ""
    place = 0
    while place < len(texts):
        beginning = _beginning(texts[place])
        length, kind = _legal_form_at(texts, place, beginning) if beginning else (0, "")
        if length:
            form = kind if form in _UNSPECIFIC else form
            tokens.extend(Token(word, kind, Kind.LEGAL) for word in texts[place : place + length])
            place += length
        else:
            tokens.extend(_read_at(texts, place))
            place += 1
    tokens = _without_slips(tokens)
    if tokens and all(token.kind >= Kind.CONNECTOR or token.kind is Kind.INITIAL for token in tokens):
        tokens = [Token(token.text, token.text, Kind.WORD) for token in tokens]
    last = next((place for place in reversed(range(len(tokens))) if tokens[place].kind is not Kind.LEGAL), 0)
    ending = legal_forms().get((tokens[last].text,)) if 0 < last < len(tokens) - 1 else None
    if ending:  # the last word but for a legal form is one as well: `Acme SAL Offshore`
        tokens[last] = Token(tokens[last].text, ending.kind, Kind.LEGAL)
        form = ending.kind if form in _UNSPECIFIC else form
    elif last and tokens[last].kind is Kind.CONNECTOR and len(tokens[last].text) == 1:
        tokens[last] = _initial(tokens[last].text)  # nothing follows that it could connect: `Total Z LLC`
    return Name(text, tuple(tokens), form)


def _without_slips(tokens: list[Token]) -> list[Token]:
    """Return words with the long ones that are generic but for a slip as these, where another word is a name."""
    words = [token for token in tokens if token.kind is Kind.WORD]
    slips = {
        token: meant for token in words if len(token.text) >= _LONG and (meant := slipped_concept(token.text))
    }
    if not slips or slips.keys() >= set(words):
        return tokens
    return [
        Token(token.text, slips[token].key, _KINDS[slips[token].kind]) if token in slips else token
        for token in tokens
    ]


def _initial(letter: str) -> Token:
    return Token(letter, letter, Kind.INITIAL)


def _read_at(texts: list[str], place: int) -> Iterable[Token]:
    """Return what the word at a place is: several, where it is short for a phrase and not the whole name."""
    short = texts[place]
    if not place and len(short) == 1 and short not in _ARTICLES and short.isalpha():
        return (_initial(short),)
    phrase = expansions().get(short) if len(texts) > 1 else None
    if phrase is None:
        return (read_token(short),)
    return (Token(short, token.key, token.kind) for token in map(read_token, phrase))


def words_once(tokens: Iterable[Token]) -> list[str]:
    """Return words as written; a short word that is read as several stands once.

    >>> words_once(read_name("NPO Gran").core)
    ['npo', 'gran']
    """
    return [text for text, _ in groupby(token.text for token in tokens)]


_BRACKET = re.compile(r"[(\[（]")
_BRACKETED = re.compile(r"\s*[\(\[（]([^\)\]）]{1,60})[\)\]）]\s*")
_INITIAL = re.compile(r"\b[^\W\d_]")
_MOST_SPELLED = 16
"""Words before an acronym in brackets that it may stand for."""
_SHORTEST_STANDING = 3
"""Letters from which an acronym in brackets stands for words before it."""
_ACRONYM = re.compile(r"^[^\W\d_a-z]{2,12}s?$")


def readings(text: str) -> tuple[str, ...]:
    """Return the names that one published string holds: itself, itself without brackets, and a bracketed acronym.

    >>> readings("Butembo Airlines (BAL)")
    ('Butembo Airlines', 'BAL')
    """
    brackets = _BRACKETED.findall(text) if _BRACKET.search(text) else ()
    if not brackets:
        return (text,)
    bare = _BRACKETED.sub(" ", text).strip()
    if not bare:
        return (text,)
    acronyms = tuple(inner for inner in map(str.strip, brackets) if _is_acronym(inner))
    return (bare, *acronyms) if len(acronyms) == len(brackets) else (text, bare, *acronyms)


def abridged(text: str) -> str | None:
    """Return a name with acronyms in brackets in place of the words before them that they stand for.

    None where there is no such acronym, or nothing beside it.

    >>> abridged("China State Shipbuilding Corporation, Limited (CSSC) 711th Research Institute")
    'CSSC 711th Research Institute'
    >>> abridged("Butembo Airlines (BAL) Ltd")
    """
    if not _BRACKET.search(text):
        return None
    text, parts, done = text[:MAX_NAME_LENGTH], list[str](), 0
    for found in _BRACKETED.finditer(text):
        acronym = found[1].strip()
        stands = len(acronym) >= _SHORTEST_STANDING and _is_acronym(acronym)
        words = list(_INITIAL.finditer(text, done, found.start()))[-_MOST_SPELLED:] if stands else []
        place = _spelled_out(_lower(acronym), _lower(word[0] for word in words))
        if place is not None:
            parts += text[done : words[place].start()], acronym, " "
            done = found.end()
    short = "".join((*parts, text[done:])).strip()
    return short if parts and len(read_name(short).core) > 1 else None


def _lower(letters: Iterable[str]) -> str:
    """Return letters in lower case, one for each: a dotted capital i gives two."""
    return "".join(letter.casefold()[0] for letter in letters)


def _spelled_out(acronym: str, initials: str) -> int | None:
    """Return where the shortest run of words begins whose initials have an acronym's letters in order."""
    for place in reversed(range(len(initials))):
        rest = iter(initials[place + 1 :])
        if initials[place] == acronym[0] and all(letter in rest for letter in acronym[1:]):
            return place
    return None


def _is_acronym(text: str) -> bool:
    """Say whether a text in brackets may be an acronym: in capitals, and no word like `GROUP`, `IRAN` or `LLC`."""
    return (
        bool(_ACRONYM.match(text)) and read_token(fold(text)).kind is Kind.WORD and not read_name(text).form
    )
