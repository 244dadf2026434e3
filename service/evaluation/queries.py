"""The questions of the benchmark and their right answers, and what has to be kept out of the index for them.

Three kinds are made from the lists themselves: a held-out alias, the same party on another list, and a
perturbed name. At most one question of a kind is asked about a party, so one index serves thousands of
them: everything that is held out is gathered in one `Holding`, and `Holding.without` yields the entries to
index.

What can't be asked fairly is left out and counted: a name whose core another party bears too, and a name
that is the only one of its party.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lists.models import ListedName, ListEntry, NameKind, Quality
from service.evaluation.differences import Difference, Evidence, evidence, nearest_difference
from service.evaluation.parties import Parties, Party, Ref
from service.evaluation.splits import Side, fraction, side
from service.evaluation.wording import core, has_legal_form, same_text, script, tokens


@dataclass(frozen=True, slots=True)
class Question:
    """A name that is asked for. `truth` are the entries that are right answers; a negative has none."""

    text: str
    kind: str
    """`alias`, `cross-list`, `perturbed`, or `negative`."""
    truth: frozenset[Ref] = frozenset()
    party: str = ""
    source: str = ""
    """The list that the name was taken from, or the kind of negative."""
    difference: str = ""
    evidence: Evidence = Evidence.STRING
    is_weak: bool = False
    """The publisher calls the name weak."""

    @property
    def traits(self) -> dict[str, str]:
        """What results are sliced by."""
        return {
            "script": script(self.text),
            "legal form": "present" if has_legal_form(self.text) else "absent",
            "length": {1: "one word", 2: "two words"}.get(len(tokens(self.text)), "three and more words"),
            "alias strength": "weak" if self.is_weak else "not weak",
            "list": self.source,
        }


@dataclass(frozen=True, slots=True)
class Holding:
    """What is kept out of an index: texts of names by entry, and whole entries."""

    names: Mapping[Ref, frozenset[str]] = field(default_factory=dict)
    entries: frozenset[Ref] = frozenset()

    def without(self, entries: Iterable[ListEntry]) -> Iterator[ListEntry]:
        """Yield the entries to index: held-out names are gone, and entries that have no name left."""
        for entry in entries:
            if entry.ref in self.entries:
                continue
            held = self.names.get(entry.ref)
            kept = entry if held is None else _strip(entry, held)
            if kept is not None:
                yield kept


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions that one index answers, what that index must not hold, and how many could not be asked."""

    questions: tuple[Question, ...]
    holding: Holding
    left_out: Mapping[str, int]


def _strip(entry: ListEntry, held: frozenset[str]) -> ListEntry | None:
    names = tuple(name for name in entry.names if same_text(name.text) not in held)
    if not names:
        return None
    first = names[0].model_copy(update={"kind": NameKind.NAME})
    return entry.model_copy(update={"names": (first, *names[1:])})


def bearers(entries: Iterable[ListEntry], parties: Parties) -> dict[str, set[str]]:
    """Return who bears the core of a name: party ids, or the entry itself where it belongs to no party."""
    found: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        owner = parties.of_ref.get(entry.ref, "/".join(entry.ref))
        for name in entry.names:
            found[core(name.text)].add(owner)
    return found


def _is_weak(name: ListedName) -> bool:
    return name.kind is NameKind.WEAK or name.quality is Quality.WEAK


def _by_hash(
    names: Iterable[tuple[ListEntry, ListedName]], party: Party, turn: int
) -> list[tuple[ListEntry, ListedName]]:
    return sorted(names, key=lambda pair: fraction("alias", str(turn), party.id, same_text(pair[1].text)))


def _parties_of(parties: Parties, wanted: Side | None) -> Iterator[Party]:
    return (party for party in parties.parties if wanted is None or side(party.group) is wanted)


def _texts(entries: Iterable[ListEntry]) -> dict[str, str]:
    return {same_text(name.text): name.text for entry in entries for name in entry.names}


