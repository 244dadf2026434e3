"""Parties, splits, held-out aliases, cross-list questions and negatives."""

from pathlib import Path

import pytest

from lists.models import ListEntry, NameKind
from service.evaluation.corpus import load_corpus
from service.evaluation.negatives import negative_questions, organizations_in
from service.evaluation.parties import find_parties
from service.evaluation.queries import AliasQuestions, Holding, cross_list_questions
from service.evaluation.splits import Side, side
from service.evaluation.wording import same_text

Entries = tuple[ListEntry, ...]


def test_parties_join_by_identifier_and_by_specific_name(entries: Entries) -> None:
    of_ref = find_parties(entries).of_ref
    assert of_ref["xa", "1"] == of_ref["xb", "1"]
    assert of_ref["xa", "2"] == of_ref["xb", "2"]


def test_one_shared_ordinary_name_does_not_make_a_party_but_keeps_a_side(entries: Entries) -> None:
    parties = find_parties(entries)
    assert parties.of_ref["xa", "3"] != parties.of_ref["xa", "4"]
    groups = {party.id: party.group for party in parties.parties}
    assert groups[parties.of_ref["xa", "3"]] == groups[parties.of_ref["xa", "4"]]


def test_persons_are_not_asked_for(entries: Entries) -> None:
    of_ref = find_parties(entries).of_ref
    assert ("xa", "5") not in of_ref
    assert ("xb", "3") not in of_ref
    assert ("xb", "4") in of_ref


def test_sides_have_their_shares_and_depend_on_nothing_else() -> None:
    sides = [side(str(number)) for number in range(5_000)]
    assert sides[:100] == [side(str(number)) for number in range(100)]
    assert sides.count(Side.FIT) == pytest.approx(3_000, abs=120)
    assert sides.count(Side.TEST) == pytest.approx(1_000, abs=120)


def test_a_held_out_alias_is_gone_from_every_entry_of_its_party(entries: Entries) -> None:
    asked = AliasQuestions(entries, find_parties(entries)).pick()
    indexed = list(asked.holding.without(entries))
    assert asked.questions
    for question in asked.questions:
        names = [name.text for entry in indexed if entry.ref in question.truth for name in entry.names]
        assert names
        assert same_text(question.text) not in {same_text(name) for name in names}


def test_a_name_that_two_parties_bear_is_not_asked_for(entries: Entries) -> None:
    asked = AliasQuestions(entries, find_parties(entries)).pick()
    assert "Fonar Bank" not in {question.text for question in asked.questions}
    assert asked.left_out["another party bears the name"] == 2


def test_an_entry_whose_primary_name_is_held_out_keeps_a_primary_name(entries: Entries) -> None:
    holding = Holding(
        {("xb", "1"): frozenset({"ooo karmat ventures"}), ("xb", "2"): frozenset({"zelenodar shipyard jsc"})}
    )
    indexed = {entry.ref: entry for entry in holding.without(entries)}
    assert indexed["xb", "1"].names[0].text == "Karmat Invest"
    assert indexed["xb", "1"].names[0].kind is NameKind.NAME
    assert ("xb", "2") not in indexed


def test_cross_list_questions_hold_out_the_list_they_ask_from(entries: Entries) -> None:
    asked = cross_list_questions(entries, find_parties(entries), twins=False)
    indexed = {entry.ref for entry in asked.holding.without(entries)}
    assert asked.questions
    for question in asked.questions:
        assert all(list_id != question.source for list_id, _ in question.truth)
        assert question.truth <= indexed
        party = {ref for ref, owner in find_parties(entries).of_ref.items() if owner == question.party}
        assert not {ref for ref in party if ref[0] == question.source} & indexed


def test_a_negative_that_is_listed_is_dropped_and_counted(entries: Entries) -> None:
    names = [
        ("companies", "KARMAT VENTURES, Ltd."),
        ("companies", "Blue Kettle Inc."),
        ("companies", "Blue Kettle, Inc"),
    ]
    asked = negative_questions(names, entries)
    assert [question.text for question in asked.questions] == ["Blue Kettle Inc."]
    assert asked.left_out == {"companies: a listed name": 1}


def test_newswire_organizations_are_runs_of_capitals_with_an_organization_s_word() -> None:
    text = (
        "HEADLINE\nYesterday Blue Kettle Corp <BK> said that Ministry of Fisheries officials met John Smith."
    )
    assert list(organizations_in(text)) == ["Yesterday Blue Kettle Corp", "Ministry of Fisheries"]


def test_a_corpus_needs_tables(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no entry tables"):
        load_corpus(tmp_path)
