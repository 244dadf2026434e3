"""What is measured of this matcher by itself, on the embedded sample."""

from dataclasses import replace
from pathlib import Path

import pytest

from lists.models import ListedName, ListEntry
from matchers.matching import Matcher
from matchers.names.spelling import plain_spelling
from service.evaluation.acronym_names import acronym_names
from service.evaluation.candidates import recall_of_candidates
from service.evaluation.confidence import SMALLEST_SLICE, Confidence, observe, observe_turns
from service.evaluation.corpus import Corpus, load_corpus
from service.evaluation.generic_names import generic_names
from service.evaluation.negatives import negative_questions
from service.evaluation.other_scripts import in_other_scripts
from service.evaluation.own import make_matcher
from service.evaluation.parties import find_parties
from service.evaluation.primaries import ask_primaries
from service.evaluation.queries import AliasQuestions, Question
from service.evaluation.short_forms import Heads
from service.evaluation.splits import side
from service.evaluation.stages import STAGES, profile
from service.evaluation.trials import Material, Trial, all_lists
from service.evaluation.wording import core_tokens, script

ROOT = Path(__file__).parents[3]
COMPANIES = ("Kettle Works Inc", "Blue Lantern Holdings", "Brentview Dividend Fund", "Ordinary Bank")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(ROOT / "lists" / "embedded" / "data")


@pytest.fixture(scope="module")
def matcher(corpus: Corpus) -> Matcher:
    return make_matcher(corpus.entries)


@pytest.fixture(scope="module")
def observed(corpus: Corpus) -> Confidence:
    parties = find_parties(corpus.entries)
    asked = AliasQuestions(corpus.entries, parties).pick()
    entries = tuple(asked.holding.without(corpus.entries))
    denied = negative_questions([("companies", name) for name in COMPANIES], corpus.entries)
    trial = Trial("embedded", "", entries, asked.questions, denied.questions, {})
    return observe(make_matcher(entries), trial, parties.of_ref)


def test_every_primary_name_finds_its_own_entry(corpus: Corpus, matcher: Matcher) -> None:
    found = ask_primaries(matcher, corpus.entries)
    assert found.asked == len(corpus.entries)
    assert found.share.value > 0.99
    assert ask_primaries(matcher, corpus.entries, 20).asked == 20


def test_a_name_whose_entry_is_not_loaded_is_lost(corpus: Corpus) -> None:
    found = ask_primaries(make_matcher(corpus.entries[:50]), corpus.entries[:60])
    assert found.first >= 50
    assert set(found.lost) <= {entry.name for entry in corpus.entries[50:60]}


def test_undecided_answers_are_left_out_unless_they_are_to_count_as_wrong(observed: Confidence) -> None:
    right = next(first for first in observed.firsts if first.is_right)
    doubtful = replace(right, is_right=False, is_undecided=True)
    more = replace(observed, firsts=(*observed.firsts, doubtful))
    assert more.undecided == observed.undecided + 1
    assert more.overall(0.25).observations == observed.overall(0.25).observations
    assert (
        more.overall(0.25, strict=True).observations == observed.overall(0.25).observations + more.undecided
    )


def test_a_name_is_asked_once_however_many_turns_there_are(corpus: Corpus) -> None:
    parties = find_parties(corpus.entries)
    trials = []
    for turn in range(3):
        asked = AliasQuestions(corpus.entries, parties).pick(turn=turn)
        denied = negative_questions([("companies", name) for name in COMPANIES], corpus.entries)
        entries = tuple(asked.holding.without(corpus.entries))
        trials.append(Trial("", "", entries, asked.questions, denied.questions, {}))
    found = observe_turns(((make_matcher(trial.entries), trial) for trial in trials), parties.of_ref)
    texts = {(question.party, question.text) for trial in trials for question in trial.positives}
    assert found.listed == len(texts) > len(trials[0].positives)
    assert found.strangers == len(COMPANIES)
    answered = [(first.question.party, first.question.text) for first in found.firsts]
    assert len(answered) == len(set(answered))


def test_strangers_stand_among_names_in_other_scripts(corpus: Corpus) -> None:
    named = corpus.entries[0].model_copy(
        update={"names": (ListedName(text="Фабрика Зеленодар"), ListedName(text="Зеленодарска фабрика"))}
    )
    corpus = replace(corpus, entries=(*corpus.entries[1:], named))
    parties = find_parties(corpus.entries)
    side_of = next(side(party.group) for party in parties.parties if named.ref in party.refs)
    denied = negative_questions([("companies", name) for name in COMPANIES], corpus.entries)
    first = in_other_scripts(all_lists(Material(corpus, parties, denied, side_of)))
    assert "Зеленодарска фабрика" in {question.text for question in first.positives}
    assert {script(question.text) for question in first.questions} == {"other"}
    assert len(first.negatives) == len(COMPANIES)
    found = observe_turns([(make_matcher(first.entries), first)], parties.of_ref)
    assert (found.listed, found.strangers) == (len(first.positives), len(COMPANIES))
    assert any(answer.is_right for answer in found.firsts)


