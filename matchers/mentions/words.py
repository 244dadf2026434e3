"""Cut a text into words and marks, and say of each in one letter what it may do in a name.

The letters of all words together are a string as long as the text has words (`Words.classes`), so finding
names is a regular expression over that string: fast, and readable beside a text. The letters:

    C capitalised        A all capitals       L legal form         T person's title     K calendar word
    G country, people    F function word with a capital             d number             u script without case
    o "of"               a "and"              f "for"              i "in"               n organization noun
    m noun's modifier    w other word         b "Moscow-based"     s possessive 's      & ampersand
    t "65th"             # "No" before a number
    D dot of an abbreviation                  N line break that ends a line of thought  j soft line break
    . end of sentence    , ( ) q quote open  Q quote close  " quote either way  - dash  x other mark

Lines in capitals and headline lines, where a capital says nothing, are read again with `HEADLINE` rules: a
word that is common, or stands in lower case elsewhere in the text, is `w` there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, compress

from matchers.mentions.places import is_country_word
from matchers.mentions.vocabulary import common_words, organization_words, word_classes

_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u200b-\u200d\u2060\ufe0f"
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff"
_LETTER = f"[^\\W{_HAN}]"
_PART = f"{_LETTER}[{_MARKS}]*(?:[^\\W{_HAN}]|[{_MARKS}])*"
PIECE = re.compile(
    rf"(?:[A-Za-z]+(?![\w.&'’ʼ`´‐‑{_MARKS}-])"  # most words end here
    rf"|(?:[^\W\d_]\.){{2,}}(?:[^\W\d_](?![\w{_MARKS}]))?"  # U.S.
    rf"|{_PART}(?:(?:['’ʼ`´](?![sS]\b)|[-‐‑&])(?=[^\W{_HAN}]){_PART})*"
    rf"|[{_HAN}]"
    r"|['’ʼ`´][sS]\b"
    r"|[^\w\s]"
    r")[^\S\n\r\u2028\u2029]*"
    r"|[\n\r\u2028\u2029]\s*"
    r"|.",
    re.DOTALL,
)
"""Words and marks with the space after them. Every character of a text belongs to exactly one piece."""
_MARK_CLASSES = {
    ".": ".", "!": ".", "?": ".", "…": ".", "。": ".", "！": ".", "？": ".", "؟": ".", "।": ".",
    ",": ",", "،": ",", "、": ",", ";": ";", ":": ":",
    "(": "(", "[": "(", "（": "(", ")": ")", "]": ")", "）": ")", "<": "<", ">": ">",
    "«": "q", "“": "q", "„": "q", "‹": "q", "「": "q", "『": "q", "《": "q", "‘": "q",
    "»": "Q", "”": "Q", "›": "Q", "」": "Q", "』": "Q", "》": "Q", "’": "Q",
    '"': '"', "'": "'", "&": "&", "+": "&",
    "-": "-", "–": "-", "—": "-", "―": "-", "‐": "-", "/": "/",
}  # fmt: skip
_ATTRIBUTES = (
    "based",
    "owned",
    "backed",
    "led",
    "run",
    "made",
    "controlled",
    "linked",
    "supported",
    "born",
    "style",
)
_CYRILLIC_ADJECTIVE = re.compile(
    "[а-яёіїєґ-]{3,}(?:[иыо]й|[аяу]я|юю|[оеи]е|[оеє]го|[оеє]му|[иі]м|ым|[иы]х|[иы]ми|[нктв]а|[нктв]е|[нктв]ої|[нктв]ою|[нктв]ій|[нктв]у)"
)
"""Russian names write only their first word with a capital: an adjective may stand before the noun that ends one."""
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|-?(?:й|я|е|го|му|м|ю|х|ый|ой|ая|ую|ої|ій|ою|та|го))")
_NUMBER_SIGNS = frozenset(("no", "nr", "№", "#"))
_IS_LOWER = frozenset("wnm")


def is_cyrillic_adjective(word: str) -> bool:
    """Say whether a word ends like a Russian or Ukrainian adjective.

    >>> is_cyrillic_adjective("Тактическое"), is_cyrillic_adjective("Завод")
    (True, False)
    """
    return _CYRILLIC_ADJECTIVE.fullmatch(word.lower()) is not None


MAX_WORD_CHARACTERS = 200
MAX_WRAP = 160
"""Characters of the widest lines that texts are wrapped at, where many lines of a text are as wide."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text's words and marks in order, with the class letter of each."""

    text: str
    pieces: list[str]
    """Each word or mark with the space after it; together they are the text."""
    starts: list[int]
    """Where each piece starts; one more than there are pieces."""
    classes: str
    headlines: tuple[tuple[int, int], ...] = ()
    """Runs of words (first, past the last) in whose lines capitals say nothing."""
    lower: frozenset[str] = frozenset()
    """The words that stand in lower case somewhere in the text: a sentence may start with them."""

    def __len__(self) -> int:
        return len(self.pieces)

    def word(self, number: int) -> str:
        """Return a word without the space after it."""
        return self.pieces[number].rstrip()

    def end(self, number: int) -> int:
        """Return where a word ends, before the space after it."""
        return self.starts[number] + len(self.pieces[number].rstrip())