class AliasQuestions:
    """Held-out aliases: one alias of a party is taken out of all its entries and asked for."""

    def __init__(
        self, entries: Iterable[ListEntry], parties: Parties, *, asked: frozenset[str] = frozenset()
    ) -> None:
        """Prepare questions against the lists of `entries`.

        Aliases come from the lists in `asked`, or all.
        """
        self._entries = tuple(entries)
        self._parties = parties
        self._asked = asked
        self._bearers = bearers(self._entries, parties)
        self._indexed = frozenset(entry.list_id for entry in self._entries)

    def pick(self, wanted: Side | None = None, turn: int = 0) -> QuestionSet:
        """Return at most one question a party; another `turn` takes other aliases where there are several."""
        questions: list[Question] = []
        held: dict[Ref, frozenset[str]] = {}
        left_out = Counter[str]()
        for party in _parties_of(self._parties, wanted):
            question = self._question(party, turn, left_out)
            if question is not None:
                questions.append(question)
                held |= dict.fromkeys(party.refs, frozenset({same_text(question.text)}))
        return QuestionSet(tuple(questions), Holding(held), dict(left_out))

    def _question(self, party: Party, turn: int, left_out: Counter[str]) -> Question | None:
        entries = [entry for entry in party.entries if entry.list_id in self._indexed]
        texts = _texts(entries)
        aliases = [
            (entry, name) for entry in entries for name in entry.names[1:] if self._may_ask(entry, name)
        ]
        if not aliases or len(texts) < 2:
            left_out["only one name"] += bool(entries)
            return None
        fair = [pair for pair in aliases if len(self._bearers[core(pair[1].text)]) == 1]
        if not fair:
            left_out["another party bears the name"] += 1
            return None
        entry, name = _by_hash(fair, party, turn)[0]
        kept = [text for key, text in texts.items() if key != same_text(name.text)]
        kind = nearest_difference(name.text, kept)
        truth = frozenset(one.ref for one in entries if set(_texts([one])) != {same_text(name.text)})
        return Question(
            name.text, "alias", truth, party.id, entry.list_id, kind, evidence(kind), _is_weak(name)
        )

    def _may_ask(self, entry: ListEntry, name: ListedName) -> bool:
        return (not self._asked or entry.list_id in self._asked) and len(same_text(name.text)) >= 2


def cross_list_questions(
    entries: Iterable[ListEntry], parties: Parties, wanted: Side | None = None, *, twins: bool = True
) -> QuestionSet:
    """Ask for a party by the primary name that one list gives it, with that list's entries of it held out.

    The right answers are its entries on the other lists. With `twins=False` the very same text is held out
    there too, so that only names that differ can answer.
    """
    every = tuple(entries)
    owners = bearers(every, parties)
    questions: list[Question] = []
    names: dict[Ref, frozenset[str]] = {}
    dropped: set[Ref] = set()
    left_out = Counter[str]()
    for party in _parties_of(parties, wanted):
        question = _cross_list_question(party, twins=twins)
        if question is None:
            left_out["not on two lists, or under no other name"] += 1
        elif len(owners[core(question.text)]) > 1:
            left_out["another party bears the name"] += 1
        else:
            questions.append(question)
            dropped |= {ref for ref in party.refs if ref[0] == question.source}
            if not twins:
                names |= dict.fromkeys(question.truth, frozenset({same_text(question.text)}))
    return QuestionSet(tuple(questions), Holding(names, frozenset(dropped)), dict(left_out))


def _cross_list_question(party: Party, *, twins: bool) -> Question | None:
    list_ids = sorted({entry.list_id for entry in party.entries})
    if len(list_ids) < 2:
        return None
    asked = min(list_ids, key=lambda list_id: fraction("cross-list", party.id, list_id))
    entry = next(entry for entry in party.entries if entry.list_id == asked)
    others = [one for one in party.entries if one.list_id != asked]
    key = same_text(entry.name)
    remaining = [one for one in others if twins or set(_texts([one])) != {key}]
    kept = [text for other, text in _texts(remaining).items() if twins or other != key]
    if not kept or not key:
        return None
    kind = nearest_difference(entry.name, kept)
    exact = twins and key in _texts(remaining)
    question = Question(
        entry.name,
        "cross-list",
        frozenset(one.ref for one in remaining),
        party.id,
        asked,
        kind,
        evidence(kind),
    )
    return replace(question, difference="same text") if exact else question


def reachable(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Return the questions that share string evidence with a name of their party; acronyms do not."""
    return tuple(question for question in questions if question.evidence is Evidence.STRING)


def of_difference(questions: Iterable[Question], kind: Difference) -> tuple[Question, ...]:
    """Return the questions of one kind of difference."""
    return tuple(question for question in questions if question.difference == kind)