def test_slices_are_of_what_the_matcher_could_see(observed: Confidence) -> None:
    many = replace(observed, firsts=observed.firsts * SMALLEST_SLICE)
    names = {name.partition(":")[0] for name, _ in many.sliced(0.25)}
    assert names == {"script", "legal form", "length", "name that fits best", "list of the entry"}
    assert not replace(observed, firsts=observed.firsts[:3]).sliced(0.25)


def test_stages_add_up_to_the_whole(corpus: Corpus, matcher: Matcher) -> None:
    names = [entry.name for entry in corpus.entries[:60]]
    for together in (1, 8):
        found = profile(matcher, names, together)
        assert set(found.stages) == {*STAGES, "matches"}
        assert sum(found.stages.values()) >= found.mean * 0.999
        assert found.p50 <= found.p95 <= found.p99


def test_only_new_names_are_read_anew(corpus: Corpus, matcher: Matcher) -> None:
    names = [entry.name for entry in corpus.entries[:40]]
    for are_new in (True, True, False):
        before = plain_spelling.cache_info().misses
        profile(matcher, names, 8, are_new=are_new)
        missed = plain_spelling.cache_info().misses
        assert missed > 0 if are_new else missed == before


def test_candidates_are_counted_within_each_depth(corpus: Corpus, matcher: Matcher) -> None:
    truth = {entry.name: frozenset({entry.ref}) for entry in corpus.entries[:40]}
    asked = tuple(Question(name, "alias", refs) for name, refs in truth.items())
    every, *recognised = recall_of_candidates(matcher, Trial("", "", corpus.entries, asked, (), {}), {})
    assert list(every.shares.values()) == sorted(every.shares.values())
    assert every.shares[5] > 0.9
    assert every.questions == len(asked)
    assert all(0 < one.questions <= every.questions for one in recognised)
    wrong = tuple(replace(question, truth=frozenset({("no", "entry")})) for question in asked)
    none, *unknown = recall_of_candidates(matcher, Trial("", "", corpus.entries, wrong, (), {}), {})
    assert set(none.shares.values()) == {0.0}
    assert [one.questions for one in unknown] == [0, 0]


def test_candidates_of_one_party_count_once(entries: tuple[ListEntry, ...]) -> None:
    names = ["Zelenodar Shipyard"] * 6 + ["Zelenodar Boiler Works"]
    entries = tuple(
        entries[0].model_copy(update={"entry_id": str(number), "names": (ListedName(text=name),)})
        for number, name in enumerate(names)
    )
    question = Question(names[0], "alias", frozenset({entries[-1].ref}))
    trial = Trial("", "", entries, (question,), (), {})
    apart, *_ = recall_of_candidates(make_matcher(entries), trial, {})
    together, *_ = recall_of_candidates(
        make_matcher(entries), trial, {entry.ref: "one" for entry in entries[:-1]}
    )
    assert (apart.shares[5], apart.shares[10]) == (0.0, 1.0)
    assert together.shares[5] == 1.0


def heads(entries: tuple[ListEntry, ...]) -> Heads:
    return Heads.of(entries, find_parties(entries), COMPANIES)


def test_names_are_cut_after_their_first_rare_word(entries: tuple[ListEntry, ...]) -> None:
    cut = heads(entries)
    assert cut.short("Zelenodar Shipyard JSC") == "zelenodar"
    assert cut.short("Bank Melli Iran") == "bank melli"
    assert cut.short("Fonar Bank Holding") is None, "two parties bear the word"
    assert cut.short("Zelenodar JSC") is None, "nothing but a legal form follows"


def test_short_names_are_held_out_and_strangers_are_cut_likewise(entries: tuple[ListEntry, ...]) -> None:
    parties, cut = find_parties(entries), heads(entries)
    asked = cut.questions(parties)
    texts = {question.text for question in asked.questions}
    assert "Zelenodar" in texts
    kept = [name.text for entry in asked.holding.without(entries) for name in entry.names]
    assert not texts & set(kept)
    strangers = cut.negatives([("companies", name) for name in COMPANIES], entries).questions
    assert {question.text for question in strangers} == {"Kettle", "Blue", "Brentview", "Ordinary"}
    assert all(len(core_tokens(question.text)) <= 2 for question in (*asked.questions, *strangers))


def test_generic_parts_are_strangers_unless_they_are_listed(entries: tuple[ListEntry, ...]) -> None:
    named = ("Kettle Shipping Company", "Blue Bank of Trade", "Kettle Airlines")
    listed = replace_name(entries[0], "AIRLINES")
    found = generic_names([("companies", name) for name in named], (*entries, listed)).questions
    assert {question.text for question in found} == {"Shipping", "Blue Bank", "Trade"}


def test_acronyms_of_strangers_are_strangers_unless_they_are_listed(entries: tuple[ListEntry, ...]) -> None:
    named = ("Kettle and Barrel Shipping Company", "Blue Bank of Trade Ltd", "Kettle Airlines")
    listed = replace_name(entries[0], "B.B.T.")
    found = acronym_names([("companies", name) for name in named], (*entries, listed)).questions
    assert [question.text for question in found] == ["KBS"]


def replace_name(entry: ListEntry, name: str) -> ListEntry:
    return entry.model_copy(update={"names": (ListedName(text=name),)})