@lru_cache(maxsize=16_384)
def piece_class(piece: str) -> str:
    """Return the class letter of one piece by itself."""
    token = piece.rstrip()
    if not token:
        return "N" if piece[0] in "\n\r\u2028\u2029" else "x"
    mark = _MARK_CLASSES.get(token)
    if mark:
        return mark
    if not token[0].isalnum():
        return "s" if token[1:] in ("s", "S") else "x"
    if len(token) > MAX_WORD_CHARACTERS:
        return "x"
    lower = token.lower().replace("’", "'")
    if lower == token:
        return _uncapitalised(token)
    return _capitalised(token, lower)


def _uncapitalised(token: str) -> str:
    classes = word_classes()
    if _ORDINAL.fullmatch(token):
        return "t"
    if token.upper() == token:
        return "d" if any(char.isdigit() for char in token) else "u"
    for letter, name in (("o", "of"), ("a", "and"), ("f", "for"), ("i", "in")):
        if token in classes[name]:
            return letter
    words = organization_words()
    is_modifier = token in words["modifier"] or _CYRILLIC_ADJECTIVE.fullmatch(token)
    return "n" if token in words["noun"] else "m" if is_modifier else "w"


def _capitalised(token: str, lower: str) -> str:
    classes = word_classes()
    bare = lower.replace(".", "")
    is_capitals = token.isupper() and len(bare) > 1
    if lower in classes["function"] and not (is_capitals and len(token) < 4):
        return "F"
    if bare in classes["legal"] and len(bare) > 1:
        return "L"
    if is_country_word(token):
        return "G"
    if is_capitals:
        return "A"
    return _titled(token, lower)


def _titled(token: str, lower: str) -> str:
    classes = word_classes()
    if lower in classes["title"]:
        return "T"
    if lower in classes["calendar"]:
        return "K"
    return _hyphenated(token) if "-" in token else "C"


def _hyphenated(token: str) -> str:
    first, last = token.split("-", 1)[0], token.rsplit("-", 1)[1]
    is_attribute = last in _ATTRIBUTES or last.endswith(("ed", "ing")) or is_country_word(first)
    return "b" if is_attribute and last.islower() else "C"


def headline_class(token: str, letter: str) -> str:
    """Return the class letter of a word in a line whose capitals say nothing."""
    if letter not in "CAF":
        return letter
    lower = token.lower()
    classes = word_classes()
    for link, name in (("o", "of"), ("a", "and"), ("f", "for"), ("i", "in")):
        if lower in classes[name] and lower not in ("the", "по", "al", "el"):
            return link
    if lower in classes["function"] or lower in common_words():
        return "w"
    if is_country_word(lower.title()):
        return "G"
    return "L" if lower in classes["legal"] else letter


