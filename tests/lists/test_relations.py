"""Edges between entries: by id, by name with a recorded confidence, or left open; and the 50 Percent Rule."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists import relations
from lists.drafts import read_draft
from lists.importing import Import, draft_of
from lists.models import Designation, EntitySchema, ListedName, ListEntry, NameKind, Quality, Relation
from lists.ownership import Finding, Stake, find_owned
from lists.relations import RelationGraph


def party(
    entry_id: str,
    name: str,
    *links: Relation,
    aliases: tuple[str, ...] = (),
    weak: str = "",
    list_id: str = "demo",
) -> ListEntry:
    names = [ListedName(text=name), *(ListedName(text=alias, kind=NameKind.ALIAS) for alias in aliases)]
    if weak:
        names.append(ListedName(text=weak, kind=NameKind.WEAK, quality=Quality.WEAK))
    return ListEntry(
        list_id=list_id,
        entry_id=entry_id,
        schema=EntitySchema.ORGANIZATION,
        names=tuple(names),
        designations=(Designation(authority="x"),),
        relations=links,
    )


def linked(name: str | None = None, target_id: str | None = None) -> Relation:
    return Relation(kind="UnknownLink", role="Linked To", target_name=name, target_id=target_id)


HOLDING = party("1", "BIG HOLDING, O.A.O.", aliases=("BH",), weak="BIG")


@pytest.mark.parametrize(
    ("relation", "resolution", "target", "confidence"),
    [
        (linked(target_id="1"), "id", ("demo", "1"), 1.0),
        (linked("Big Holding OAO"), "primary name", ("demo", "1"), 0.98),
        (linked("BH"), "alias", ("demo", "1"), 0.9),
        (linked("BIG"), "not listed", None, 0.0),
        (linked("Somebody Else"), "not listed", None, 0.0),
        (linked("FAR BANK"), "primary name", ("other", "9"), 0.9),
        (linked("TWIN"), "ambiguous", None, 0.0),
        (linked(target_id="9"), "id", ("other", "9"), 1.0),
        (linked("BIG HOLDING OAO", target_id="404"), "primary name", ("demo", "1"), 0.98),
        (linked(), "not listed", None, 0.0),
    ],
)
def test_the_other_end_is_resolved_and_how_is_recorded(
    relation: Relation, resolution: str, target: tuple[str, str] | None, confidence: float
) -> None:
    others = (party("5", "TWIN"), party("6", "TWIN"), party("9", "FAR BANK", list_id="other"))
    graph = RelationGraph((HOLDING, *others, party("2", "SMALL WORKS", relation)))
    (edge,) = graph.stated_by(("demo", "2"))
    assert (edge.resolution, edge.target, edge.confidence) == (resolution, target, confidence)
    assert graph.stated_about(target or ("demo", "1")) == ((edge,) if target else ())
    if resolution == "ambiguous":
        assert edge.candidates == (("demo", "5"), ("demo", "6"))


def test_a_party_is_not_linked_to_itself() -> None:
    graph = RelationGraph(
        (party("1", "SAME NAME", linked("SAME NAME")), party("2", "OTHER", aliases=("SAME NAME",)))
    )
    assert graph.edges()[0].target == ("demo", "2")


def test_documented_examples_hold() -> None:
    assert doctest.testmod(relations).failed == 0


def judged(*stakes: tuple[str, str, float | None]) -> dict[str, Finding]:
    return find_owned({"X", "Y"}, [Stake(*stake) for stake in stakes])


# OFAC's published examples. X and Y are blocked persons; the numbers are those of FAQ 399 and 401.


def test_faq_399_two_blocked_persons_with_a_quarter_each() -> None:
    assert judged(("X", "A", 25), ("Y", "A", 25))["A"].verdict == "may be blocked"


def test_faq_401_half_of_a_half() -> None:
    found = judged(("X", "A", 50), ("A", "B", 50))
    assert (found["A"].verdict, found["B"].verdict) == ("may be blocked", "may be blocked")
    assert [(stake.owner, stake.asset) for stake in found["B"].path] == [("X", "A"), ("A", "B")]


def test_faq_401_a_quarter_through_each_of_two_halves() -> None:
    found = judged(("X", "A", 50), ("X", "B", 50), ("A", "C", 25), ("B", "C", 25))
    assert (found["C"].verdict, found["C"].total) == ("may be blocked", 50)


def test_faq_401_ten_directly_and_forty_through_a_half() -> None:
    found = judged(("X", "A", 50), ("X", "B", 10), ("A", "B", 40))
    assert (found["B"].verdict, found["B"].total) == ("may be blocked", 50)


def test_faq_401_a_quarter_owner_passes_nothing_on() -> None:
    found = judged(("X", "A", 50), ("X", "B", 25), ("A", "C", 25), ("B", "C", 25))
    assert found["B"].verdict == "not by the stated shares"
    assert (found["C"].verdict, found["C"].total) == ("not by the stated shares", 25)


def test_faq_401_two_quarter_owners_pass_nothing_on() -> None:
    found = judged(("X", "A", 25), ("X", "B", 25), ("A", "C", 50), ("B", "C", 50))
    assert {finding.verdict for finding in found.values()} == {"not by the stated shares"}


def test_faq_398_control_is_not_ownership() -> None:
    found = find_owned({"X"}, [Stake("X", "A", None, control_only=True)])["A"]
    assert found.verdict == "not by the stated shares"
    assert "control is not ownership" in found.gaps[0]


def test_faq_402_a_stake_that_was_sold_does_not_count() -> None:
    found = find_owned({"X"}, [Stake("X", "A", 80, former=True), Stake("X", "A", 20)])["A"]
    assert (found.verdict, found.total) == ("not by the stated shares", 20)
    assert "stays blocked" in found.gaps[0]


def test_a_missing_share_is_a_gap_and_not_a_no() -> None:
    found = judged(("X", "A", None), ("Y", "A", 30))["A"]
    assert (found.verdict, found.total) == ("cannot be told", 30)
    assert found.gaps == ("the share of X is not stated",)


def test_a_share_that_is_missing_above_is_not_a_gap_of_what_is_below_it() -> None:
    found = judged(("X", "A", None), ("A", "B", 60))
    assert found["B"].total == 0


def test_a_stake_stated_twice_counts_once() -> None:
    assert judged(("X", "A", 30), ("X", "A", 30))["A"].total == 30


def test_owners_in_a_circle_own_nothing_by_it() -> None:
    found = judged(("A", "B", 100), ("B", "A", 100), ("X", "A", 10))
    assert {finding.verdict for finding in found.values()} == {"not by the stated shares"}


def test_a_long_chain_is_followed_to_its_end() -> None:
    chain = ["X", *(f"N{number}" for number in range(400))]
    found = find_owned({"X"}, [Stake(a, b, 50) for a, b in pairwise(chain)])
    assert found[chain[-1]].verdict == "may be blocked"


NODES = st.sampled_from("XABCDE")
STAKES = st.lists(
    st.builds(
        Stake,
        owner=NODES,
        asset=NODES.filter("X".__ne__),
        percentage=st.sampled_from([10.0, 25.0, 50.0, 60.0]),
    ),
    max_size=12,
)


@given(STAKES)
def test_every_party_that_is_reached_is_reached_by_its_own_sum(stakes: list[Stake]) -> None:
    """The definition itself, checked from the answer: 50 percent by owners that are listed or reached."""
    found = find_owned({"X"}, stakes)
    reached = {"X"} | {asset for asset, finding in found.items() if finding.verdict == "may be blocked"}
    best: dict[tuple[str, str], float] = {}
    for stake in stakes:
        key = (stake.owner, stake.asset)
        best[key] = max(best.get(key, 0.0), stake.percentage or 0.0)
    for asset, finding in found.items():
        total = sum(share for (owner, owned), share in best.items() if owned == asset and owner in reached)
        assert (finding.verdict == "may be blocked") == (total >= 50)
        if finding.verdict == "may be blocked":
            assert any(stake.owner == "X" for stake in finding.path), "the path begins at a listed party"


@given(STAKES, st.builds(Stake, owner=NODES, asset=st.sampled_from("ABC"), percentage=st.just(60.0)))
def test_one_more_stake_never_unblocks(stakes: list[Stake], more: Stake) -> None:
    def blocked(found: dict[str, Finding]) -> set[str]:
        return {asset for asset, finding in found.items() if finding.verdict == "may be blocked"}

    assert blocked(find_owned({"X"}, stakes)) <= blocked(find_owned({"X"}, [*stakes, more]))


@pytest.mark.shared
def test_most_links_of_the_real_list_are_resolved(shared: Path) -> None:
    folder = shared / "data" / "lists" / "us-ofac-sdn-2022-01"
    _, entries, _ = read_draft(draft_of([folder], Import("us_ofac_sdn"), datetime(2026, 11, 20, tzinfo=UTC)))
    edges = [edge for edge in RelationGraph(entries).edges() if edge.relation.role == "Linked To"]
    resolved = [edge for edge in edges if edge.target is not None]
    assert len(edges) > 1000
    assert len(resolved) / len(edges) > 0.8
