"""Listed names as they are misspelt, shortened, reordered and disguised: one changed name a party.

Nothing is held out: the question is whether the change alone hides a party whose name is in the index.
Every change follows from a hash of the party, so a run can be repeated; the changes take turns, so that
each kind gets its share. A change that leaves the core of the name as it was, or makes it another party's,
is not asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lists.models import ListEntry
from service.evaluation.parties import Parties, Party
from service.evaluation.queries import Holding, Question, QuestionSet, bearers
from service.evaluation.splits import Side, fraction, side
from service.evaluation.wording import core, core_tokens, has_legal_form, script, tokens

Pick = Callable[[int], int]
"""Returns a number below its argument, the same for the same party and change."""

_LOOKALIKES = str.maketrans("AaEeOoPpCcXx", "АаЕеОоРрСсХх")
_SOUNDS = (
    ("kh", "h"),
    ("ts", "c"),
    ("ks", "x"),
    ("sh", "sch"),
    ("ph", "f"),
    ("ya", "ia"),
    ("yu", "iu"),
    ("ou", "u"),
    ("ee", "i"),
    ("y", "i"),
    ("q", "k"),
    ("w", "v"),
)
_DOUBLED = re.compile(r"([a-z])\1", re.IGNORECASE)
_FORMS = ("LLC", "OOO", "JSC", "AO", "Ltd", "GmbH", "S.A.", "Co., Ltd.", "PJSC", "FZE")
_ADDED = ("Group", "Holding", "Branch", "International", "Moscow", "of Russia", "Dubai", "Trading", "No. 2")


def _longest(words: list[str]) -> int:
    return max(range(len(words)), key=lambda place: (len(words[place]), -place))


def _in_longest(name: str, change: Callable[[str], str]) -> str:
    words = name.split()
    place = _longest(words)
    words[place] = change(words[place])
    return " ".join(words)


def typo(name: str, pick: Pick) -> str:
    """Swap two neighbouring letters of the longest word, drop one, or double one."""

    def change(word: str) -> str:
        if len(word) < 5:
            return word
        place = 1 + pick(len(word) - 2)
        swapped = word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :]
        return (swapped, word[:place] + word[place + 1 :], word[:place] + word[place] + word[place:])[pick(3)]

    return _in_longest(name, change)


def reorder(name: str, pick: Pick) -> str:
    """Move the first words to the end."""
    words = name.split()
    place = 1 + pick(max(1, len(words) - 1))
    return " ".join(words[place:] + words[:place])


def swap_form(name: str, pick: Pick) -> str:
    """Replace the legal form by another one; append one where there is none."""
    return f"{' '.join(core_tokens(name)) if has_legal_form(name) else name} {_FORMS[pick(len(_FORMS))]}"


def join_words(name: str, pick: Pick) -> str:
    """Write two neighbouring words as one."""
    words = name.split()
    place = pick(max(1, len(words) - 1))
    return " ".join([*words[:place], "".join(words[place : place + 2]), *words[place + 2 :]])


def split_word(name: str, pick: Pick) -> str:
    """Write the longest word as two."""
    return _in_longest(
        name,
        lambda word: (
            word if len(word) < 7 else f"{word[: 3 + pick(len(word) - 5)]} {word[3 + pick(len(word) - 5) :]}"
        ),
    )


def respell(name: str, _pick: Pick) -> str:
    """Write sounds as another romanization does."""
    changed = name.lower()
    for sound, other in _SOUNDS:
        if sound in changed:
            changed = changed.replace(sound, other)
            break
    return changed


def undouble(name: str, _pick: Pick) -> str:
    """Write doubled letters once."""
    return _DOUBLED.sub(r"\1", name)


def drop_word(name: str, pick: Pick) -> str:
    """Leave out one word of the core."""
    words = list(core_tokens(name))
    if len(words) > 2:
        del words[pick(len(words))]
    return " ".join(words)


def add_word(name: str, pick: Pick) -> str:
    """Add a word that subsidiaries bear."""
    return f"{name} {_ADDED[pick(len(_ADDED))]}"


def abbreviate(name: str, pick: Pick) -> str:
    """Write one word of the core as its initial."""
    words = list(core_tokens(name))
    if len(words) > 2:
        place = pick(len(words))
        words[place] = words[place][0]
    return " ".join(words)


def disguise(name: str, _pick: Pick) -> str:
    """Write letters as their Cyrillic look-alikes."""
    return name.translate(_LOOKALIKES)


def hide(name: str, pick: Pick) -> str:
    """Put invisible characters between letters."""
    return "\N{ZERO WIDTH SPACE}".join((name[: 2 + pick(3)], name[2 + pick(3) :]))


CHANGES: dict[str, Callable[[str, Pick], str]] = {
    "typo": typo,
    "word order": reorder,
    "other legal form": swap_form,
    "words joined": join_words,
    "word split": split_word,
    "other romanization": respell,
    "letters not doubled": undouble,
    "word dropped": drop_word,
    "word added": add_word,
    "word as initial": abbreviate,
    "look-alike letters": disguise,
    "invisible characters": hide,
}
"""Changes by the name that they have in the report."""


@dataclass(frozen=True, slots=True)
class _Picker:
    """Numbers that follow from a party and a change alone."""

    key: str

    def __call__(self, below: int) -> int:
        return int(fraction("pick", self.key, str(below)) * below) if below > 0 else 0


def _changed(party: Party) -> Iterator[tuple[str, str]]:
    entry = party.entries[0]
    kinds = list(CHANGES)
    start = int(fraction("change", party.id) * len(kinds))
    for kind in kinds[start:] + kinds[:start]:
        text = CHANGES[kind](entry.name, _Picker(f"{party.id}/{kind}"))
        if text.strip() and text.casefold() != entry.name.casefold():
            yield kind, text


def perturbed_questions(
    entries: Iterable[ListEntry], parties: Parties, wanted: Side | None = None
) -> QuestionSet:
    """Ask for every party of one side by a changed form of its primary name.

    Latin names of two and more letters.
    """
    owners = bearers(entries, parties)
    questions: list[Question] = []
    left_out = Counter[str]()
    for party in parties.parties:
        if wanted is not None and side(party.group) is not wanted:
            continue
        name = party.entries[0].name
        if script(name) != "latin" or not tokens(name):
            left_out["another script"] += 1
            continue
        fair = (pair for pair in _changed(party) if owners.get(core(pair[1]), {party.id}) == {party.id})
        kind, text = next(fair, ("", ""))
        if not kind:
            left_out["no change applies"] += 1
            continue
        questions.append(Question(text, "perturbed", party.refs, party.id, party.entries[0].list_id, kind))
    return QuestionSet(tuple(questions), Holding(), dict(left_out))
