"""The trials: which index is asked which questions.

Every trial uses the parties and negatives of one side of the split, so a matcher may have been fitted on
the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lists.models import ListEntry
from service.evaluation.corpus import Corpus, load_corpus
from service.evaluation.negatives import negative_questions, read_negatives
from service.evaluation.parties import Parties, find_parties
from service.evaluation.perturbations import perturbed_questions
from service.evaluation.queries import AliasQuestions, Question, QuestionSet, cross_list_questions
from service.evaluation.short_forms import Heads
from service.evaluation.splits import Side, fraction

ONE_LIST = frozenset({"us_ofac_sdn"})
"""The list whose organizations are asked for against itself alone, and against everything."""


@dataclass(frozen=True, slots=True)
class Material:
    """What every trial is made from."""

    corpus: Corpus
    parties: Parties
    negatives: QuestionSet
    side: Side
    strangers: tuple[tuple[str, str], ...] = ()
    """Kind and text of every name that is on no list, as read."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One index and the questions it is asked; positives without string evidence are among them."""

    key: str
    title: str
    entries: tuple[ListEntry, ...]
    positives: tuple[Question, ...]
    negatives: tuple[Question, ...]
    left_out: Mapping[str, int]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Positives, then negatives."""
        return self.positives + self.negatives


def load_material(tables: Path, names: Path, wanted: Side = Side.TEST) -> Material:
    """Read the lists and the names that are on none; raises FileNotFoundError where either is missing."""
    corpus = load_corpus(tables)
    strangers = tuple(read_negatives(names))
    negatives = negative_questions(strangers, corpus.entries, wanted)
    if not negatives.questions:
        raise FileNotFoundError(
            f"{names}: no negatives here (negatives_companies.txt, negatives_encyclopedia.txt, …)"
        )
    return Material(corpus, find_parties(corpus.entries), negatives, wanted, strangers)


def sample(questions: Iterable[Question], most: int | None) -> tuple[Question, ...]:
    """Return at most so many questions, chosen by the hash of their text; all where `most` is None."""
    if most is None:
        return tuple(questions)
    return tuple(sorted(questions, key=lambda question: fraction("sample", question.text))[:most])


def _trial(
    key: str, title: str, material: Material, entries: Iterable[ListEntry], asked: QuestionSet
) -> Trial:
    indexed = tuple(asked.holding.without(entries))
    left_out = {**asked.left_out, **material.negatives.left_out}
    return Trial(key, title, indexed, asked.questions, material.negatives.questions, left_out)


def one_list(material: Material) -> Trial:
    """Aliases of OFAC's organizations, asked of OFAC's list alone."""
    entries = material.corpus.of_lists(ONE_LIST)
    asked = AliasQuestions(entries, material.parties).pick(material.side)
    return _trial("one-list", "Held-out aliases, one list loaded (us_ofac_sdn)", material, entries, asked)


def one_among_all(material: Material) -> Trial:
    """Aliases of OFAC's organizations, asked of all lists."""
    entries = material.corpus.entries
    asked = AliasQuestions(entries, material.parties, asked=ONE_LIST).pick(material.side)
    return _trial(
        "one-among-all", "Held-out aliases of us_ofac_sdn, all lists loaded", material, entries, asked
    )


def all_lists(material: Material, turn: int = 0) -> Trial:
    """Aliases from every list, asked of all lists; another `turn` asks for other ones, where a party has several."""
    entries = material.corpus.entries
    asked = AliasQuestions(entries, material.parties).pick(material.side, turn)
    return _trial("all-lists", "Held-out aliases of every list, all lists loaded", material, entries, asked)


def cross_list(material: Material) -> Trial:
    """Primary names of one list, asked of the others that have the party under other names."""
    entries = material.corpus.entries
    asked = cross_list_questions(entries, material.parties, material.side, twins=False)
    return _trial(
        "cross-list", "The same party on another list, equal names held out", material, entries, asked
    )


def perturbed(material: Material) -> Trial:
    """Ask all lists for changed names."""
    entries = material.corpus.entries
    asked = perturbed_questions(entries, material.parties, material.side)
    return _trial("perturbed", "Changed names, all lists loaded", material, entries, asked)


def short(material: Material) -> Trial:
    """Ask all lists for names cut short; names that are on no list are cut by the same rule."""
    entries, parties = material.corpus.entries, material.parties
    heads = Heads.of(entries, parties, [name for _, name in material.strangers])
    asked = heads.questions(parties, material.side)
    cut = heads.negatives(material.strangers, entries, material.side)
    return _trial(
        "short", "Names cut short, all lists loaded", replace(material, negatives=cut), entries, asked
    )


TRIALS: dict[str, Callable[[Material], Trial]] = {
    "one-list": one_list,
    "one-among-all": one_among_all,
    "all-lists": all_lists,
    "cross-list": cross_list,
    "perturbed": perturbed,
    "short": short,
}
"""Trials by key, in the order of the report."""