def read_words(text: str) -> Words:
    """Cut a text into words and marks with their class letters."""
    pieces = PIECE.findall(text)
    starts = list(accumulate(map(len, pieces), initial=0))
    classes = "".join(map(piece_class, pieces))
    classes = _mark_numbers(pieces, _mark_abbreviations(pieces, classes))
    if "\n" in text:
        classes = _mark_line_breaks(text, starts, classes)
    lower = frozenset(piece.rstrip() for piece in set(compress(pieces, map(_IS_LOWER.__contains__, classes))))
    classes, headlines = _reread_headlines(pieces, classes, lower)
    return Words(text, pieces, starts, classes, headlines, lower)


def _places(classes: str, letter: str) -> Iterator[int]:
    number = classes.find(letter)
    while number >= 0:
        yield number
        number = classes.find(letter, number + 1)


def _replaced(classes: str, places: list[int], letter: str) -> str:
    if not places:
        return classes
    letters = list(classes)
    for number in places:
        letters[number] = letter
    return "".join(letters)


def _mark_abbreviations(pieces: list[str], classes: str) -> str:
    """Mark the full stops that belong to an abbreviation, which stands directly before them."""
    dots = [
        number
        for number in _places(classes, ".")
        if number and pieces[number][0] == "." and _is_abbreviation(pieces[number - 1])
    ]
    return _replaced(classes, dots, "D")


def _mark_numbers(pieces: list[str], classes: str) -> str:
    """Mark the sign before a number, "No" or "№", and the full stop after it, which ends nothing."""
    signs: list[int] = []
    dots: list[int] = []
    for number in _places(classes, "d"):
        has_dot = classes[number - 1 : number] in (".", "D")
        sign = number - 1 - has_dot
        if sign >= 0 and pieces[sign].rstrip().lower() in _NUMBER_SIGNS:
            signs.append(sign)
            dots += [number - 1] * has_dot
    return _replaced(_replaced(classes, signs, "#"), dots, "D")


def _mark_line_breaks(text: str, starts: list[int], classes: str) -> str:
    """Mark breaks inside a paragraph as soft, in texts that were wrapped at a width."""
    width = _wrap_width(text)
    if not width:
        return classes
    soft = []
    line_start = 0
    for number in _places(classes, "N"):
        start, end = starts[number], starts[number + 1]
        if start - line_start >= max(24, width * 0.4) and (end - start == 1 or text[start:end] == "\r\n"):
            soft.append(number)
        line_start = end
    return _replaced(classes, soft, "j")


@lru_cache(maxsize=16_384)
def _is_abbreviation(piece: str) -> bool:
    initial = len(piece) == 1 and piece.isalpha() and piece.isupper()
    return initial or piece.lower() in word_classes()["abbreviation"]


def _wrap_width(text: str) -> int:
    """Return the width at which a text's lines were wrapped, or 0 where lines are whole paragraphs."""
    lines = [len(line) for line in text.split("\n", 40)[:40]]
    longest = max(lines)
    full = sum(length * 5 >= longest * 4 for length in lines)
    return longest if longest <= 100 or (longest <= MAX_WRAP and full * 3 >= sum(map(bool, lines))) else 0


_SOFT_LINES = re.compile(r"[^Nj]+")


def _reread_headlines(
    pieces: list[str], classes: str, lower: frozenset[str]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    spans = [line.span() for line in _SOFT_LINES.finditer(classes) if _is_headline(line.group())]
    if not spans:
        return classes, ()
    letters = list(classes)
    for first, last in spans:
        for number in range(first, last):
            word = pieces[number].rstrip()
            letter = headline_class(word, letters[number])
            letters[number] = "w" if letter in "CA" and word.lower() in lower else letter
        if last < len(letters) and letters[last] == "j":
            letters[last] = "N"
    return "".join(letters), tuple(spans)


def _is_headline(line: str) -> bool:
    """Say whether at least seven in ten words of a line have capitals, and enough of them to tell."""
    lower = line.count("w")
    if lower * 7 > len(line) * 3 or len(line) < 3:
        return False
    capitals = sum(map(line.count, "CALTKGF"))
    lower += line.count("n") + line.count("m")
    if capitals < 3 or lower * 7 > capitals * 3:
        return False
    if line.count("A") * 2 > capitals:
        return True
    return capitals >= 5 and lower * 4 <= capitals and "." not in line
