"""Names as news shorten them: cut after the first word that hardly any other name holds.

`Kalashnikov Concern JSC` becomes `Kalashnikov`, `Bank Melli Iran` becomes `Bank Melli`. Listed names and the names
that are on no list are cut by the same rule, so that a short name alone says nothing about being listed. What is
left of a listed name is held out wherever its party bears it as a name of its own, and a word that two parties
bear is not asked for, since nobody could say which of them is meant.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lists.models import ListEntry
from service.evaluation.differences import evidence, nearest_difference
from service.evaluation.negatives import negative_questions
from service.evaluation.parties import Parties, Party
from service.evaluation.queries import Holding, Question, QuestionSet
from service.evaluation.splits import Side, side
from service.evaluation.wording import ORGANIZATION_WORDS, core_tokens, same_text, script

SHORTEST = 4
"""Letters of a word that a name may be cut after."""
LONGEST = 2
"""Words of a short name."""
ORDINARY = 3
"""A word that more names of no list hold is ordinary."""
TRANSLATED = frozenset({"eu_fsf"})
"""Lists that give names in many languages, whose ordinary words are rare here; they are not cut."""


@dataclass(frozen=True, slots=True)
class Heads:
    """Which words are rare: those of one listed party at most, and of few names that are on no list."""

    owners: dict[str, set[str]]
    strangers: Counter[str]

    @classmethod
    def of(cls, entries: Iterable[ListEntry], parties: Parties, strangers: Iterable[str]) -> Heads:
        """Count the words of all names; entries that belong to no party stand for themselves."""
        owners: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            owner = parties.of_ref.get(entry.ref, "/".join(entry.ref))
            for word in {word for name in entry.names for word in core_tokens(name.text)}:
                owners[word].add(owner)
        return cls(owners, Counter(word for name in strangers for word in set(core_tokens(name))))

    def _is_rare(self, word: str) -> bool:
        if len(word) < SHORTEST or word in ORGANIZATION_WORDS or not word.isalpha():
            return False
        return len(self.owners.get(word, ())) <= 1 and self.strangers[word] <= ORDINARY

    def short(self, name: str) -> str | None:
        """Return the name up to its first rare word; None where there is none or nothing follows it."""
        words = core_tokens(name)
        rare = (place for place, word in enumerate(words[:-1][:LONGEST]) if self._is_rare(word))
        place = next(rare, None)
        return None if place is None or script(name) != "latin" else " ".join(words[: place + 1])

    def questions(self, parties: Parties, wanted: Side | None = None) -> QuestionSet:
        """Return one short name a party of one side, from the first of its names that can be cut."""
        chosen = [party for party in parties.parties if wanted is None or side(party.group) is wanted]
        asked = [question for question in map(self._question, chosen) if question is not None]
        left_out = {"no rare word, or nothing after it": len(chosen) - len(asked)}
        by_id = {party.id: party for party in chosen}
        held = {
            ref: frozenset({same_text(question.text)})
            for question in asked
            for ref in by_id[question.party].refs
        }
        return QuestionSet(tuple(asked), Holding(held), left_out)

    def _question(self, party: Party) -> Question | None:
        for entry in party.entries:
            for name in entry.names if entry.list_id not in TRANSLATED else ():
                text = self.short(name.text)
                if text is not None:
                    return self._asked(party, entry, text.title())
        return None

    def _asked(self, party: Party, entry: ListEntry, text: str) -> Question:
        kept = [
            name.text
            for one in party.entries
            for name in one.names
            if same_text(name.text) != same_text(text)
        ]
        kind = nearest_difference(text, kept)
        return Question(text, "short", party.refs, party.id, entry.list_id, kind, evidence(kind))

    def negatives(
        self, names: Sequence[tuple[str, str]], entries: Sequence[ListEntry], wanted: Side | None = None
    ) -> QuestionSet:
        """Return names that are on no list, cut likewise; of the side that the whole name is on."""
        whole = negative_questions(names, entries, wanted).questions
        cut = [(question.source, self.short(question.text)) for question in whole]
        found = negative_questions([(kind, text.title()) for kind, text in cut if text], entries)
        return replace(found, left_out={})
