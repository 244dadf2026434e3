"""Pairs of names whose truth the lists tell."""

from __future__ import annotations

from lists.models import ListEntry
from service.evaluation.pairs import NamePair, name_pairs
from service.evaluation.parties import find_parties
from service.evaluation.queries import AliasQuestions

from .conftest import listed


def pairs_of(*entries: ListEntry) -> set[NamePair]:
    parties = find_parties(entries)
    return set(name_pairs(AliasQuestions(entries, parties).pick(None).questions, parties))


def test_a_twin_stands_on_a_list_of_the_party() -> None:
    own = listed("xa", "1", ["Zelenodar Shipyard", "Zelenodar Shipyards"])
    elsewhere = listed("xb", "2", ["Zelenodar Shipyarde"])
    beside = listed("xa", "3", ["Zelenodar Dockyard"])
    found = pairs_of(own, elsewhere, beside)
    assert {pair.second for pair in found if not pair.is_same} == {"Zelenodar Dockyard"}
    assert all(pair.is_same for pair in pairs_of(own, elsewhere))
